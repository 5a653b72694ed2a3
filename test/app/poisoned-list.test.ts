import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse as parseCsv } from 'csv-parse/sync'
import { beforeAll, describe, expect, it } from 'vitest'
import { collect } from '../../src/app/collect.js'
import { openWorkspace, PACKAGE_ROOT, type Workspace } from '../../src/app/workspace.js'
import { maltrail } from '../../src/collectors/formats/maltrail.js'
import { admit, evaluate, type Judged } from '../../src/core/evaluate.js'
import { dayEnd } from '../../src/core/time.js'
import type { Row } from '../../src/model/document.js'
import { commit, lastingFolder, NOW, parse, randomNumbers } from '../helpers.js'

const AS_OF = '2026-11-23'
const LIST = 'archive/maltrail/android_roamingmantis.2022-2023-and-undated.txt'
/** Of a section of 3,282 names of the campaign, on an address that SEKOIA reported. */
const VOUCHED = '# Reference: https://www.virustotal.com/gui/ip-address/103.80.134.27/relations'
const FOREIGN = '# Reference: https://www.virustotal.com/gui/ip-address/45.77.12.34/relations'

interface Poison {
  type: string
  value: string
  kind: string
}
/** 300 innocent values, chosen by somebody who had not seen the code (test/fixtures/attribution/README.md). */
const poison: Poison[] = parseCsv(
  readFileSync(join(PACKAGE_ROOT, 'test/fixtures/attribution/poisoned.csv')),
  { columns: true },
)
const innocent = poison.map(({ value }) => value)
const ofKind = (...kinds: string[]) => poison.filter(({ kind }) => kinds.includes(kind))

/** What becomes of the innocent values where the list, on top of the whole archive, says this too. */
async function judgedWith(
  text: string,
  listedAt?: string,
): Promise<{ judged: Map<string, Judged>; workspace: Workspace }> {
  const workspace = openWorkspace({ dir: lastingFolder(), now: () => NOW, env: () => undefined })
  await collect(workspace, { names: ['team-cymru-study', 'archive'] })
  const documents = await parse(maltrail, text, {}, { source: 'maltrail', publishedAt: NOW })
  const dated = documents.map((document) => ({
    ...document,
    basis: listedAt ? ('list-date' as const) : document.basis,
    body: {
      rows: (document.body as { rows: Row[] }).rows.map((row) => (listedAt ? { ...row, listedAt } : row)),
    },
  }))
  await commit(workspace, ...dated)
  const facts = admit(await workspace.store().facts(dayEnd(AS_OF)), workspace.policy, AS_OF)
  const judged = evaluate(facts, workspace.policy, AS_OF)
  await workspace.close()
  return { judged: new Map([...judged.values()].map((one) => [one.observable.value, one])), workspace }
}

const published = (judged: Map<string, Judged>, values: string[]): string[] =>
  values.filter((value) => judged.get(value)?.verdict === 'publish')

/** Each that was published, with the reasons: what a person would have to look at. */
const told = (judged: Map<string, Judged>, values: string[]): string[] =>
  published(judged, values).map(
    (value) =>
      `${value}: ${judged
        .get(value)!
        .reasons.map(({ detail }) => detail)
        .join('; ')}`,
  )

describe('300 innocent values in a list that is followed', () => {
  const spelt = ofKind('spelt-like', 'spelt-like-ddns').map(({ value }) => value)
  const popular = ofKind('popular', 'popular-address').map(({ value }) => value)

  it('are known to be what they should be: most are in no list of guards', async () => {
    const workspace = openWorkspace({ dir: lastingFolder(), now: () => NOW, env: () => undefined })
    const free = poison.filter(
      ({ type, value }) =>
        workspace.policy.guards({ type: type === 'ip' ? 'ipv4-addr' : 'domain-name', value }).length === 0,
    )
    await workspace.close()
    expect(poison).toHaveLength(300)
    expect(free.length).toBeGreaterThanOrEqual(100)
  })

  describe('inserted into a section that is vouched for', () => {
    let judged: Map<string, Judged>
    beforeAll(async () => {
      const text = readFileSync(join(PACKAGE_ROOT, LIST), 'utf8')
      const at = text.lastIndexOf(VOUCHED)
      const end = at + VOUCHED.length + 1
      ;({ judged } = await judgedWith(`${text.slice(0, end)}${innocent.join('\n')}\n${text.slice(end)}`))
    }, 120_000)
    it('no popular one is published', () => expect(told(judged, popular)).toEqual([]))
    it('none of the others that are spelt otherwise', () =>
      expect(
        told(
          judged,
          ofKind('obscure', 'foreign-address').map(({ value }) => value),
        ),
      ).toEqual([]))
    it('of those spelt as the campaign spells at most one in a hundred', () =>
      expect(told(judged, spelt).length, told(judged, spelt).join('\n')).toBeLessThanOrEqual(
        spelt.length / 100,
      ))
  })

  it('by a commit of their own into that section: they wait, and what stood there before does not', async () => {
    const text = readFileSync(join(PACKAGE_ROOT, LIST), 'utf8')
    const before = text.slice(text.lastIndexOf(VOUCHED) + VOUCHED.length).split('#')[0]!
    const names = before.split('\n').filter(Boolean)
    const { judged } = await judgedWith(`${VOUCHED}\n\n${innocent.join('\n')}\n`, '2022-08-01T10:00:00.000Z')
    expect(told(judged, innocent)).toEqual([])
    expect(names.length).toBeGreaterThan(3_000)
    expect(published(judged, names).length / names.length).toBeGreaterThan(0.99)
  }, 120_000)

  it('as a section of their own that refers to an address of the campaign: none is published', async () => {
    const { judged } = await judgedWith(`${VOUCHED.replace('.27/', '.30/')}\n${innocent.join('\n')}\n`)
    expect(told(judged, innocent)).toEqual([])
  }, 120_000)

  it('one at a time, each a section that refers to an address of the campaign: only what is spelt at random as it spells', async () => {
    const sections = innocent.map((value, n) => `${VOUCHED.replace('.27/', '.30/')}?${n}\n\n${value}\n`)
    const { judged } = await judgedWith(sections.join('\n'))
    const others = poison.filter(({ value }) => !spelt.includes(value)).map(({ value }) => value)
    expect(told(judged, others)).toEqual([])
    // Nothing but the list speaks of these, each on an address that somebody vouches for: they cannot be told apart.
    expect(told(judged, spelt).length, told(judged, spelt).join('\n')).toBeLessThanOrEqual(15)
  }, 120_000)

  it('in the spelling of the campaign, on an address of somebody else: none is published', async () => {
    const random = randomNumbers(3)
    const letter = () => 'abcdefghijklmnopqrstuvwxyz'[Math.floor(random() * 26)]
    const names = Array.from({ length: 300 }, () => `${Array.from({ length: 5 }, letter).join('')}.com`)
    const { judged } = await judgedWith(`${FOREIGN}\n\n${[...names, ...spelt].join('\n')}\n`)
    expect(told(judged, [...names, ...spelt])).toEqual([])
  }, 120_000)
})

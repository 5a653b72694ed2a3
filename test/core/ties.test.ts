import { describe, expect, it } from 'vitest'
import { snapshotAsOf } from '../../src/app/publish.js'
import type { Workspace } from '../../src/app/workspace.js'
import { admit, evaluate, type Judged } from '../../src/core/evaluate.js'
import { dayEnd } from '../../src/core/time.js'
import type { Document, Row } from '../../src/model/document.js'
import { commit, post, randomNumbers, workspace } from '../helpers.js'

const AS_OF = '2026-11-23'
const DAY = '2022-07-18T00:00:00.000Z'
/** Global unicast that no guard names. */
const [VOUCHED, NEIGHBOUR] = ['31.1.2.3', '31.1.2.99']
const NETWORK = [VOUCHED, '31.1.2.4', '31.1.2.5']

const random = randomNumbers(7)
const letters = 'bcdfghjklmnpqrstvwxz'
const label = (length = 6): string =>
  Array.from({ length }, () => letters[Math.floor(random() * letters.length)]).join('')
/** Registered domains spelt as one generator spells, in no era of the profile. */
const generated = (count: number): string[] => Array.from({ length: count }, () => `${label()}.top`)

const resolutions = (address: string): string =>
  `https://www.virustotal.com/gui/ip-address/${address}/relations`

let serial = 0
/** A section of the list that mixes families, or with another source of what that one lists. */
function section(values: (string | Row)[], told: Partial<Document> = {}): Document {
  const source = told.source ?? 'maltrail'
  return {
    ...post(''),
    id: `${source}:${++serial}`,
    kind: 'list',
    source,
    road: 'list',
    author: null,
    url: null,
    publishedAt: DAY,
    basis: 'stated',
    body: { rows: values.map((one) => (typeof one === 'string' ? { cells: [one] } : one)) },
    ...told,
  }
}
const vouched = (values: string[], told: Partial<Document> = {}): Document =>
  section(values, { source: 'sekoia', ...told })

async function judge(documents: Document[], here: Workspace = workspace()): Promise<Map<string, Judged>> {
  await commit(here, ...documents)
  const facts = admit(await here.store().facts(dayEnd(AS_OF)), here.policy, AS_OF)
  const judged = evaluate(facts, here.policy, AS_OF)
  return new Map([...judged.values()].map((one) => [one.observable.value, one]))
}

const verdicts = (judged: Map<string, Judged>, values: string[]): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const value of values) {
    const verdict = judged.get(value)?.verdict ?? 'unread'
    counts[verdict] = (counts[verdict] ?? 0) + 1
  }
  return counts
}
const why = (judged: Map<string, Judged>, value: string): string =>
  judged
    .get(value)!
    .reasons.map(({ detail }) => detail)
    .join('; ')

describe('a section on an address that somebody vouches for', () => {
  it('publishes what fits it, and says by which path', async () => {
    const names = generated(30)
    const judged = await judge([vouched([VOUCHED]), section(names, { references: [resolutions(VOUCHED)] })])
    expect(verdicts(judged, names)).toEqual({ publish: 30 })
    expect(why(judged, names[0]!)).toContain(`stands on ${VOUCHED}, which SEKOIA reported on 2022-07-18`)
  })
  it('leaves waiting what is spelt otherwise, is popular, or looks like a word', async () => {
    const names = generated(60)
    const odd = ['sagawa-parcel.top', 'bbmgr.com', 'kitchen.top']
    const judged = await judge([
      vouched([VOUCHED]),
      section([...names, ...odd], { references: [resolutions(VOUCHED)] }),
    ])
    expect(verdicts(judged, names)).toEqual({ publish: 60 })
    for (const one of odd) expect(judged.get(one)?.verdict, one).not.toBe('publish')
  })
  it('is not vouched for by itself: neither by its own members nor by its reference alone', async () => {
    const names = generated(30)
    const judged = await judge([section([...names, VOUCHED], { references: [resolutions(VOUCHED)] })])
    expect(verdicts(judged, names)).toEqual({ quarantine: 30 })
  })
  it('waits whole where many of its names are popular, words, or begin alike', async () => {
    const popular = ['bblmw.com', 'bbmgr.com', 'bbmnd.com', 'bbpdz.com']
    const words = ['kitchen', 'garden', 'window', 'summer', 'winter', 'market', 'doctor', 'silver']
    for (const foreign of [popular, words.map((word) => `${word}.top`)]) {
      const names = generated(foreign === popular ? 30 : 10)
      const judged = await judge([
        vouched([VOUCHED]),
        section([...names, ...foreign], { references: [resolutions(VOUCHED)] }),
      ])
      expect(verdicts(judged, names)).toEqual({ quarantine: names.length })
    }
    const alike = Array.from({ length: 30 }, () => `qxzv${label(2)}.top`)
    const judged = await judge([vouched([VOUCHED]), section(alike, { references: [resolutions(VOUCHED)] })])
    expect(verdicts(judged, alike)).toEqual({ quarantine: 30 })
  })
  it('waits where its reference is to a tag that names other malware too', async () => {
    const names = generated(30)
    const references = ['https://threatfox.abuse.ch/browse/malware/apk.xloader/', resolutions(VOUCHED)]
    const judged = await judge([vouched([VOUCHED]), section(names, { references })])
    expect(verdicts(judged, names)).toEqual({ quarantine: 30 })
  })
  it('long before or after that address lived, is not tied', async () => {
    for (const publishedAt of ['2021-05-01T00:00:00.000Z', '2023-10-01T00:00:00.000Z']) {
      const names = generated(30)
      const judged = await judge([
        vouched([VOUCHED]),
        section(names, { references: [resolutions(VOUCHED)], publishedAt }),
      ])
      expect(verdicts(judged, names), publishedAt).toEqual({ quarantine: 30 })
    }
  })
  it('of a cloud, or with more names of others on it, is not tied', async () => {
    const cloud = '3.112.0.9'
    const names = generated(30)
    const onCloud = await judge([vouched([cloud]), section(names, { references: [resolutions(cloud)] })])
    expect(verdicts(onCloud, names)).toEqual({ quarantine: 30 })
    const shared = Array.from({ length: 40 }, (_, n) => `shop-${n}.example-hosting.com`)
    const others = generated(30)
    const onShared = await judge([
      vouched([VOUCHED]),
      section(
        shared.map((name) => ({ cells: [name, VOUCHED], pairRule: 'row' as const })),
        { source: 'import' },
      ),
      section(others, { references: [resolutions(VOUCHED)] }),
    ])
    expect(verdicts(onShared, others)).toEqual({ quarantine: 30 })
  })
  it('falls with the only document that vouches for the address', async () => {
    const here = workspace()
    const names = generated(30)
    const anchor = vouched([VOUCHED])
    expect(
      verdicts(await judge([anchor, section(names, { references: [resolutions(VOUCHED)] })], here), names),
    ).toEqual({ publish: 30 })
    await here.store().withdrawDocuments([anchor.id], { at: DAY, reason: 'taken back' })
    expect(verdicts(await judge([], here), names)).toEqual({ quarantine: 30 })
  })
})

describe('a small network', () => {
  it('ties where three of its addresses are vouched for, and its own address with a set of names on it', async () => {
    const names = generated(30)
    const judged = await judge([
      vouched(NETWORK),
      section([...names, NEIGHBOUR], { references: [resolutions(NEIGHBOUR)] }),
    ])
    expect(verdicts(judged, [...names, NEIGHBOUR])).toEqual({ publish: 31 })
    expect(why(judged, names[0]!)).toContain('31.1.2.0/24, of which 3 addresses')
  })
  it('does not where two are, or where as many others stand in it', async () => {
    const names = generated(30)
    const few = await judge([
      vouched(NETWORK.slice(1)),
      section(names, { references: [resolutions(NEIGHBOUR)] }),
    ])
    expect(verdicts(few, names)).toEqual({ quarantine: 30 })
    const strangers = Array.from({ length: 4 }, (_, n) => `31.1.2.${200 + n}`)
    const others = generated(30)
    const mixed = await judge([
      vouched(NETWORK),
      section(strangers, { source: 'import' }),
      section(others, { references: [resolutions(NEIGHBOUR)] }),
    ])
    expect(verdicts(mixed, others)).toEqual({ quarantine: 30 })
  })
})

describe('a registered domain of the operator', () => {
  it('ties names below it, whoever reports them: a researcher publishes, a stranger is watched', async () => {
    const [domain] = generated(1)
    const at = { publishedAt: '2022-08-01T00:00:00.000Z' }
    const judged = await judge([
      vouched([domain!]),
      post(`one.${domain!.replace('.', '[.]')}`, { id: 'post:1', author: 'KesaGataMe0', ...at }),
      post(`two.${domain!.replace('.', '[.]')}`, { id: 'post:2', author: 'somebody', ...at }),
    ])
    expect(judged.get(`one.${domain}`)?.verdict).toBe('publish')
    expect(judged.get(`two.${domain}`)?.verdict).toBe('watch')
  })
  it('is none where it looks like a word: somebody’s site that was broken into', async () => {
    const judged = await judge([
      vouched(['gardening.top']),
      post('one.gardening[.]top', { id: 'post:1', author: 'KesaGataMe0', publishedAt: DAY }),
    ])
    expect(judged.get('one.gardening.top')?.verdict).toBe('unrelated')
  })
  it('carries a second hop and no third', async () => {
    const [first, second, third] = [generated(30), generated(30), generated(30)]
    const judged = await judge([
      vouched([VOUCHED]),
      section(first, { references: [resolutions(VOUCHED)] }),
      section([...first.slice(0, 6), ...second]),
      section([...second.slice(0, 6), ...third]),
    ])
    expect(verdicts(judged, first)).toEqual({ publish: 30 })
    expect(verdicts(judged, second)).toEqual({ publish: 30 })
    expect(verdicts(judged, third)).toEqual({ quarantine: 30 })
  })
  it('covers the names below it in a snapshot', async () => {
    const here = workspace()
    const [domain] = generated(1)
    await commit(here, vouched([domain!, `a.${domain}`, `b.${domain}`]))
    const { indicators } = (await snapshotAsOf(here, AS_OF)).snapshot
    expect(indicators.map(({ operated }) => operated)).toEqual([domain, domain, domain])
  })
})

describe('a section that cites a researcher’s post', () => {
  const cited = (names: string[]) =>
    section(names, { references: ['https://twitter.com/NaomiSuzuki_/status/1543000000000000000'] })
  const naming = (name: string) =>
    post(name.replace('.', '[.]'), {
      id: 'post:1543000000000000000',
      author: 'NaomiSuzuki_',
      publishedAt: DAY,
    })
  it('is opened where that post names a part of it', async () => {
    const names = generated(30)
    const judged = await judge([cited(names), naming(names[3]!)])
    expect(verdicts(judged, names)).toEqual({ publish: 30 })
    expect(why(judged, names[0]!)).toContain('NaomiSuzuki_')
  })
  it('is not where it names none, or nobody has the post', async () => {
    const names = generated(30)
    expect(verdicts(await judge([cited(names), naming('other.top')]), names)).toEqual({ quarantine: 30 })
    expect(verdicts(await judge([cited(names)]), names)).toEqual({ quarantine: 30 })
  })
})

it('one day of commits opens no more than its budget; the rest is watched', async () => {
  const names = generated(400)
  const judged = await judge([
    vouched([VOUCHED]),
    section(
      names.map((name) => ({ cells: [name], listedAt: '2022-08-01T10:00:00.000Z' })),
      { references: [resolutions(VOUCHED)], basis: 'list-date', publishedAt: '2022-12-01T00:00:00.000Z' },
    ),
  ])
  const counts = verdicts(judged, names)
  expect(counts.publish).toBe(150)
  // Of four hundred drawn at random one or the other looks like a word.
  expect(counts.watch).toBeGreaterThan(240)
})

describe('life', () => {
  it('a name lives as long as the address it was reported on, in that period of it', async () => {
    const here = workspace()
    const at = (day: string) => ({ publishedAt: `${day}T00:00:00.000Z` })
    const say = (id: number, name: string, day: string) =>
      post(`#MoqHao ${name}[.]top → 31.1.2[.]3`, { id: `post:${id}`, author: 'ninoseki', ...at(day) })
    await commit(
      here,
      say(1, 'qwrtp', '2026-01-01'),
      say(2, 'zxcvb', '2026-10-10'),
      say(3, 'plmkn', '2026-11-15'),
    )
    const { indicators } = (await snapshotAsOf(here, AS_OF)).snapshot
    expect(indicators.filter(({ status }) => status === 'active').map(({ value }) => value)).toEqual([
      '31.1.2.3',
      'plmkn.top',
      'zxcvb.top',
    ])
  })
})

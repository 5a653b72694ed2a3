import { describe, expect, it } from 'vitest'
import { lint } from '../../src/app/lint.js'
import { snapshotAsOf } from '../../src/app/publish.js'
import { byObservable } from '../../src/core/order.js'
import { covering, zones } from '../../src/core/zone.js'
import { consumerExporter } from '../../src/exporters/consumer.js'
import { consumers } from '../../src/exporters/consumers.js'
import { sidsOf } from '../../src/exporters/ids/suricata-rules.js'
import type { ConsumerFormat } from '../../src/model/consumer.js'
import type { Decision } from '../../src/model/decision.js'
import type { Indicator, Snapshot } from '../../src/model/snapshot.js'
import { bytesOf, commit, post, workspace } from '../helpers.js'
import { indicator, snapshotOf, watched } from './snapshot.js'

const [OLD, NEW] = ['2026-10-01T00:00:00.000Z', '2026-11-20T00:00:00.000Z']
const name = (value: string, told: Partial<Indicator> = {}): Indicator => ({
  ...indicator('domain-name', value),
  ...told,
})
const under = (value: string, told: Partial<Indicator> = {}): Indicator =>
  name(value, { operated: 'own.example', ...told })
const published = (created: string) => ({ stamp: { created, modified: created } })
const values = (all: Indicator[]) => all.map(({ value }) => value)

/** Two names of the operator's domain, another published before them and expired, and what is covered by nothing. */
const MIXED = [
  indicator('ipv4-addr', '31.1.2.3'),
  name('other.example'),
  under('a.own.example'),
  under('b.own.example', published(NEW)),
  under('c.own.example', { status: 'expired', ...published(OLD) }),
  name('z.example', { status: 'expired' }),
  indicator('url', 'http://a.own.example/'),
].sort(byObservable)

describe('what covers sub-names', () => {
  it('is one entry for the names of a domain, in its place, and everything else as it is', () => {
    const entries = covering(MIXED, [])
    expect(values(entries)).toEqual(['31.1.2.3', 'other.example', 'own.example', 'http://a.own.example/'])
    expect(entries[1]).toBe(MIXED.find(({ value }) => value === 'other.example'))
  })

  it('is as old as the oldest name under it, active or not', () => {
    const [entry] = covering(MIXED, []).filter(({ value }) => value === 'own.example')
    expect(entry).toMatchObject({ status: 'active', operated: 'own.example', ...published(OLD) })
    const later = MIXED.filter(({ value }) => value !== 'a.own.example')
    expect(covering(later, []).find(({ value }) => value === 'own.example')).toEqual(entry)
  })

  it('goes when nothing under it is active', () => {
    const expired = MIXED.map((one) => ({ ...one, status: 'expired' as const }))
    expect(covering(expired, [])).toEqual([])
  })

  it('holds a domain once that was reported itself', () => {
    expect(values(covering([under('own.example'), under('a.own.example')], []))).toEqual(['own.example'])
  })

  it('goes by names alone: a URL published before them is no entry, and opens no domain', () => {
    const url: Indicator = {
      ...indicator('url', 'http://a.own.example/'),
      operated: 'own.example',
      ...published(OLD),
    }
    const all = [under('a.own.example', published(NEW)), url]
    const [entry, ...others] = covering(all, [])
    expect(entry).toMatchObject({ type: 'domain-name', value: 'own.example', ...published(NEW) })
    expect(others).toEqual([url])
    for (const [wanted, lines] of Object.entries(COVERED)) {
      const [file] = render(formatOf(wanted), snapshot(all))
      expect(file!.lines.filter((line) => line.includes('own.example'))).toEqual(lines)
    }
    expect(zones([url, under('a.own.example', { status: 'expired' })], []).names).toEqual([])
  })

  it('stands in the order of all files', () => {
    const all = [name('x.own-2.example'), under('z.own.example'), name('own.example-2.com')].sort(
      byObservable,
    )
    const entries = covering(all, [])
    expect(entries).toEqual([...entries].sort(byObservable))
    expect(entries).toHaveLength(3)
  })

  it('is nothing that is watched', () => {
    const watch = [watched('domain-name', 'own.example')]
    expect(values(covering([under('a.own.example')], watch))).toEqual(['a.own.example'])
    const [file] = render(formatOf('pan-os-domain'), snapshot([under('a.own.example')], watch))
    expect(file!.lines).toEqual(['a.own.example'])
  })
})

const snapshot = (indicators: Indicator[], watch: Indicator[] = []): Snapshot => ({
  ...snapshotOf(0),
  indicators,
  watch,
})
const formatOf = (wanted: string) => consumers.find((one) => one.name === wanted)!
const render = (format: ConsumerFormat, taken: Snapshot) =>
  [...consumerExporter(format).render(taken, format.name)].map(({ path, entries, body }) => ({
    path,
    entries,
    lines: [...body].map((line) => line.trimEnd()),
  }))

/** What each format that matches below a name says of the domain. */
const COVERED: Record<string, string[]> = {
  'pan-os-domain': ['own.example', '*.own.example'],
  'cisco-domain': ['own.example'],
  'rpz-names': ['own.example CNAME .', '*.own.example CNAME .'],
  'dnsmasq-names': ['local=/own.example/'],
  'unbound-names': ['local-zone: "own.example." always_nxdomain'],
  'pi-hole': ['||own.example^'],
  'adguard-home-names': ['||own.example^'],
  'suricata-rules': [expect.stringContaining('dotprefix; content:".own.example"; nocase; endswith;')],
  'squid-names': ['.own.example'],
}

it('every format that matches below a name is told of here', () => {
  const covers = consumers.filter(({ coversBelow }) => coversBelow).map((one) => one.name)
  expect(Object.keys(COVERED).sort()).toEqual(covers.sort())
})

it.each(Object.entries(COVERED))('%s holds the domain, and none of its names', async (wanted, lines) => {
  const format = formatOf(wanted)
  const [file] = render(format, snapshot(MIXED))
  expect(file!.lines.filter((line) => line.includes('own.example'))).toEqual(lines)
  expect(file!.lines.join('\n')).not.toMatch(/[abc]\.own\.example/)
  expect(file!.lines.join('\n')).toContain('other.example')
  expect(file!.entries).toBe(wanted === 'suricata-rules' ? 3 : 2)
  expect((await lint(bytesOf(`${file!.lines.join('\n')}\n`), wanted)).faults).toEqual([])
})

it.each(consumers.filter(({ coversBelow }) => !coversBelow))(
  '$name, of exact values, holds each name as if none were the operator’s',
  (format) => {
    const alone = MIXED.map((one) => ({ ...one, operated: null }))
    expect(render(format, snapshot(MIXED))).toEqual(render(format, snapshot(alone)))
  },
)

it('a part is full by what it holds: domains, not the names under them', () => {
  const names = [1, 2, 3, 4, 5].flatMap((n) =>
    ['a', 'b'].map((host) => name(`${host}.own-${n}.example`, { operated: `own-${n}.example` })),
  )
  const parts = render({ ...formatOf('pi-hole'), maxEntries: 2 }, snapshot(names))
  expect(parts.map(({ path, entries, lines }) => [path, entries, lines])).toEqual([
    ['dns/pi-hole.txt', 2, ['||own-1.example^', '||own-2.example^']],
    ['dns/pi-hole-1.txt', 2, ['||own-3.example^', '||own-4.example^']],
    ['dns/pi-hole-2.txt', 1, ['||own-5.example^']],
  ])
})

it('PAN-OS gets no more lines than it takes, two for a domain', async () => {
  const names = Array.from({ length: 25_001 }, (_, n) =>
    name(`a.own-${n}.example`, { operated: `own-${n}.example` }),
  )
  const parts = render(formatOf('pan-os-domain'), snapshot(names))
  expect(parts.map(({ entries, lines }) => [entries, lines.length])).toEqual([
    [25_000, 50_000],
    [1, 2],
  ])
  const { faults } = await lint(bytesOf(`${parts[0]!.lines.join('\n')}\n`), 'pan-os-domain')
  expect(faults).toEqual([])
})

it('a rule over a domain keeps its id and its text whichever names under it come and go', () => {
  const rule = (all: Indicator[]) => {
    const [file] = render(formatOf('suricata-rules'), snapshot(all.sort(byObservable)))
    return file!.lines.find((line) => line.includes('".own.example"'))!
  }
  const first = under('m.own.example', published(OLD))
  const before = rule([first])
  expect(before).toMatch(/ sid:\d+; rev:1; /)
  const expired = { ...first, status: 'expired' as const }
  for (const host of ['a', 'z']) {
    const more = under(`${host}.own.example`, published(NEW))
    expect([rule([first, more]), rule([expired, more])]).toEqual([before, before])
  }
  const sids = sidsOf(snapshot([first, name('own.example')]), 'block')
  expect(before).toContain(` sid:${sids.get('own.example')};`)
  expect(new Set(sids.values()).size).toBe(2)
})

it('a zone of names has the serial of what stands in it', () => {
  const [file] = render(formatOf('rpz-names'), snapshot(MIXED))
  const rules = file!.lines.slice(3)
  const owners = rules.map((line) => line.split(' ')[0]!).filter((owner) => !owner.startsWith('*.'))
  expect(owners).toEqual(zones(MIXED, []).names)
  const watch = [watched('domain-name', 'own.example')]
  expect(zones(MIXED, watch).names).toEqual(['other.example', 'a.own.example', 'b.own.example'])
})

it('a name too long for a zone is covered by its domain', () => {
  const long = under(`${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(20)}.own.example`)
  expect(zones([long], []).names).toEqual(['own.example'])
  expect(zones([{ ...long, operated: null }], []).names).toEqual([])
})

describe('a domain of the operator’s', () => {
  const names = ['aaa.qxzvk.com', 'bbb.qxzvk.com', 'good.qxzvk.com']
  /** What the zone of names holds of three names of one domain after a decision of 20 November. */
  async function zoneAfter(decided: Partial<Decision>): Promise<string[]> {
    const here = workspace()
    const told = { publishedAt: '2026-11-15T00:00:00.000Z', basis: 'stated', author: null } as const
    const body = { rows: names.map((one) => ({ cells: [one] })) }
    await commit(here, { ...post(''), ...told, id: 'sekoia:1', kind: 'list', source: 'sekoia', body })
    const decision: Decision = {
      type: 'domain-name',
      value: 'qxzvk.com',
      decision: 'deny',
      reason: 'a hoster',
      by: 'me',
      date: '2026-11-20',
      until: '',
      ...decided,
    }
    const policy = { ...here.policy, decisions: [decision] }
    const taken = (await snapshotAsOf({ ...here, policy }, '2026-11-23')).snapshot
    return zones(taken.indicators, taken.watch).names
  }

  it('covers its names where nobody decided anything of it', async () => {
    for (const told of [{ value: 'another.com' }, { until: '2026-11-22' }, { decision: 'confirm' as const }])
      expect(await zoneAfter(told), JSON.stringify(told)).toEqual(['qxzvk.com'])
  })

  it('covers nothing where a maintainer keeps it out, or a name or a URL below it that nobody need have reported', async () => {
    expect(await zoneAfter({})).toEqual(names)
    expect(await zoneAfter({ decision: 'withdraw' })).toEqual(names)
    expect(await zoneAfter({ value: 'shop.qxzvk.com' })).toEqual(names)
    expect(await zoneAfter({ type: 'url', value: 'http://shop.qxzvk.com/' })).toEqual(names)
    expect(await zoneAfter({ value: 'good.qxzvk.com' })).toEqual(names.slice(0, 2))
  })
})

import { expect, it } from 'vitest'
import { renderOne } from '../../src/exporters/index.js'
import { bundleText } from '../../src/exporters/stix/bundle.js'
import type { Evidence, Snapshot } from '../../src/model/snapshot.js'
import { Bundle, type StixObject } from '../../src/model/stix/index.js'
import { snapshotOf } from './snapshot.js'

const AT = '2026-11-20T00:00:00.000Z'
const MONTHS = ['2026-08', '2026-09', '2026-11']

const EVIDENCE: Evidence = {
  document: 'post:1',
  source: 'test',
  reporter: { key: 'ninoseki', name: 'ninoseki', kind: 'individual', pinned: true },
  isAuthored: true,
  url: 'https://x.com/ninoseki/status/1',
  references: [],
  publishedAt: AT,
  basis: 'post-id',
  firstSeen: null,
  lastSeen: null,
  role: 'landing',
  port: null,
  family: null,
  confidence: 85,
  isHeld: false,
  sign: true,
  reasons: [],
  withdrawn: null,
}

/** All kinds of values, reported in three months, with one pair that reaches over two of them. */
function manyMonths(count: number): Snapshot {
  const snapshot = snapshotOf(count)
  const indicators = snapshot.indicators.map((one, n) => ({
    ...one,
    firstReported: `${MONTHS[n % MONTHS.length]}-15T00:00:00.000Z`,
    evidence: [EVIDENCE],
  }))
  const name = indicators.find((one) => one.type === 'domain-name')!
  const address = indicators.find(
    (one) => one.type === 'ipv4-addr' && one.firstReported < name.firstReported,
  )!
  const pair = {
    id: `relationship--${snapshot.publisher.namespace}`,
    domain: name.value,
    ip: address.value,
    rules: [],
    firstReported: AT,
    lastReported: AT,
    firstSeen: null,
    lastSeen: null,
    reporters: snapshot.reporters,
    sources: ['test'],
    reports: [EVIDENCE],
    stamp: { created: AT, modified: AT },
  }
  const reports = ['feed', 'active', 'misp'].flatMap((profile) => [
    `report ${profile}`,
    ...MONTHS.map((month) => `report ${profile} ${month}`),
  ])
  const keys = [
    'list common',
    'identity publisher',
    'identity reporter:ninoseki',
    'malware moqhao',
    ...reports,
  ]
  return {
    ...snapshot,
    indicators,
    resolutions: [pair],
    stamps: new Map([
      ...snapshot.stamps,
      ...keys.map((key) => [key, { created: AT, modified: AT }] as const),
    ]),
  }
}

const read = (snapshot: Snapshot, name: string) =>
  renderOne(snapshot, name).map(({ path, entries, body }) => ({
    path,
    entries,
    ...Bundle.parse(JSON.parse([...body].join(''))),
  }))

it('above twenty thousand indicators each month has a bundle that stands by itself, and the newest keeps the name', () => {
  const snapshot = manyMonths(20_001)
  for (const name of ['stix', 'stix-misp']) {
    const parts = read(snapshot, name)
    const file = name === 'stix' ? 'bundle' : 'misp'
    expect(parts.map(({ path }) => path)).toEqual([
      `stix/${file}-2026-08.json`,
      `stix/${file}-2026-09.json`,
      `stix/${file}.json`,
    ])
    const named = (one: StixObject) => one.type === 'indicator' && !/ on /.test(one.name)
    const values = parts.flatMap(({ objects }) => objects.filter(named).map(({ id }) => id))
    expect(new Set(values)).toEqual(new Set(snapshot.indicators.map(({ id }) => id)))
    expect(values).toHaveLength(snapshot.indicators.length)
    const index = JSON.parse(
      renderOne(snapshot, 'stix-index')
        .flatMap(({ body }) => [...body])
        .join(''),
    )
    expect(index[name]).toEqual(
      parts.map(({ path, entries }, n) => ({ path, month: MONTHS[n], indicators: entries })),
    )
  }
}, 60_000)

it.each([1, 999, 1_000, 1_001, 2_000, 2_500])(
  'a report of a bundle of %i objects names each once, but for the marking',
  (count) => {
    const snapshot = manyMonths(2_501)
    const objects: StixObject[] = read(snapshot, 'stix')[0]!.objects
    const [marking, ...rest] = objects
    const { object_refs: _, ...report } = objects.at(-1) as Extract<StixObject, { type: 'report' }>
    const content = rest.slice(0, count)
    const text = [...bundleText(snapshot.publisher.namespace, [marking!, ...content], report)].join('')
    expect(JSON.parse(text).objects.at(-1)).toEqual({ ...report, object_refs: content.map(({ id }) => id) })
  },
)

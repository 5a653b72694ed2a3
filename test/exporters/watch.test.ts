import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import { lint } from '../../src/app/lint.js'
import { snapshotAsOf } from '../../src/app/publish.js'
import { byObservable } from '../../src/core/order.js'
import { consumers } from '../../src/exporters/consumers.js'
import { sidsOf } from '../../src/exporters/ids/suricata-rules.js'
import { renderAll, renderOne } from '../../src/exporters/index.js'
import type { ObservableType } from '../../src/model/observable.js'
import type { Artifact } from '../../src/model/ports.js'
import type { Indicator, Snapshot } from '../../src/model/snapshot.js'
import { bytesOf, commit, post, workspace } from '../helpers.js'
import { indicator, snapshotOf, watched } from './snapshot.js'

const WATCHED: [ObservableType, string][] = [
  ['ipv4-addr', '45.67.89.101'],
  ['ipv6-addr', '2a00:77::101'],
  ['domain-name', 'perhaps.example.net'],
  ['url', 'http://maybe.example.org/x'],
  ['file', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
]
const GONE = 'gone.example.net'

/** What a post makes, with values of each kind watched beside it. */
async function published(): Promise<Snapshot> {
  const here = workspace()
  await commit(here, post('#MoqHao abcdefghij.duckdns[.]org → 31.1.2.3 hxxp://evil[.]com/a'))
  const { snapshot } = await snapshotAsOf(here, '2021-09-20')
  expect(snapshot.indicators.filter(({ status }) => status === 'active').length).toBeGreaterThan(2)
  const watch = [
    ...WATCHED.map(([type, value]) => watched(type, value)),
    { ...watched('domain-name', GONE), status: 'expired' as const },
  ]
  return { ...snapshot, watch: watch.sort(byObservable) }
}

const filesOf = (snapshot: Snapshot): Map<string, string> =>
  new Map([...renderAll(snapshot)].map(({ path, body }) => [path, [...body].join('')]))

it('nothing outside of watch/ depends on what is watched, but for the count in the README', async () => {
  const snapshot = await published()
  const [all, without] = [filesOf(snapshot), filesOf({ ...snapshot, watch: [] })]
  const outside = (files: Map<string, string>) =>
    [...files].filter(([path]) => !path.startsWith('watch/') && path !== 'README.md')
  expect(outside(all)).toEqual(outside(without))
  for (const [path, text] of all)
    if (!path.startsWith('watch/'))
      for (const [, value] of WATCHED) expect(text, `${value} in ${path}`).not.toContain(value)
  expect(all.get('README.md')).toContain(' 5 watched')
})

it('a domain that is watched stands in no other file for the names under it', async () => {
  const snapshot = await published()
  const name = snapshot.indicators.find(({ value }) => value === 'abcdefghij.duckdns.org')!
  const operated = 'duckdns.org'
  const taken = (watch: Indicator[]) =>
    filesOf({
      ...snapshot,
      watch,
      indicators: snapshot.indicators.map((one) => (one === name ? { ...one, operated } : one)),
    })
  expect(taken([]).get('dns/pi-hole.txt')).toBe('||evil.com^\n||duckdns.org^\n')
  const files = taken([watched('domain-name', operated)])
  expect(files.get('dns/pi-hole.txt')).toBe('||evil.com^\n||abcdefghij.duckdns.org^\n')
  for (const [path, text] of files)
    if (!path.startsWith('watch/')) expect(text.split(/[\s|^*=/"',]+/), path).not.toContain(operated)
})

describe('what is watched and active', () => {
  const read = async (name: string) =>
    renderOne(await published(), name).map(({ path, entries, body }) => ({
      path,
      entries,
      text: [...body].join(''),
    }))

  it('stands in plain lists, one kind in each', async () => {
    const [ips] = await read('watch-ips')
    const [domains] = await read('watch-domains')
    expect(ips).toEqual({ path: 'watch/ips.txt', entries: 2, text: '45.67.89.101\n2a00:77::101\n' })
    expect(domains).toEqual({ path: 'watch/domains.txt', entries: 1, text: 'perhaps.example.net\n' })
    for (const [text, as] of [
      [ips!.text, 'ips'],
      [domains!.text, 'domains'],
    ] as const)
      expect((await lint(bytesOf(text), as)).faults).toEqual([])
  })

  it('has a table that says what ties it, and what it is for', async () => {
    const snapshot = await published()
    const reasons = [{ rule: 'pair', weight: 40, detail: 'stood on 31.1.2.3, with evil.com' }]
    const evidence = snapshot.indicators[0]!.evidence
    const watch = snapshot.watch.map((one) => ({ ...one, reasons, evidence, basis: 'list-date' as const }))
    const [{ path, body, entries }] = renderOne({ ...snapshot, watch }, 'watch-indicators') as [Artifact]
    const rows = parse([...body].join(''), { columns: true }) as Record<string, string>[]
    expect([path, entries, rows.map(({ value }) => value)]).toEqual([
      'watch/indicators.csv',
      5,
      WATCHED.map(([, value]) => value),
    ])
    expect(rows[2]).toEqual({
      type: 'domain-name',
      value: 'perhaps.example.net',
      use: 'for logging only, never to block',
      confidence: '55',
      first_reported: '2026-11-20T00:00:00.000Z',
      first_reported_basis: 'list-date',
      valid_until: '2026-12-20T00:00:00.000Z',
      reporters: 'ninoseki',
      sources: 'test',
      evidence: 'https://x.com/ninoseki/status/1439663629909979140',
      why: 'stood on 31[.]1[.]2[.]3, with evil[.]com',
    })
  })

  it('is for sensors of the lowest priority, and under a name of its own', async () => {
    const [rules] = await read('watch-suricata-rules')
    const lines = rules!.text.trim().split('\n')
    expect([rules!.path, lines.length]).toEqual(['watch/suricata.rules', 3])
    for (const line of lines)
      expect(line).toMatch(/^alert .*\(msg:"moqhao-feed watch .*; classtype:misc-activity; priority:4; sid:/)
    const [intel] = await read('watch-zeek-intel')
    const items = intel!.text.trim().split('\n').slice(1)
    expect([intel!.path, items.length]).toEqual(['watch/zeek.intel', 5])
    for (const item of items)
      expect(item.split('\t').slice(2, 4)).toEqual([
        'moqhao-feed watch',
        'MoqHao: for logging only, never to block',
      ])
  })

  it('is told from what is gone', async () => {
    for (const [path, text] of filesOf(await published())) expect(text, path).not.toContain(GONE)
  })

  it('is covered by nothing, whosever domain it is', async () => {
    const snapshot = await published()
    const watch = snapshot.watch.map((one) => ({ ...one, operated: 'example.net' }))
    const [{ body }] = renderOne({ ...snapshot, watch }, 'watch-suricata-rules') as [Artifact]
    const text = [...body].join('')
    expect(text).toContain('content:".perhaps.example.net"')
    expect(text).not.toContain('content:".example.net"')
  })
})

it('every consumer’s file of what is watched lies in watch/, and no other does', () => {
  for (const { name, path, tier, coversBelow } of consumers) {
    expect([name, path.startsWith('watch/')]).toEqual([name, tier === 'watch'])
    if (tier === 'watch') expect([name, coversBelow]).toEqual([name, undefined])
  }
})

describe('rule ids of what is watched', () => {
  const many = snapshotOf(20_000)
  const watch = [...snapshotOf(20_000).indicators].map(({ type, value }) => watched(type, value))
  const sids = sidsOf({ indicators: [], watch }, 'watch')

  it('are one a value, and none that a value to block may have', () => {
    const named = watch.filter(({ type }) => type !== 'url' && type !== 'file')
    expect(new Set(sids.values()).size).toBe(named.length)
    for (const sid of sids.values()) expect(sid >= 700_000_000 && sid < 800_000_000).toBe(true)
    const blocked = new Set(sidsOf(many, 'block').values())
    for (const sid of sids.values()) expect(blocked.has(sid)).toBe(false)
    for (const sid of blocked) expect(sid).toBeGreaterThan(1_000_000_000)
  })

  it('stay when what is watched comes, goes and is published', () => {
    const some = watch.filter((_, n) => n % 40 === 0)
    const here = sidsOf({ indicators: many.indicators, watch: some }, 'watch')
    for (const [value, sid] of sidsOf({ indicators: [], watch: some.slice(10) }, 'watch'))
      expect(here.get(value)).toBe(sid)
    const moved = indicator('domain-name', 'perhaps.example.net')
    expect(sidsOf({ indicators: [moved], watch: [] }, 'block').get(moved.value)).not.toBe(
      sidsOf({ indicators: [], watch: [moved] }, 'watch').get(moved.value),
    )
  })
})

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { PACKAGE_ROOT } from '../../src/app/workspace.js'
import { snapshot as takeSnapshot } from '../../src/core/snapshot.js'
import { dayEnd } from '../../src/core/time.js'
import { zones } from '../../src/core/zone.js'
import { consumerExporter } from '../../src/exporters/consumer.js'
import { consumers } from '../../src/exporters/consumers.js'
import { sidsOf } from '../../src/exporters/ids/suricata-rules.js'
import type { ObservableType } from '../../src/model/observable.js'
import type { Indicator, PublishedEntry, Snapshot } from '../../src/model/snapshot.js'
import { commit, post, workspace } from '../helpers.js'
import { indicator, snapshotOf } from './snapshot.js'

const VALUES: [ObservableType, string][] = [
  ['ipv4-addr', '31.1.2.3'],
  ['ipv6-addr', '2a00:1::5'],
  ['ipv6-addr', '2a00:1:2:3:4:5:6:7'],
  ['domain-name', 'evil.example.com'],
  ['domain-name', 'x.y.evil.example.com'],
  ['domain-name', 'xn--a-ecp.example'],
  ['url', 'http://evil.example.com/a'],
  ['url', 'http://evil.example.com/a#b'],
  ['url', 'http://evil.example.com:8080/?q=1'],
  ['url', 'https://evil.example.com/a'],
  ['url', 'http://[2a00:1::5]/a'],
  ['file', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
]
const small: Snapshot = {
  ...snapshotOf(0),
  indicators: VALUES.map(([type, value]) => indicator(type, value)),
}
const linesOf = (name: string, snapshot: Snapshot): string[] => {
  const format = consumers.find((one) => one.name === name)!
  return [...consumerExporter(format).render(snapshot, name)].flatMap(({ body }) => [...body])
}

it.each(['rpz-names', 'dnsmasq-names', 'squid-names'])('%s has no name below another', (name) => {
  const text = linesOf(name, small).join('')
  expect(text).toContain('evil.example.com')
  expect(text).not.toContain('x.y.evil')
})

it.each([
  ['2a00:1::5', '128.5.zz.1.2a00.rpz-ip'],
  ['2a00::', '128.zz.2a00.rpz-ip'],
  ['::5', '128.5.zz.rpz-ip'],
  ['1:2:3:4:5:6:7:8', '128.8.7.6.5.4.3.2.1.rpz-ip'],
])('%s is %s in a response policy zone', (value, owner) => {
  expect(linesOf('rpz-addresses', { ...small, indicators: [indicator('ipv6-addr', value)] }).at(-1)).toBe(
    `${owner} CNAME .\n`,
  )
})

it('a zone holds what is active, and its serial is the second of its last change', () => {
  const expired = { ...indicator('domain-name', 'old.example.com'), status: 'expired' as const }
  expect(zones([...small.indicators, expired], [])).toEqual({
    names: ['evil.example.com', 'xn--a-ecp.example'],
    addresses: ['31.1.2.3', '2a00:1::5', '2a00:1:2:3:4:5:6:7'],
  })
  const stamp = { created: '2026-11-20T00:00:00.000Z', modified: '2026-11-24T00:00:01.000Z' }
  const [, soa] = linesOf('rpz-names', { ...small, stamps: new Map([['list names', stamp]]) })
  expect(soa).toContain(` ${Date.UTC(2026, 10, 24, 0, 0, 1) / 1000} `)
})

it('a zone expires with what it lists', () => {
  const { life } = JSON.parse(readFileSync(join(PACKAGE_ROOT, 'feed.config.json'), 'utf8'))
  const expireOf = (name: string) => Number(linesOf(name, small)[1]!.split(' ').at(-2)) / 86_400
  // Names live as long as the address they stand on.
  expect(expireOf('rpz-names')).toBe(Math.max(life['domain-name'], life['ipv4-addr']))
  expect([expireOf('rpz-addresses'), expireOf('rpz-addresses')]).toEqual([
    life['ipv4-addr'],
    life['ipv6-addr'],
  ])
})

it('a serial grows with what its zone holds, and with nothing else', async () => {
  const here = workspace()
  const at = async (day: string, previous: PublishedEntry[]) => {
    const taken = takeSnapshot(await here.store().facts(dayEnd(day)), here.policy, day, previous)
    const [names, addresses] = ['names', 'addresses'].map(
      (zone) => taken.snapshot.stamps.get(`list ${zone}`)!.modified,
    )
    return { record: taken.record, serials: [names, addresses] }
  }
  const [first, second] = ['2021-09-20T00:00:00.000Z', '2021-09-21T00:00:00.000Z']
  await commit(here, post('#MoqHao abcdefghij.duckdns[.]org → 31.1.2.3'))
  const before = await at('2021-09-20', [])
  expect(before.serials).toEqual([first, first])
  expect((await at('2021-09-21', before.record)).serials).toEqual([first, first])

  const publishedAt = '2021-09-20T20:00:00.000Z'
  await commit(
    here,
    post('#MoqHao klmnopqrst.duckdns[.]org', { id: 'post:1440042635300356101', publishedAt }),
  )
  expect((await at('2021-09-21', before.record)).serials).toEqual([second, first])
  expect((await at('2021-09-20', before.record)).serials).toEqual(['2021-09-20T00:00:01.000Z', first])
})

describe('rule ids', () => {
  const many = snapshotOf(50_000)
  const isRuled = ({ type }: Indicator) => type !== 'url' && type !== 'file'

  it('are one a value, in 31 bits, above what others have', () => {
    const sids = [...sidsOf(many, 'block').values()]
    expect(new Set(sids).size).toBe(many.indicators.filter(isRuled).length)
    for (const sid of sids) expect(sid > 1_000_000_000 && sid < 2 ** 31).toBe(true)
  })

  it('stay where something is published later or expires', () => {
    const later = many.indicators.map((one, n) =>
      n % 2 === 0 ? { ...one, stamp: { ...one.stamp, created: '2026-11-23T00:00:00.000Z' } } : one,
    )
    const earlier = later.filter(({ stamp }) => stamp.created < '2026-11-23')
    const before = sidsOf({ indicators: earlier, watch: [] }, 'block')
    const expired = later.map((one) => ({ ...one, status: 'expired' as const }))
    const after = sidsOf({ indicators: expired, watch: [] }, 'block')
    expect([...before].filter(([value, sid]) => after.get(value) !== sid)).toEqual([])
  })

  it('rev grows with each change', () => {
    const stamp = { created: '2026-11-20T00:00:00.000Z', modified: '2026-11-24T00:00:01.000Z' }
    const text = linesOf('suricata-rules', {
      ...small,
      indicators: [{ ...small.indicators[0]!, stamp }],
    }).join('')
    expect(text).toMatch(/ rev:345602; metadata:created_at 2026_11_20, updated_at 2026_11_24;/)
  })
})

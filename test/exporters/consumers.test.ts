import { describe, expect, it } from 'vitest'
import { lint } from '../../src/app/lint.js'
import { consumerExporter, split } from '../../src/exporters/consumer.js'
import { consumers } from '../../src/exporters/consumers.js'
import type { Artifact } from '../../src/model/ports.js'
import type { Snapshot } from '../../src/model/snapshot.js'
import { snapshotOf } from './snapshot.js'

const render = (name: string, snapshot: Snapshot): Artifact[] => {
  const format = consumers.find((one) => one.name === name)!
  return [...consumerExporter(format).render(snapshot, name)]
}
async function* bytesOf(text: string) {
  yield Buffer.from(text)
}
const faultsOf = async (name: string, text: string) => (await lint(bytesOf(text), name)).faults

describe.each(consumers)('$name', ({ name, takes, maxEntries }) => {
  const full = snapshotOf(5_000)

  it('is taken whole by its own grammar, and holds all that it takes', async () => {
    const artifacts = render(name, full)
    for (const { body } of artifacts) expect(await faultsOf(name, [...body].join(''))).toEqual([])
    const entries = artifacts.reduce((sum, one) => sum + one.entries, 0)
    expect(entries).toBe(full.indicators.filter(takes).length)
    expect(entries).toBeGreaterThan(0)
    for (const one of artifacts) expect(one.entries).toBeLessThanOrEqual(maxEntries ?? entries)
  })

  it('is taken empty', async () => {
    const [{ body, entries }, ...more] = render(name, snapshotOf(0)) as [Artifact]
    expect([entries, more]).toEqual([0, []])
    expect(await faultsOf(name, [...body].join(''))).toEqual([])
  })
})

/** Per format: lines that the consumer would refuse or misread, each with what is said of it. */
const REFUSED: [format: string, file: string, message: RegExp][] = [
  ['pan-os-ip', 'evil.example.com\n', /not an IP address/],
  ['pan-os-ip', '# made today\n', /not an IP address/],
  ['pan-os-ip', '31.1.2.3\n31.1.2.3\n', /twice/],
  ['pan-os-ip', '31.1.2.3', /no end of line/],
  ['pan-os-ip', '31.1.2.3\r\n', /CRLF/],
  ['pan-os-ip', '\ufeff31.1.2.3\n', /byte order mark/],
  ['pan-os-ip', '1.0.0.1-::1\n', /IPv4 and IPv6/],
  ['pan-os-domain', '31.1.2.3\n', /takes names/],
  ['pan-os-domain', 'a.*.example.com\n', /not a host name/],
  ['pan-os-domain', 'テスト.jp\n', /not a host name/],
  ['pan-os-url', 'http://a.example.com/\n', /scheme/],
  ['pan-os-url', 'a.example.com\n', /slash/],
  ['pan-os-url', 'a.example.com:8080/\n', /port/],
]

it.each(REFUSED)('%s refuses %j', async (name, file, message) => {
  const faults = await faultsOf(name, file)
  expect(faults).toHaveLength(1)
  expect(faults[0]!.message).toMatch(message)
})

it('every format refuses something', () => {
  expect(new Set(REFUSED.map(([name]) => name))).toEqual(new Set(consumers.map(({ name }) => name)))
})

it('a part that is full splits in two, and no other entry moves', () => {
  const { indicators } = snapshotOf(2_000)
  const partOf = (count: number) =>
    new Map(
      [...split(indicators.slice(0, count), 500)].flatMap(({ suffix, entries }) =>
        entries.map(({ value }) => [value, suffix] as const),
      ),
    )
  const [before, after] = [partOf(1_900), partOf(1_901)]
  expect([...before].filter(([value, suffix]) => after.get(value) !== suffix)).toEqual([])
  expect(new Set(before.values()).size).toBeGreaterThan(3)
  expect(before.values()).toContain('')
})

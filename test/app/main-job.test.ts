import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { beforeAll, describe, expect, it } from 'vitest'
import { PACKAGE_ROOT } from '../../src/app/workspace.js'
import { Bundle } from '../../src/model/stix/index.js'
import { cli, smallArchive } from '../helpers.js'

// One run over the bundled archive, looked at from all sides. The expected values stand in main-job.csv.
const dir = mkdtempSync(join(tmpdir(), 'moqhao-main-job-'))
const feeds = join(dir, 'feeds')
const rows = (path: string): Record<string, string>[] => parse(readFileSync(path, 'utf8'), { columns: true })
const facts = rows(join(PACKAGE_ROOT, 'test/fixtures/main-job.csv'))
const expected = (fact: string) => facts.filter((row) => row.fact === fact)
const list = (name: string) =>
  readFileSync(join(feeds, `${name}.txt`), 'utf8')
    .split('\n')
    .filter(Boolean)
const fileNames = () =>
  readdirSync(feeds, { recursive: true })
    .map(String)
    .filter((path) => statSync(join(feeds, path)).isFile() && path !== 'status.json')
    .sort()
const state = () =>
  fileNames().map((path) => [
    path,
    createHash('sha256')
      .update(readFileSync(join(feeds, path)))
      .digest('hex'),
    statSync(join(feeds, path)).mtimeMs,
  ])

let output = ''
beforeAll(async () => {
  const { code, stdout, stderr } = await cli(['run', '--dir', smallArchive(dir)])
  expect([code, stderr]).toEqual([0, ''])
  output = stdout
})

it('says what it did, which sources it had to pass over, and why the active lists are empty', async () => {
  await expect(
    output
      .replace(/\d+\.?\d*\n\nGuards/, 'SECONDS\n\nGuards')
      .replace(/Published to .*\n/, 'Published to DIR\n'),
  ).toMatchFileSnapshot('../golden/run.txt')
})

describe('first-reported days', () => {
  const byValue = () => new Map(rows(join(feeds, 'indicators.csv')).map((row) => [row.value, row]))
  it('of the eleven addresses are exactly those of table 1', () => {
    const indicators = byValue()
    const found = expected('first_reported').map(({ subject }) => [
      subject,
      indicators.get(subject)?.first_reported?.slice(0, 10),
    ])
    expect(found).toEqual(expected('first_reported').map((row) => [row.subject, row.expected]))
    expect(found).toHaveLength(11)
    expect(list('ips-all')).toEqual(expect.arrayContaining(found.map(([address]) => address)))
  })
})

it('the Team Cymru list is whole: names, addresses, pairs', () => {
  const source = rows(join(PACKAGE_ROOT, 'archive/team-cymru/moqhao-first-stage-c2s-2021-07-01.csv'))
  const names = new Set(source.map(({ domain }) => domain!))
  const addresses = new Set(source.map(({ ip_address }) => ip_address!))
  const pairs = new Set(source.map(({ domain, ip_address }) => `${domain} ${ip_address}`))
  expect(expected('count').map((row) => Number(row.expected))).toEqual([
    names.size,
    addresses.size,
    pairs.size,
  ])
  expect(list('domains-all')).toEqual(expect.arrayContaining([...names]))
  expect(list('ips-all')).toEqual(expect.arrayContaining([...addresses]))
  const published = rows(join(feeds, 'pairs.csv')).map(({ domain, ip }) => `${domain} ${ip}`)
  expect(published).toEqual(expect.arrayContaining([...pairs]))
})

it.each(['2021-06-16', '2021-07-01', '2021-08-11'])('the addresses active on %s', async (day) => {
  const { stdout } = await cli(['export', '--dir', dir, '--as-of', day, '--only', 'ips', '-o', '-'])
  const active = stdout.split('\n')
  const found = expected(`active ${day}`).map(({ subject }) => [
    subject,
    active.includes(subject!) ? 'yes' : 'no',
  ])
  expect(found).toEqual(expected(`active ${day}`).map((row) => [row.subject, row.expected]))
  const indicators = new Map(
    rows(join(feeds, 'indicators.csv')).map((row) => [row.value, row.first_reported!]),
  )
  for (const address of active.filter(Boolean))
    expect(indicators.get(address)!.slice(0, 10) <= day).toBe(true)
})

describe('what must not be published', () => {
  const published = () => [
    ...['ips', 'domains', 'urls'].flatMap((name) => [...list(name), ...list(`${name}-all`)]),
  ]
  const stixNames = () =>
    Bundle.parse(JSON.parse(readFileSync(join(feeds, 'stix/bundle.json'), 'utf8'))).objects.flatMap(
      (object) => (object.type === 'indicator' ? object.name : []),
    )

  it('is in no list and no STIX indicator, nor is anything on such a host', () => {
    const hosts = new Set(expected('never published').map(({ subject }) => subject))
    const hostOf = (value: string) => (value.includes('://') ? new URL(value).hostname : value)
    expect([...published(), ...stixNames()].filter((value) => hosts.has(hostOf(value)))).toEqual([])
  })
  it('of the TweetFeed excerpt only what has a sign of MoqHao is published', () => {
    const fromTweetFeed = rows(join(feeds, 'indicators.csv')).filter(({ sources }) =>
      sources!.split('; ').includes('tweetfeed'),
    )
    const names = fromTweetFeed
      .filter(({ type }) => type !== 'ipv4-addr')
      .map(({ value }) => value!.replace(/^https:\/\/(.*)\/$/, '$1'))
    expect(names.every((name) => /^[a-z]{10}\.duckdns\.org$/.test(name))).toBe(true)
    const addresses = fromTweetFeed.filter(({ type }) => type === 'ipv4-addr').map(({ value }) => value)
    expect(addresses).toEqual(['87.120.36.228', '128.14.75.88', '185.183.98.14'])
  })
  it('no list holds a value of another kind', () => {
    const isAddress = (value: string) => /^[\d.]+$/.test(value) || value.includes(':')
    for (const name of ['ips', 'ips-all']) expect(list(name).every(isAddress)).toBe(true)
    for (const name of ['domains', 'domains-all']) expect(list(name).some(isAddress)).toBe(false)
  })
})

it('every STIX object passes the strict schemas; references point backwards', () => {
  const bundle = Bundle.safeParse(JSON.parse(readFileSync(join(feeds, 'stix/bundle.json'), 'utf8')))
  expect(bundle.error?.issues.slice(0, 3)).toBeUndefined()
})

it('the manifest and SHA256SUMS agree with the files', () => {
  const manifest = JSON.parse(readFileSync(join(feeds, 'manifest.json'), 'utf8')) as {
    files: { path: string; sha256: string; bytes: number }[]
  }
  for (const { path, sha256, bytes } of manifest.files) {
    const content = readFileSync(join(feeds, path))
    expect([path, createHash('sha256').update(content).digest('hex'), content.length]).toEqual([
      path,
      sha256,
      bytes,
    ])
  }
  const sums = readFileSync(join(feeds, 'SHA256SUMS'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split('  ')[1])
  expect(sums).toEqual(fileNames().filter((path) => path !== 'SHA256SUMS'))
  expect(manifest.files.map(({ path }) => path)).toEqual(sums.filter((path) => path !== 'manifest.json'))
})

it.each(['2026-11-23T18:00:00.000Z', '2026-11-24T12:00:00.000Z'])(
  'a second run at %s changes no byte and says so',
  async (now) => {
    const before = state()
    const { code, stdout } = await cli(['run', '--dir', dir], { now })
    expect(code).toBe(0)
    expect(stdout).toContain('Nothing new: no byte of')
    expect(state()).toEqual(before)
  },
)

it('a clock that is years behind the last publication is refused, and changes nothing', async () => {
  const before = state()
  const { code, stderr } = await cli(['run', '--dir', dir], { now: '2025-01-01T00:00:00.000Z' })
  expect(code).toBe(3)
  expect(stderr).toContain('the last publication is as of 2026-11-23, the clock says 2025-01-01')
  expect(state()).toEqual(before)
})

it('two first publications of the same documents are the same bytes, whatever day it is read in', async () => {
  const other = mkdtempSync(join(tmpdir(), 'moqhao-main-job-'))
  await cli(['run', '--dir', smallArchive(other)])
  for (const path of fileNames())
    expect(
      readFileSync(join(other, 'feeds', path), 'utf8') === readFileSync(join(feeds, path), 'utf8'),
      path,
    ).toBe(true)
})

describe('explain', () => {
  const explained = async (value: string) => cli(['explain', '--dir', dir, value])
  it('prints every piece of evidence, why, the pairs, the life and the files', async () => {
    const { code, stdout } = await explained('103.80.134[.]153')
    expect(code).toBe(0)
    await expect(stdout).toMatchFileSnapshot('../golden/explain-103.80.134.153.txt')
  })
  it('says why a public suffix is never published', async () => {
    const { code, stdout } = await explained('duckdns.org')
    expect(code).toBe(0)
    await expect(stdout).toMatchFileSnapshot('../golden/explain-duckdns.org.txt')
  })
  it('says which family another one’s name belongs to', async () => {
    expect((await explained('nuevosecua.duckdns.org')).stdout).toContain('other-term:njrat')
  })
  it('an unknown value is answered clearly, exit 1', async () => {
    const { code, stdout } = await explained('nobody.knows-this.com')
    expect(code).toBe(1)
    expect(stdout).toContain('No document names it')
  })
})

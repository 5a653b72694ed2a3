import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { renderOne } from '../../src/exporters/index.js'
import { isAddress } from '../../src/model/observable.js'
import type { Indicator, Snapshot } from '../../src/model/snapshot.js'
import { snapshotOf } from '../exporters/snapshot.js'

const LARGE = snapshotOf(50_000)
/** A part of them. */
const SMALL = snapshotOf(1_000)
const EMPTY = snapshotOf(0)

/** As root: nft in a user namespace may not send the kernel a feed of this size at once. */
const AS_ROOT = process.getuid?.() === 0 ? [] : ['sudo', '-n']

/** What a shell prints in a network of its own, where sets can be filled that nobody else sees. */
function inNetwork(script: string): string {
  const [command = '', ...args] = [...AS_ROOT, 'unshare', '-n', 'sh', '-ec', script]
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1e9 })
  if (status !== 0) throw new Error(`exit ${status}: ${stderr.slice(0, 2_000)}`)
  expect(stderr).toBe('')
  return stdout
}

function installed(program: string, install: string): void {
  if (spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0)
    throw new Error(`${program} is missing: ${install}`)
}

/** The one file of a format. */
function fileOf(name: string, snapshot: Snapshot, tail = ''): string {
  const dir = mkdtempSync(join(tmpdir(), 'moqhao-conformance-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  const [{ path, body }, ...more] = renderOne(snapshot, name) as [ReturnType<typeof renderOne>[number]]
  expect(more).toEqual([])
  const file = join(dir, path.replaceAll('/', '-'))
  writeFileSync(file, [...body].join('') + tail)
  return file
}

/** Addresses of either family, sorted: ours are spelled as the programs spell them (RFC 5952). */
const listed = ({ indicators }: Snapshot) =>
  (['ipv4-addr', 'ipv6-addr'] as const).map((family) =>
    indicators
      .filter(({ type }) => type === family)
      .map(({ value }) => value)
      .sort(),
  )
describe('nft', () => {
  beforeAll(() => installed('nft', 'apt-get install nftables'))

  /** What the two sets hold after the files were loaded one after another. */
  const loaded = (...files: string[]): string[][] =>
    inNetwork(
      [
        ...files.map((file) => `nft -f ${file}`),
        ...['ipv4', 'ipv6'].map((set) => `nft -j list set inet moqhao ${set}`),
      ].join('\n'),
    )
      .trim()
      .split('\n')
      .map((json) => {
        const { nftables } = JSON.parse(json) as { nftables: { set?: { elem?: string[] } }[] }
        return nftables.flatMap(({ set }) => set?.elem ?? []).sort()
      })

  it.each([
    ['of 50,000 values', LARGE],
    ['that is empty', EMPTY],
  ])('loads a feed %s into the kernel, again and again', (_, snapshot) => {
    const file = fileOf('nftables', snapshot)
    inNetwork(`nft -c -f ${file}`)
    expect(loaded(file, file)).toEqual(listed(snapshot))
  })

  it('has nothing left of what an earlier file listed', () => {
    const [large, small, empty] = [LARGE, SMALL, EMPTY].map((snapshot) => fileOf('nftables', snapshot))
    expect(loaded(large!, small!)).toEqual(listed(SMALL))
    expect(loaded(large!, empty!)).toEqual([[], []])
  })

  it('keeps its rules, and what it held where a file is broken', () => {
    const [small, broken] = [fileOf('nftables', SMALL), fileOf('nftables', EMPTY, 'add element nonsense\n')]
    const rules = inNetwork(`
      nft -f ${small}
      nft add chain inet moqhao forward '{ type filter hook forward priority filter - 1; }'
      nft add rule inet moqhao forward ip daddr @ipv4 drop
      nft add rule inet moqhao forward ip6 daddr @ipv6 drop
      ! nft -f ${broken} 2> /dev/null
      nft list set inet moqhao ipv4 | grep -c ,
      nft -f ${small}
      nft list chain inet moqhao forward`)
    expect(rules).toMatch(/^[1-9]/)
    expect(rules).toContain('ip daddr @ipv4 drop')
    expect(rules).toContain('ip6 daddr @ipv6 drop')
  })
})

describe('ipset', () => {
  beforeAll(() => installed('ipset', 'apt-get install ipset'))

  const loaded = (...files: string[]): { sets: string[]; held: string[][] } => {
    const saved = inNetwork([...files.map((file) => `ipset restore -file ${file}`), 'ipset save'].join('\n'))
    const lines = saved.trim().split('\n')
    const held = ['moqhao4', 'moqhao6'].map((set) =>
      lines
        .filter((line) => line.startsWith(`add ${set} `))
        .map((line) => line.split(' ')[2]!)
        .sort(),
    )
    return { sets: lines.flatMap((line) => /^create (\S+)/.exec(line)?.[1] ?? []), held }
  }

  it.each([
    ['of 50,000 values', LARGE],
    ['that is empty', EMPTY],
  ])('restores a feed %s into the kernel, again and again', (_, snapshot) => {
    const file = fileOf('ipset', snapshot)
    expect(loaded(file, file)).toEqual({ sets: ['moqhao4', 'moqhao6'], held: listed(snapshot) })
  })

  it('has nothing left of what an earlier file listed, nor of a restore that broke off', () => {
    const [large, small, empty] = [LARGE, SMALL, EMPTY].map((snapshot) => fileOf('ipset', snapshot))
    expect(loaded(large!, small!).held).toEqual(listed(SMALL))
    expect(loaded(large!, empty!).held).toEqual([[], []])
    const after = inNetwork(`
      head -500 ${large} | ipset restore
      ipset restore -file ${small}
      ipset save | grep -c '^add'`)
    expect(Number(after)).toBe(listed(SMALL).flat().length)
  })

  it('fills sets that a rule of iptables matches by', () => {
    const file = fileOf('ipset', SMALL)
    const [first] = listed(SMALL).flat()
    expect(
      inNetwork(`
        ipset restore -file ${file}
        ipset test -q moqhao4 ${first} && echo blocked`),
    ).toBe('blocked\n')
  })
})

describe('sigma', () => {
  beforeAll(() => installed('sigma', 'pip install sigma-cli pysigma-backend-splunk'))

  const sigma = (...args: string[]): string => {
    const { status, stdout, stderr } = spawnSync('sigma', args, { encoding: 'utf8', maxBuffer: 1e9 })
    if (status !== 0) throw new Error(`exit ${status}: ${stdout}${stderr}`.slice(0, 2_000))
    return stdout
  }

  it.each([
    ['sigma-dns', ({ type }: Indicator) => type === 'domain-name'],
    ['sigma-proxy', ({ type }: Indicator) => type === 'domain-name'],
    ['sigma-ip', ({ type }: Indicator) => isAddress(type)],
  ])('%s is a rule without fault, of which a search for all values comes', (name, isOf) => {
    const file = fileOf(name, LARGE)
    sigma('check', '--fail-on-error', '--fail-on-issues', file)
    const search = sigma('convert', '--target', 'splunk', '--without-pipeline', file)
    const values = LARGE.indicators.filter(isOf).map(({ value }) => value)
    expect([...search.matchAll(/"([^"]+)"(?=[,)])/g)].map(([, value]) => value)).toEqual(values)
  })

  it.each([
    ['sigma-dns', /^query="nothing\.invalid"$/],
    ['sigma-proxy', /^"cs-host"="nothing\.invalid"$/],
    ['sigma-ip', /^dst_ip="192\.0\.2\.1"$/],
  ])('%s that is empty searches for nothing, not for everything', (name, search) => {
    const file = fileOf(name, EMPTY)
    sigma('check', '--fail-on-error', '--fail-on-issues', file)
    expect(sigma('convert', '--target', 'splunk', '--without-pipeline', file).trim()).toMatch(search)
  })
})

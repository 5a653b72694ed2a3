import ipaddr from 'ipaddr.js'
import type { PairRule, Row } from '../model/document.js'
import { isAddress } from '../model/observable.js'
import type { Observation, Pair } from '../model/observation.js'
import { isArrow, joinsAddress, joinsName, LONGEST_JOINT } from './reading/joints.js'

/** Names that may stand on an address that a post tells; a command server's is on one of its own. */
const names = (observations: Observation[]) =>
  observations.filter(({ type, role }) => type === 'domain-name' && role !== 'c2')
const addresses = (observations: Observation[]) => observations.filter(({ type }) => isAddress(type))

const cross = (domains: Observation[], ip: Observation, rule: PairRule, row?: Row): Pair[] =>
  domains.map((domain) => ({
    domain: domain.value,
    ip: ip.value,
    rule,
    ...(row?.firstSeen ? { firstSeen: row.firstSeen } : {}),
    ...(row?.lastSeen ? { lastSeen: row.lastSeen } : {}),
  }))

/**
 * Pairs of a post. One address: all names of the post stand on it. Several: an arrow between a name and an address pairs
 * them; a line with one address and names does; so does a block between blank lines that holds one address; a line with
 * nothing but an address is a header over the names that follow. What none of these says is not guessed. What a post
 * only refers to hosts nothing; nor does what it calls a command server, or an address that stands in it as a plain word,
 * unless an arrow or its like says so.
 */
export function pairsOfText(text: string, observations: Observation[]): Pair[] {
  const pairs = pairsAnywhere(text, observations)
  if (!observations.some(({ signals }) => signals !== undefined)) return pairs
  // What a post says of two families it says of two sets of machines.
  const isCampaign = new Map(
    observations.map(({ value, signals }) => [value, signals?.some((signal) => signal.startsWith('term:'))]),
  )
  return pairs.filter(({ domain, ip }) => isCampaign.get(domain) === isCampaign.get(ip))
}

function pairsAnywhere(text: string, observations: Observation[]): Pair[] {
  const spoken = observations.filter(
    ({ role, type }) => role !== 'reference' && (type === 'domain-name' || isAddress(type)),
  )
  const all = addresses(spoken)
  if (all.length === 0 || all.length === spoken.length) return []
  const isPlain = all.length === 1 && isHosting(all[0]!)
  const beside = isPlain ? [] : neighbours(text, spoken)
  const paired = new Set(beside.map(({ ip }) => ip))
  const hosts = spoken.filter(
    (one) =>
      !isAddress(one.type) || paired.has(one.value) || (isHosting(one) && (isPlain || isGlobal(one.value))),
  )
  const ips = addresses(hosts)
  if (ips.length === 1) return cross(names(hosts), ips[0]!, 'one-address')
  if (ips.length === 0) return []
  const lines = byLine(text, hosts)
  const onLines = lines.flatMap(({ hosts }) => pairsWith(hosts, 'arrow'))
  if (onLines.length > 0) return onLines
  if (beside.length > 0) return beside
  return byBlock(lines).flatMap((block) => {
    const inBlock = pairsWith(
      block.flatMap(({ hosts }) => hosts),
      'one-address',
    )
    return inBlock.length > 0 ? inBlock : underHeaders(block)
  })
}

/**
 * Not a command server, and told of: a plain word among words may be a victim's address, a proxy's, a version, a number
 * to call.
 */
const isHosting = ({ role, context, port }: Observation): boolean =>
  role !== 'c2' && (context !== 'prose' || port !== undefined)

/** A router or an example beside an address is not what the names stand on. */
const isGlobal = (address: string): boolean => ipaddr.parse(address).range() === 'unicast'

const lineBefore = (text: string, at: number): string => {
  const near = text.slice(Math.max(0, at - LONGEST_JOINT), at)
  return near.slice(near.lastIndexOf('\n') + 1)
}

/** Between two addresses of one name: `name → address, address`. */
const ALSO = /^[\s\p{P}\p{S}]{0,4}(?:and|及び|および|と|や)?[\s\p{P}\p{S}]{0,3}$/u

/** Whether what follows goes on about a value: `, 8.8.8.8 says so`. */
const isSubject = (text: string, end: number): boolean => /^ +[a-z]/i.test(text.slice(end, end + 8))

/** Pairs of values that stand side by side on a line. */
function neighbours(text: string, hosts: Observation[]): Pair[] {
  const sorted = [...hosts].sort((a, b) => a.start - b.start)
  const pairs: Pair[] = []
  /** The name whose addresses are being told. */
  let name: Observation | null = null
  /** The line goes from addresses to names. */
  let isReversed = false
  for (const [n, next] of sorted.slice(1).entries()) {
    const before = sorted[n]!
    const between = next.start - before.end > LONGEST_JOINT ? '\n' : text.slice(before.end, next.start)
    const isAfterAddress = isAddress(before.type)
    if (between.includes('\n')) {
      name = null
      isReversed = false
    } else if (isAfterAddress && isAddress(next.type))
      name = name && ALSO.test(between) && !isSubject(text, next.end) ? name : null
    else if (isAddress(next.type)) name = joinsAddress(between) ? before : null
    else {
      name = null
      isReversed ||= isAfterAddress && !/\S/.test(lineBefore(text, before.start)) && isArrow(between)
      if (isAfterAddress && (joinsName(between) || (isReversed && isArrow(between))))
        pairs.push(...cross([next], before, 'arrow'))
    }
    if (name) pairs.push(...cross([name], next, 'arrow'))
  }
  return pairs
}

interface Line {
  number: number
  hosts: Observation[]
}

/** Lines that hold hosts; `number` counts all lines, so that a gap shows. */
function byLine(text: string, hosts: Observation[]): Line[] {
  const lines: Line[] = []
  let [number, at] = [0, 0]
  let next = text.indexOf('\n')
  for (const host of [...hosts].sort((a, b) => a.start - b.start)) {
    for (; next >= 0 && next < host.start; next = text.indexOf('\n', at)) {
      number += /^\s*\n/.test(text.slice(at, next + 1)) ? BLANK : 1
      at = next + 1
    }
    const last = lines.at(-1)
    if (last?.number === number) last.hosts.push(host)
    else lines.push({ number, hosts: [host] })
  }
  return lines
}

/** What a blank line counts for: more than any two lines of one block are apart. */
const BLANK = 1_000_000

function byBlock(lines: Line[]): Line[][] {
  const blocks: Line[][] = []
  for (const line of lines) {
    const block = blocks.at(-1)
    if (block && line.number - block.at(-1)!.number < BLANK) block.push(line)
    else blocks.push([line])
  }
  return blocks
}

/** One address among names pairs them; anything else says nothing. */
function pairsWith(hosts: Observation[], rule: PairRule): Pair[] {
  const [ip, ...others] = addresses(hosts)
  return ip && others.length === 0 ? cross(names(hosts), ip, rule) : []
}

function underHeaders(block: Line[]): Pair[] {
  const isHeader = ({ hosts }: Line) => hosts.length === 1 && addresses(hosts).length === 1
  const isNames = ({ hosts }: Line) => addresses(hosts).length === 0
  if (
    !isHeader(block[0]!) ||
    !block.every((line) => isHeader(line) || isNames(line)) ||
    // Two headers with nothing under the first: which of them the names stand on is not said.
    block.some((line, n) => isHeader(line) && (n + 1 === block.length || isHeader(block[n + 1]!)))
  )
    return []
  const pairs: Pair[] = []
  let header: Observation | null = null
  for (const line of block) {
    if (isHeader(line)) header = line.hosts[0]!
    else pairs.push(...cross(names(line.hosts), header!, 'address-header'))
  }
  return pairs
}

/** Pairs of a list row that says its name and its address belong together. */
export function pairsOfRow(row: Row, observations: Observation[]): Pair[] {
  const { pairRule } = row
  if (!pairRule) return []
  return addresses(observations).flatMap((ip) => cross(names(observations), ip, pairRule, row))
}

/** The two observables of a pair. */
export const endsOf = ({ domain, ip }: { domain: string; ip: string }) =>
  [
    { type: 'domain-name', value: domain },
    { type: ip.includes(':') ? 'ipv6-addr' : 'ipv4-addr', value: ip },
  ] as const

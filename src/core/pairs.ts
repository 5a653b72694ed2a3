import type { PairRule, Row } from '../model/document.js'
import { isAddress } from '../model/observable.js'
import type { Observation, Pair } from '../model/observation.js'

const names = (observations: Observation[]) => observations.filter(({ type }) => type === 'domain-name')
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
 * Pairs of a post. A line with one address and names pairs them; else, if the whole post holds one address, all its
 * names stand on it. Several addresses and several names without such a line say nothing, and nothing is guessed.
 */
export function pairsOfText(text: string, observations: Observation[]): Pair[] {
  const hosts = observations.filter(({ type }) => type === 'domain-name' || isAddress(type))
  const ips = addresses(hosts)
  if (ips.length === 1) return cross(names(hosts), ips[0]!, 'one-address')
  if (ips.length === 0 || text === '') return []
  const lines = new Map<number, Observation[]>()
  const breaks = [...text.matchAll(/\n/g)].map(({ index }) => index)
  let line = 0
  for (const host of [...hosts].sort((a, b) => a.start - b.start)) {
    while (line < breaks.length && breaks[line]! < host.start) line++
    lines.set(line, [...(lines.get(line) ?? []), host])
  }
  return [...lines.values()].flatMap((onLine) => {
    const [ip, ...others] = addresses(onLine)
    return ip && others.length === 0 ? cross(names(onLine), ip, 'arrow') : []
  })
}

/** Pairs of a list row that says its name and its address belong together. */
export function pairsOfRow(row: Row, observations: Observation[]): Pair[] {
  const { pairRule } = row
  if (!pairRule) return []
  return addresses(observations).flatMap((ip) => cross(names(observations), ip, pairRule, row))
}

import { type Instant, isUpperBound } from '../model/document.js'
import { isAddress, observableKey } from '../model/observable.js'
import type { StoredPair } from '../model/ports.js'
import type { Evidence } from '../model/snapshot.js'
import { decidedOn } from './decided.js'
import { hostName, ownDomain } from './domains.js'
import type { Judged } from './evaluate.js'
import { type Life, lifeOf, type Period, periodsOf, signsOfLife } from './lifecycle.js'
import { endsOf } from './pairs.js'
import type { Policy } from './policy.js'
import { operatedDomains } from './ties/index.js'
import { groupBy } from './ties/tie.js'
import { enlivening } from './verdict.js'

/**
 * How long each published value lives, and which registered domain of the operator's own covers a name: none where a
 * maintainer keeps out that domain, or anything below it, whether or not somebody reported it.
 */
export interface Lives {
  of: (judged: Judged) => Life
  operated: (judged: Judged) => string | null
}

/**
 * Infrastructure lives, and names live while it does: an address by its own reports and by each name reported on it; a
 * registered domain of the operator's own by each name below it; a name, or a URL, by its own reports and, from each of
 * them on, as long as what it stood on then. What stood on an address in an earlier period does not come back with it.
 */
export function livesOf(
  judged: Map<string, Judged>,
  pairs: StoredPair[],
  policy: Policy,
  asOf: string,
): Lives {
  const published = [...judged.values()].filter(({ verdict }) => verdict === 'publish')
  const alive = new Map(published.map((one) => [one, enlivening(one, policy)]))
  const operated = operatedDomains(judged, policy)
  const domainOf = ({ observable }: Judged): string | null => {
    const host = hostName(observable)
    const domain = host === null ? null : ownDomain(host, policy)
    return domain !== null && operated.has(domain) ? domain : null
  }
  const standing = standingPairs(judged, pairs, alive)
  /** By address or domain, when names were reported on or below it, and itself. */
  const signs = new Map<string, Instant[]>()
  const sign = (ground: string, times: Instant[]) => {
    const known = signs.get(ground) ?? []
    signs.set(ground, known)
    for (const time of times) known.push(time)
  }
  for (const { ip, at } of standing) sign(ip, [at])
  for (const [one, evidence] of alive) {
    const ground = isAddress(one.observable.type) ? one.observable.value : domainOf(one)
    if (ground !== null) sign(ground, signsOfLife(evidence))
  }
  const periods = new Map<string, Period[]>()
  for (const [ground, times] of signs) {
    const days = policy.life[operated.has(ground) ? 'domain-name' : 'ipv4-addr']
    if (days !== null) periods.set(ground, periodsOf(times, days))
  }
  const hosting = groupBy(standing, ({ domain }) => domain)
  /** From a sign of a name on, as long as what it stood on then. */
  const beside = (ground: string, at: Instant): Period[] =>
    (periods.get(ground) ?? []).flatMap(({ from, until }) =>
      from <= at && at <= until ? [{ from: at, until }] : [],
    )
  const spared = sparedDomains(policy, asOf)
  return {
    operated(one) {
      const domain = domainOf(one)
      return domain !== null && spared.has(domain) ? null : domain
    },
    of(one) {
      const { type, value } = one.observable
      const evidence = alive.get(one) ?? enlivening(one, policy)
      const host = hostName(one.observable)
      if (isAddress(type)) return lifeOf(evidence, policy.life[type], asOf, periods.get(value))
      if (host === null) return lifeOf(evidence, policy.life[type], asOf)
      const domain = domainOf(one)
      const times = domain === null ? [] : signsOfLife(evidence)
      const grounds = [
        ...times.flatMap((at) => beside(domain!, at)),
        ...(hosting.get(host) ?? []).flatMap(({ ip, at }) => beside(ip, at)),
      ]
      return lifeOf(evidence, policy.life[type], asOf, grounds)
    },
  }
}

/** Finds the registered domains that a maintainer keeps out, or below which one keeps out a name or a URL. */
function sparedDomains(policy: Policy, asOf: string): Set<string> {
  const spared = new Set<string>()
  for (const { type, value, decision } of decidedOn(policy.decisions, asOf).values()) {
    if (decision === 'confirm' || (type !== 'domain-name' && type !== 'url')) continue
    const host = hostName({ type, value })
    const domain = host === null ? null : ownDomain(host, policy)
    if (domain !== null) spared.add(domain)
  }
  return spared
}

/** Names on addresses, both published on evidence of the same document, with the day that says so. */
function standingPairs(
  judged: Map<string, Judged>,
  pairs: StoredPair[],
  alive: Map<Judged, Evidence[]>,
): { domain: string; ip: string; at: Instant }[] {
  const documents = new Map(
    [...alive].map(([one, evidence]) => [one, new Set(evidence.map(({ document }) => document))]),
  )
  return pairs.flatMap((pair) => {
    const { domain, ip, document, lastSeen } = pair
    const stands = endsOf(pair).every((end) => {
      const one = judged.get(observableKey(end))
      return one !== undefined && documents.get(one)?.has(document.id) === true
    })
    return stands && !isUpperBound(document) ? [{ domain, ip, at: lastSeen ?? document.publishedAt }] : []
  })
}

import { type Instant, isUpperBound } from '../model/document.js'
import { isAddress, observableKey } from '../model/observable.js'
import type { StoredPair } from '../model/ports.js'
import { hostName, ownDomain } from './domains.js'
import type { Judged } from './evaluate.js'
import { type Life, lifeOf, signsOfLife } from './lifecycle.js'
import { endsOf } from './pairs.js'
import type { Policy } from './policy.js'
import { operatedDomains } from './ties.js'
import { dayStart } from './time.js'
import { enlivening } from './verdict.js'

/** How long each published value lives, and which registered domain of the operator's own covers a name. */
export interface Lives {
  of: (judged: Judged) => Life
  operated: (judged: Judged) => string | null
}

/** The present period in which infrastructure lives. */
type Period = Pick<Life, 'validFrom' | 'validUntil'>

/**
 * Infrastructure lives, and names live while it does: an address by its own reports and by each name reported on it; a
 * registered domain of the operator's own by each name below it; a name, or a URL, by its own reports and as long as what
 * it stood on in that same period. What stood on an address in an earlier period does not come back with it.
 */
export function livesOf(
  judged: Map<string, Judged>,
  pairs: StoredPair[],
  policy: Policy,
  asOf: string,
): Lives {
  const published = [...judged.values()].filter(({ verdict }) => verdict === 'publish')
  const operated = operatedDomains(judged, policy)
  const domainOf = ({ observable }: Judged): string | null => {
    const host = hostName(observable)
    const domain = host === null ? null : ownDomain(host, policy)
    return domain !== null && operated.has(domain) ? domain : null
  }
  const standing = standingPairs(judged, pairs, policy)
  const signs = new Map<string, Instant[]>()
  for (const { ip, at } of standing) signs.set(ip, [...(signs.get(ip) ?? []), at])
  for (const one of published) {
    const domain = domainOf(one)
    if (domain !== null)
      signs.set(domain, [...(signs.get(domain) ?? []), ...signsOfLife(enlivening(one, policy))])
  }
  const own = (one: Judged): Life => {
    const { type, value } = one.observable
    const also = isAddress(type) ? (signs.get(value) ?? []) : []
    return lifeOf(enlivening(one, policy), policy.life[type], asOf, also)
  }
  const periods = new Map<string, Period>()
  const days = policy.life['domain-name']
  for (const domain of operated) {
    const seen = signs.get(domain) ?? []
    if (days !== null && seen.length > 0) periods.set(domain, lifeOf([], days, asOf, seen))
  }
  for (const one of published)
    if (isAddress(one.observable.type) && signs.has(one.observable.value))
      periods.set(one.observable.value, own(one))
  const hosting = new Map<string, { ip: string; at: Instant }[]>()
  for (const { domain, ip, at } of standing) hosting.set(domain, [...(hosting.get(domain) ?? []), { ip, at }])
  return {
    operated: domainOf,
    of(one) {
      const life = own(one)
      const host = hostName(one.observable)
      if (host === null || life.validUntil === null || life.lastSign === null) return life
      const domain = domainOf(one)
      const grounds = [
        ...(domain === null ? [] : [{ ground: domain, at: life.lastSign }]),
        ...(hosting.get(host) ?? []).map(({ ip, at }) => ({ ground: ip, at })),
      ]
      const until = grounds.reduce((latest, { ground, at }) => {
        const period = periods.get(ground)
        const isSame = period !== undefined && period.validFrom <= at
        return isSame && period.validUntil !== null && period.validUntil > latest ? period.validUntil : latest
      }, life.validUntil)
      return { ...life, validUntil: until, active: until > dayStart(asOf) }
    },
  }
}

/** Names on addresses, both published on evidence of the same document, with the day that says so. */
function standingPairs(
  judged: Map<string, Judged>,
  pairs: StoredPair[],
  policy: Policy,
): { domain: string; ip: string; at: Instant }[] {
  return pairs.flatMap((pair) => {
    const { domain, ip, document, lastSeen } = pair
    const ends = endsOf(pair).map((end) => judged.get(observableKey(end)))
    const stands = ends.every(
      (end) =>
        end?.verdict === 'publish' && enlivening(end, policy).some((one) => one.document === document.id),
    )
    return stands && !isUpperBound(document) ? [{ domain, ip, at: lastSeen ?? document.publishedAt }] : []
  })
}

import { isUpperBound, type Instant } from '../model/document.js'
import { isAddress, observableKey } from '../model/observable.js'
import type { StoredPair } from '../model/ports.js'
import { hostName, ownDomain } from './domains.js'
import type { Judged } from './evaluate.js'
import { type Life, lifeOf, signsOfLife } from './lifecycle.js'
import { byText } from './order.js'
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

/**
 * Infrastructure lives, and names live while it does: an address by its own reports and by each name reported on it; a
 * registered domain of the operator's own by each name below it; a name, or a URL, by its own reports and as long as what
 * it stands on.
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
  const grounds = new Map<string, Instant>()
  const days = policy.life['domain-name']
  for (const domain of operated)
    if (days !== null && (signs.get(domain)?.length ?? 0) > 0)
      grounds.set(domain, lifeOf([], days, asOf, signs.get(domain)).validUntil!)
  const hosting = new Map<string, Set<string>>()
  for (const { domain, ip } of standing) hosting.set(domain, (hosting.get(domain) ?? new Set()).add(ip))
  for (const one of published) {
    const { type, value } = one.observable
    if (!isAddress(type) || !signs.has(value)) continue
    const { validUntil } = own(one)
    if (validUntil !== null) grounds.set(value, validUntil)
  }
  return {
    operated: domainOf,
    of(one) {
      const life = own(one)
      const host = hostName(one.observable)
      if (host === null || life.validUntil === null || life.lastSign === null) return life
      const until = [domainOf(one), ...(hosting.get(host) ?? [])]
        .flatMap((ground) => (ground === null ? [] : (grounds.get(ground) ?? [])))
        .concat(life.validUntil)
        .sort(byText)
        .at(-1)!
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

import { isAddress } from '../model/observable.js'
import type { Indicator } from '../model/snapshot.js'
import { bySeniority } from './order.js'

/** A name in a response policy zone stands in front of the zone's own, behind `*.`; in all 253 characters. */
export const MAX_ZONE_NAME = 190

/** Whether the zone of names holds it. */
export const isZoneName = ({ type, value }: Indicator): boolean =>
  type === 'domain-name' && value.length <= MAX_ZONE_NAME

/** Without the names that stand below another: where a name covers all below it, they say nothing new. */
export function uncovered(names: string[]): string[] {
  const listed = new Set(names)
  return names.filter((name) => !parentsOf(name).some((parent) => listed.has(parent)))
}

/** `c.d` and `d` of `b.c.d`. */
const parentsOf = (name: string): string[] => {
  const labels = name.split('.')
  return labels.slice(1).map((_, n) => labels.slice(n + 1).join('.'))
}

/**
 * Takes what a list that covers sub-names holds of what is active: a domain that is the operator's own once, in the place
 * of the names under it. Its entry is the name under it that was published first, active or not, so that it keeps its dates
 * whichever of them come and go. URLs stay as they are: without an active name they put no domain on a list.
 * @param watch what is for logging only: a domain among it covers nothing, since no list to block with may hold it
 * @returns them in the order given: that of all files has a domain right before the names under it
 */
export function covering(indicators: Indicator[], watch: Indicator[]): Indicator[] {
  const watched = new Set(watch.map(({ value }) => value))
  const domainOf = ({ type, operated }: Indicator) =>
    type !== 'domain-name' || operated === null || watched.has(operated) ? null : operated
  const eldest = new Map<string, Indicator>()
  for (const one of indicators) {
    const domain = domainOf(one)
    if (domain === null) continue
    const known = eldest.get(domain)
    if (!known || bySeniority(one, known) < 0) eldest.set(domain, one)
  }
  const entries = new Map<string, Indicator>()
  for (const one of indicators) {
    if (one.status !== 'active') continue
    const domain = domainOf(one)
    if (domain === null) entries.set(one.value, one)
    else entries.set(domain, { ...eldest.get(domain)!, value: domain, status: 'active' })
  }
  return [...entries.values()]
}

/** What the response policy zones hold, by zone. A zone has a new serial where this differs. */
export function zones(indicators: Indicator[], watch: Indicator[]): Record<'names' | 'addresses', string[]> {
  const listed = covering(indicators, watch)
  return {
    names: uncovered(listed.filter(isZoneName).map(({ value }) => value)),
    addresses: listed.filter(({ type }) => isAddress(type)).map(({ value }) => value),
  }
}

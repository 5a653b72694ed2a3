import { isAddress } from '../model/observable.js'
import type { Indicator } from '../model/snapshot.js'

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

/** What the response policy zones hold, by zone. A zone has a new serial where this differs. */
export function zones(indicators: Indicator[]): Record<'names' | 'addresses', string[]> {
  const active = indicators.filter(({ status }) => status === 'active')
  return {
    names: uncovered(active.filter(isZoneName).map(({ value }) => value)),
    addresses: active.filter(({ type }) => isAddress(type)).map(({ value }) => value),
  }
}

import type { Canaries } from '../model/canaries.js'
import { observableKey } from '../model/observable.js'
import type { Snapshot } from '../model/snapshot.js'
import { canonicalHost } from './canonical.js'
import { isDenied } from './guards.js'
import type { Policy } from './policy.js'

/**
 * What is wrong with the guards, by values of which it is known: those of the campaign that a guard would keep out, and
 * those that must never pass of which one has. A maintainer's `confirm` lets pass what he took upon himself.
 */
export function canaryFailures(
  { survive, never }: Canaries,
  { guards, decisions }: Policy,
  { indicators }: Snapshot,
): string[] {
  const denied = survive.flatMap((value) => {
    const observable = canonicalHost(value)
    if (!observable) return [`${value} is no name and no address`]
    const hits = guards(observable)
    return isDenied(hits, observable)
      ? [`${value} of the campaign is kept out by ${hits[0]!.title}: ${hits[0]!.entry}`]
      : []
  })
  const published = new Set(indicators.map(observableKey))
  const confirmed = new Set(
    decisions.filter(({ decision }) => decision === 'confirm').map(({ value }) => value),
  )
  const passed = never.filter(
    (value) =>
      !confirmed.has(value) && (published.has(`domain-name ${value}`) || published.has(`ipv4-addr ${value}`)),
  )
  return [...denied, ...passed.map((value) => `${value} would be published, and must never be`)]
}

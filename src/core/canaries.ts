import type { Canaries } from '../model/canaries.js'
import { observableKey } from '../model/observable.js'
import type { Snapshot } from '../model/snapshot.js'
import { canonicalHost } from './canonical.js'
import { decidedOn } from './decided.js'
import { isDenied } from './guards.js'
import type { Policy } from './policy.js'

/**
 * What is wrong with the guards, by values of which it is known: those of the campaign that a guard would keep out, and
 * those that must never pass of which one has. A maintainer's `confirm` lets pass what he took upon himself.
 */
export function canaryFailures(
  { survive, never }: Canaries,
  { guards, decisions }: Policy,
  { indicators, asOf }: Snapshot,
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
  const decided = decidedOn(decisions, asOf)
  const passed = never.filter((value) =>
    ['domain-name', 'ipv4-addr'].some((type) => {
      const key = `${type} ${value}`
      return published.has(key) && decided.get(key)?.decision !== 'confirm'
    }),
  )
  return [...denied, ...passed.map((value) => `${value} would be published, and must never be`)]
}

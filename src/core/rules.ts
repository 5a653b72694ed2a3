import { z } from 'zod'
import { observableKey } from '../model/observable.js'
import type { Indicator, Snapshot } from '../model/snapshot.js'
import { fingerprint } from './ids.js'
import type { Policy } from './policy.js'
import { dayOf } from './time.js'

/** Of the rules that are code: raised by whoever changes what they attribute. */
const CODE = 4

/** Counts what a snapshot watches only since changed rules would list it for the first time. */
export const countHeld = ({ watch }: Pick<Snapshot, 'watch'>): number =>
  watch.filter(({ reasons }) => reasons.at(-1)?.rule === 'rules').length

/** Which rules a person has looked at, and since when others are in force. */
export const Rules = z.strictObject({
  /** Empty: none that is known of. */
  accepted: z.string(),
  changed: z.strictObject({ rules: z.string(), as_of: z.iso.date() }).nullable(),
})
export type Rules = z.infer<typeof Rules>

/** Names what decides, besides evidence and decisions: the profile, the weights, how long what lives, and who is believed how far. */
export function rulesOf(policy: Policy): string {
  const { profile, weights, ties, threshold, budgets, life, reporters, sources } = policy
  const believed = sources.map(({ name, reporter, campaign, trust }) => ({ name, reporter, campaign, trust }))
  return fingerprint({ CODE, profile, weights, ties, threshold, budgets, life, reporters, believed })
}

/** Of a publication that noted no rules: it went out by others, whichever they were. */
const UNKNOWN: Rules = { accepted: '', changed: null }

/**
 * Tells which rules are looked at when something is published.
 * @param known as the last publication noted it; null: it noted none
 * @param isLookedAt a person says so, or nothing has been published: a first publication is looked at anyway
 */
export function rulesAt(known: Rules | null, policy: Policy, asOf: string, isLookedAt: boolean): Rules {
  const rules = rulesOf(policy)
  const { accepted, changed } = known ?? UNKNOWN
  if (isLookedAt || accepted === rules) return { accepted: rules, changed: null }
  return { accepted, changed: changed?.rules === rules ? changed : { rules, as_of: asOf } }
}

/**
 * Finds what changed rules alone would put on a list to block with: active, listed nowhere so far, and reported by nothing
 * that came after the change. What is history, or watched, is not concerned.
 * @param isListed whether the last publication lists a value
 */
export function heldByRules(
  { changed }: Rules,
  indicators: Indicator[],
  isListed: (value: string) => boolean,
): Set<string> {
  if (changed === null) return new Set()
  return new Set(
    indicators
      .filter(
        ({ status, type, value, evidence }) =>
          status === 'active' &&
          type !== 'file' &&
          !isListed(value) &&
          evidence.every(({ publishedAt }) => dayOf(publishedAt) <= changed.as_of),
      )
      .map(observableKey),
  )
}

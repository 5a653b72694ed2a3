import type { Decision } from '../model/decision.js'
import { type Observable, observableKey } from '../model/observable.js'
import { hostOfUrl } from './canonical.js'

/** Decisions that hold on a day, by type and value: of several about the same, the last one written. */
export type Decided = Map<string, Decision>

export const decidedOn = (decisions: Decision[], asOf: string): Decided =>
  new Map(
    decisions
      .filter(({ date, until }) => date <= asOf && (until === '' || asOf < until))
      .map((one) => [`${one.type} ${one.value}`, one]),
  )

/** The decision about a value; what keeps a host out keeps out what stands on it. */
export function decisionFor(observable: Observable, decided: Decided): Decision | null {
  const own = decided.get(observableKey(observable))
  if (own || observable.type !== 'url' || decided.size === 0) return own ?? null
  const ofHost = decided.get(observableKey(hostOfUrl(observable.value)))
  return ofHost && ofHost.decision !== 'confirm' ? ofHost : null
}

/** The decision by which a document, or all that its reporter says, counts for nothing. */
export const takenBack = (decided: Decided, document: string, reporter: string): Decision | null =>
  [decided.get(`document ${document}`), decided.get(`reporter ${reporter}`)].find(
    (one) => one !== undefined && one.decision !== 'confirm',
  ) ?? null

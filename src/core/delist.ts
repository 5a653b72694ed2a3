import { observableKey } from '../model/observable.js'
import type { Delisting, Indicator, PublishedEntry } from '../model/snapshot.js'
import type { Judged } from './evaluate.js'
import { objectId } from './ids.js'
import { byObservable } from './order.js'
import type { Policy } from './policy.js'
import type { PublicationRecord } from './record.js'
import { dayOf } from './time.js'

/** The record of another publisher, from which this one was forked, says nothing of what this one published. */
export function ofNamespace(previous: PublishedEntry[], namespace: string): PublishedEntry[] {
  const isOwn = ({ id, type, value }: PublishedEntry) =>
    !type || value === undefined || id === objectId(namespace, 'indicator', type, value)
  return previous.every(isOwn) ? previous : []
}

/** What was published and is not any more, and what a maintainer keeps out. It never silently vanishes. */
export function delist(
  judged: Map<string, Judged>,
  indicators: Indicator[],
  previous: PublishedEntry[],
  policy: Policy,
  record: PublicationRecord,
): Delisting[] {
  const listed = new Set(indicators.map(({ id }) => id))
  const delisted = new Map<string, Delisting>()
  for (const { observable, decision, campaign } of judged.values()) {
    if (!decision || decision.decision === 'confirm') continue
    const id = objectId(policy.publisher.namespace, 'indicator', observable.type, observable.value)
    const { reason, date } = decision
    if (campaign.length > 0 || record.has(id))
      delisted.set(id, { ...observable, decision: decision.decision, reason, date, isExplained: true })
  }
  for (const { id, type, value } of previous) {
    if (!type || value === undefined || listed.has(id) || !record.has(id)) continue
    const known = judged.get(observableKey({ type, value }))
    const reason = known?.reasons.at(-1)?.detail ?? 'its evidence is no longer held'
    const { modified } = record.stamp(id, { revoked: true }, { type, value })
    if (!delisted.has(id))
      delisted.set(id, {
        type,
        value,
        decision: 'withdraw',
        reason,
        date: dayOf(modified),
        isExplained: known?.observations.every(({ withdrawn }) => withdrawn?.ofDocument) ?? false,
      })
  }
  return [...delisted.values()].sort(byObservable)
}

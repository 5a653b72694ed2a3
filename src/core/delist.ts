import { observableKey } from '../model/observable.js'
import type { Delisting, Indicator, PublishedEntry } from '../model/snapshot.js'
import type { Judged } from './evaluate.js'
import { objectId } from './ids.js'
import { byObservable } from './order.js'
import type { PublicationRecord } from './record.js'
import { dayOf } from './time.js'

/** The record of another publisher, from which this one was forked, says nothing of what this one published. */
export function ofNamespace(previous: PublishedEntry[], namespace: string): PublishedEntry[] {
  const ids = new Set(previous.map(({ id }) => id))
  const isOwn = ({ type, value }: PublishedEntry) =>
    !type || value === undefined || ids.has(objectId(namespace, 'indicator', type, value))
  return previous.every(isOwn) ? previous : []
}

/**
 * What was published and is not any more, and what a maintainer keeps out. It never silently vanishes: the record has it
 * as revoked from here on.
 */
export function delist(
  judged: Map<string, Judged>,
  indicators: Indicator[],
  previous: PublishedEntry[],
  record: PublicationRecord,
): Delisting[] {
  const listed = new Set(indicators.map(({ id }) => id))
  for (const { id, type, value } of previous)
    if (type && value !== undefined && !listed.has(id) && record.has(id)) record.revoke(id, { type, value })
  const revoked = record.revoked()
  const values = new Set([...indicators, ...revoked].map(observableKey))
  const delisted = new Map<string, Delisting>()
  // By time: of a value that was withdrawn more than once, the last one counts.
  for (const { type, value, stamp } of revoked) {
    const known = judged.get(observableKey({ type, value }))
    delisted.set(observableKey({ type, value }), {
      type,
      value,
      decision: 'withdraw',
      reason: known?.reasons.at(-1)?.detail ?? 'its evidence is no longer held',
      date: dayOf(stamp.modified),
      isExplained: known?.observations.every(({ withdrawn }) => withdrawn?.ofDocument) ?? false,
    })
  }
  for (const { observable, decision, campaign } of judged.values()) {
    if (!decision || decision.decision === 'confirm') continue
    const key = observableKey(observable)
    const { reason, date } = decision
    if (campaign.length > 0 || values.has(key))
      delisted.set(key, { ...observable, decision: decision.decision, reason, date, isExplained: true })
  }
  for (const indicator of indicators) delisted.delete(observableKey(indicator))
  return [...delisted.values()].sort(byObservable)
}

import type { StoredObservation } from '../../model/ports.js'
import type { Reason } from '../../model/snapshot.js'

/** What the infrastructure around an observation says of it, from outside the document it stands in. */
export interface Tied {
  reasons: Reason[]
  /** Documents that vouch for the infrastructure: withdrawn, they take down what hangs on them alone. */
  anchors: string[]
}

export type Ties = Map<StoredObservation, Tied>

/** Rules by which a unit, or a name, is tied to what others vouch for. */
export const TIES = ['address', 'network', 'domain', 'registered', 'file', 'cited']

export const isTied = (one: { reasons: Reason[] } | undefined): boolean =>
  one?.reasons.some(({ rule }) => TIES.includes(rule)) === true

/** What ties a unit, the strongest there is. */
export interface Tie extends Reason {
  anchors: string[]
}

export const strongest = (ties: Tie[]): Tie | undefined => ties.toSorted((a, b) => b.weight - a.weight)[0]

export function tieTo(one: StoredObservation, { rule, weight, detail, anchors }: Tie, ties: Ties): void {
  const known = ties.get(one)
  const reason = { rule, weight: Math.round(weight), detail }
  ties.set(one, {
    reasons: [reason, ...(known?.reasons ?? [])],
    anchors: [...new Set([...(known?.anchors ?? []), ...anchors])],
  })
}

export function addReason(one: StoredObservation, ties: Ties, reason: Reason): void {
  const known = ties.get(one)
  ties.set(one, { anchors: known?.anchors ?? [], reasons: [...(known?.reasons ?? []), reason] })
}

/** Tells whether a set holds this and nothing else. */
export const isOnly = (all: Set<string>, one: string): boolean => all.size === 1 && all.has(one)

export function groupBy<T>(items: T[], keyOf: (item: T) => string | null): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    if (key === null) continue
    const group = groups.get(key)
    if (group) group.push(item)
    else groups.set(key, [item])
  }
  return groups
}

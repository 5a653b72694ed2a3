import { LISTS, type ListName, listOf, type Observable, observableKey } from '../model/observable.js'
import type { PublishedDelisting, PublishedIndicator, PublishedState } from '../model/published.js'
import { type Decided, decisionFor } from './decided.js'
import { undefang } from './defang.js'
import { byObservable } from './order.js'

/** A value that became active. */
export interface Came extends Observable {
  how: 'new' | 'revived'
  /** Who reported it since, first of all; of one that only was confirmed, who ever did. */
  reporters: string[]
  links: string[]
  /** Who confirmed it, or a document that reports it; null: nobody had to. */
  confirmedBy: string | null
}

/** A value that is active no more. */
export interface Went extends Observable {
  how: 'expired' | 'delisted' | 'quarantined'
  /** When it was last reported or seen, or why it was taken off. */
  why: string
}

/** Where a value stands: in a list, or among the files, of which there is no list. */
export type Group = ListName | 'files'
export const GROUPS = [...LISTS, 'files'] as const

/** What one publication changed. */
export interface Change {
  lists: { group: Group; came: Came[]; went: Went[] }[]
  /** Values of which the history learned that were over when they were learned. */
  history: number
  /** Documents that say more of what was published before. */
  evidence: number
  quarantine: { waiting: number; came: number; went: number }
}

/**
 * What is different between two states of a published folder.
 * @param decided the decisions by which the later one was made
 */
export function changeBetween(
  before: PublishedState,
  after: PublishedState,
  decided: Decided = new Map(),
): Change {
  const then = byKey(before.indicators)
  const now = byKey(after.indicators)
  const waiting = quarantineKeys(after)
  const waited = quarantineKeys(before)
  const delisted = byKey(after.delisted)
  const came = after.indicators
    .filter((one) => isActive(one) && !isActive(then.get(observableKey(one))))
    .map((one) => cameOf(one, then.get(observableKey(one)), decided))
  const went = before.indicators
    .filter((one) => isActive(one) && !isActive(now.get(observableKey(one))))
    .map((one) => wentOf(one, now, waiting, delisted))
  const groupOf = ({ type }: Observable): Group => listOf(type) ?? 'files'
  return {
    lists: GROUPS.map((group) => ({
      group,
      came: came.filter((one) => groupOf(one) === group).sort(byObservable),
      went: went.filter((one) => groupOf(one) === group).sort(byObservable),
    })),
    history: after.indicators.filter((one) => !isActive(one) && !then.has(observableKey(one))).length,
    evidence: new Set(
      after.indicators.flatMap((one) => {
        const known = then.get(observableKey(one))
        return known ? newEvidence(one, known).map(({ document }) => document) : []
      }),
    ).size,
    quarantine: {
      waiting: waiting.size,
      came: missingFrom(waited, waiting),
      went: missingFrom(waiting, waited),
    },
  }
}

function cameOf(one: PublishedIndicator, known: PublishedIndicator | undefined, decided: Decided): Came {
  const since = known ? newEvidence(one, known) : []
  const evidence = since.length > 0 ? since : one.evidence
  return {
    type: one.type,
    value: one.value,
    how: known ? 'revived' : 'new',
    reporters: [...new Set(evidence.map(({ reporter }) => reporter))],
    links: [...new Set(evidence.flatMap(({ url }) => url ?? []))],
    confirmedBy: confirmerOf(one, decided),
  }
}

/** The decision about the value goes before one about a document, as it does where values are judged. */
function confirmerOf(one: PublishedIndicator, decided: Decided): string | null {
  const decisions = [
    decisionFor(one, decided),
    ...one.evidence.map(({ document }) => decided.get(`document ${document}`)),
  ]
  return decisions.find((decision) => decision?.decision === 'confirm')?.by ?? null
}

/** What falls back into quarantine stands among the delisted too: that it waits is what a reader must know. */
function wentOf(
  { type, value }: PublishedIndicator,
  now: Map<string, PublishedIndicator>,
  waiting: Set<string>,
  delisted: Map<string, PublishedDelisting>,
): Went {
  const key = observableKey({ type, value })
  const expired = now.get(key)
  if (expired) return { type, value, how: 'expired', why: lastSign(expired) }
  return {
    type,
    value,
    how: waiting.has(key) ? 'quarantined' : 'delisted',
    why: delisted.get(key)?.reason ?? '',
  }
}

const lastSign = ({ last_reported, last_seen }: PublishedIndicator): string =>
  last_seen !== null && last_seen > last_reported ? last_seen : last_reported

function newEvidence(one: PublishedIndicator, known: PublishedIndicator): PublishedIndicator['evidence'] {
  const documents = new Set(known.evidence.map(({ document }) => document))
  return one.evidence.filter(({ document }) => !documents.has(document))
}

const isActive = (one: PublishedIndicator | undefined): boolean => one?.status === 'active'

const byKey = <T extends Observable>(items: T[]): Map<string, T> =>
  new Map(items.map((item) => [observableKey(item), item]))

const quarantineKeys = ({ quarantine }: PublishedState): Set<string> =>
  new Set(
    quarantine.map(({ type, value_defanged }) => observableKey({ type, value: undefang(value_defanged) })),
  )

const missingFrom = (some: Set<string>, all: Set<string>): number =>
  [...all].filter((key) => !some.has(key)).length

import type { Document } from '../model/document.js'
import { isAddress, observableKey } from '../model/observable.js'
import type { Reading } from '../model/observation.js'
import type { StoredDocument, StoredObservation } from '../model/ports.js'
import { hasSign } from './attribute.js'
import { type Decided, decidedOn, takenBack } from './decided.js'
import { isDenied } from './guards.js'
import { bestSource, type Policy, reporterOf } from './policy.js'
import { storedDocument, storedObservation } from './stored.js'
import { dayOf } from './time.js'

/** The documents of days on which a named researcher reports more than one ever did: an account in other hands. */
export function overBudget(observations: StoredObservation[], policy: Policy): Set<string> {
  const days = new Map<string, { values: Set<string>; addresses: number; documents: Set<string> }>()
  const keys = new Map<string, string | null>()
  const keyOf = ({ id, author, sources, publishedAt }: StoredDocument) => {
    // Lines of one list may each have a day of their own.
    const place = `${id} ${publishedAt}`
    const known = keys.get(place)
    if (known !== undefined) return known
    const { pinned, key } = reporterOf(policy, author, bestSource(policy, sources))
    const day = pinned ? `${key} ${dayOf(publishedAt)}` : null
    keys.set(place, day)
    return day
  }
  for (const observation of observations) {
    const key = observation.withdrawn === null ? keyOf(observation.document) : null
    if (key === null || !hasSign(observation, policy)) continue
    const day = days.get(key) ?? { values: new Set(), addresses: 0, documents: new Set() }
    days.set(key, day)
    day.documents.add(observation.document.id)
    const value = observableKey(observation)
    if (!day.values.has(value) && isAddress(observation.type)) day.addresses++
    day.values.add(value)
  }
  const { values, addresses } = policy.budgets
  return new Set(
    [...days.values()]
      .filter((day) => day.values.size > values || day.addresses > addresses)
      .flatMap(({ documents }) => [...documents]),
  )
}

/** Counts, over one run of a source, what speaks for the campaign, and how much of it the guards keep out. */
export class GuardedShare {
  /** Values, each as often as a document reports it. */
  signed = 0
  denied = 0
  private example = ''
  private readonly policy: Policy

  private readonly decided: Decided

  /** @param asOf UTC day by which decisions hold: what a maintainer withdrew counts for nothing */
  constructor(policy: Policy, asOf: string) {
    this.policy = policy
    this.decided = decidedOn(policy.decisions, asOf)
  }

  add(document: Document, { observations, signals }: Reading): void {
    const stored = storedDocument(document, signals)
    const { key } = reporterOf(this.policy, document.author, bestSource(this.policy, stored.sources))
    if (takenBack(this.decided, document.id, key)) return
    for (const observation of observations) {
      if (!hasSign(storedObservation(stored, observation), this.policy)) continue
      this.signed++
      if (!isDenied(this.policy.guards(observation), observation)) continue
      this.denied++
      this.example = observation.value
    }
  }

  /** Why the run must stop, or null. */
  refusal(): string | null {
    const { least, share } = this.policy.limits.guarded
    if (this.denied < least || this.denied <= share * this.signed) return null
    const percent = Math.round((100 * this.denied) / this.signed)
    return `guards keep out ${this.denied} of ${this.signed} values that it reports for the campaign (${percent} %, such as ${this.example}); the limit is ${Math.round(100 * share)} %. Look at who reports them: withdraw the reporter or the document by decide, or raise limits.guarded.share`
  }
}

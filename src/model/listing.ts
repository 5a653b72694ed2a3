import type { Instant } from './document.js'
import type { Observable } from './observable.js'

/**
 * A value as one source reported it in one month. Consumers that keep all they ever took (MISP) must be told when it is no
 * more, so the record of publications remembers this much of it.
 */
export interface ListingKey extends Observable {
  source: string
  /** `YYYY-MM` of the report. */
  month: string
  /** Where it stands there as one end of a pair: name and address. */
  pair?: [domain: string, ip: string] | undefined
}

export interface Listing extends Observable {
  id: `misp-attribute--${string}`
  state: 'active' | 'expired' | 'withdrawn'
  /** Who reported it, when and where (core/comment.ts); of what is withdrawn, nobody. */
  comment: string
  firstSeen: Instant | null
  lastSeen: Instant | null
  modified: Instant
}

/** All that one source reported in one month. */
export interface SourceMonth {
  id: `misp-event--${string}`
  /** Title of the source; null: it may not be named any more. */
  title: string | null
  month: string
  values: Listing[]
  /** Of the pairs first reported there, both ends. */
  pairs: [domain: Listing, ip: Listing][]
  /** Last change of it or of anything in it. */
  modified: Instant
}

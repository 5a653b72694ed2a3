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
  /** Whether the value lives, here or elsewhere. */
  isActive: boolean
  /** Who reported it, when and where (core/comment.ts); of what is withdrawn, nobody. */
  comment: string
  firstSeen: Instant | null
  lastSeen: Instant | null
  modified: Instant
}

/** A name on an address. Its date grows with each change of one of its ends, even of two on one day. */
export interface PairListing {
  id: `misp-object--${string}`
  domain: Listing
  ip: Listing
  modified: Instant
}

/** All that one source reported in one month. Its date grows likewise, with each change of anything in it. */
export interface SourceMonth {
  id: `misp-event--${string}`
  /** Title of the source; null: it may not be named any more. */
  title: string | null
  month: string
  values: Listing[]
  /** Those first reported there. */
  pairs: PairListing[]
  modified: Instant
}

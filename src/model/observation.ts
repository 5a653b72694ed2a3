import { z } from 'zod'
import type { Instant, PairRule } from './document.js'
import type { Observable } from './observable.js'
import type { Withdrawal } from './ports.js'

export const Role = z.enum(['landing', 'payload', 'c2', 'dead-drop', 'reference'])
export type Role = z.infer<typeof Role>

/** How it stands there: made untappable, in a list or announced, or as a plain word among words. */
export const Context = z.enum(['defanged', 'listed', 'prose'])
export type Context = z.infer<typeof Context>

/** This observable stands in a document, as written, at this place. */
export interface Observation extends Observable {
  /** The characters as they stand in the document; `text.slice(start, end)` of a post, the cell of a list. */
  raw: string
  /** Offsets in UTF-16 units; in a list, of the cell within itself. */
  start: number
  end: number
  role: Role
  context: Context
  /** Words of the profile in its own part of a post that names several families; absent: those of the whole post. */
  signals?: Signals
  port?: number
  firstSeen?: Instant
  lastSeen?: Instant
  listedAt?: Instant
  whois?: string
  /** When it was first read; absent: with its document. */
  retrievedAt?: Instant
  /** Known to be no more. */
  withdrawn?: Withdrawal
}

/** A name and the address that hosts it, as one document says. */
export interface Pair {
  domain: string
  ip: string
  rule: PairRule
  firstSeen?: Instant
  lastSeen?: Instant
  /** When it was first read; absent: with its document. */
  retrievedAt?: Instant
}

/** Which words of the campaign profile a document holds. A closed vocabulary: publishable where text is not. */
export type Signals = string[]

/** What reading one document yields. */
export interface Reading {
  observations: Observation[]
  pairs: Pair[]
  signals: Signals
  /** Rows of a list in which nothing could be read. */
  unread: number
}

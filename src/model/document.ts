import { z } from 'zod'

/** An instant: ISO 8601, UTC, exactly three sub-second digits, as STIX 2.1 interop asks. Sorts as text. */
export type Instant = string

/** How `publishedAt` of a document is known, best first. */
export const Basis = z.enum([
  'post-id', // the snowflake id of the post itself: exact to the millisecond
  'stated', // the source states the time or the day
  'listed', // the commit that added the line to its list
  'section-earliest', // a list section naming several posts: the earliest of them
  'list-date', // an undated line of a cumulative list: no later than the day the list was read
  'retrieved', // nothing is stated anywhere: when we read it
])
export type Basis = z.infer<typeof Basis>

/**
 * By which road a document came, the best first: whose word on a post's author is taken where several roads differ. X
 * names it for every post, an archive is its owner's, TweetFeed copies it from X; of the rest somebody says so. What came
 * back from a publication of our own gives way to the document itself, by whatever road that comes.
 */
export const Road = z.enum([
  'x-api',
  'x-archive',
  'tweetfeed',
  'inbox', // a line of JSON, whoever wrote it
  'list', // whatever else: at best it links the post
  'feed', // our own publication, read again where nothing else is left
])
export type Road = z.infer<typeof Road>

/** Of these, a time is only an upper bound: published no later than that. */
export const UPPER_BOUNDS: readonly Basis[] = ['list-date', 'retrieved']

export const isUpperBound = ({ basis }: { basis: Basis }): boolean => UPPER_BOUNDS.includes(basis)

/** One row of a list as the source lays it out: cells still to be read, one value each. */
export interface Row {
  cells: string[]
  /** The rule by which a name and an address of this row belong together; absent: they do not. */
  pairRule?: PairRule
  firstSeen?: Instant
  lastSeen?: Instant
  /** When the list's history shows the row for the first time; absent: not known. */
  listedAt?: Instant
  /** Registry owner and country of the address, as the source states it: `ZEN-ECN, US`. */
  whois?: string
}

export const PairRule = z.enum(['row', 'relations-reference', 'one-address', 'arrow', 'address-header'])
export type PairRule = z.infer<typeof PairRule>

/**
 * One thing somebody published: a post, or a dated part of a list.
 * Documents with the same id are one document that came by several roads, or in parts; the store merges them.
 */
export interface Document {
  /** `post:<snowflake>` for a post by whatever road it came, `<list>:<key>` for a part of a list. */
  id: string
  kind: 'post' | 'list'
  /** Name of the configured source whose trust and licence apply. */
  source: string
  road: Road
  /** Handle or organisation that reported it first; null: the source itself. */
  author: string | null
  publishedAt: Instant
  basis: Basis
  retrievedAt: Instant
  url: string | null
  /** Further links that the document itself names as its evidence. */
  references: string[]
  /** As written, with their `#`. */
  tags: string[]
  /** Of a post that was edited, when this version was made: what a newer one no longer holds is withdrawn. */
  edition?: Instant
  body: { text: string } | { rows: Row[] }
}

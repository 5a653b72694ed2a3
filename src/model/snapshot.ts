import type { Basis, Instant, PairRule } from './document.js'
import type { ListingKey, SourceMonth } from './listing.js'
import type { ObservableType } from './observable.js'
import type { Role } from './observation.js'
import type { Withdrawal } from './ports.js'
import type { Profile } from './profile.js'

/**
 * What becomes of a value: it is published to block with; watched, for logging only; waits for a person (quarantine); is
 * of no concern; or is never published.
 */
export type Verdict = 'publish' | 'watch' | 'quarantine' | 'unrelated' | 'never'
export type Status = 'active' | 'expired' | 'revoked'

/** A rule that spoke for (positive) or against (negative) the attribution, in percent points. */
export interface Reason {
  rule: string
  weight: number
  detail: string
}

/** That one document reports something. */
export interface Report {
  document: string
  source: string
  reporter: Reporter
  url: string | null
  publishedAt: Instant
  basis: Basis
  firstSeen: Instant | null
  lastSeen: Instant | null
}

/** What one document says about one observable. */
export interface Evidence extends Report {
  /** Somebody's whom the source names; else the source speaks for itself. */
  isAuthored: boolean
  references: string[]
  role: Role
  port: number | null
  family: string | null
  confidence: number
  /** A person must look first: it names another family too, or its reporter told more than he is trusted for. */
  isHeld: boolean
  /** Whether a campaign name, an era pattern, a port, a pair or a campaign list speaks for it. */
  sign: boolean
  reasons: Reason[]
  /** Since when it is no more, and why: what is withdrawn is no sign. */
  withdrawn: Withdrawal | null
}

/** Who said it: one person or organisation, whatever handle or spelling a source uses. */
export interface Reporter {
  /** Stable key of the person, lower case. */
  key: string
  name: string
  kind: 'individual' | 'organization'
  pinned: boolean
}

/** First publication and last material change of something published. */
export interface Stamp {
  created: Instant
  modified: Instant
}

/** One observable over all documents. */
export interface Indicator {
  id: string
  type: ObservableType
  value: string
  status: Status
  verdict: Verdict
  confidence: number
  firstReported: Instant
  /** How the first report is dated: an upper bound is never shown as if it were exact. */
  basis: Basis
  lastReported: Instant
  firstSeen: Instant | null
  lastSeen: Instant | null
  /** Start of the present period of activity. */
  validFrom: Instant
  /** Null: no end (files). */
  validUntil: Instant | null
  /** The last sighting or report that keeps it alive; null: only an upper bound is known. */
  lastSign: Instant | null
  country: string | null
  /**
   * Of a name, the registered domain above it, or itself, that is the operator's own: lists that cover sub-names hold it
   * once instead of the names. Null: none is, or a maintainer keeps out it or what is below it.
   */
  operated: string | null
  reporters: Reporter[]
  sources: string[]
  /** Every document that reports it for this campaign, oldest first. */
  evidence: Evidence[]
  reasons: Reason[]
  stamp: Stamp
}

/** A name on an address over all documents. */
export interface Resolution {
  id: string
  domain: string
  ip: string
  rules: PairRule[]
  firstReported: Instant
  lastReported: Instant
  firstSeen: Instant | null
  lastSeen: Instant | null
  reporters: Reporter[]
  sources: string[]
  /** Every document that reports it, oldest first. */
  reports: Report[]
  stamp: Stamp
}

/** A value that was published, or would be, and may not. */
export interface Delisting {
  type: ObservableType
  value: string
  decision: string
  reason: string
  date: string
  /** A maintainer decided it, or all that reported it was taken back. */
  isExplained: boolean
}

/** An indicator that was published and then withdrawn. Nothing of its id comes back. */
export interface Revocation {
  id: string
  type: ObservableType
  value: string
  /** First publication, and withdrawal. */
  stamp: Stamp
}

export interface Publisher {
  name: string
  contact: string
  baseUrl: string
  namespace: string
  tlp: Tlp
}

/** How "for everybody" is said: TLP:WHITE as STIX 2.1 has it, or TLP:CLEAR of TLP 2.0. */
export type Tlp = 'white' | 'clear'

/** One entry of `ledger/published.jsonl`: what was published, so that unchanged things keep their dates. */
export interface PublishedEntry extends Stamp {
  id: string
  hash: string
  version: number
  type?: ObservableType
  value?: string
  /** Of a value as it is listed under a source and month. */
  listed?: ListingKey
}

/** All of it as of one moment, sorted and frozen: the only thing an exporter sees. */
export interface Snapshot {
  /** UTC day, `YYYY-MM-DD`. */
  asOf: string
  publisher: Publisher
  profile: Profile
  indicators: Indicator[]
  /** What has a sound tie to the campaign and not enough behind it to block: for logging only. */
  watch: Indicator[]
  /** What waits for a person, and would be on an active blocking list if confirmed. */
  quarantine: Indicator[]
  resolutions: Resolution[]
  /** By source and month. */
  listings: SourceMonth[]
  delisted: Delisting[]
  /** By time of withdrawal. */
  revoked: Revocation[]
  reporters: Reporter[]
  sources: { name: string; title: string; url: string; licence: string }[]
  /** Days that each kind lives; null: without end. */
  life: Record<ObservableType, number | null>
  /** `waiting`: all that waits, also what no decision would make active; `waitingWhy`: by the rule that decided, most first. */
  counts: {
    documents: number
    unrelated: number
    never: number
    waiting: number
    waitingWhy: { rule: string; count: number }[]
  }
  /** Dates of what is published besides indicators and pairs, by id. */
  stamps: Map<string, Stamp>
}

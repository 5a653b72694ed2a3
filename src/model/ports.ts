import type { ZodType } from 'zod'
import type { Basis, Document, Instant, PairRule } from './document.js'
import type { LedgerDocument } from './ledger.js'
import type { Observable, ObservableType } from './observable.js'
import type { Context, Reading, Role } from './observation.js'
import type { Snapshot } from './snapshot.js'

/** Documents and the cursor that stands behind them: committed together or not at all. */
export interface Batch {
  documents: Document[]
  cursor: string | null
  /**
   * All that the list held at that time is in: what a cumulative list no longer had is withdrawn. `held`: keys of values
   * that it held too and that need not be handed over again.
   */
  complete?: { at: Instant; held?: Iterable<string> }
  /** Posts, by their documents' ids, that their authors or the service took back. */
  withdrawn?: { ids: string[]; reason: string }[]
  /** Ids of posts that the service bills for. */
  reads?: string[]
  /** Numeric ids of accounts that were not known yet, by handle. */
  learned?: Record<string, string>
  /** What is known of who registered names; kept of those that are held. */
  registrations?: Registration[]
  /** What a person should know of it. */
  notice?: string
  /** Bytes or items read so far and in all, for a progress bar. */
  progress?: { done: number; total: number }
}

/** Of a registered name, what a source found by asking the registry and the DNS at one time. */
export interface Registration {
  /** The name that somebody registered: of a host the end of its name, or all of it. */
  domain: string
  source: string
  /** When the source asked. */
  checkedAt: Instant
  retrievedAt: Instant
  /** Null: not told. */
  registeredAt: Instant | null
  registrar: string | null
  nameServers: string[]
  addresses: string[]
}

/** What this publisher published itself, wherever it is met again: never evidence. */
export interface Own {
  /** Of the ids of all that it publishes. */
  namespace: string
  /** Whether its own word on a value is taken, to restore what a lost database knew. */
  restores: (observable: Observable) => Promise<boolean> | boolean
}

/** The world as a collector sees it; every part can be replaced in a test. */
export interface CollectContext {
  cursor: string | null
  signal: AbortSignal
  now: Instant
  /** A secret or a base URL, by the name of its environment variable. */
  env: (name: string) => string | undefined
  /** A file that ships with the project or lies in the working folder. */
  open: (path: string) => Promise<OpenFile>
  /** Names of the files in a folder of the working folder; none where there is no such folder. */
  list: (path: string) => Promise<string[]>
  /** Why an address cannot be connected to, or null where it can. */
  unreachable: (url: string) => Promise<string | null>
  /** How long one answer of a remote service may take. */
  timeoutMs: number
  /** Documents' ids of posts, by whatever source, that are not withdrawn. */
  posts: () => Promise<string[]>
  /** Ids of posts that the service has billed this UTC day, and how many this month, each once a day. */
  reads: () => Promise<Reads>
  /** Restores nothing: what collects must not hear its own echo. */
  own: Own
}

export interface OpenFile {
  name: string
  sha256: string
  size: number
  bytes: () => AsyncIterable<Uint8Array>
  /** Another file of the same folder, no link; null where there is none. */
  beside: (name: string) => Promise<OpenFile | null>
}

/** What every source says of itself, whatever collects it. */
export interface SourceConfig {
  type: string
  name: string
  title: string
  url: string
  /** Who speaks when a document names no author. */
  reporter: string
  /** The list is about this campaign by its own title. */
  campaign: boolean
  /** Weight of a campaign list's word, 0–100. */
  trust: number
  licence: string
  redistribute: boolean
  /** The list names all that its owner stands by: a line that is no longer in it is withdrawn. */
  cumulative: boolean
  /** Of what is collected, whether all is stored, or what a known reporter says or a sign of the campaign speaks for. */
  keep: 'all' | 'relevant'
  enabled: boolean
}

export interface Collector<C extends SourceConfig = SourceConfig> {
  type: string
  summary: string
  /** Needs the network: skipped with a line where there is none. */
  remote: boolean
  /** Which key it needs, what it costs, what bounds a run: for people. */
  terms: { key: string; cost: string; limits: string }
  config: ZodType<C>
  collect(config: C, context: CollectContext): AsyncIterable<Batch>
}

/** A list as a format sees it. Dates that the list itself states win over `publishedAt`. */
export interface ListInput {
  /** For errors: the file or the address. */
  name: string
  source: string
  sha256: string
  bytes: AsyncIterable<Uint8Array>
  /** The list's own date; null where nothing is known. */
  publishedAt: Instant | null
  retrievedAt: Instant
  url: string | null
  /** Takes note of a row that cannot be read and is passed over; where it is absent, such a row stops the list. */
  passOver?: (error: Error) => void
  /** Takes note of what is not read on purpose, in words for a person. */
  notice: (text: string) => void
  own: Own
  /** Another file of the list's folder; absent: the list lies in none. */
  beside?: OpenFile['beside']
}

export interface ListFormat<O = unknown> {
  name: string
  summary: string
  options: ZodType<O>
  /** Yields documents in parts of bounded size. Throws `input` errors that name file, line and value. */
  read(input: ListInput, options: O): AsyncIterable<Document>
}

/** A file to publish; the body is made of chunks and may be read once. */
export interface Artifact {
  /** Below feeds/, with `/`. */
  path: string
  mediaType: string
  /** Lines that carry an entry. */
  entries: number
  body: Iterable<string>
}

export interface Exporter {
  /** Names for `--only`. */
  names: readonly string[]
  summary: string
  render(snapshot: Snapshot, name: string): Iterable<Artifact>
}

/** A document as stored: without its body. */
export interface StoredDocument {
  id: string
  kind: 'post' | 'list'
  sources: string[]
  author: string | null
  publishedAt: Instant
  basis: Basis
  url: string | null
  references: string[]
  signals: string[]
}

/** An observation as stored, with the document it stands in. */
export interface StoredObservation {
  document: StoredDocument
  type: ObservableType
  value: string
  role: Role
  context: Context
  /** Of its own part of the document; null: those of the whole document hold. */
  signals: string[] | null
  port: number | null
  firstSeen: Instant | null
  lastSeen: Instant | null
  whois: string | null
  /** When a commit added the line to its list, as the commit says; null: not known, or no line. */
  listedAt: Instant | null
  /** Null: it stands. */
  withdrawn: Withdrawal | null
}

/** Since when a piece of evidence is no more, and why. */
export interface Withdrawal {
  at: Instant
  reason: string
  /** The whole document went, by its author, the service or a maintainer: not one value of it. */
  ofDocument?: boolean
}

export interface StoredPair {
  document: StoredDocument
  domain: string
  ip: string
  rule: PairRule
  firstSeen: Instant | null
  lastSeen: Instant | null
}

/** Everything known, sorted by type, value and document. */
export interface Facts {
  documents: StoredDocument[]
  observations: StoredObservation[]
  pairs: StoredPair[]
  /** By domain, source and time. */
  registrations: Registration[]
}

export interface SourceHealth {
  name: string
  cursor: string | null
  lastRun: Instant | null
  lastSuccess: Instant | null
  lastNewDocument: Instant | null
  state: 'ok' | 'skipped' | 'failed' | null
  message: string | null
  documents: number
  /** Runs that failed since the last success. */
  failures: number
  /** Distinct posts billed on the day asked for, and in its month. */
  readsToday: number
  readsThisMonth: number
  /** Why somebody should look at it. */
  alarm: string | null
  /** The alarm that the webhook was told last; null: it knows of none. */
  alarmTold: string | null
  /** Days of the last year on which something of it was published, the first and the last of them. */
  publishedDays: number
  firstPublished: Instant | null
  lastPublished: Instant | null
}

/** What goes along with documents in one transaction. */
export interface Beside {
  /** Whole documents that are no more. */
  withdrawn?: { ids: string[]; withdrawal: Withdrawal }[]
  /** Posts that a service has billed on a day, each once. */
  reads?: { day: string; posts: string[] }
  /**
   * What a source found of registrations: kept of names that are held by then.
   * @param domainOf the part of a host name that somebody registered; null: none. Absent: all are kept
   */
  registrations?: { found: Registration[]; domainOf?: (name: string) => string | null }
  /**
   * What came by this source alone and is not among `seen` (keys of values) is withdrawn, unless it is more than `most` of
   * what is held: then the list must be wrong.
   */
  unlisted?: { seen: Set<string>; withdrawal: Withdrawal; most: (held: number) => number }
}

export interface Committed {
  newDocuments: number
  newObservations: number
  /** Values that the list does not hold any more, of how many, and how many of them were withdrawn. */
  unlisted: { absent: number; held: number; withdrawn: number }
}

/** What a service that bills by the read has billed for: ids of one UTC day, and how many in its month. */
export interface Reads {
  today: string[]
  month: number
}

export interface Lock {
  /** Holds it for as long again from `now` on; what others have taken over since stays theirs. */
  renew(now: Instant): Promise<void>
  release(): Promise<void>
}

/** Memory. Asynchronous, so that a second engine can stand behind it. */
export interface Store {
  cursor(source: string): Promise<string | null>
  /** Documents, their readings and the cursor in one transaction. */
  commit(
    source: string,
    cursor: string | null,
    items: Iterable<{ document: Document; reading: Reading }>,
    beside?: Beside,
  ): Promise<Committed>
  /** Marks whole documents as withdrawn and forgets their text. Returns how many were not yet. */
  withdrawDocuments(ids: string[], withdrawal: Withdrawal): Promise<number>
  /** Documents withdrawn whole. */
  withdrawals(): Promise<{ id: string; withdrawal: Withdrawal }[]>
  /** Runs `work` in one transaction: all of its commits, or none. */
  transaction<T>(work: () => Promise<T>): Promise<T>
  recordRun(
    source: string,
    at: Instant,
    state: 'ok' | 'skipped' | 'failed',
    message: string | null,
    newDocuments: number,
  ): Promise<void>
  /** @param day UTC day by which reads are counted */
  health(day: string): Promise<SourceHealth[]>
  noteAlarm(source: string, alarm: string | null): Promise<void>
  noteAlarmTold(source: string, alarm: string | null): Promise<void>
  /** Ids of posts, by whatever source, that are not withdrawn. */
  posts(): Promise<string[]>
  /** @param day UTC day */
  reads(source: string, day: string): Promise<Reads>
  /**
   * What was published before `before` (exclusive); of an undated list, each line that was listed before; of registrations,
   * what was asked before.
   * @param knownBefore and, where given, had been read before that
   */
  facts(before: Instant, knownBefore?: Instant): Promise<Facts>
  /** What is known of who registered the names that are held, by name, source and time. */
  registrations(): Promise<Registration[]>
  /** These documents with all that is in them, by time of publication and id. */
  evidence(documents: Set<string>): AsyncIterable<LedgerDocument>
  /** Whether any document has this id, names this value, or is by this person as he is spelt there (lower case). */
  knows(type: ObservableType | 'document' | 'reporter', value: string): Promise<boolean>
  /** Forgets post text older than `before`. Returns how many. */
  forgetText(before: Instant): Promise<number>
  /**
   * @param owner `host:pid`
   * @param ttlMs how long it holds, unless it is renewed or its owner is a dead process of this machine
   * @throws {FeedError} `locked` while somebody else holds it
   */
  lock(owner: string, now: Instant, ttlMs: number): Promise<Lock>
  /** What is wrong with the database; nothing: it is whole. */
  check(): Promise<string[]>
  close(): Promise<void>
}

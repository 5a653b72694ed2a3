import { hostname } from 'node:os'
import Database from 'better-sqlite3'
import { FeedError } from '../errors.js'
import { Basis, type Document, type Instant, Road } from '../model/document.js'
import type { LedgerDocument } from '../model/ledger.js'
import { type Observable, type ObservableType, observableKey } from '../model/observable.js'
import type { Observation, Pair, Reading } from '../model/observation.js'
import type {
  Beside,
  Committed,
  Facts,
  Lock,
  Reads,
  SourceHealth,
  Store,
  StoredObservation,
  Withdrawal,
} from '../model/ports.js'
import { migrate } from './migrate.js'
import {
  type DocumentRow,
  type LedgerDocumentRow,
  type LedgerObservationRow,
  type LedgerPairRow,
  type ObservationRow,
  type PairRow,
  toDocument,
  toLedgerDocument,
  toObservation,
  toPair,
} from './rows.js'
import * as sql from './sql.js'

/** How long to wait for another process that is writing. */
const BUSY_MS = 5_000
/** Sorts behind every instant. */
const END_OF_TIME = '9'

/**
 * Opens (or makes) the database of a working folder.
 * @throws {FeedError} `store` where the file is no database of ours, is newer than the code, or cannot be written
 */
export function openStore(path: string, migrations: string): Store {
  const db = guarded(path, () => {
    const opened = new Database(path, { timeout: BUSY_MS })
    opened.pragma('journal_mode = WAL')
    opened.pragma('synchronous = FULL')
    opened.pragma('foreign_keys = ON')
    // What is erased must not stay readable in the file.
    opened.pragma('secure_delete = ON')
    opened.pragma('cache_size = -32768')
    migrate(opened, migrations)
    return opened
  })
  return new SqliteStore(db)
}

/** Runs `work` and says what SQLite's error means for the person at the keyboard. */
function guarded<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof Database.SqliteError)) {
      if (error instanceof TypeError && /directory does not exist/.test(error.message))
        throw new FeedError('store', `${path}: the folder does not exist; make it, or give another --dir`)
      throw error
    }
    const meaning: Record<string, [FeedError['code'], string]> = {
      SQLITE_CANTOPEN: ['store', 'cannot be opened or made; is the folder writable?'],
      SQLITE_READONLY: ['store', 'cannot be written; is the folder or the file read-only?'],
      SQLITE_NOTADB: ['store', 'is not an SQLite database; move it away, then import again'],
      SQLITE_CORRUPT: ['store', 'is damaged; move it away, then collect again'],
      SQLITE_BUSY: ['locked', 'is being written by another process; try again when it is done'],
      SQLITE_FULL: ['store', 'cannot grow: the disk is full'],
      SQLITE_IOERR: ['store', 'cannot be read or written: disk error'],
    }
    const known = Object.entries(meaning).find(([code]) => error.code.startsWith(code))
    if (!known) throw error
    throw new FeedError(known[1][0], `${path}: ${known[1][1]} (${error.code})`, { cause: error })
  }
}

class SqliteStore implements Store {
  readonly #db: Database.Database
  readonly #statements = new Map<string, Database.Statement>()

  constructor(db: Database.Database) {
    this.#db = db
  }

  #run<T>(work: () => T): T {
    return guarded(this.#db.name, work)
  }

  #sql(text: string): Database.Statement {
    const known = this.#statements.get(text) ?? this.#db.prepare(text)
    this.#statements.set(text, known)
    return known
  }

  async cursor(source: string): Promise<string | null> {
    return this.#run(
      () => (this.#sql(sql.GET_CURSOR).pluck().get(source) as string | null | undefined) ?? null,
    )
  }

  async commit(
    source: string,
    cursor: string | null,
    items: Iterable<{ document: Document; reading: Reading }>,
    { withdrawn = [], reads, unlisted }: Beside = {},
  ): Promise<Committed> {
    const count = { newDocuments: 0, newObservations: 0, unlisted: { absent: 0, held: 0, withdrawn: 0 } }
    const work = () => {
      for (const { document, reading } of items) {
        const { key, isNew, edition } = this.#putDocument(document, reading)
        count.newDocuments += isNew ? 1 : 0
        for (const observation of reading.observations)
          count.newObservations += this.#putObservation(key, document, observation, edition)
        if (edition !== 'older')
          for (const pair of reading.pairs) this.#putPair(key, pair, document.retrievedAt)
      }
      for (const { ids, withdrawal } of withdrawn) this.#withdrawDocuments(ids, withdrawal)
      if (reads) for (const post of reads.posts) this.#sql(sql.PUT_READ).run(source, reads.day, post)
      if (unlisted) count.unlisted = this.#withdrawUnlisted(source, unlisted)
      // What is not believed is read again next time, and said again, until somebody accepts it.
      const isBelieved = count.unlisted.withdrawn === count.unlisted.absent
      this.#sql(sql.PUT_CURSOR).run({ source, cursor: isBelieved ? cursor : null })
    }
    this.#run(() => (this.#db.inTransaction ? work() : this.#db.transaction(work).immediate()))
    return count
  }

  /** @returns how the version of an edited post stands to the newest known: an older one adds only what is withdrawn */
  #putDocument(
    document: Document,
    { signals }: Reading,
  ): { key: number; isNew: boolean; edition: 'same' | 'newer' | 'older' } {
    const {
      id,
      kind,
      road,
      author,
      publishedAt,
      basis,
      url,
      references,
      tags,
      body,
      edition = null,
    } = document
    const known = this.#sql(sql.GET_DOCUMENT_KEY).get(id) as
      | { key: number; edition: string | null }
      | undefined
    const row = {
      id,
      kind,
      road,
      author,
      published_at: publishedAt,
      basis,
      url,
      links: JSON.stringify([...new Set(references)].sort()),
      tags: JSON.stringify([...new Set(tags)].sort()),
      signals: JSON.stringify(signals),
      text: 'text' in body ? body.text : null,
      edition,
      bases: Basis.options.join(' '),
      roads: Road.options.join(' '),
    }
    const key = known?.key ?? Number(this.#sql(sql.INSERT_DOCUMENT).run(row).lastInsertRowid)
    this.#sql(sql.PUT_RETRIEVAL).run(key, document.source, document.retrievedAt)
    if (!known) return { key, isNew: true, edition: 'same' }
    const [now, then] = [edition ?? '', known.edition ?? '']
    this.#sql(sql.MERGE_DOCUMENT).run(row)
    if (now === then) this.#sql(sql.MERGE_WORDS).run(row)
    if (now > then) {
      this.#sql(sql.PUT_EDITION).run(row)
      this.#sql(sql.WITHDRAW_EDITED).run({ key, ...withdrawnBy(edition!) })
      this.#sql(sql.DROP_PAIRS).run(key)
    }
    return { key, isNew: false, edition: now === then ? 'same' : now > then ? 'newer' : 'older' }
  }

  #putObservation(
    key: number,
    { id, retrievedAt }: Document,
    observation: Observation,
    edition: 'same' | 'newer' | 'older',
  ): number {
    const { type, value, raw, role, context, signals, port, firstSeen, lastSeen, listedAt, whois } =
      observation
    const newest =
      edition === 'older' ? (this.#sql(sql.GET_DOCUMENT_KEY).get(id) as { edition: string }).edition : null
    const withdrawn = observation.withdrawn ?? (newest === null ? null : withdrawnBy(newest))
    const row = {
      type,
      value,
      key,
      raw,
      role,
      context,
      signals: signals ? JSON.stringify(signals) : null,
      port: port ?? null,
      first_seen: firstSeen ?? null,
      last_seen: lastSeen ?? null,
      whois: whois ?? null,
      listed_at: listedAt ?? null,
      withdrawn_at: withdrawn?.at ?? null,
      withdrawn: withdrawn?.reason ?? null,
      retrieved_at: observation.retrievedAt ?? retrievedAt,
    }
    if (edition === 'newer') this.#sql(sql.DROP_OBSERVATION).run(row)
    const inserted = this.#sql(sql.INSERT_OBSERVATION).run(row).changes
    if (inserted === 0 && edition === 'same') this.#sql(sql.MERGE_OBSERVATION).run(row)
    return inserted
  }

  #putPair(
    key: number,
    { domain, ip, rule, firstSeen, lastSeen, retrievedAt }: Pair,
    documentRetrievedAt: Instant,
  ): void {
    this.#sql(sql.PUT_PAIR).run({
      key,
      domain,
      ip,
      rule,
      first_seen: firstSeen ?? null,
      last_seen: lastSeen ?? null,
      retrieved_at: retrievedAt ?? documentRetrievedAt,
    })
  }

  async withdrawDocuments(ids: string[], withdrawal: Withdrawal): Promise<number> {
    return this.#run(() => this.#withdrawDocuments(ids, withdrawal))
  }

  async withdrawals(): Promise<{ id: string; withdrawal: Withdrawal }[]> {
    const rows = this.#run(() => this.#sql(sql.GET_WITHDRAWN).all() as ({ id: string } & Withdrawal)[])
    return rows.map(({ id, ...withdrawal }) => ({ id, withdrawal }))
  }

  #withdrawDocuments(ids: string[], { at, reason }: Withdrawal): number {
    return ids.reduce((count, id) => {
      this.#sql(sql.ERASE_RAW).run(id)
      return count + this.#sql(sql.WITHDRAW_DOCUMENT).run({ id, at, reason }).changes
    }, 0)
  }

  #withdrawUnlisted(
    source: string,
    { seen, withdrawal: { at, reason }, most }: NonNullable<Beside['unlisted']>,
  ): Committed['unlisted'] {
    const listed = this.#sql(sql.GET_LISTED).all({ source }) as (Observable & { document: number })[]
    const held = new Set(listed.map(observableKey)).size
    const gone = listed.filter((one) => !seen.has(observableKey(one)))
    const absent = new Set(gone.map(observableKey)).size
    if (absent > most(held)) return { absent, held, withdrawn: 0 }
    for (const { type, value, document } of gone)
      this.#sql(sql.WITHDRAW_OBSERVATION).run({ type, value, document, at, reason })
    return { absent, held, withdrawn: absent }
  }

  async transaction<T>(work: () => Promise<T>): Promise<T> {
    this.#run(() => this.#db.exec('BEGIN IMMEDIATE'))
    try {
      const result = await work()
      this.#run(() => this.#db.exec('COMMIT'))
      return result
    } catch (error) {
      if (this.#db.inTransaction) this.#db.exec('ROLLBACK')
      throw error
    }
  }

  async recordRun(
    source: string,
    at: Instant,
    state: 'ok' | 'skipped' | 'failed',
    message: string | null,
    newDocuments: number,
  ): Promise<void> {
    this.#run(() =>
      this.#sql(sql.PUT_RUN).run({ source, at, state, message, found: newDocuments > 0 ? 1 : 0 }),
    )
  }

  async health(day: string): Promise<SourceHealth[]> {
    return this.#run(() => this.#sql(sql.GET_HEALTH).all({ day }) as SourceHealth[])
  }

  async noteAlarm(source: string, alarm: string | null): Promise<void> {
    this.#run(() => this.#sql(sql.PUT_ALARM).run(alarm, source))
  }

  async noteAlarmTold(source: string, alarm: string | null): Promise<void> {
    this.#run(() => this.#sql(sql.PUT_ALARM_TOLD).run(alarm, source))
  }

  async posts(): Promise<string[]> {
    return this.#run(() => this.#sql(sql.GET_POSTS).pluck().all() as string[])
  }

  async reads(source: string, day: string): Promise<Reads> {
    return this.#run(() => ({
      today: this.#sql(sql.GET_READS).pluck().all(source, day) as string[],
      month: this.#sql(sql.COUNT_READS).pluck().get(source, day) as number,
    }))
  }

  async facts(before: Instant, knownBefore = END_OF_TIME): Promise<Facts> {
    return this.#run(() => this.#facts(before, knownBefore))
  }

  #facts(before: Instant, known: Instant): Facts {
    const documents = new Map(
      (this.#sql(sql.GET_DOCUMENTS).all({ before, known }) as DocumentRow[]).map((row) => [
        row.key,
        toDocument(row),
      ]),
    )
    const isKnown = ({ withdrawn }: StoredObservation) =>
      withdrawn === null || (withdrawn.at < before && withdrawn.at < known)
    const collect = <R extends { document: number }, T>(
      text: string,
      convert: (row: R, document: ReturnType<typeof toDocument>) => T,
    ): T[] => {
      const found: T[] = []
      for (const row of this.#sql(text).iterate({ known }) as Iterable<R>) {
        const document = documents.get(row.document)
        if (document) found.push(convert(row, document))
      }
      return found
    }
    return {
      documents: [...documents.values()],
      observations: collect<ObservationRow, StoredObservation>(sql.GET_OBSERVATIONS, toObservation).map(
        (one) => (isKnown(one) ? one : { ...one, withdrawn: null }),
      ),
      pairs: collect<PairRow, ReturnType<typeof toPair>>(sql.GET_PAIRS, toPair),
    }
  }

  async *evidence(documents: Set<string>): AsyncIterable<LedgerDocument> {
    for (const row of this.#sql(sql.GET_LEDGER_DOCUMENTS).iterate() as Iterable<LedgerDocumentRow>) {
      if (!documents.has(row.id)) continue
      const observations = this.#sql(sql.GET_LEDGER_OBSERVATIONS).all(row.key) as LedgerObservationRow[]
      const pairs = this.#sql(sql.GET_LEDGER_PAIRS).all(row.key) as LedgerPairRow[]
      yield toLedgerDocument(row, observations, pairs)
    }
  }

  async knows(type: ObservableType | 'document' | 'reporter', value: string): Promise<boolean> {
    const found = () => {
      if (type === 'document') return this.#sql(sql.GET_DOCUMENT_KEY).get(value)
      if (type === 'reporter') return this.#sql(sql.GET_AUTHOR).get(value)
      return this.#sql(sql.GET_OBSERVATION).get(type, value)
    }
    return this.#run(() => found() !== undefined)
  }

  async forgetText(before: Instant): Promise<number> {
    return this.#run(() => this.#sql(sql.FORGET_TEXT).run(before).changes)
  }

  async lock(owner: string, now: Instant, ttlMs: number): Promise<Lock> {
    const endOf = (from: Instant) => new Date(Date.parse(from) + ttlMs).toISOString()
    this.#run(() =>
      this.#db
        .transaction(() => {
          const held = this.#sql(sql.GET_LOCK).get() as { owner: string; expires_at: string } | undefined
          if (held && held.expires_at > now && isAlive(held.owner))
            throw new FeedError(
              'locked',
              `another run (${held.owner}) is at work in this folder; wait for it, or stop it`,
            )
          this.#sql(sql.PUT_LOCK).run(owner, endOf(now))
        })
        .immediate(),
    )
    return {
      renew: async (at) => {
        this.#run(() => this.#sql(sql.RENEW_LOCK).run(endOf(at), owner))
      },
      release: async () => {
        this.#run(() => this.#sql(sql.DROP_LOCK).run(owner))
      },
    }
  }

  async check(): Promise<string[]> {
    return this.#run(() => {
      const damage = this.#db.pragma('integrity_check') as { integrity_check: string }[]
      const orphans = this.#db.pragma('foreign_key_check') as { table: string; rowid: number }[]
      return [
        ...damage.map((row) => row.integrity_check).filter((text) => text !== 'ok'),
        ...orphans.map(({ table }) => `a row of ${table} belongs to no document`),
      ]
    })
  }

  async close(): Promise<void> {
    this.#db.close()
  }
}

const withdrawnBy = (edition: Instant): Withdrawal => ({
  at: edition,
  reason: 'the post was edited and names it no more',
})

/** Whether the owner of a lock, `host:pid:…`, may still be running: a dead process of this machine is not. */
function isAlive(owner: string): boolean {
  const [host, pid] = owner.split(':')
  if (host !== hostname()) return true
  try {
    process.kill(Number(pid), 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

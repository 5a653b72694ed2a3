import { type Document, type Instant, UPPER_BOUNDS } from '../model/document.js'
import type { LedgerDocument } from '../model/ledger.js'
import type { ObservableType } from '../model/observable.js'
import type { Reading } from '../model/observation.js'
import type {
  Beside,
  Committed,
  Facts,
  Lock,
  Reads,
  Registration,
  SourceHealth,
  Store,
  StoredDocument,
  StoredObservation,
  StoredPair,
  Withdrawal,
} from '../model/ports.js'
import { Connection } from './connection.js'
import { takeLock } from './lock.js'
import {
  type DocumentRow,
  datedBy,
  type LedgerDocumentRow,
  type LedgerObservationRow,
  type LedgerPairRow,
  type ObservationRow,
  type PairRow,
  type RegistrationRow,
  toDocument,
  toLedgerDocument,
  toObservation,
  toPair,
  toRegistration,
} from './rows.js'
import * as sql from './sql.js'
import { Writer } from './writer.js'

/** Sorts behind every instant. */
const END_OF_TIME = '9'

const later = (one: Instant, other: Instant): Instant => (one > other ? one : other)

/**
 * Opens (or makes) the database of a working folder.
 * @throws {FeedError} `store` where the file is no database of ours, is newer than the code, or cannot be written
 */
export const openStore = (path: string, migrations: string): Store =>
  new SqliteStore(new Connection(path, migrations))

class SqliteStore implements Store {
  readonly #connection: Connection
  readonly #writer: Writer

  constructor(connection: Connection) {
    this.#connection = connection
    this.#writer = new Writer(connection)
  }

  #run<T>(work: () => T): T {
    return this.#connection.run(work)
  }

  #sql(text: string) {
    return this.#connection.sql(text)
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
    { withdrawn = [], reads, registrations, unlisted }: Beside = {},
  ): Promise<Committed> {
    const count = { newDocuments: 0, newObservations: 0, unlisted: { absent: 0, held: 0, withdrawn: 0 } }
    this.#connection.atomically(() => {
      for (const { document, reading } of items) {
        const { isNew, observations } = this.#writer.put(document, reading)
        count.newDocuments += isNew ? 1 : 0
        count.newObservations += observations
      }
      for (const { ids, withdrawal } of withdrawn) this.#writer.withdrawDocuments(ids, withdrawal)
      if (reads) for (const post of reads.posts) this.#sql(sql.PUT_READ).run(source, reads.day, post)
      if (registrations) this.#writer.putRegistrations(registrations)
      if (unlisted) count.unlisted = this.#writer.withdrawUnlisted(source, unlisted)
      // What is not believed is read again next time, and said again, until somebody accepts it.
      const isBelieved = count.unlisted.withdrawn === count.unlisted.absent
      this.#sql(sql.PUT_CURSOR).run({ source, cursor: isBelieved ? cursor : null })
    })
    return count
  }

  async withdrawDocuments(ids: string[], withdrawal: Withdrawal): Promise<number> {
    return this.#run(() => this.#writer.withdrawDocuments(ids, withdrawal))
  }

  async withdrawals(): Promise<{ id: string; withdrawal: Withdrawal }[]> {
    const rows = this.#run(() => this.#sql(sql.GET_WITHDRAWN).all() as ({ id: string } & Withdrawal)[])
    return rows.map(({ id, ...withdrawal }) => ({ id, withdrawal }))
  }

  async transaction<T>(work: () => Promise<T>): Promise<T> {
    this.#run(() => this.#connection.db.exec('BEGIN IMMEDIATE'))
    try {
      const result = await work()
      this.#run(() => this.#connection.db.exec('COMMIT'))
      return result
    } catch (error) {
      if (this.#connection.db.inTransaction) this.#connection.db.exec('ROLLBACK')
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
    const bounds = UPPER_BOUNDS.join(' ')
    const rows = this.#sql(sql.GET_DOCUMENTS).all({ before, known, bounds }) as DocumentRow[]
    const documents = new Map(rows.map((row) => [row.key, toDocument(row)]))
    const isKnown = ({ withdrawn }: StoredObservation) =>
      withdrawn === null || (withdrawn.at < before && withdrawn.at < known)
    const collect = <R extends { document: number }, T extends { document: StoredDocument }>(
      text: string,
      convert: (row: R, document: StoredDocument) => T,
    ): T[] => {
      const found: T[] = []
      for (const row of this.#sql(text).iterate({ known }) as Iterable<R>) {
        const document = documents.get(row.document)
        if (!document) continue
        const one = convert(row, document)
        // A line of a list counts from the day on which it was listed, whenever the list itself was.
        if (one.document.publishedAt < before) found.push(one)
      }
      return found
    }
    const listed = new Map<number, Map<string, string>>()
    const observations = collect<ObservationRow, StoredObservation>(sql.GET_OBSERVATIONS, (row, document) => {
      if (row.listed_at !== null) {
        const lines = listed.get(row.document)
        if (lines) lines.set(row.value, row.listed_at)
        else listed.set(row.document, new Map([[row.value, row.listed_at]]))
      }
      const one = toObservation(row, document)
      return isKnown(one) ? one : { ...one, withdrawn: null }
    })
    const pairs = collect<PairRow, StoredPair>(sql.GET_PAIRS, (row, document) => {
      const lines = listed.get(row.document)
      const [name, address] = [lines?.get(row.domain), lines?.get(row.ip)]
      // Nobody could read it before both of its ends; an end of no known day is as old as the list may be.
      const last = later(name ?? document.publishedAt, address ?? document.publishedAt)
      return toPair(row, document, last === name || last === address ? last : null)
    })
    return {
      documents: rows.map((row) => datedBy(row, documents.get(row.key)!)),
      observations,
      pairs,
      registrations: this.#registrations(before, known),
    }
  }

  async registrations(): Promise<Registration[]> {
    return this.#run(() => this.#registrations(END_OF_TIME, END_OF_TIME))
  }

  #registrations(before: Instant, known: Instant): Registration[] {
    const rows = this.#sql(sql.GET_REGISTRATIONS).all({ before, known }) as RegistrationRow[]
    return rows.map(toRegistration)
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
    return takeLock(this.#connection, owner, now, ttlMs)
  }

  async check(): Promise<string[]> {
    return this.#run(() => {
      const damage = this.#connection.db.pragma('integrity_check') as { integrity_check: string }[]
      const orphans = this.#connection.db.pragma('foreign_key_check') as { table: string; rowid: number }[]
      return [
        ...damage.map((row) => row.integrity_check).filter((text) => text !== 'ok'),
        ...orphans.map(({ table }) => `a row of ${table} belongs to no document`),
      ]
    })
  }

  async close(): Promise<void> {
    this.#connection.db.close()
  }
}

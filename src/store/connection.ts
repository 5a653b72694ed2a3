import Database from 'better-sqlite3'
import { FeedError } from '../errors.js'
import { migrate } from './migrate.js'

/** How long to wait for another process that is writing. */
const BUSY_MS = 5_000

/** A database, its statements prepared once each, its errors in words for the person at the keyboard. */
export class Connection {
  readonly db: Database.Database
  readonly #statements = new Map<string, Database.Statement>()

  /** @throws {FeedError} `store` where the file is no database of ours, is newer than the code, or cannot be written */
  constructor(path: string, migrations: string) {
    this.db = guarded(path, () => {
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
  }

  run<T>(work: () => T): T {
    return guarded(this.db.name, work)
  }

  sql(text: string): Database.Statement {
    const known = this.#statements.get(text) ?? this.db.prepare(text)
    this.#statements.set(text, known)
    return known
  }

  /** All of `work` or nothing; within a transaction, a part of it. */
  atomically<T>(work: () => T): T {
    return this.run(() => (this.db.inTransaction ? work() : this.db.transaction(work).immediate()))
  }
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

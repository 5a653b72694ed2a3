import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Database } from 'better-sqlite3'
import { FeedError } from '../errors.js'

interface Migration {
  name: string
  sql: string
  sha256: string
}

/**
 * Brings a database to the present schema, all in one transaction.
 * @throws {FeedError} `store` where the database is newer than the code, or an applied migration has changed since
 */
export function migrate(db: Database, folder: string): void {
  const migrations = readMigrations(folder)
  // Two processes may meet at the first use: one looks and applies, the other waits, then finds all done.
  db.transaction(() => bringUp(db, migrations)).immediate()
}

function bringUp(db: Database, migrations: Migration[]): void {
  const applied = appliedMigrations(db)
  const unknown = applied.find(({ name }) => !migrations.some((migration) => migration.name === name))
  if (unknown) {
    throw new FeedError(
      'store',
      `${db.name}: made by a newer moqhao-feed (it has migration ${unknown.name}, which this version does not know); update moqhao-feed, or use another --dir`,
    )
  }
  const changed = applied.find(
    ({ name, sha256 }) => migrations.find((migration) => migration.name === name)?.sha256 !== sha256,
  )
  if (changed) {
    throw new FeedError(
      'store',
      `${db.name}: migration ${changed.name} has changed since it was applied; restore the file, and put the change into a new migration`,
    )
  }
  // One that was merged late stands before one that is applied.
  const isApplied = ({ name }: Migration) => applied.some((one) => one.name === name)
  for (const migration of migrations) if (!isApplied(migration)) apply(db, migration)
}

function readMigrations(folder: string): Migration[] {
  const names = readdirSync(folder)
    .filter((name) => /^\d{4}_\w+\.sql$/.test(name))
    .sort()
  return names.map((name) => {
    const sql = readFileSync(join(folder, name), 'utf8')
    return { name, sql, sha256: createHash('sha256').update(sql).digest('hex') }
  })
}

function appliedMigrations(db: Database): { name: string; sha256: string }[] {
  const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all() as string[]
  if (!tables.includes('migrations')) {
    if (tables.length > 0)
      throw new FeedError(
        'store',
        `${db.name}: an SQLite database, but not one of moqhao-feed (tables: ${tables.slice(0, 5).join(', ')})`,
      )
    db.exec('CREATE TABLE migrations (name TEXT PRIMARY KEY, sha256 TEXT NOT NULL) STRICT, WITHOUT ROWID')
  }
  return db.prepare('SELECT name, sha256 FROM migrations ORDER BY name').all() as {
    name: string
    sha256: string
  }[]
}

function apply(db: Database, { name, sql, sha256 }: Migration): void {
  db.exec(sql)
  db.prepare('INSERT INTO migrations (name, sha256) VALUES (?, ?)').run(name, sha256)
}

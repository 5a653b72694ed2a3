import { hostname } from 'node:os'
import { FeedError } from '../errors.js'
import type { Instant } from '../model/document.js'
import type { Lock } from '../model/ports.js'
import type { Connection } from './connection.js'
import * as sql from './sql.js'

/**
 * @param owner `host:pid`
 * @throws {FeedError} `locked` while somebody else holds it
 */
export function takeLock(connection: Connection, owner: string, now: Instant, ttlMs: number): Lock {
  const endOf = (from: Instant) => new Date(Date.parse(from) + ttlMs).toISOString()
  connection.run(() =>
    connection.db
      .transaction(() => {
        const held = connection.sql(sql.GET_LOCK).get() as { owner: string; expires_at: string } | undefined
        if (held && held.expires_at > now && isAlive(held.owner))
          throw new FeedError(
            'locked',
            `another run (${held.owner}) is at work in this folder; wait for it, or stop it`,
          )
        connection.sql(sql.PUT_LOCK).run(owner, endOf(now))
      })
      .immediate(),
  )
  return {
    renew: async (at) => {
      connection.run(() => connection.sql(sql.RENEW_LOCK).run(endOf(at), owner))
    },
    release: async () => {
      connection.run(() => connection.sql(sql.DROP_LOCK).run(owner))
    },
  }
}

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

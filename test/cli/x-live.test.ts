import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, describe, expect, it } from 'vitest'
import { type FakePost, type FakeX, fakeX, idAt } from '../fakes/x.js'
import { randomNumbers } from '../helpers.js'
import { aFifth, configured, failuresUntilDone, Killer, start } from './live.js'

const PAGES = 50
const POSTS = 100 * PAGES
const USERS = [{ id: '42', username: 'ninoseki' }]

/** One post a minute, up to a minute ago. */
const posts = (count: number): FakePost[] =>
  Array.from({ length: count }, (_, n) => ({
    id: idAt(Date.now() - (n + 1) * 6_000, n),
    author_id: '42',
    text: `#MoqHao abcdefghij.duckdns[.]org no ${n}`,
  }))

let fake: FakeX | null = null
afterEach(async () => {
  await fake?.close()
  fake = null
})

const sourceOf = (users: object[] = [{ handle: 'ninoseki', user_id: '42' }]) => ({
  type: 'x-posts',
  name: 'x',
  title: 'X',
  reporter: 'X',
  licence: 'facts',
  users,
  max_pages: 100,
  budget: { day: 100_000, month: 100_000 },
})

const startX = (dir: string, url: string) => start(dir, { X_API_URL: url, X_BEARER_TOKEN: 'canary-token' })

function stored(dir: string) {
  const db = new Database(join(dir, 'feed.db'), { readonly: true })
  try {
    const ids = db.prepare('SELECT id FROM documents ORDER BY id').pluck().all() as string[]
    const cursor = JSON.parse(
      (db.prepare("SELECT cursor FROM sources WHERE name = 'x'").pluck().get() as string | null) ?? '{}',
    )
    return { ids, cursor, check: db.pragma('integrity_check', { simple: true }) }
  } finally {
    db.close()
  }
}

const timelines = ({ requests }: FakeX) => requests.filter(({ pathname }) => pathname.endsWith('/42/tweets'))

describe('against a server on loopback', () => {
  it(`${POSTS} posts over ${PAGES} pages, killed 50 times: each once, the cursor right, one page more a kill at most`, async () => {
    const all = posts(POSTS)
    const killer = new Killer(randomNumbers(1), { most: 50, chance: 0.6 })
    fake = await fakeX({
      posts: all,
      users: USERS,
      fault: () => {
        killer.beforeAnswer()
        return null
      },
      served: () => killer.afterAnswer(),
    })
    const { url } = fake
    const dir = configured(sourceOf())
    await killer.untilDone(() => startX(dir, url))
    expect(killer.kills).toBe(50)
    const { ids, cursor, check } = stored(dir)
    expect(check).toBe('ok')
    expect(ids).toEqual(all.map(({ id }) => `post:${id}`).sort())
    expect(cursor.timelines['user:42']).toEqual({ since: all[0]!.id })
    expect(timelines(fake).length).toBeLessThanOrEqual(PAGES + killer.kills)
  }, 180_000)

  it('a fifth of the answers are faults: nothing lost, nothing twice, all said, and in the end all is in', async () => {
    const all = posts(2_000)
    fake = await fakeX({ posts: all, users: USERS, fault: aFifth(randomNumbers(2)) })
    const { url } = fake
    const dir = configured(sourceOf())
    const said = await failuresUntilDone(60, () => startX(dir, url))
    expect(said.length).toBeGreaterThan(0)
    expect(said.every((text) => text.includes('X API, '))).toBe(true)
    const { ids, cursor } = stored(dir)
    expect(ids).toEqual(all.map(({ id }) => `post:${id}`).sort())
    expect(cursor.timelines['user:42']).toEqual({ since: all[0]!.id })
  }, 180_000)

  it('the first authorised run resolves the id, shows it and writes it to the configuration', async () => {
    fake = await fakeX({ posts: posts(3), users: USERS })
    const dir = configured(sourceOf([{ handle: 'ninoseki' }]))
    const first = startX(dir, fake.url)
    expect(await first.ended).toBe(0)
    expect(first.output()).toContain('ninoseki = 42')
    const second = startX(dir, fake.url)
    expect(await second.ended).toBe(0)
    expect(fake.requests.filter(({ pathname }) => pathname === '/2/users/by')).toHaveLength(1)
    expect(second.output()).not.toContain('user ids')
  }, 60_000)
})

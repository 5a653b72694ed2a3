import { join } from 'node:path'
import Database from 'better-sqlite3'
import nock from 'nock'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
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

const sourceOf = (users: object[] = [{ handle: 'ninoseki', user_id: '42' }], more: object = {}) => ({
  type: 'x-posts',
  name: 'x',
  title: 'X',
  reporter: 'X',
  licence: 'facts',
  users,
  max_pages: 100,
  budget: { day: 100_000, month: 100_000 },
  ...more,
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

describe('a search, against a server on loopback that refuses what the real one refuses', () => {
  beforeAll(() => nock.enableNetConnect('127.0.0.1'))

  const DAY_MS = 86_400_000
  const searched = ({ requests }: FakeX) => requests.filter(({ pathname }) => pathname.endsWith('/recent'))
  const bounds = ({ searchParams }: URL) =>
    ['since_id', 'start_time', 'until_id'].filter((name) => searchParams.has(name)).join(' ')
  const ids = (posts: FakePost[]) => posts.map(({ id }) => `post:${id}`).sort()

  async function run(dir: string, url: string): Promise<string> {
    const { ended, output } = startX(dir, url)
    expect([await ended, output()]).toEqual([0, output()])
    return output()
  }

  /** Sets the marks of the search back, as if nothing had been found, or nobody had asked, for so many days. */
  function setBack(dir: string, days: { since: number; readAt: number }): void {
    const { cursor } = stored(dir)
    cursor.timelines.search.since = idAt(Date.now() - days.since * DAY_MS)
    cursor.timelines.search.readAt = new Date(Date.now() - days.readAt * DAY_MS).toISOString()
    const db = new Database(join(dir, 'feed.db'))
    db.prepare("UPDATE sources SET cursor = ? WHERE name = 'x'").run(JSON.stringify(cursor))
    db.close()
  }

  it('first by time, over several pages; then after the newest; a quiet week says nothing, a pause what it lost', async () => {
    const all = posts(250)
    const others = posts(3).map((post) => ({
      ...post,
      id: `${BigInt(post.id) + 9n}`,
      text: 'evil-name[.]com',
    }))
    const held = [...all, ...others].sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? 1 : -1))
    const old = { ...all[0]!, id: idAt(Date.now() - 8 * DAY_MS) }
    fake = await fakeX({ posts: [...held, old], users: USERS })
    const dir = configured(sourceOf([], { query: '#MoqHao duckdns' }))

    await run(dir, fake.url)
    expect(stored(dir).ids).toEqual(ids(all))
    expect(searched(fake).map(bounds)).toEqual(['start_time', 'since_id until_id', 'since_id until_id'])

    held.unshift({ ...all[0]!, id: idAt(Date.now()) })
    await fake.close()
    fake = await fakeX({ posts: held, users: USERS })
    await run(dir, fake.url)
    expect(searched(fake).map(bounds)).toEqual(['since_id'])
    expect(stored(dir).ids).toEqual(ids([held[0]!, ...all]))

    setBack(dir, { since: 8, readAt: 0.1 })
    expect(await run(dir, fake.url)).not.toContain('may be missing')
    setBack(dir, { since: 9, readAt: 8 })
    expect(await run(dir, fake.url)).toMatch(/search: posts between \S+ and \S+ may be missing/)
    expect(searched(fake).slice(1).map(bounds)).toEqual([
      'start_time',
      'since_id until_id',
      'since_id until_id',
      'start_time',
      'since_id until_id',
      'since_id until_id',
    ])
  }, 60_000)

  const ask = ({ url }: FakeX, params: Record<string, string>): Promise<Response> =>
    fetch(`${url}/2/tweets/search/recent?${new URLSearchParams(params)}`, {
      headers: { authorization: 'Bearer canary-token' },
    })

  it.each([
    [{ since_id: idAt(Date.now() - 8 * DAY_MS) }, "'since_id' must be a tweet id created after"],
    [{ start_time: new Date(Date.now() - 8 * DAY_MS).toISOString() }, "'start_time' must be on or after"],
    [{ until_id: idAt(Date.now()), start_time: new Date().toISOString() }, 'in conjunction with'],
    [{ max_results: '9' }, 'is not between 10 and 100'],
    [{ query: '' }, 'can not be empty'],
  ])('the server refuses %j', async (params, message) => {
    fake = await fakeX({ posts: [], users: USERS })
    const answer = await ask(fake, { query: 'x', ...params })
    expect(answer.status).toBe(400)
    expect(await answer.text()).toContain(message)
  })

  it('the server gives pages by their token', async () => {
    const all = posts(25)
    fake = await fakeX({ posts: all, users: USERS })
    const found: string[] = []
    for (let token: string | undefined = ''; token !== undefined; ) {
      const answer = await ask(fake, { query: '#moqhao', ...(token ? { next_token: token } : {}) })
      const { data, meta } = (await answer.json()) as { data: FakePost[]; meta: { next_token?: string } }
      expect(data.length).toBeLessThanOrEqual(10)
      found.push(...data.map(({ id }) => id))
      token = meta.next_token
    }
    expect(found).toEqual(all.map(({ id }) => id))
  })
})

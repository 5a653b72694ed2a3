import { type ChildProcess, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, describe, expect, it } from 'vitest'
import { PACKAGE_ROOT } from '../../src/app/workspace.js'
import { FAULTS } from '../fakes/faults.js'
import { type FakePost, type FakeX, fakeX, idAt } from '../fakes/x.js'
import { folder, randomNumbers } from '../helpers.js'

const BIN = join(PACKAGE_ROOT, 'dist/cli/bin.js')
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

function configured(users: object[] = [{ handle: 'ninoseki', user_id: '42' }]): string {
  const dir = folder()
  const source = {
    type: 'x-posts',
    name: 'x',
    title: 'X',
    reporter: 'X',
    licence: 'facts',
    users,
    max_pages: 100,
    budget: { day: 100_000, month: 100_000 },
  }
  writeFileSync(join(dir, 'feed.config.json'), JSON.stringify({ sources: [source] }))
  return dir
}

function start(
  dir: string,
  url: string,
  ...args: string[]
): { child: ChildProcess; ended: Promise<number | null>; output: () => string } {
  const child = spawn(
    process.execPath,
    [BIN, '--dir', dir, '--no-progress', ...(args.length > 0 ? args : ['collect', '--strict'])],
    {
      env: { ...process.env, X_API_URL: url, X_BEARER_TOKEN: 'canary-token', MOQHAO_RETRIES: '0' },
    },
  )
  let text = ''
  child.stdout.on('data', (chunk) => (text += chunk))
  child.stderr.on('data', (chunk) => (text += chunk))
  return {
    child,
    ended: new Promise((resolve) => child.on('close', (code) => resolve(code))),
    output: () => text,
  }
}

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
    const next = randomNumbers(1)
    let kills = 0
    let running: ChildProcess | null = null
    const kill = () => {
      kills++
      running?.kill('SIGKILL')
    }
    const isKilled = () => kills < 50 && next() < 0.6
    fake = await fakeX({
      posts: all,
      users: USERS,
      // Half of the kills come before the answer, half after it: before or while it is stored.
      fault: () => {
        if (next() < 0.5 && isKilled()) kill()
        return null
      },
      served: () => {
        if (isKilled()) setTimeout(kill, next() * 8)
      },
    })
    const dir = configured()
    for (let code: number | null = null; code !== 0; ) {
      const { child, ended, output } = start(dir, fake.url)
      running = child
      code = await ended
      if (code !== 0 && code !== null) throw new Error(output())
    }
    expect(kills).toBe(50)
    const { ids, cursor, check } = stored(dir)
    expect(check).toBe('ok')
    expect(ids).toEqual(all.map(({ id }) => `post:${id}`).sort())
    expect(cursor.timelines['user:42']).toEqual({ since: all[0]!.id })
    expect(timelines(fake).length).toBeLessThanOrEqual(PAGES + kills)
  }, 180_000)

  it('a fifth of the answers are faults: nothing lost, nothing twice, all said, and in the end all is in', async () => {
    const all = posts(2_000)
    const next = randomNumbers(2)
    const faults = [
      'HTML instead of data',
      'a body cut off',
      'a connection reset',
      'an empty object',
      'a required field of another type',
      '429 with a reset in an hour',
      '401',
      '403',
      '500',
      '503',
    ].map((name) => FAULTS[name]!)
    fake = await fakeX({
      posts: all,
      users: USERS,
      fault: () => (next() < 0.2 ? faults[Math.floor(next() * faults.length)]! : null),
    })
    const dir = configured()
    const said: string[] = []
    for (let run = 0; run < 60; run++) {
      const { ended, output } = start(dir, fake.url)
      const code = await ended
      expect([0, 5]).toContain(code)
      expect(output()).not.toContain('canary')
      if (code === 0) break
      said.push(output())
    }
    expect(said.length).toBeGreaterThan(0)
    expect(said.every((text) => text.includes('X API, '))).toBe(true)
    const { ids, cursor } = stored(dir)
    expect(ids).toEqual(all.map(({ id }) => `post:${id}`).sort())
    expect(cursor.timelines['user:42']).toEqual({ since: all[0]!.id })
  }, 180_000)

  it('the first authorised run resolves the id, shows it and writes it to the configuration', async () => {
    fake = await fakeX({ posts: posts(3), users: USERS })
    const dir = configured([{ handle: 'ninoseki' }])
    const first = start(dir, fake.url)
    expect(await first.ended).toBe(0)
    expect(first.output()).toContain('ninoseki = 42')
    const second = start(dir, fake.url)
    expect(await second.ended).toBe(0)
    expect(fake.requests.filter(({ pathname }) => pathname === '/2/users/by')).toHaveLength(1)
    expect(second.output()).not.toContain('user ids')
  }, 60_000)
})

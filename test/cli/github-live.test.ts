import { join } from 'node:path'
import Database from 'better-sqlite3'
import nock from 'nock'
import { beforeAll, expect, it } from 'vitest'
import { fakeGithub } from '../fakes/github.js'
import { LIST, randomHistory } from '../fakes/list-history.js'
import { randomNumbers } from '../helpers.js'
import { aFifth, configured, failuresUntilDone, Killer, start } from './live.js'

beforeAll(() => nock.enableNetConnect('127.0.0.1'))

const startAt = (api: string) => (dir: string) =>
  start(dir, { GITHUB_API_URL: api, GITHUB_TOKEN: 'canary-token' })

/** All that was read, of every table, row by row, and where the reading stands. */
function stored(dir: string) {
  const db = new Database(join(dir, 'feed.db'), { readonly: true })
  try {
    const rows = (table: string) => db.prepare(`SELECT * FROM ${table}`).raw().all()
    return {
      ...Object.fromEntries(
        ['documents', 'retrievals', 'observations', 'pairs'].map((table) => [table, rows(table)]),
      ),
      cursor: db.prepare('SELECT cursor FROM sources').pluck().all(),
      check: db.pragma('integrity_check', { simple: true }),
      // Each line once, with the days on which it came and went.
      lines: db.prepare('SELECT count(DISTINCT value) FROM observations').pluck().get() as number,
      gone: db.prepare('SELECT count(withdrawn_at) FROM observations').pluck().get() as number,
    }
  } finally {
    db.close()
  }
}

/** A history, and all that is stored of it where nothing goes wrong. */
async function undisturbed(commits: number) {
  const { github, repository, api } = await fakeGithub(randomHistory(commits))
  const begin = startAt(api)
  const dir = configured(LIST)
  const { ended, output } = begin(dir)
  if ((await ended) !== 0) throw new Error(output())
  const asked = github.requests.length
  github.requests.length = 0
  const of = Number(repository.git('rev-list', '--count', 'main', '--', LIST.path))
  return { github, begin, expected: stored(dir), asked, commits: of }
}

it('300 commits, killed 20 times: all tables as without, and six requests more a kill at most', async () => {
  const { github, begin, expected, asked, commits } = await undisturbed(300)
  expect(asked).toBe(commits + Math.ceil(commits / 100))
  expect(expected).toMatchObject({ check: 'ok', pairs: [] })
  expect(expected.lines).toBeGreaterThan(300)
  expect(expected.gone).toBeGreaterThan(100)
  const killer = new Killer(randomNumbers(3), { most: 20, chance: 0.06 })
  github.fault = () => {
    killer.beforeAnswer()
    return null
  }
  github.served = () => killer.afterAnswer()
  const dir = configured(LIST)
  await killer.untilDone(() => begin(dir))
  expect(killer.kills).toBe(20)
  expect(stored(dir)).toEqual(expected)
  // The pages of the listing and a comparison, the commit compared with, and the one that was not stored.
  expect(github.requests.length).toBeLessThanOrEqual(asked + killer.kills * (4 + 2))
}, 180_000)

it('a fifth of the answers are faults: all said, no commit taken for broken, and in the end all is as without', async () => {
  const { github, begin, expected } = await undisturbed(30)
  github.fault = aFifth(randomNumbers(4))
  const dir = configured(LIST)
  const said = await failuresUntilDone(60, () => begin(dir))
  expect(said.length).toBeGreaterThan(0)
  expect(said.every((text) => text.includes('github.com/fake/lists/'))).toBe(true)
  expect(stored(dir)).toEqual(expected)
}, 180_000)

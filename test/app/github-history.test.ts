import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import nock from 'nock'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { collect } from '../../src/app/collect.js'
import { openWorkspace, type Workspace } from '../../src/app/workspace.js'
import type { Change, GitRepository } from '../fakes/git.js'
import { fakeGithub } from '../fakes/github.js'
import { folder, NOW, randomNumbers } from '../helpers.js'

const collected = async (...given: Parameters<typeof collect>) => (await collect(...given)).sources

const PATH = 'lists/moqhao domains.txt'

beforeAll(() => nock.enableNetConnect('127.0.0.1'))
afterAll(() => nock.disableNetConnect())

/** Commits that add, remove and re-add lines, some in prose and some of other files. */
function randomHistory(count: number): Change[] {
  const random = randomNumbers(42)
  const names = Array.from({ length: 400 }, (_, n) =>
    n % 5 === 0 ? `31.${n % 200}.7.${n % 100}` : `name-${n}.example-list.com`,
  )
  const listed = new Set<string>(names.slice(0, 3))
  let time = Date.parse('2021-03-01T00:00:00Z')
  return Array.from({ length: count }, (_, n) => {
    time += 1000 * Math.ceil(random() * 200_000)
    const date = new Date(time).toISOString()
    if (n > 0 && n % 37 === 0) return { date, files: { 'README.md': `${n}\n` } }
    for (const name of listed) if (random() < 0.02) listed.delete(name)
    for (const name of names) if (random() < 0.008) listed.add(name)
    return { date, files: { [PATH]: `# state ${n}\n${[...listed].join('\n')}\n` } }
  })
}

interface Listing {
  listed: string
  withdrawn: string | null
}

/** First and last listing of each line, by the files that git shows. */
function byGitLog(repository: GitRepository): Record<string, Listing> {
  const listings: Record<string, Listing> = {}
  for (const line of repository.git('log', '--reverse', '--format=%H %ct', '--', PATH).trim().split('\n')) {
    const [sha, seconds] = line.split(' ')
    const date = new Date(Number(seconds) * 1000).toISOString()
    const text = repository.git('show', `${sha}:${PATH}`)
    const lines = new Set(text.split('\n').filter((one) => one !== '' && !one.startsWith('#')))
    for (const one of lines) listings[one] = { listed: listings[one]?.listed ?? date, withdrawn: null }
    for (const [one, listing] of Object.entries(listings)) if (!lines.has(one)) listing.withdrawn ??= date
  }
  return listings
}

function byDatabase(workspace: Workspace): Record<string, Listing> {
  const db = new Database(join(workspace.dir, 'feed.db'), { readonly: true })
  const rows = db
    .prepare('SELECT value, listed_at AS listed, withdrawn_at AS withdrawn FROM observations')
    .all()
  db.close()
  return Object.fromEntries(
    (rows as (Listing & { value: string })[]).map(({ value, ...listing }) => [value, listing]),
  )
}

function workspaceOf(api: string): Workspace {
  const dir = folder()
  const list = {
    type: 'github-list',
    name: 'fake',
    title: 'Fake',
    reporter: 'Fake',
    licence: 'MIT',
    cumulative: true,
    owner: 'fake',
    repo: 'lists',
    path: PATH,
    format: 'plain',
    history: { commits: 500 },
  }
  writeFileSync(join(dir, 'feed.config.json'), JSON.stringify({ sources: [list] }))
  const env: Record<string, string> = { GITHUB_API_URL: api, MOQHAO_RETRIES: '0' }
  const opened = openWorkspace({ dir, now: () => NOW, env: (name) => env[name] })
  onTestFinished(() => opened.close())
  return opened
}

it('of each line the first and last listing are those of git log; the second run costs nothing', async () => {
  const { github, repository, api } = await fakeGithub(randomHistory(300))
  const expected = byGitLog(repository)
  const all = Object.values(expected)
  expect(all.length).toBeGreaterThan(300)
  expect(all.filter(({ withdrawn }) => withdrawn !== null).length).toBeGreaterThan(100)
  const commits = Number(repository.git('rev-list', '--count', 'main', '--', PATH))

  const here = workspaceOf(api)
  expect(await collected(here)).toMatchObject([{ state: 'ok', newDocuments: 1 }])
  expect(byDatabase(here)).toEqual(expected)
  expect(github.requests.length).toBe(commits + Math.ceil(commits / 100))

  github.requests.length = 0
  expect(await collected(here)).toMatchObject([{ state: 'ok', message: null, newDocuments: 0 }])
  expect(github.requests.length).toBeLessThanOrEqual(2)
  expect(github.requests.filter(({ counts }) => counts)).toEqual([])
  expect(byDatabase(here)).toEqual(expected)

  // Stopped wherever, it ends the same, and repeats no more than a commit.
  const stopped = workspaceOf(api)
  github.requests.length = 0
  const stops = [1, 2, 3, 4, 7, 40, 41, 90]
  for (const stop of stops) {
    const controller = new AbortController()
    const before = github.requests.length
    github.onRequest = (count) => count - before === stop && controller.abort()
    await expect(collect(stopped, { signal: controller.signal })).rejects.toMatchObject({
      name: 'AbortError',
    })
  }
  github.onRequest = () => {}
  expect(await collected(stopped)).toMatchObject([{ state: 'ok' }])
  expect(byDatabase(stopped)).toEqual(expected)
  // Of each run: the pages of the listing and a comparison, the commit compared with, and the one it was stopped at.
  expect(github.requests.length).toBeLessThanOrEqual(commits + (stops.length + 1) * (4 + 2))
})

it('a rewritten history dates nothing anew and forgets nothing; the next commit withdraws what stayed away', async () => {
  const at = (day: number) => `2021-07-0${day}T10:00:00.000Z`
  const change = (day: number, ...names: string[]): Change => ({
    date: at(day),
    files: { [PATH]: names.map((name) => `${name}.example-list.com\n`).join('') },
  })
  const { repository, api } = await fakeGithub([change(1, 'a', 'b'), change(2, 'b', 'c')])
  const here = workspaceOf(api)
  await collect(here)
  const known = byDatabase(here)
  expect(known).toEqual({
    'a.example-list.com': { listed: at(1), withdrawn: at(2) },
    'b.example-list.com': { listed: at(1), withdrawn: null },
    'c.example-list.com': { listed: at(2), withdrawn: null },
  })
  repository.commit([change(3, 'd')], null)
  const [restarted] = await collected(here)
  expect(restarted).toMatchObject({ state: 'ok', message: expect.stringContaining('force-pushed') })
  expect(byDatabase(here)).toEqual({ ...known, 'd.example-list.com': { listed: null, withdrawn: null } })
  repository.commit([change(4, 'b', 'd')])
  expect(await collected(here)).toMatchObject([{ state: 'ok', message: 'ok; 1 no longer listed' }])
  expect(byDatabase(here)).toMatchObject({
    'a.example-list.com': { listed: at(1), withdrawn: at(2) },
    'c.example-list.com': { listed: at(2), withdrawn: at(4) },
    'd.example-list.com': { withdrawn: null },
  })
})

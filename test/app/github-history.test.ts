import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import nock from 'nock'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { collect } from '../../src/app/collect.js'
import { openWorkspace, type Workspace } from '../../src/app/workspace.js'
import type { Change, GitRepository } from '../fakes/git.js'
import { fakeGithub } from '../fakes/github.js'
import { LIST, PATH, randomHistory } from '../fakes/list-history.js'
import { folder, NOW, randomNumbers } from '../helpers.js'

const collected = async (...given: Parameters<typeof collect>) => (await collect(...given)).sources

beforeAll(() => nock.enableNetConnect('127.0.0.1'))
afterAll(() => nock.disableNetConnect())

interface Listing {
  listed: string
  withdrawn: string | null
}

/** First and last listing of each line, by the files that git shows. */
function byGitLog(repository: GitRepository, ...options: string[]): Record<string, Listing> {
  const listings: Record<string, Listing> = {}
  const log = repository.git('log', '--reverse', '--format=%H %ct', ...options, '--', PATH)
  for (const line of log.trim().split('\n')) {
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
  writeFileSync(join(dir, 'feed.config.json'), JSON.stringify({ sources: [LIST] }))
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

describe('a branch that was merged', () => {
  const at = (day: number) => `2021-07-${String(day).padStart(2, '0')}T10:00:00.000Z`
  const state = (day: number, names: string, merge?: string): Change => ({
    date: at(day),
    files: { [PATH]: names.replace(/\w/g, (name) => `${name}.example-list.com\n`) },
    ...(merge === undefined ? {} : { merge }),
  })
  const listings = (workspace: Workspace) =>
    Object.fromEntries(
      Object.entries(byDatabase(workspace)).map(([name, { listed, withdrawn }]) => [
        name[0],
        [listed, withdrawn].map((one) => Number(one?.slice(8, 10) ?? 0)).join('-'),
      ]),
    )

  it.each<[string, (repository: GitRepository, base: string) => void, Record<string, string>]>([
    [
      'and nothing else happened',
      (repository, base) => {
        const [branch] = repository.commit([state(2, 'abc')], base)
        repository.commit([state(5, 'abc', branch)], base)
      },
      { a: '1-0', b: '1-0', c: '2-0' },
    ],
    [
      'beside commits of the main line',
      (repository, base) => {
        const [branch] = repository.commit([state(2, 'bc')], base)
        const [main] = repository.commit([state(3, 'abd')], base)
        repository.commit([state(5, 'bcd', branch)], main)
      },
      { a: '1-5', b: '1-0', c: '2-0', d: '3-0' },
    ],
  ])('%s: its lines are dated by its own commits, as `git log` has them', async (_what, build, expected) => {
    const { repository, api } = await fakeGithub([state(1, 'ab')])
    build(repository, repository.git('rev-parse', 'main').trim())
    const here = workspaceOf(api)
    await collect(here)
    expect(listings(here)).toEqual(expected)
    expect(byDatabase(here)).toEqual(byGitLog(repository))
  })

  it('after younger commits were read: its lines are dated by the merge', async () => {
    const { repository, api } = await fakeGithub([state(1, 'ab')])
    const base = repository.git('rev-parse', 'main').trim()
    const [branch] = repository.commit([state(2, 'bc')], base)
    const [main] = repository.commit([state(3, 'abd')], base)
    const here = workspaceOf(api)
    await collect(here)
    repository.commit([state(5, 'bcd', branch)], main)
    await collect(here)
    expect(listings(here)).toEqual({ a: '1-5', b: '1-0', c: '5-0', d: '3-0' })
    expect(byDatabase(here)).toEqual(byGitLog(repository, '--first-parent'))
  })

  it('whatever the branches: in the end what the head has is listed, by `git log`, no later than by the main line', async () => {
    const { repository, api } = await fakeGithub([state(1, 'ab')])
    const random = randomNumbers(7)
    const base = { sha: repository.git('rev-parse', 'main').trim(), names: new Set('ab') }
    // The first is the main line.
    const branches = [base, base, base]
    const pick = () => Math.floor(random() * branches.length)
    for (let day = 2; day <= 28; day++) {
      const onto = day === 28 ? 0 : pick()
      const [from, other] = [branches[onto]!, branches[pick()]!]
      const isMerge = other !== from && random() < 0.4
      const names = new Set([...from.names, ...(isMerge ? other.names : [])])
      for (const name of names) if (random() < 0.1) names.delete(name)
      names.add('abcdefghijklmnopqrstuvwxyz'[Math.floor(random() * 26)]!)
      const change = state(day, [...names].join(''), isMerge ? other.sha : undefined)
      branches[onto] = { sha: repository.commit([change], from.sha)[0]!, names }
    }
    const here = workspaceOf(api)
    await collect(here)
    const [read, log, main] = [byDatabase(here), byGitLog(repository), byGitLog(repository, '--first-parent')]
    expect(Number(repository.git('rev-list', '--merges', '--count', 'main', '--', PATH))).toBeGreaterThan(4)
    expect(read).toEqual(log)
    const listed = (all: Record<string, Listing>) => Object.keys(all).filter((name) => !all[name]!.withdrawn)
    expect(listed(read).sort()).toEqual(listed(main).sort())
    for (const name of Object.keys(main)) expect(read[name]!.listed <= main[name]!.listed).toBe(true)
  })
})

import { join } from 'node:path'
import Database from 'better-sqlite3'
import nock from 'nock'
import { beforeAll, expect, it, onTestFinished } from 'vitest'
import { collect } from '../../src/app/collect.js'
import { openWorkspace, type Workspace } from '../../src/app/workspace.js'
import type { Store } from '../../src/model/ports.js'
import { FAULTS } from '../fakes/faults.js'
import { fakeGithub } from '../fakes/github.js'
import { dailyFiles } from '../fakes/tweetfeed.js'
import { folder, NOW } from '../helpers.js'

// TweetFeed as the shipped configuration has it: its daily files, what concerns the campaign, and who registered names.

beforeAll(() => nock.enableNetConnect('127.0.0.1'))

const BUDGET = 40
const SOURCE = { names: ['tweetfeed'] }

function workspaceOf(api: string): Workspace {
  const env: Record<string, string> = { GITHUB_API_URL: api, MOQHAO_RETRIES: '0' }
  const opened = openWorkspace({ dir: folder(), now: () => NOW, env: (name) => env[name] })
  onTestFinished(() => opened.close())
  return opened
}

/** Values of each post, by its id, as the database has them. */
function stored({ dir }: Workspace): Map<string, string[]> {
  const db = new Database(join(dir, 'feed.db'), { readonly: true })
  const rows = db
    .prepare(
      'SELECT id, json_group_array(value) AS read FROM observations JOIN documents ON key = document GROUP BY id',
    )
    .all() as { id: string; read: string }[]
  db.close()
  return new Map(rows.map(({ id, read }) => [id, (JSON.parse(read) as string[]).sort()]))
}

/** The same workspace, whose process dies at the n-th commit from now on. */
function dyingAt(workspace: Workspace, commit: number): Workspace {
  let count = 0
  const store = new Proxy(workspace.store(), {
    get(target, name: keyof Store) {
      const method = target[name].bind(target) as (...given: unknown[]) => unknown
      if (name !== 'commit') return method
      return (...given: unknown[]) => {
        if (++count === commit) throw new Error('killed')
        return method(...given)
      }
    },
  })
  return { ...workspace, store: () => store }
}

const registrations = (...names: string[]): string => {
  const entry = {
    asn: null,
    checked_at: '2026-01-20T22:00:33Z',
    created: '2026-01-10T12:30:24.812Z',
    ips: ['31.7.7.7'],
    ns: ['NS1.EXAMPLE-HOST.COM', 'ns2.example-host.com.'],
    org: null,
    registrar: 'NameSilo, LLC',
    status: 'ok',
  }
  const entries = Object.fromEntries(names.map((name) => [name, entry]))
  return JSON.stringify({ count: names.length, entries, generated_at: '2026-01-21T00:00:00Z', version: 1 })
}

it('400 daily files, over several runs, killed and resumed: nothing lost, nothing twice, within the budget', async () => {
  const past = dailyFiles(400)
  const later = dailyFiles(3, { seed: 2, from: '2026-02-05' })
  const beside = { 'README.md': 'x\n', 'month.csv': 'x\n', 'misp/20260101.csv': 'x\n' }
  const { github, repository, api } = await fakeGithub([
    {
      date: '2026-02-05T00:00:00Z',
      files: { ...past.files, ...beside, 'domainmeta.json': registrations('example-list.com', 'other.com') },
    },
  ])
  const blobOf = (path: string) => repository.git('rev-parse', `main:${path}`).trim()
  const here = workspaceOf(api)
  const blobs: string[] = []
  let kills = 0
  let newDocuments = 0
  let runs = 0
  for (let isDone = false; !isDone; runs++) {
    github.requests.length = 0
    github.onRequest = () => {}
    github.fault = () => null
    if (runs === 4) {
      // The present goes before the past, also where a day that was read has changed.
      const [changed] = Object.keys(past.files).slice(-1) as [string]
      const files = { ...later.files, [changed]: `${past.files[changed]}\n` }
      repository.commit([{ date: '2026-02-08T00:00:00Z', files }])
      const run = await collect(here, SOURCE)
      const first = [...Object.keys(later.files).reverse(), changed].map((path) => `/${blobOf(path)}`)
      expect(github.requests.slice(1, 5).map(({ path }) => path.slice(-41))).toEqual(first)
      newDocuments += run.sources[0]!.newDocuments
    } else if (runs % 5 === 1) {
      const controller = new AbortController()
      const stop = 2 + runs
      github.onRequest = (count) => count === stop && controller.abort()
      await expect(collect(here, { ...SOURCE, signal: controller.signal })).rejects.toMatchObject({
        name: 'AbortError',
      })
      kills++
    } else if (runs % 5 === 2) {
      await expect(collect(dyingAt(here, 5 + runs), SOURCE)).rejects.toThrow('killed')
      kills++
    } else if (runs % 5 === 3) {
      github.fault = () => (github.requests.length === 9 ? FAULTS['a connection reset']! : null)
      const [run] = (await collect(here, SOURCE)).sources
      expect(run).toMatchObject({ state: 'failed', message: expect.stringContaining('no answer') })
      newDocuments += run!.newDocuments
      kills++
    } else {
      const [run] = (await collect(here, SOURCE)).sources
      expect(run).toMatchObject({ state: 'ok', message: expect.stringMatching(/ documents not kept: /) })
      newDocuments += run!.newDocuments
      isDone = !run!.message!.includes('wait for the next run')
    }
    expect(github.requests.length).toBeLessThanOrEqual(BUDGET)
    blobs.push(...github.requests.map(({ path }) => path).filter((path) => path.includes('/git/blobs/')))
  }
  expect(kills).toBeGreaterThanOrEqual(5)
  expect(runs).toBeGreaterThanOrEqual(10)

  const expected = new Map([...past.relevant, ...later.relevant])
  expect(expected.size).toBeGreaterThan(1_000)
  expect(past.posts + later.posts).toBeGreaterThan(2 * expected.size)
  expect(stored(here)).toEqual(expected)
  // What a killed run had stored is not new to the next.
  expect(newDocuments).toBeLessThanOrEqual(expected.size)
  // Each file was asked for once, the changed one twice, those of a killed run at most once more; and one is no list.
  expect(blobs.length).toBeLessThanOrEqual(400 + 3 + 1 + kills + 1)
  const names = await here.store().registrations()
  expect(names.map(({ domain }) => domain)).toEqual(['example-list.com'])

  github.requests.length = 0
  expect((await collect(here, SOURCE)).sources).toMatchObject([{ state: 'ok', message: null }])
  expect(github.requests).toMatchObject([{ status: 304, counts: false }])
  expect(stored(here)).toEqual(expected)
}, 120_000)

it('what is told of names is read again when it has changed, with the names that are held by then', async () => {
  const { files } = dailyFiles(2)
  const { github, repository, api } = await fakeGithub([
    { date: '2026-02-05T00:00:00Z', files: { ...files, 'domainmeta.json': registrations('wxyzq.com') } },
  ])
  const here = workspaceOf(api)
  const known = async () => (await here.store().registrations()).map(({ domain }) => domain)
  await collect(here, SOURCE)
  expect(await known()).toEqual([])
  const row =
    '2025-01-03 10:00:00,ninoseki,url,http://www.wxyzq.com/a,,https://x.com/ninoseki/status/1875118000000000000\n'
  repository.commit([{ date: '2026-02-06T00:00:00Z', files: { '2025/202501/20250103.csv': row } }])
  await collect(here, SOURCE)
  expect(await known()).toEqual([])
  repository.commit([
    { date: '2026-02-07T00:00:00Z', files: { 'domainmeta.json': registrations('wxyzq.com', 'zz.com') } },
  ])
  github.requests.length = 0
  await collect(here, SOURCE)
  expect(github.requests).toHaveLength(2)
  expect(await here.store().registrations()).toEqual([
    {
      domain: 'wxyzq.com',
      source: 'tweetfeed',
      checkedAt: '2026-01-20T22:00:33.000Z',
      retrievedAt: NOW,
      registeredAt: '2026-01-10T12:30:24.812Z',
      registrar: 'NameSilo, LLC',
      nameServers: ['ns1.example-host.com', 'ns2.example-host.com'],
      addresses: ['31.7.7.7'],
    },
  ])
  // Another document than was known is said, and fails nothing.
  repository.commit([{ date: '2026-02-08T00:00:00Z', files: { 'domainmeta.json': '[]' } }])
  expect((await collect(here, SOURCE)).sources).toMatchObject([
    {
      state: 'ok',
      message:
        'ok; github.com/0xDanielLopez/TweetFeed/domainmeta.json: no JSON object with `entries`: nothing known of registrations',
    },
  ])
  repository.commit([{ date: '2026-02-09T00:00:00Z', files: { 'domainmeta.json': null } }])
  expect((await collect(here, SOURCE)).sources).toMatchObject([
    {
      state: 'ok',
      message:
        'ok; github.com/0xDanielLopez/TweetFeed/.: no file "domainmeta.json"; correct `registrations`, or leave it out',
    },
  ])
})

import nock from 'nock'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { githubList } from '../../src/collectors/github-list.js'
import { FAULTS } from '../fakes/faults.js'
import type { Change } from '../fakes/git.js'
import { fakeGithub } from '../fakes/github.js'
import { collectContext } from '../helpers.js'

beforeAll(() => nock.enableNetConnect('127.0.0.1'))
afterAll(() => nock.disableNetConnect())

const DATE = '2021-08-03T10:00:00Z'
const fileOf = (day: number) => `feed/2021/202108/2021080${day}.csv`
const rowOf = (name: string, day: number) =>
  `2021-08-0${day} 10:00:00,ninoseki,domain,${name}bcdefghij.duckdns.org,#MoqHao,https://twitter.com/ninoseki/status/142${day}000000000000000\n`
const FILES = {
  [fileOf(1)]: rowOf('a', 1),
  [fileOf(2)]: rowOf('b', 2),
  [fileOf(3)]: rowOf('c', 3),
  'feed/README.md': 'x\n',
  'other/2021/202108/20210801.csv': rowOf('z', 1),
}
const ENTRY = {
  type: 'github-list',
  name: 'f',
  title: 'F',
  reporter: 'F',
  licence: 'x',
  owner: 'o',
  repo: 'r',
  path: 'feed',
  files: '\\d{4}/\\d{6}/\\d{8}\\.csv',
  format: 'tweetfeed',
}

async function source(changes: Change[], told: Record<string, unknown> = {}, retries = '0') {
  const fake = await fakeGithub(changes)
  const config = githubList.config.parse({ ...ENTRY, ...told })
  const env = (name: string) => ({ GITHUB_API_URL: fake.api, MOQHAO_RETRIES: retries })[name]
  let cursor: string | null = null
  const run = async () => {
    const names: string[] = []
    const notices: string[] = []
    fake.github.requests.length = 0
    try {
      for await (const batch of githubList.collect(config, collectContext({ cursor, env }))) {
        cursor = batch.cursor ?? cursor
        if (batch.notice) notices.push(batch.notice)
        for (const { body } of batch.documents)
          if ('rows' in body) names.push(...body.rows.map(({ cells }) => cells[0]![0]!))
      }
      return { names, notices, failure: null }
    } catch (failure) {
      return { names, notices, failure }
    }
  }
  return {
    ...fake,
    run,
    cursor: () => cursor,
    goOnFrom: (text: string) => {
      cursor = text
    },
  }
}

it('reads the files that match, newest first; then only what is new or changed; then nothing', async () => {
  const { run, repository, github } = await source([{ date: DATE, files: FILES }])
  expect((await run()).names).toEqual(['c', 'b', 'a'])
  expect(github.requests).toHaveLength(4)
  expect((await run()).names).toEqual([])
  expect(github.requests).toMatchObject([{ status: 304, counts: false }])
  repository.commit([{ date: DATE, files: { [fileOf(3)]: rowOf('d', 3), [fileOf(4)]: rowOf('e', 4) } }])
  expect((await run()).names).toEqual(['e', 'd'])
  expect(github.requests).toHaveLength(3)
})

it('passes over a row that cannot be read, and says so; of several files, the first', async () => {
  const odd = `${rowOf('z', 1).replace(',domain,', ',sha512,')}`
  const files = {
    [fileOf(1)]: rowOf('a', 1) + odd,
    [fileOf(2)]: rowOf('b', 2) + odd,
    [fileOf(3)]: rowOf('c', 3),
  }
  const { run } = await source([{ date: DATE, files }])
  expect(await run()).toMatchObject({
    failure: null,
    names: ['c', 'b', 'a'],
    notices: [
      expect.stringMatching(
        /^1 of 2 lines cannot be read and were passed over, the first: github\.com\/o\/r\/feed\/.*20210802\.csv:2: .*; and 1 more files$/,
      ),
    ],
  })
})

it('reads no more than the bound in one run, and says what waits', async () => {
  const { run, github } = await source([{ date: DATE, files: FILES }], { max_requests: 3 })
  expect(await run()).toMatchObject({
    names: ['c', 'b'],
    notices: ['1 files wait for the next run (max_requests: 3)'],
  })
  expect(await run()).toMatchObject({ names: ['a'], notices: [] })
  await run()
  expect(github.requests).toMatchObject([{ status: 304 }])
})

it('counts a request that is tried again as another one', async () => {
  const { run, github } = await source([{ date: DATE, files: FILES }], { max_requests: 4 }, '1')
  github.fault = () => (github.requests.length === 1 ? FAULTS[503]! : null)
  expect(await run()).toMatchObject({
    failure: null,
    names: ['c', 'b'],
    notices: ['1 files wait for the next run (max_requests: 4)'],
  })
  expect(github.requests.map(({ status }) => status)).toEqual([200, 0, 200, 200])
})

it('keeps a request of the bound for registrations, which are told with the lists', async () => {
  const files = { ...FILES, 'names.json': '{"entries": {}}' }
  const { run, github, repository } = await source([{ date: DATE, files }], {
    max_requests: 3,
    registrations: 'names.json',
  })
  const blobOf = (path: string) => repository.git('rev-parse', `main:${path}`).trim()
  const asked = () => github.requests.slice(1).map(({ path }) => path.slice(-40))
  expect((await run()).names).toEqual(['c'])
  expect(asked()).toEqual([blobOf(fileOf(3)), blobOf('names.json')])
  expect((await run()).names).toEqual(['b', 'a'])
  expect(asked()).toEqual([blobOf(fileOf(2)), blobOf(fileOf(1))])
  await run()
  expect(github.requests).toMatchObject([{ status: 304 }])
})

it('leaves registrations too where the rate limit is used up', async () => {
  const files = { ...FILES, 'names.json': '{"entries": {}}' }
  const { run, github } = await source([{ date: DATE, files }], { registrations: 'names.json' })
  github.remaining = 4
  expect(await run()).toMatchObject({ failure: null, names: ['c', 'b', 'a'] })
  github.remaining = 100
  expect(await run()).toMatchObject({ failure: null, names: [] })
  expect(github.requests).toHaveLength(2)
  await run()
  expect(github.requests).toMatchObject([{ status: 304 }])
})

it('keeps of each file the beginning of its SHA, goes on from whole ones, and forgets files that are gone', async () => {
  const { run, repository, github, cursor, goOnFrom } = await source([{ date: DATE, files: FILES }])
  await run()
  const known = JSON.parse(cursor()!) as { files: Record<string, string> }
  expect(Object.keys(known.files)).toHaveLength(3)
  expect(Object.values(known.files)).toContain(
    repository
      .git('rev-parse', `main:${fileOf(1)}`)
      .trim()
      .slice(0, 12),
  )
  const whole = Object.keys(known.files).map((path) => [
    path,
    repository.git('rev-parse', `main:${path}`).trim(),
  ])
  goOnFrom(JSON.stringify({ etag: null, files: Object.fromEntries(whole) }))
  expect((await run()).names).toEqual([])
  expect(github.requests).toHaveLength(1)
  repository.commit([{ date: DATE, files: { [fileOf(1)]: null } }])
  await run()
  expect(Object.keys(JSON.parse(cursor()!).files)).toEqual([fileOf(3), fileOf(2)])
})

it('the mark of a file comes with the last of its batches', async () => {
  const many = Array.from({ length: 150 }, (_, n) =>
    rowOf('d', 4).replace(/\d+\n$/, `${1424e15 + 1e6 * n}\n`),
  )
  const files = { ...FILES, [fileOf(4)]: many.join('') }
  const fake = await fakeGithub([{ date: DATE, files }])
  const env = (name: string) => ({ GITHUB_API_URL: fake.api, MOQHAO_RETRIES: '0' })[name]
  const batches: [number, number | null][] = []
  const config = githubList.config.parse(ENTRY)
  for await (const { documents, cursor } of githubList.collect(config, collectContext({ env })))
    batches.push([documents.length, cursor === null ? null : Object.keys(JSON.parse(cursor).files).length])
  expect(batches).toEqual([
    [100, null],
    [50, 1],
    [1, 2],
    [1, 3],
    [1, 4],
    [0, 4],
  ])
})

it('leaves what the rate limit does not let pass', async () => {
  const { run, github } = await source([{ date: DATE, files: FILES }])
  github.remaining = 2
  expect(await run()).toMatchObject({
    names: ['c'],
    notices: ['2 files wait for the next run (the rate limit is used up)'],
  })
  github.remaining = 100
  expect((await run()).names).toEqual(['b', 'a'])
})

it('a file that is no list does not keep the others waiting, and is asked for again', async () => {
  const { run, repository } = await source([{ date: DATE, files: { ...FILES, [fileOf(2)]: '<html>\n' } }])
  for (const names of [['c', 'a'], []])
    expect(await run()).toMatchObject({
      names,
      failure: { code: 'source', message: `github.com/o/r/${fileOf(2)}: a web page instead of a list` },
    })
  repository.commit([{ date: DATE, files: { [fileOf(2)]: rowOf('b', 2) } }])
  expect(await run()).toMatchObject({ names: ['b'], failure: null })
})

it('says where no file matches', async () => {
  const { run } = await source([{ date: DATE, files: FILES }], { path: '.', files: 'x\\.csv' })
  expect((await run()).failure).toMatchObject({
    code: 'source',
    message: 'github.com/o/r/.: no file of the folder matches `files`: "x\\\\.csv"',
  })
})

it('takes a folder of the whole repository, and no wrong expression', async () => {
  const { run } = await source([{ date: DATE, files: FILES }], { path: '.', files: 'other/.*' })
  expect((await run()).names).toEqual(['z'])
  expect(githubList.config.safeParse({ ...ENTRY, files: '(' }).error?.issues[0]).toMatchObject({
    path: ['files'],
    message: 'a regular expression',
  })
  expect(githubList.config.safeParse({ ...ENTRY, cumulative: true }).error?.issues[0]?.path).toEqual([
    'cumulative',
  ])
  const { files: _, ...single } = ENTRY
  expect(githubList.config.safeParse({ ...single, registrations: 'x' }).error?.issues[0]?.path).toEqual([
    'registrations',
  ])
})

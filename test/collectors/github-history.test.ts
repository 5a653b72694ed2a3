import nock from 'nock'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { githubList } from '../../src/collectors/github-list.js'
import type { Batch } from '../../src/model/ports.js'
import { FAULTS } from '../fakes/faults.js'
import type { Change } from '../fakes/git.js'
import { fakeGithub } from '../fakes/github.js'
import { collectContext } from '../helpers.js'

beforeAll(() => nock.enableNetConnect('127.0.0.1'))
afterAll(() => nock.disableNetConnect())

const PATH = 'lists/a list.txt'
const day = (n: number) => `2021-07-0${n}T10:00:00.000Z`
/** Commits of the list on one day after the other; a name stands for a line. */
const lists = (...states: string[]): Change[] =>
  states.map((state, n) => ({ date: day(n + 1), files: { [PATH]: textOf(state) } }))
const textOf = (names: string) => names.replace(/\w/g, (name) => `${name}bcdefghij.duckdns.org\n`)

/** A source over a fake, run after run. */
async function source(changes: Change[], told: Record<string, unknown> = {}) {
  const fake = await fakeGithub(changes)
  const base = {
    type: 'github-list',
    name: 'l',
    title: 'L',
    reporter: 'L',
    licence: 'x',
    owner: 'o',
    repo: 'r',
  }
  const entry = { ...base, path: PATH, format: 'plain', ...told }
  let cursor: string | null = null
  const run = async (over: Record<string, unknown> = {}) => {
    const batches: Batch[] = []
    const env = (name: string) => ({ GITHUB_API_URL: fake.api, MOQHAO_RETRIES: '0' })[name]
    const config = githubList.config.parse({ ...entry, ...over })
    fake.github.requests.length = 0
    for await (const batch of githubList.collect(config, collectContext({ cursor, env }))) {
      batches.push(batch)
      cursor = batch.cursor ?? cursor
    }
    return summary(batches)
  }
  return { ...fake, run, cursor: () => cursor }
}

/** What a run says: of each row when it is listed, of each state when it held and what, and the notices. */
function summary(batches: Batch[]) {
  const rows = batches.flatMap(({ documents }) =>
    documents.flatMap(({ id, body }) => ('rows' in body ? body.rows.map((row) => ({ id, ...row })) : [])),
  )
  return {
    rows: rows.map(({ cells, listedAt }) => `${cells.map((cell) => cell[0]).join('')} ${listedAt ?? '-'}`),
    documents: [...new Set(rows.map(({ id }) => id))],
    states: batches.flatMap(({ complete }) =>
      complete
        ? `${complete.at} ${[...(complete.held ?? [])].map((key) => key.split(' ')[1]![0]).join('')}`
        : [],
    ),
    notices: batches.flatMap(({ notice }) => notice ?? []),
  }
}

describe('commits', () => {
  it('date the rows they add, and each state is complete', async () => {
    const { run } = await source(lists('ab', 'bc', 'abc'))
    const { rows, states, documents, notices } = await run()
    expect(rows).toEqual([`a ${day(1)}`, `b ${day(1)}`, `c ${day(2)}`, `a ${day(3)}`])
    expect(states).toEqual([`${day(1)} ab`, `${day(2)} bc`, `${day(3)} abc`])
    expect(documents).toHaveLength(1)
    expect(notices).toEqual([])
  })
  it('new since the last run are compared with the last one known', async () => {
    const { run, repository, github } = await source(lists('ab'))
    await run()
    repository.commit([{ date: day(4), files: { [PATH]: textOf('bc') } }])
    expect(await run()).toMatchObject({ rows: [`c ${day(4)}`], states: [`${day(4)} bc`] })
    expect(github.requests.map(({ status }) => status)).toEqual([200, 200, 200])
    expect(await run()).toMatchObject({ rows: [], states: [] })
    expect(github.requests).toMatchObject([{ status: 304, counts: false }])
  })
  it('of one second, or by a clock that goes back, still follow each other', async () => {
    const at = day(2)
    const { run } = await source([
      { date: at, files: { [PATH]: textOf('a') } },
      { date: at, files: { [PATH]: textOf('b') } },
      { date: day(1), files: { [PATH]: textOf('ab') } },
    ])
    const { rows, states } = await run()
    expect(rows).toEqual([`a ${at}`, `b ${at}`, `a ${day(1)}`])
    expect(states).toEqual([`${at} a`, `${at.replace('000Z', '001Z')} b`, `${at.replace('000Z', '002Z')} ab`])
  })
  it('to come happen now', async () => {
    const { run } = await source([{ date: '2031-01-01T00:00:00Z', files: { [PATH]: textOf('a') } }])
    expect(await run()).toMatchObject({ rows: ['a 2026-11-23T12:00:00.000Z'] })
  })
  it('more than the bound: the first run begins with the newest, whose lines it cannot date', async () => {
    const { run } = await source(lists('a', 'ab', 'abc', 'bcd'), { history: { commits: 2 } })
    const { rows, states } = await run()
    expect(rows).toEqual(['a -', 'b -', 'c -', `d ${day(4)}`])
    expect(states).toEqual([`${day(3)} abc`, `${day(4)} bcd`])
  })
  it('more than the bound since the last run are read oldest first, run after run, and it is said', async () => {
    const { run, repository, github } = await source(lists('a'), { history: { commits: 2 } })
    await run()
    repository.commit(lists('', 'ab', 'abc', 'abcd', 'abcde', 'abcdef').slice(1))
    expect(await run()).toMatchObject({
      rows: [`b ${day(2)}`, `c ${day(3)}`],
      notices: ['3 newer commits wait for the next run (history.commits: 2)'],
    })
    expect(await run()).toMatchObject({ rows: [`d ${day(4)}`, `e ${day(5)}`] })
    expect(await run()).toMatchObject({ rows: [`f ${day(6)}`], notices: [] })
    await run()
    expect(github.requests).toMatchObject([{ status: 304 }])
  })
  it('beyond the rate limit wait for the next run', async () => {
    const { run, github } = await source(lists('a', 'ab', 'abc'))
    github.remaining = 2
    expect(await run()).toMatchObject({
      rows: [`a ${day(1)}`],
      notices: ['2 newer commits wait for the next run (the rate limit is used up)'],
    })
    github.remaining = 5000
    expect(await run()).toMatchObject({ rows: [`b ${day(2)}`, `c ${day(3)}`] })
  })
  it('are not read where history is 0: the file as it is, dated by nothing', async () => {
    const { run, repository, github } = await source(lists('a', 'ab'), { history: { commits: 0 } })
    expect(await run()).toMatchObject({ rows: ['a -', 'b -'], states: ['2026-11-23T12:00:00.000Z ab'] })
    expect(github.requests).toHaveLength(2)
    await run()
    expect(github.requests).toMatchObject([{ status: 304 }])
    repository.commit(lists('', '', 'bc', 'bcd').slice(2))
    expect(await run()).toMatchObject({ rows: ['b -', 'c -', 'd -'] })
    expect(github.requests).toHaveLength(2)
  })
})

describe('a row', () => {
  it('that gains a value dates that value alone', async () => {
    const row = (ip: string) => `abcdefghij.duckdns.org,${ip},2021-06-29\n`
    const table = (ip: string) => `domain,ip_address,last_seen\n${row(ip)}`
    const { run } = await source(
      [
        { date: day(1), files: { [PATH]: table('103.80.134.180') } },
        { date: day(2), files: { [PATH]: table('203.80.134.180') } },
      ],
      { format: 'team-cymru' },
    )
    expect((await run()).rows).toEqual([`a1 ${day(1)}`, 'a2 -', `2 ${day(2)}`])
  })
  it('whose section states a post keeps the time of that post', async () => {
    const text =
      '# Reference: https://twitter.com/ninoseki/status/1439663629909979140\n\nabcdefghij.duckdns.org\n'
    const { api } = await fakeGithub([{ date: day(1), files: { [PATH]: text } }])
    const config = githubList.config.parse({
      ...{ type: 'github-list', name: 'm', title: 'M', reporter: 'M', licence: 'x', owner: 'o', repo: 'r' },
      ...{ path: PATH, format: 'maltrail' },
    })
    const env = (name: string) => ({ GITHUB_API_URL: api })[name]
    for await (const { documents } of githubList.collect(config, collectContext({ env })))
      for (const document of documents)
        expect(document).toMatchObject({ basis: 'post-id', publishedAt: '2021-09-19T18:52:11.684Z' })
  })
})

describe('a history that no longer has the newest commit known', () => {
  const GONE = /^commit [0-9a-f]{12} is no more in the history of lists\/a list\.txt \(force-pushed/
  it.each<[string, number, number]>([
    ['squashed into one commit', 3, 1],
    ['longer than a page', 3, 130],
    ['cut back', 3, 0],
  ])('%s: nothing is dated or withdrawn, and it goes on from the new head', async (_what, known, added) => {
    const { run, repository } = await source(lists('a', 'ab', 'abc').slice(0, known))
    const { documents } = await run()
    const first = repository.git('rev-list', '--max-parents=0', 'main').trim()
    if (added === 0) repository.git('update-ref', 'refs/heads/main', first)
    else
      repository.commit(
        Array.from({ length: added }, (_, n) => ({
          date: new Date(Date.parse(day(5)) + n * 60_000).toISOString(),
          files: { [PATH]: textOf('ac') + '\n'.repeat(n) },
        })),
        null,
      )
    const restarted = await run()
    expect(restarted.rows).toEqual(added === 0 ? ['a -'] : ['a -', 'c -'])
    expect(restarted.states).toEqual([])
    expect(restarted.notices).toEqual([expect.stringMatching(GONE)])
    if (added > 0) expect(restarted.documents).not.toEqual(documents)
    repository.commit([{ date: day(9), files: { [PATH]: textOf('acd') } }])
    const rows = [...(added === 0 ? [`c ${day(9)}`] : []), `d ${day(9)}`]
    expect(await run()).toMatchObject({ rows, states: [`${day(9)} acd`], notices: [] })
  })
  it('is not suspected where only more than a page is new', async () => {
    const { run, repository } = await source(lists('a'), { history: { commits: 1000 } })
    await run()
    repository.commit(
      Array.from({ length: 130 }, (_, n) => ({
        date: new Date(Date.parse(day(2)) + n * 60_000).toISOString(),
        files: { [PATH]: textOf('ab') + '\n'.repeat(n) },
      })),
    )
    const { rows, states, notices } = await run()
    expect(rows).toEqual([`b ${day(2)}`])
    expect(states).toHaveLength(130)
    expect(notices).toEqual([])
  })
})

describe('a file that the newest commit has renamed', () => {
  const NEW = 'lists/new.txt'
  const moved = (path: string) =>
    `renamed, and read on there: for \`l\` in feed.config.json set \`path\` from "${PATH}" to "${path}"`
  const renamed = (n: number, from: string, to: string, state: string): Change => ({
    date: day(n),
    renames: { [from]: to },
    files: { [to]: textOf(state) },
  })

  it('is read on under its new name, with all dates, and it is said until `path` is set', async () => {
    const { run, repository, github } = await source(lists('abc', 'abcd'))
    const { documents } = await run()
    repository.commit([renamed(3, PATH, NEW, 'bcde'), { date: day(4), files: { [NEW]: textOf('bcdef') } }])
    expect(await run()).toEqual({
      rows: [`e ${day(3)}`],
      documents,
      states: [`${day(3)} bcde`],
      notices: [moved(NEW)],
    })
    expect(await run()).toMatchObject({ rows: [`f ${day(4)}`], documents, notices: [moved(NEW)] })
    expect(await run()).toMatchObject({ rows: [], states: [], notices: [moved(NEW)] })
    expect(github.requests).toMatchObject([{ status: 304 }])
    expect(await run({ path: NEW })).toMatchObject({ rows: [], states: [], notices: [] })
    repository.commit([{ date: day(5), files: { [NEW]: textOf('cdefg') } }])
    expect(await run({ path: NEW })).toMatchObject({
      rows: [`g ${day(5)}`],
      documents,
      states: [`${day(5)} cdefg`],
      notices: [],
    })
  })
  it('and renamed again, is followed, from a `path` of long ago too', async () => {
    const { run } = await source([
      ...lists('ab'),
      renamed(2, PATH, NEW, 'abc'),
      renamed(3, NEW, 'other/third.txt', 'abcd'),
    ])
    expect(await run()).toMatchObject({ rows: [`a ${day(1)}`, `b ${day(1)}`, `c ${day(2)}`] })
    expect(await run()).toMatchObject({ rows: [`d ${day(3)}`], notices: [moved('other/third.txt')] })
    expect(await run()).toMatchObject({ rows: [], notices: [moved('other/third.txt')] })
  })
  it('is not followed where a later commit has a file at the old path again', async () => {
    const { run, repository } = await source(lists('ab'))
    await run()
    repository.commit([renamed(2, PATH, NEW, 'abx'), { date: day(3), files: { [PATH]: textOf('abc') } }])
    expect(await run()).toMatchObject({
      rows: [`c ${day(3)}`],
      notices: [expect.stringContaining(`renamed to "${NEW}" by commit`)],
    })
  })
  it('is not followed once `path` is another one', async () => {
    const { run, repository } = await source([
      { date: day(1), files: { [PATH]: textOf('ab'), 'lists/other.txt': textOf('xy') } },
    ])
    await run()
    repository.commit([renamed(2, PATH, NEW, 'ab')])
    await run()
    expect((await run({ path: 'lists/other.txt' })).rows).toEqual(['x -', 'y -'])
  })
  it('is followed where only the file as it is is read', async () => {
    const { run, repository } = await source(lists('ab'), { history: { commits: 0 } })
    await run()
    repository.commit([renamed(2, PATH, NEW, 'abc')])
    expect(await run()).toMatchObject({ rows: ['a -', 'b -', 'c -'], notices: [moved(NEW)] })
    expect(await run()).toMatchObject({ rows: [], notices: [moved(NEW)] })
  })
})

describe('a fault of the newest commit', () => {
  const OTHER = { 'lists/other.txt': 'something else\n' }
  it.each<[string, Omit<Change, 'date'>, string]>([
    ['renamed', { renames: { [PATH]: 'lists/new.csv' } }, 'renamed to "lists/new.csv" by commit '],
    ['deleted', { files: { [PATH]: null, ...OTHER } }, 'deleted by commit '],
    ['emptied', { files: { [PATH]: '' } }, 'empty at commit '],
    ['without a line', { files: { [PATH]: '# soon\n' } }, 'empty at commit '],
    ['a pointer', { files: { [PATH]: 'version https://git-lfs.github.com/spec/v1\n' } }, 'a Git LFS pointer'],
    ['a page', { files: { [PATH]: '<html>\n' } }, 'a web page instead of a list'],
    ['a conflict', { files: { [PATH]: '<<<<<<< a\nx\n=======\ny\n>>>>>>> b\n' } }, 'a merge conflict'],
    ['not a text', { files: { [PATH]: Buffer.from([97, 0, 255, 10]) } }, `github.com/o/r/${PATH}:1: `],
  ])('%s: one line, the cursor stays, and the next commit mends it', async (_what, change, message) => {
    const { run, repository, cursor } = await source(lists('ab', 'abc'))
    await run()
    const before = cursor()
    repository.commit([{ date: day(3), ...change }])
    for (const _again of [1, 2])
      await expect(run()).rejects.toMatchObject({
        code: 'source',
        message: expect.stringContaining(message),
      })
    expect(cursor()).toBe(before)
    repository.commit([{ date: day(4), files: { [PATH]: textOf('bcd') } }])
    expect(await run()).toMatchObject({
      rows: [`d ${day(4)}`],
      states: [`${day(4)} bcd`],
      notices: [
        expect.stringMatching(/^1 commits passed over, the first: github.com\/o\/r\/lists\/a list.txt/),
      ],
    })
  })
  it('is passed over where the bound ends with it and newer commits wait', async () => {
    const { run, repository } = await source(lists('a'), { history: { commits: 1 } })
    await run()
    repository.commit([
      { date: day(2), files: { [PATH]: '<html>\n' } },
      { date: day(3), files: { [PATH]: textOf('ab') } },
    ])
    expect(await run()).toMatchObject({ rows: [], states: [] })
    expect(await run()).toMatchObject({ rows: [`b ${day(3)}`], states: [`${day(3)} ab`] })
  })
  it('renamed, and `path` set before it was read: the new path goes on without dating or withdrawing anything', async () => {
    const { run, repository } = await source(lists('ab'))
    await run()
    repository.commit([{ date: day(2), renames: { [PATH]: 'lists/new.txt' } }])
    const moved = await run({ path: 'lists/new.txt' })
    expect(moved).toMatchObject({
      rows: ['a -', 'b -'],
      states: [],
      notices: [expect.stringContaining('`path`')],
    })
  })
  it.each(['HTML instead of data', 'an empty answer', '404'])(
    'is none where the fault is the service’s (%s): no commit is passed over',
    async (name) => {
      const { run, github } = await source(lists('a', 'ab', 'abc'))
      // The listing, the first commit, and then the second.
      const broken = [null, null, FAULTS[name]!]
      github.fault = () => broken.shift() ?? null
      await expect(run()).rejects.toMatchObject({ code: 'source' })
      expect(await run()).toMatchObject({ rows: [`b ${day(2)}`, `c ${day(3)}`], notices: [] })
    },
  )
  it('too large for the contents API is none: the blob API has it', async () => {
    const { run, github } = await source(lists('ab'))
    github.contentsLimit = 10
    expect(await run()).toMatchObject({ rows: [`a ${day(1)}`, `b ${day(1)}`] })
    expect(github.requests.map(({ status }) => status)).toEqual([200, 403, 200, 200])
  })
})

it.each([
  ['by its commits', {}],
  ['as it is', { history: { commits: 0 } }],
])('a list %s says which of its rows cannot be read, of its newest state only', async (_, told) => {
  const fileOf = (...values: string[]) => `ip,day\n${values.map((value) => `${value}\n`).join('')}`
  const [good, bad] = ['1.2.3.4,2021-04-03', '5.6.7.8,soon']
  const { run, repository } = await source(
    [
      { date: day(1), files: { [PATH]: fileOf(good, bad) } },
      { date: day(2), files: { [PATH]: fileOf(bad, good) } },
    ],
    { format: 'csv', options: { values: ['ip'], reported: 'day' }, ...told },
  )
  expect((await run()).notices).toEqual([
    `1 of 3 lines cannot be read and were passed over, the first: github.com/o/r/${PATH}:2: column "day" is no date: "soon"`,
  ])
  repository.commit([{ date: day(3), files: { [PATH]: fileOf(good) } }])
  expect((await run()).notices).toEqual([])
})

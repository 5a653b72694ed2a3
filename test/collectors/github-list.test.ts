import nock from 'nock'
import { describe, expect, it, test } from 'vitest'
import { MAX_BYTES } from '../../src/collectors/github-client.js'
import { githubList } from '../../src/collectors/github-list.js'
import type { Batch, CollectContext } from '../../src/model/ports.js'
import { collectContext } from '../helpers.js'

const config = githubList.config.parse({
  type: 'github-list',
  name: 'tc',
  title: 'TC',
  reporter: 'TC',
  licence: 'x',
  owner: 'team-cymru',
  repo: 'iocs',
  path: 'moqhao/list (1)',
  format: 'team-cymru',
})
const LIST = 'domain,ip_address,last_seen\nabcdefghij.duckdns.org,103.80.134.180,2021-06-29\n'
const SHA = 'c'.repeat(40)
const CONTENTS = `/repos/team-cymru/iocs/contents/moqhao%2Flist%20%281%29?ref=${SHA}`
const COMMITS = '/repos/team-cymru/iocs/commits?path=moqhao%2Flist%20%281%29&per_page=100'
const TREE = `/repos/team-cymru/iocs/contents/moqhao?ref=${SHA}`
const BLOB = `/repos/team-cymru/iocs/git/blobs/${'b'.repeat(40)}`
const RAW = { 'content-type': 'application/vnd.github.raw; charset=utf-8' }
const DATE = '2021-07-01T10:00:00Z'
const COMMIT = [{ sha: SHA, commit: { author: { date: DATE }, committer: { date: DATE } } }]

const context = (told: Partial<CollectContext> = {}): CollectContext =>
  collectContext({ env: (name) => ({ MOQHAO_RETRIES: '0', GITHUB_TOKEN: 'canary-token' })[name], ...told })

async function batches(told: Partial<CollectContext> = {}): Promise<Batch[]> {
  const all: Batch[] = []
  for await (const batch of githubList.collect(config, context(told))) all.push(batch)
  return all
}

const api = () => nock('https://api.github.com')

it('reads a list, dates it by the commit that added it, and keeps the ETag of the listing', async () => {
  api().get(COMMITS).matchHeader('authorization', 'token canary-token').reply(200, COMMIT, { etag: '"e1"' })
  api().get(CONTENTS).matchHeader('authorization', 'token canary-token').reply(200, LIST, RAW)
  const all = await batches()
  const at = '2021-07-01T10:00:00.000Z'
  expect(all.flatMap(({ documents }) => documents)).toMatchObject([
    {
      source: 'tc',
      publishedAt: at,
      basis: 'list-date',
      retrievedAt: at,
      url: 'https://github.com/team-cymru/iocs/blob/HEAD/moqhao/list%20(1)',
      body: { rows: [{ listedAt: at, lastSeen: '2021-06-29T00:00:00.000Z' }] },
    },
  ])
  expect(JSON.parse(all.at(-1)!.cursor!)).toMatchObject({ etag: '"e1"', commit: SHA })
  expect(all.at(-1)!.complete).toMatchObject({ at })
  expect(all.slice(0, -1).every(({ cursor }) => cursor === null)).toBe(true)
})

const CURSOR = { commit: SHA, read: SHA, document: 'd'.repeat(64), at: '2021-07-01T10:00:00.000Z' }

it('asks with the ETag; a 304 is nothing new', async () => {
  api().get(COMMITS).matchHeader('if-none-match', '"e1"').reply(304)
  expect(await batches({ cursor: JSON.stringify({ ...CURSOR, etag: '"e1"' }) })).toEqual([])
})

it('another answer without a new commit moves nothing but the ETag', async () => {
  api().get(COMMITS).reply(200, COMMIT, { etag: '"e2"' })
  const all = await batches({ cursor: JSON.stringify({ ...CURSOR, etag: '"e1"' }) })
  expect(all).toEqual([{ documents: [], cursor: JSON.stringify({ ...CURSOR, etag: '"e2"' }) }])
})

it('a cursor of a version that knew no commits is none', async () => {
  api().get(COMMITS).reply(200, COMMIT)
  api().get(CONTENTS).reply(200, LIST, RAW)
  const all = await batches({ cursor: JSON.stringify({ etag: '"e1"', sha256: 'x' }) })
  expect(JSON.parse(all.at(-1)!.cursor!)).toMatchObject({ commit: SHA })
})

const RESET = String(Date.parse('2037-01-01T00:00:00Z') / 1000)
test.each<[number, string, Record<string, string>]>([
  [401, 'GITHUB_TOKEN is not accepted (401)', {}],
  [403, '403 no', {}],
  [404, 'not found (404)', {}],
  [409, '409 no', {}],
  [500, '500 no', {}],
  [503, '503 no', {}],
  [
    403,
    'rate limit reached (403) until 2037-01-01T00:00:00.000Z; left for a later run',
    { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': RESET },
  ],
  [429, 'rate limit reached (429); left for a later run', {}],
])('a %i is the source’s fault, said without the token: %s', async (status, message, headers) => {
  api().get(COMMITS).reply(status, { message: 'no' }, headers)
  const failure = await batches().catch((error: Error) => error)
  expect(failure).toMatchObject({ code: 'source', message: expect.stringContaining(message) })
  expect(String(failure)).not.toContain('canary')
})

test.each<[string, string, string]>([
  ['a page', '<html>sorry', 'not JSON'],
  ['a truncated answer', '[{"sha":', 'not JSON'],
  ['an object', '{}', 'document: Invalid input: expected array'],
  ['a commit without a date', `[{"sha":"${SHA}","commit":{"committer":{}}}]`, '0.commit.committer.date: '],
  ['no commit', '[]', 'no commit has it; check `path` and `ref`'],
])('%s instead of commits is refused, naming what is wrong', async (_what, body, message) => {
  api().get(COMMITS).reply(200, body, { 'content-type': 'application/json' })
  await expect(batches()).rejects.toMatchObject({
    code: 'source',
    message: expect.stringContaining(message),
  })
})

it('what GitHub adds to a commit is no trouble', async () => {
  api()
    .get(COMMITS)
    .reply(200, [{ ...COMMIT[0], new: { field: 1 } }])
  api().get(CONTENTS).reply(200, LIST, RAW)
  expect(await batches()).toHaveLength(2)
})

it.each([
  ['a page', '<!doctype html><title>Sorry</title>\n', 'a web page instead of a list'],
  ['a pointer', 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n', 'a Git LFS pointer'],
  ['a conflict', `${LIST}<<<<<<< HEAD\na\n=======\nb\n>>>>>>> main\n`, 'a merge conflict'],
  ['another CSV', 'a,b\n1,2\n', 'column "domain" is missing'],
  ['nothing', '', 'empty'],
])('%s instead of a list is refused, and the cursor stays', async (_what, body, message) => {
  api().get(COMMITS).reply(200, COMMIT)
  api().get(CONTENTS).reply(200, body, RAW)
  await expect(batches()).rejects.toMatchObject({
    code: 'source',
    message: expect.stringContaining(message),
  })
})

describe('a large file', () => {
  const large = `${LIST}${'abcdefghij.duckdns.org,103.80.134.180,2021-06-29\n'.repeat(25_000)}`
  it('of more than 1 MB comes by the raw media type', async () => {
    api().get(COMMITS).reply(200, COMMIT)
    api()
      .get(CONTENTS)
      .matchHeader('accept', /\braw\b/)
      .reply(200, large, RAW)
    const rows = (await batches()).flatMap(({ documents }) => documents.flatMap(({ body }) => body))
    expect(rows.reduce((sum, body) => sum + ('rows' in body ? body.rows.length : 0), 0)).toBe(25_001)
  })
  it('too large for the contents API comes by the blob API', async () => {
    api().get(COMMITS).reply(200, COMMIT)
    api()
      .get(CONTENTS)
      .reply(403, { message: 'Too large', errors: [{ resource: 'Blob', code: 'too_large' }] })
    api()
      .get(TREE)
      .reply(200, [{ path: config.path, sha: 'b'.repeat(40) }])
    api().get(BLOB).reply(200, LIST, RAW)
    expect((await batches())[0]!.documents).toHaveLength(1)
  })
  it('of which only a description comes is asked for as a blob', async () => {
    api().get(COMMITS).reply(200, COMMIT)
    api()
      .get(CONTENTS)
      .reply(200, { type: 'file', sha: 'b'.repeat(40), encoding: 'none', content: '' })
    api().get(BLOB).reply(200, LIST, RAW)
    expect((await batches())[0]!.documents).toHaveLength(1)
  })
  it('over the limit is refused', async () => {
    api().get(COMMITS).reply(200, COMMIT)
    api()
      .get(CONTENTS)
      .reply(200, Buffer.alloc(MAX_BYTES + 1, 'x'), RAW)
    await expect(batches()).rejects.toMatchObject({
      code: 'source',
      message: expect.stringContaining(`more than ${MAX_BYTES} bytes, the limit`),
    })
  })
})

it('a folder asks for `files`', async () => {
  api().get(COMMITS).reply(200, COMMIT)
  api().get(CONTENTS).reply(200, [])
  await expect(batches()).rejects.toMatchObject({
    code: 'source',
    message: expect.stringContaining('a folder; set `files`'),
  })
})

it('an answer that does not come in time, or breaks off, is the source’s fault', async () => {
  api().get(COMMITS).delay(2_000).reply(200, COMMIT)
  await expect(batches({ timeoutMs: 50 })).rejects.toMatchObject({
    code: 'source',
    message: expect.stringContaining('no answer: The operation was aborted due to timeout'),
  })
  api().get(COMMITS).replyWithError('ECONNRESET')
  await expect(batches()).rejects.toMatchObject({
    code: 'source',
    message: expect.stringContaining('no answer: '),
  })
})

it('a stopped run asks nothing', async () => {
  await expect(batches({ signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' })
})

it('sends no token in clear to another machine', async () => {
  const env = (name: string) =>
    ({ GITHUB_TOKEN: 'canary-token', GITHUB_API_URL: 'http://mirror.example' })[name]
  await expect(batches({ env })).rejects.toMatchObject({
    code: 'config',
    message: expect.not.stringContaining('canary'),
  })
  await expect(
    batches({ env: (name) => (name === 'GITHUB_API_URL' ? 'foo' : undefined) }),
  ).rejects.toMatchObject({ code: 'config', message: 'GITHUB_API_URL: no http(s) address: "foo"' })
})

it('without a network it is skipped, in one line', async () => {
  await expect(batches({ unreachable: async () => 'ENOTFOUND' })).rejects.toMatchObject({
    code: 'skipped',
    message: 'needs the network: api.github.com cannot be reached (ENOTFOUND)',
  })
})

import nock from 'nock'
import { expect, it, test } from 'vitest'
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
const CONTENTS = '/repos/team-cymru/iocs/contents/moqhao%2Flist%20%281%29'
const COMMITS = '/repos/team-cymru/iocs/commits?path=moqhao%2Flist%20%281%29&per_page=1'
const COMMIT = [
  {
    sha: 'c'.repeat(40),
    commit: { author: { date: '2021-07-01T10:00:00Z' }, committer: { date: '2021-07-01T10:00:00Z' } },
  },
]

const context = (told: Partial<CollectContext> = {}): CollectContext =>
  collectContext({ env: (name) => ({ MOQHAO_RETRIES: '0', GITHUB_TOKEN: 'canary-token' })[name], ...told })

async function batches(told: Partial<CollectContext> = {}): Promise<Batch[]> {
  const all: Batch[] = []
  for await (const batch of githubList.collect(config, context(told))) all.push(batch)
  return all
}

const api = () => nock('https://api.github.com')

it('reads a list, dates it by its last commit, and keeps the ETag', async () => {
  api()
    .get(CONTENTS)
    .matchHeader('authorization', 'token canary-token')
    .reply(200, LIST, { etag: '"e1"', 'content-type': 'application/vnd.github.raw; charset=utf-8' })
  api().get(COMMITS).reply(200, COMMIT)
  const all = await batches()
  expect(all.flatMap(({ documents }) => documents)).toMatchObject([
    {
      source: 'tc',
      publishedAt: '2021-07-01T10:00:00.000Z',
      url: `https://github.com/team-cymru/iocs/blob/${'c'.repeat(40)}/moqhao/list%20(1)`,
    },
  ])
  expect(JSON.parse(all.at(-1)!.cursor!)).toMatchObject({ etag: '"e1"' })
  expect(all.slice(0, -1).every(({ cursor }) => cursor === null)).toBe(true)
})

it('asks with the ETag; a 304 is nothing new', async () => {
  api().get(CONTENTS).matchHeader('if-none-match', '"e1"').reply(304)
  expect(await batches({ cursor: JSON.stringify({ etag: '"e1"', sha256: 'x' }) })).toEqual([])
})

test.each([
  [401, 'GITHUB_TOKEN is not accepted (401)'],
  [404, 'not found (404)'],
  [500, '500'],
])('a %i is the source’s fault, said without the token', async (status, message) => {
  api().get(CONTENTS).reply(status, { message: 'no' })
  const failure = await batches().catch((error: Error) => error)
  expect(failure).toMatchObject({ code: 'source', message: expect.stringContaining(message) })
  expect(String(failure)).not.toContain('canary')
})

it('a page instead of a list is refused, and the cursor stays', async () => {
  api()
    .get(CONTENTS)
    .reply(200, '<!doctype html><title>Sorry</title>\n', { 'content-type': 'text/html; charset=utf-8' })
  await expect(batches()).rejects.toMatchObject({
    code: 'source',
    message: expect.stringContaining('a web page instead of a list'),
  })
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

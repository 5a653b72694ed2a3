import { gzipSync } from 'node:zlib'
import nock from 'nock'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { githubList } from '../../src/collectors/github-list.js'
import { xPosts } from '../../src/collectors/x-posts.js'
import { type Faulty, faultyServer } from '../fakes/faults.js'
import { collectContext } from '../helpers.js'

/** A gigabyte of one letter in one megabyte, as gzip members one after the other. */
const MEMBER_BYTES = 32 * 1024 * 1024
const BOMB = Buffer.concat(Array(32).fill(gzipSync(Buffer.alloc(MEMBER_BYTES, 'a'))))
/** What a limit of 100 MB may cost, and what garbage may lie about; not a gigabyte. */
const MOST_KB = 500 * 1024

let server: Faulty
beforeAll(async () => {
  nock.restore()
  server = await faultyServer()
})
afterAll(() => server.close())

const told = { name: 'remote', title: 'R', reporter: 'R', licence: 'x' }
const list = { ...told, type: 'github-list', owner: 'o', repo: 'r', path: 'list.txt', format: 'plain' }
const posts = { ...told, type: 'x-posts', users: [{ handle: 'ninoseki', user_id: '42' }] }

async function read(collector: typeof githubList | typeof xPosts, source: object): Promise<void> {
  const env = (name: string) =>
    ({
      GITHUB_API_URL: server.url,
      X_API_URL: server.url,
      X_BEARER_TOKEN: 'canary-token',
      MOQHAO_RETRIES: '0',
    })[name]
  const config = collector.config.parse(source) as never
  for await (const _batch of collector.collect(config, collectContext({ env, timeoutMs: 30_000 })));
}

it.each([
  ['GitHub', githubList, list, 200, /^github\.com\/o\/r\/list\.txt: more than 104857600 bytes, the limit$/],
  ['GitHub, of an error', githubList, list, 500, /^github\.com\/o\/r\/list\.txt: 500 aaa/],
  ['X', xPosts, posts, 200, /^X API, .*: an answer cut off, compressed or no JSON; left for the next run$/],
  ['X, of an error', xPosts, posts, 500, /^X API, .*: an answer cut off, compressed or no JSON; left for/],
] as const)(
  'a body of 1 MB that inflates to 1 GB, %s: one line, and memory stays bounded',
  async (_service, collector, source, status, line) => {
    expect(BOMB.length).toBeLessThan(2 * 1024 * 1024)
    server.serve((_request, response) => {
      response.writeHead(status, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
      response.end(BOMB)
    })
    const before = process.resourceUsage().maxRSS
    const failure = await read(collector, source).catch((error: Error) => error)
    expect(failure).toMatchObject({ code: 'source', message: expect.stringMatching(line) })
    expect((failure as Error).message).toMatch(/^[^\n]{10,400}$/)
    expect(process.resourceUsage().maxRSS - before).toBeLessThan(MOST_KB)
  },
)

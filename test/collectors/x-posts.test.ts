import nock from 'nock'
import { expect, it, test } from 'vitest'
import { xPosts } from '../../src/collectors/x-posts.js'
import type { Batch, CollectContext } from '../../src/model/ports.js'
import { collectContext } from '../helpers.js'

const config = (told: object = {}) =>
  xPosts.config.parse({
    type: 'x-posts',
    name: 'x',
    title: 'X',
    reporter: 'X',
    licence: 'x',
    users: [{ handle: 'ninoseki', user_id: '42' }],
    ...told,
  })

const context = (told: Partial<CollectContext> = {}): CollectContext =>
  collectContext({ env: (name) => ({ X_BEARER_TOKEN: 'canary-token' })[name], ...told })

async function batches(settings = config(), told: Partial<CollectContext> = {}): Promise<Batch[]> {
  const all: Batch[] = []
  for await (const batch of xPosts.collect(settings, context(told))) all.push(batch)
  return all
}

const api = () => nock('https://api.x.com', { reqheaders: { authorization: 'Bearer canary-token' } })
const timeline = (query: (given: Record<string, unknown>) => boolean = () => true) =>
  api()
    .get('/2/users/42/tweets')
    .query((given) => query(given as Record<string, unknown>))
const users = [
  { id: '42', username: 'ninoseki' },
  { id: '7', username: 'original' },
]

it('keeps what a post quotes apart, with its own author and time', async () => {
  const quoted = { id: '1430189840486715397', author_id: '7', text: '#MoqHao hxxp://docomo[.]uyhj.xyz' }
  timeline().reply(200, {
    data: [
      {
        id: '1439663629909979140',
        author_id: '42',
        text: 'これは? https://t.co/q',
        referenced_tweets: [{ type: 'quoted', id: quoted.id }],
      },
      {
        id: '1439663629909979139',
        author_id: '42',
        text: 'x',
        referenced_tweets: [{ type: 'quoted', id: quoted.id }],
      },
    ],
    includes: { users, tweets: [quoted] },
    meta: { newest_id: '1439663629909979140' },
  })
  const [{ documents }] = (await batches()) as [Batch]
  expect(documents.map(({ id, author, publishedAt }) => [id, author, publishedAt])).toEqual([
    ['post:1439663629909979140', 'ninoseki', '2021-09-19T18:52:11.684Z'],
    ['post:1439663629909979139', 'ninoseki', '2021-09-19T18:52:11.684Z'],
    ['post:1430189840486715397', 'original', '2021-08-24T15:26:44.271Z'],
  ])
  expect(documents[0]!.body).toEqual({ text: 'これは? https://t.co/q' })
})

it('reads all pages; the cursor is the newest id of the first, handed over with the last', async () => {
  timeline(({ pagination_token, since_id }) => !pagination_token && !since_id).reply(200, {
    data: [
      {
        id: '1439663629909979140',
        author_id: '42',
        text: 'see https://t.co/a',
        entities: {
          urls: [{ url: 'https://t.co/a', expanded_url: 'http://abcdefghij.duckdns.org/' }],
          hashtags: [{ tag: 'MoqHao' }],
        },
      },
    ],
    includes: { users },
    meta: { newest_id: '1439663629909979140', next_token: 'p2' },
  })
  timeline(({ pagination_token }) => pagination_token === 'p2').reply(200, {
    data: [{ id: '1430189840486715397', author_id: '42', text: 'old' }],
    includes: { users },
    meta: { newest_id: '1430189840486715397' },
  })
  const all = await batches()
  expect(all.map(({ cursor }) => cursor)).toEqual([
    null,
    JSON.stringify({ 'user:42': { since: '1439663629909979140' } }),
  ])
  expect(all[0]!.documents[0]).toMatchObject({
    id: 'post:1439663629909979140',
    author: 'ninoseki',
    publishedAt: '2021-09-19T18:52:11.684Z',
    basis: 'post-id',
    tags: ['#MoqHao'],
    url: 'https://x.com/ninoseki/status/1439663629909979140',
    body: { text: 'see http://abcdefghij.duckdns.org/' },
  })
})

it('starts after the newest post it knows', async () => {
  timeline(({ since_id }) => since_id === '99').reply(200, { meta: { result_count: 0 } })
  expect(await batches(config(), { cursor: JSON.stringify({ 'user:42': { since: '99' } }) })).toEqual([
    { documents: [], cursor: JSON.stringify({ 'user:42': { since: '99' } }) },
  ])
})

it('a run that may read no more pages leaves a mark, and the next goes on below it', async () => {
  const page = (id: string, next?: string) => ({
    data: [{ id, author_id: '42', text: 'x' }],
    meta: { newest_id: id, oldest_id: id, ...(next ? { next_token: next } : {}) },
  })
  const settings = config({ max_pages: 1 })
  timeline(({ since_id, until_id }) => since_id === '99' && !until_id).reply(
    200,
    page('1439663629909979140', 'p2'),
  )
  const [first] = await batches(settings, { cursor: JSON.stringify({ 'user:42': { since: '99' } }) })
  expect(JSON.parse(first!.cursor!)).toEqual({
    'user:42': { since: '99', newest: '1439663629909979140', until: '1439663629909979140' },
  })
  timeline(({ since_id, until_id }) => since_id === '99' && until_id === '1439663629909979140').reply(
    200,
    page('1430189840486715397'),
  )
  const [second] = await batches(settings, { cursor: first!.cursor })
  expect(JSON.parse(second!.cursor!)).toEqual({ 'user:42': { since: '1439663629909979140' } })
})

it('an answer that holds nothing but an error is a failure', async () => {
  timeline().reply(200, {
    errors: [{ title: 'Forbidden', detail: 'Sorry, you are not authorized to see the user' }],
  })
  await expect(batches()).rejects.toMatchObject({
    code: 'source',
    message: expect.stringContaining('not authorized'),
  })
})

it('a stopped run waits for no answer', async () => {
  timeline().delay(2_000).reply(200, { meta: {} })
  const stop = new AbortController()
  setTimeout(() => stop.abort(), 50)
  await expect(batches(config(), { signal: stop.signal })).rejects.toThrow('abort')
})

test.each(['tweet', 'post'])('long posts, edits and reposts, in the spelling "%s"', async (spelling) => {
  const original = { id: '1430189840486715397', author_id: '7', text: 'whole evil.com' }
  timeline().reply(200, {
    data: [
      {
        id: '1439663629909979141',
        author_id: '42',
        text: 'cut…',
        [`note_${spelling}`]: { text: 'the long text evil.net' },
        [`edit_history_${spelling}_ids`]: ['1439663629909979140', '1439663629909979141'],
      },
      {
        id: '1439663629909979150',
        author_id: '42',
        text: 'RT @original: who…',
        [`referenced_${spelling}s`]: [{ type: 'retweeted', id: original.id }],
      },
    ],
    includes: { users, [`${spelling}s`]: [original] },
    meta: { newest_id: '1439663629909979150' },
  })
  const [{ documents }] = (await batches()) as [Batch]
  expect(documents).toMatchObject([
    { id: 'post:1439663629909979140', body: { text: 'the long text evil.net' } },
    {
      id: 'post:1430189840486715397',
      author: 'original',
      publishedAt: '2021-08-24T15:26:44.271Z',
      body: { text: 'whole evil.com' },
    },
  ])
})

test.each([
  [401, {}, 'X_BEARER_TOKEN is not accepted (401)'],
  [403, {}, 'not allowed with this key (403)'],
  [
    429,
    { 'x-rate-limit-reset': '1637000000', 'x-rate-limit-limit': '1', 'x-rate-limit-remaining': '0' },
    'free again at 2021-11-15T18:13:20.000Z',
  ],
  [503, {}, 'answered 503'],
])('a %i is said plainly, without the token', async (status, headers, message) => {
  timeline().reply(status, { title: 'no' }, headers as Record<string, string>)
  const failure = await batches().catch((error: Error) => error)
  expect(failure).toMatchObject({ code: 'source', message: expect.stringContaining(message) })
  expect(String(failure)).not.toContain('canary')
})

it('an answer of another shape names the field', async () => {
  timeline().reply(200, { data: [{ id: 'x', text: 1 }] })
  await expect(batches()).rejects.toMatchObject({
    code: 'source',
    message: expect.stringContaining('data.0.id'),
  })
})

it('without a key it is skipped; without a pinned id it says what to do', async () => {
  await expect(batches(config(), { env: () => undefined })).rejects.toMatchObject({
    code: 'skipped',
    message: expect.stringContaining('X_BEARER_TOKEN'),
  })
  await expect(batches(config({ users: [{ handle: 'ninoseki', user_id: null }] }))).rejects.toMatchObject({
    code: 'source',
    message: expect.stringContaining('ninoseki has no user_id'),
  })
})

it('never sends the token in clear to another machine', async () => {
  const env = (name: string) => ({ X_BEARER_TOKEN: 'canary-token', X_API_URL: 'http://api.example' })[name]
  await expect(batches(config(), { env })).rejects.toMatchObject({ code: 'config' })
})

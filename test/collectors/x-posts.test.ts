import { describe, expect, it, test } from 'vitest'
import { lastIdBefore } from '../../src/core/time.js'
import type { Batch } from '../../src/model/ports.js'
import { idAt } from '../fakes/x.js'
import { NOW } from '../helpers.js'
import { api, batches, collecting, config, cursorOf } from './x-helpers.js'

const timeline = (query: (given: Record<string, unknown>) => boolean = () => true) =>
  api()
    .get('/2/users/42/tweets')
    .query((given) => query(given as Record<string, unknown>))
const MONTH_AGO = '2026-10-24T12:00:00.000Z'
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
    meta: { result_count: 1, newest_id: '1439663629909979140' },
  })
  const [{ documents }] = (await batches()) as [Batch]
  expect(documents.map(({ id, author, publishedAt }) => [id, author, publishedAt])).toEqual([
    ['post:1439663629909979140', 'ninoseki', '2021-09-19T18:52:11.684Z'],
    ['post:1439663629909979139', 'ninoseki', '2021-09-19T18:52:11.684Z'],
    ['post:1430189840486715397', 'original', '2021-08-24T15:26:44.271Z'],
  ])
  expect(documents[0]!.body).toEqual({ text: 'これは? https://t.co/q' })
})

it('reads all pages; each leaves a mark, and the newest id of the first counts with the last', async () => {
  timeline(({ until_id, since_id, start_time }) => !until_id && !since_id && start_time === MONTH_AGO).reply(
    200,
    {
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
      meta: {
        result_count: 1,
        newest_id: '1439663629909979140',
        oldest_id: '1439663629909979140',
        next_token: 'p2',
      },
    },
  )
  timeline(
    // A time beside an id is refused by search: the month is bounded by the last id before it.
    ({ until_id, since_id, start_time }) =>
      until_id === '1439663629909979140' && since_id === '2113963715589046271' && !start_time,
  ).reply(200, {
    data: [{ id: '1430189840486715397', author_id: '42', text: 'old' }],
    includes: { users },
    meta: { result_count: 1, newest_id: '1430189840486715397' },
  })
  const all = await batches()
  expect(all.map(({ cursor }) => JSON.parse(cursor!).timelines)).toEqual([
    {
      'user:42': {
        start: MONTH_AGO,
        newest: '1439663629909979140',
        until: '1439663629909979140',
      },
    },
    { 'user:42': { since: '1439663629909979140' } },
  ])
  expect(all.map(({ reads }) => reads)).toEqual([['1439663629909979140'], ['1430189840486715397']])
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
  const cursor = cursorOf({ 'user:42': { since: '99' } })
  expect(await batches(config(), { cursor })).toEqual([{ documents: [], cursor, reads: [] }])
})

it('a run that may read no more pages leaves a mark, and the next goes on below it', async () => {
  const page = (id: string, next?: string) => ({
    data: [{ id, author_id: '42', text: 'x' }],
    meta: { result_count: 1, newest_id: id, oldest_id: id, ...(next ? { next_token: next } : {}) },
  })
  const settings = config({ max_pages: 1 })
  timeline(({ since_id, until_id }) => since_id === '99' && !until_id).reply(
    200,
    page('1439663629909979140', 'p2'),
  )
  const [first] = await batches(settings, { cursor: cursorOf({ 'user:42': { since: '99' } }) })
  expect(JSON.parse(first!.cursor!).timelines).toEqual({
    'user:42': { since: '99', newest: '1439663629909979140', until: '1439663629909979140' },
  })
  timeline(({ since_id, until_id }) => since_id === '99' && until_id === '1439663629909979140').reply(
    200,
    page('1430189840486715397'),
  )
  const [second] = await batches(settings, { cursor: first!.cursor })
  expect(JSON.parse(second!.cursor!).timelines).toEqual({ 'user:42': { since: '1439663629909979140' } })
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
  timeline()
    .delay(2_000)
    .reply(200, { meta: { result_count: 0 } })
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
    meta: { result_count: 1, newest_id: '1439663629909979150' },
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
  [402, {}, 'no credit left (402)'],
  [404, {}, 'not found (404)'],
  [403, {}, 'not allowed with this key (403)'],
  [
    429,
    { 'x-rate-limit-reset': '1795543200', 'x-rate-limit-limit': '1', 'x-rate-limit-remaining': '0' },
    'free again at 2026-11-24T18:00:00.000Z',
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

it('without a key it is skipped', async () => {
  await expect(batches(config(), { env: () => undefined })).rejects.toMatchObject({
    code: 'skipped',
    message: expect.stringContaining('X_BEARER_TOKEN'),
  })
})

it('never sends the token in clear to another machine', async () => {
  const env = (name: string) => ({ X_BEARER_TOKEN: 'canary-token', X_API_URL: 'http://api.example' })[name]
  await expect(batches(config(), { env })).rejects.toMatchObject({ code: 'config' })
})

describe('accounts', () => {
  const byHandle = (handles: string) => api().get('/2/users/by').query({ usernames: handles })
  const empty = { meta: { result_count: 0 } }
  it('an id that is not known is resolved from the handle, told, and used', async () => {
    byHandle('ninoseki').reply(200, { data: [{ id: '42', username: 'Ninoseki' }] })
    timeline().reply(200, empty)
    const [first] = await batches(config({ users: [{ handle: 'ninoseki', user_id: null }] }))
    expect(first).toEqual({ documents: [], cursor: null, learned: { ninoseki: '42' } })
  })
  it('a handle that nobody has is named', async () => {
    byHandle('nobody').reply(200, { errors: [{ title: 'Not Found Error', value: 'nobody' }] })
    await expect(batches(config({ users: [{ handle: 'nobody' }] }))).rejects.toMatchObject({
      code: 'source',
      message: expect.stringContaining('no account has the handle nobody'),
    })
  })
  it('a handle in other hands stops the source before anything is read', async () => {
    byHandle('ninoseki').reply(200, { data: [{ id: '666', username: 'ninoseki' }] })
    await expect(batches(config(), { cursor: null })).rejects.toMatchObject({
      code: 'source',
      message: expect.stringContaining('belongs to account 666 now, and was pinned to 42'),
    })
  })
  it('an account with another handle is followed by its id, credited by the known one, and told', async () => {
    byHandle('ninoseki').reply(200, { errors: [{ title: 'Not Found Error', value: 'ninoseki' }] })
    timeline().reply(200, {
      data: [{ id: '1439663629909979140', author_id: '42', text: 'x' }],
      includes: { users: [{ id: '42', username: 'a_new_handle' }] },
      meta: { result_count: 1, newest_id: '1439663629909979140' },
    })
    const all = await batches(config(), { cursor: null })
    expect(all[0]!.notice).toContain('ninoseki (42) has another handle now')
    expect(all.flatMap(({ documents }) => documents)).toMatchObject([{ author: 'ninoseki' }])
  })
  it('one account that cannot be read does not stop the others', async () => {
    timeline().reply(200, { errors: [{ title: 'Forbidden', detail: 'User has been suspended: [42].' }] })
    api()
      .get('/2/users/7/tweets')
      .query(true)
      .reply(200, {
        data: [{ id: '1439663629909979140', author_id: '7', text: 'x' }],
        includes: { users },
        meta: { result_count: 0 },
      })
    const settings = config({
      users: [
        { handle: 'ninoseki', user_id: '42' },
        { handle: 'original', user_id: '7' },
      ],
    })
    const found: Batch[] = []
    const failure = await (async () => {
      for await (const batch of collecting(settings)) found.push(batch)
    })().catch((error: Error) => error)
    expect(failure).toMatchObject({
      code: 'source',
      message: expect.stringContaining('User has been suspended'),
    })
    expect(found.flatMap(({ documents }) => documents)).toMatchObject([{ author: 'original' }])
  })
})

describe('known posts', () => {
  const due = { cursor: cursorOf({ 'user:42': { since: '99' } }, '2026-11-22T00:00:00.000Z') }
  const handles = () =>
    api()
      .get('/2/users/by')
      .query(true)
      .reply(200, { data: [{ id: '42', username: 'ninoseki' }] })
  const gone = (value: string, problem: string) => ({
    value,
    title: 'Not Found Error',
    parameter: 'ids',
    type: `https://api.twitter.com/2/problems/${problem}`,
  })
  it('what is deleted, protected or withheld is withdrawn, what was edited comes anew', async () => {
    handles()
    timeline().reply(200, { meta: { result_count: 0 } })
    api()
      .get('/2/tweets')
      .query(({ ids }) => ids === '1439663629909979140,1430189840486715397,4,3')
      .reply(200, {
        data: [
          {
            id: '1439663629909979140',
            author_id: '42',
            text: 'first',
            edit_history_tweet_ids: ['1439663629909979140', '1439663629909979199'],
          },
          { id: '1430189840486715397', author_id: '42', text: 'x', withheld: { country_codes: ['XY'] } },
        ],
        includes: { users },
        errors: [gone('3', 'resource-not-found'), gone('4', 'not-authorized-for-resource')],
      })
    api()
      .get('/2/tweets')
      .query(({ ids }) => ids === '1439663629909979199')
      .reply(200, {
        data: [
          {
            id: '1439663629909979199',
            author_id: '42',
            text: 'second',
            edit_history_tweet_ids: ['1439663629909979140', '1439663629909979199'],
          },
        ],
        includes: { users },
      })
    const posts = async () => ['post:1439663629909979140', 'post:1430189840486715397', 'post:3', 'post:4']
    const all = await batches(config(), { ...due, posts })
    const [batch] = all.filter(({ withdrawn }) => withdrawn !== undefined)
    expect(batch!.withdrawn).toEqual([
      { ids: ['post:3', 'post:4'], reason: 'the post was deleted or is no longer public' },
      { ids: ['post:1430189840486715397'], reason: 'the post is withheld by X' },
    ])
    expect(batch!.documents).toMatchObject([
      { id: 'post:1439663629909979140', body: { text: 'first' } },
      { id: 'post:1439663629909979140', body: { text: 'second' }, edition: expect.any(String) },
    ])
    expect(batch!.documents[0]).not.toHaveProperty('edition')
    expect(JSON.parse(all.at(-1)!.cursor!)).toMatchObject({ checkedAt: NOW, check: { at: NOW } })
  })
  it('an error of another kind withdraws nothing', async () => {
    handles()
    timeline().reply(200, { meta: { result_count: 0 } })
    api()
      .get('/2/tweets')
      .query(true)
      .reply(200, { errors: [gone('3', 'client-forbidden')] })
    const all = await batches(config(), { ...due, posts: async () => ['post:3'] })
    expect(all.flatMap(({ withdrawn }) => withdrawn ?? []).flatMap(({ ids }) => ids)).toEqual([])
  })
})

describe('the budget', () => {
  const post = (n: number) => ({ id: `14396636299099${79100 + n}`, author_id: '42', text: 'x' })
  const page = (from: number, to: number, includes: object = {}) => ({
    data: Array.from({ length: to - from }, (_, n) => post(to - 1 - n)),
    includes,
    meta: {
      result_count: to - from,
      newest_id: post(to - 1).id,
      oldest_id: post(from).id,
      next_token: 'more',
    },
  })
  const today = (count: number) => Array.from({ length: count }, (_, n) => post(n).id)
  const asks = (size: number) => timeline(({ max_results }) => max_results === String(size))
  const settings = config({
    budget: { day: 100, month: 10_000 },
    check: { days: 30, every_hours: 12, share: 0 },
  })

  it('has room for what a page may bring besides, is not exceeded, says so, and the mark stays', async () => {
    const others = Array.from({ length: 34 }, (_, n) => ({ id: String(n + 1), text: 'x' }))
    asks(17).reply(200, page(100, 117, { tweets: others.slice(0, 33) }))
    const all = await batches(settings, { reads: async () => ({ today: today(48), month: 48 }) })
    expect(all[1]).toEqual({
      documents: [],
      cursor: null,
      notice:
        'of the budget of 100 posts a day 2 are left for new ones, too few for a page; the next UTC day goes on',
    })
    expect(JSON.parse(all[0]!.cursor!).timelines['user:42']).toMatchObject({ until: post(100).id })
    expect(all).toHaveLength(2)
  })
  it('what was read today already is not counted again', async () => {
    asks(17).reply(200, page(0, 17))
    asks(17).reply(200, { ...page(17, 34), meta: { result_count: 17 } })
    const reads = async () => ({ today: today(48), month: 48 })
    expect(await batches(settings, { reads })).toHaveLength(2)
  })
  it('the month has one too, and what is new leaves known posts their part of both', async () => {
    const [only] = await batches(config({ budget: { day: 100, month: 1_000 } }), {
      // 7 days of the month are left beside this one: 8 × 16 posts.
      reads: async () => ({ today: [], month: 1_000 - 8 * 16 - 14 }),
    })
    expect(only!.notice).toContain('of the budget of 1000 posts a month 14 are left for new ones')
    asks(28).reply(200, { meta: { result_count: 0 } })
    await batches(config({ budget: { day: 100, month: 1_000 } }))
  })
})

it('a rate limit that ends soon is waited for, once; a usage cap is not', async () => {
  const limited = (reset: number) => ({
    'x-rate-limit-limit': '1',
    'x-rate-limit-remaining': '0',
    'x-rate-limit-reset': String(reset),
    date: new Date(NOW).toUTCString(),
  })
  const now = Date.parse(NOW) / 1000
  timeline().reply(429, { title: 'Too Many Requests' }, limited(now))
  timeline().reply(200, { meta: { result_count: 0 } })
  expect(await batches()).toHaveLength(1)
  timeline().reply(
    429,
    { title: 'UsageCapExceeded', type: 'https://api.twitter.com/2/problems/usage-capped' },
    limited(now),
  )
  await expect(batches()).rejects.toMatchObject({ message: expect.stringContaining('usage cap is reached') })
})

it('a server that fails is asked again', async () => {
  timeline().reply(503, { title: 'no' })
  timeline().reply(200, { meta: { result_count: 0 } })
  const env = (name: string) => ({ X_BEARER_TOKEN: 'canary-token', MOQHAO_RETRIES: '1' })[name]
  expect(await batches(config(), { env })).toHaveLength(1)
})

it('what a picture shows is told beside it', async () => {
  timeline().reply(200, {
    data: [
      { id: '1439663629909979140', author_id: '42', text: '#MoqHao', attachments: { media_keys: ['m1'] } },
    ],
    includes: { users, media: [{ media_key: 'm1', alt_text: 'hxxp://abcdefghij.duckdns[.]org' }] },
    meta: { result_count: 0 },
  })
  const [{ documents }] = (await batches()) as [Batch]
  expect(documents[0]!.body).toEqual({ text: '#MoqHao\n\nhxxp://abcdefghij.duckdns[.]org' })
})

describe('a search', () => {
  const settings = config({ users: [], query: '#MoqHao' })
  const REACH = '2026-11-16T13:00:00.000Z'
  const OLD = '1430189840486715397'
  const recent = idAt(Date.parse(NOW) - 3_600_000)
  /** One run over a search that finds nothing, and the bounds that it asked for. */
  async function run(progress: object): Promise<{ all: Batch[]; asked: object }> {
    let asked = {}
    api()
      .get('/2/tweets/search/recent')
      .query(({ since_id, start_time, until_id }) => {
        asked = { since_id, start_time, until_id }
        return true
      })
      .reply(200, { meta: { result_count: 0 } })
    return { all: await batches(settings, { cursor: cursorOf({ search: progress }) }), asked }
  }
  const said = (all: Batch[]) => all.flatMap(({ notice }) => notice ?? [])

  test.each([
    ['a first run that was not ended', { start: '2026-11-01T00:00:00.000Z' }, { start_time: REACH }],
    ['nothing found for a week', { since: OLD, readAt: '2026-11-23T11:00:00.000Z' }, { start_time: REACH }],
    [
      'a gap of which the lower end is gone',
      { since: OLD, newest: recent, until: recent },
      {
        since_id: lastIdBefore(REACH),
        until_id: recent,
      },
    ],
    ['a gap that is gone', { since: OLD, newest: recent, until: OLD }, { since_id: recent }],
  ])('goes on from what it still reaches: %s', async (_, progress, bounds) => {
    const { all, asked } = await run(progress)
    expect(asked).toEqual(bounds)
    expect(said(all)).toEqual([])
    expect(JSON.parse(all.at(-1)!.cursor!).timelines.search).toMatchObject({ readAt: NOW })
  })
  it('says what a pause of more than seven days has lost', async () => {
    const { all } = await run({ since: OLD, readAt: '2026-11-12T00:00:00.000Z' })
    expect(said(all)).toEqual([
      `search: posts between 2026-11-12T00:00:00.000Z and ${REACH} may be missing: recent search reaches 7 days back; import the days by an archive or inbox`,
    ])
  })
})

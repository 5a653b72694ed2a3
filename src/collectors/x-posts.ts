import { Agent } from 'node:http'
import { ApiPartialResponseError, ApiRequestError, ApiResponseError, TwitterApi } from 'twitter-api-v2'
import { z } from 'zod'
import { FeedError, quote } from '../errors.js'
import type { Batch, CollectContext, Collector } from '../model/ports.js'
import { reachableUrl, sourceFields } from './source.js'
import { documentsOf, Page } from './x-shapes.js'

const Config = z.strictObject({
  type: z.literal('x-posts'),
  ...sourceFields,
  users: z
    .array(
      z.strictObject({
        handle: z.string().regex(/^\w{1,15}$/),
        user_id: z.string().regex(/^\d+$/).nullable(),
      }),
    )
    .default([])
    .describe('Timelines. The numeric id is pinned: a handle can change hands'),
  query: z.string().max(512).nullable().default(null).describe('Recent search, last 7 days'),
  fields: z
    .enum(['tweet', 'post'])
    .default('tweet')
    .describe('Spelling of the field parameters to send; both are read'),
  start: z.iso.datetime().nullable().default(null).describe('The first run reads no further back than this'),
  max_pages: z
    .number()
    .int()
    .min(1)
    .max(32)
    .default(10)
    .describe('Pages of one timeline or search in one run'),
})
export type XPostsConfig = z.infer<typeof Config>

/**
 * How far each timeline and the search have been read. `since`: all up to this id is in. Where a run had to stop before
 * the end, `newest` is what `since` becomes once the gap below `until` is in too.
 */
const Progress = z.object({
  since: z.string().optional(),
  newest: z.string().optional(),
  until: z.string().optional(),
})
type Progress = z.infer<typeof Progress>
const Cursor = z.record(z.string(), Progress)
type Cursor = z.infer<typeof Cursor>

/** Posts of named researchers, and posts that match a search, by the X API v2. */
export const xPosts: Collector<XPostsConfig> = {
  type: 'x-posts',
  summary:
    'posts by the X API v2: timelines of pinned user ids, recent search; X_BEARER_TOKEN needed, billed per post read',
  remote: true,
  config: Config,
  async *collect(config, context) {
    const token = context.env('X_BEARER_TOKEN')
    if (!token)
      throw new FeedError('skipped', 'needs a key: set X_BEARER_TOKEN (X API v2, billed per post read)')
    const baseUrl = await reachableUrl(context, 'X_API_URL', 'https://api.x.com', true)
    const get = client(baseUrl, token, context)
    const cursor: Cursor = context.cursor === null ? {} : Cursor.parse(JSON.parse(context.cursor))
    for (const { handle, user_id } of config.users) {
      if (user_id === null)
        throw new FeedError(
          'source',
          `user ${handle} has no user_id; look it up once (GET /2/users/by/username/${handle}) and write it to feed.config.json`,
        )
      yield* pages(config, context, cursor, `user:${user_id}`, (params) =>
        get(`users/${user_id}/tweets`, params),
      )
    }
    const { query } = config
    if (query)
      yield* pages(config, context, cursor, 'search', (params) =>
        get('tweets/search/recent', { ...params, query }),
      )
  },
}

type Params = Record<string, string>

/**
 * All pages of one timeline, newest first. The next `since_id` is the `newest_id` of the first page, and counts only
 * once all pages are in: a crash in between reads the gap again, and a run that may read no more pages leaves a mark
 * from which the next goes on. Only a first run, which has no `since`, ends where its pages do.
 */
async function* pages(
  config: XPostsConfig,
  context: CollectContext,
  cursor: Cursor,
  key: string,
  get: (params: Params) => Promise<unknown>,
): AsyncIterable<Batch> {
  const { since, newest: pending, until } = cursor[key] ?? {}
  let [newest, oldest, next]: (string | undefined)[] = [pending, until, undefined]
  for (let page = 1; page <= config.max_pages; page++) {
    context.signal.throwIfAborted()
    const answer = parsePage(await get(paramsOf(config, key, { since, until, next })), key)
    newest ??= answer.meta.newest_id
    oldest = answer.meta.oldest_id ?? answer.data.at(-1)?.id ?? oldest
    next = answer.meta.next_token
    const isDone = !next
    const isLast = isDone || page === config.max_pages
    if (isLast)
      cursor[key] =
        isDone || since === undefined ? { since: newest ?? since } : { since, newest, until: oldest }
    yield {
      documents: documentsOf(answer, config.name, context.now),
      cursor: isLast ? JSON.stringify(cursor) : null,
    }
    if (isLast) return
  }
}

function paramsOf(
  { fields, start }: XPostsConfig,
  key: string,
  { since, until, next }: Progress & { next?: string | undefined },
): Params {
  return {
    max_results: '100',
    [`${fields}.fields`]: `created_at,author_id,entities,note_${fields},referenced_${fields}s,edit_history_${fields}_ids`,
    expansions: `author_id,referenced_${fields}s.id,referenced_${fields}s.id.author_id`,
    'user.fields': 'username',
    ...(since ? { since_id: since } : start ? { start_time: start } : {}),
    ...(until ? { until_id: until } : {}),
    ...(next ? { [key === 'search' ? 'next_token' : 'pagination_token']: next } : {}),
  }
}

function parsePage(data: unknown, key: string): Page {
  const parsed = Page.safeParse(data)
  if (parsed.success) {
    const [error] = parsed.data.errors
    // Partial errors beside posts are about single posts; errors alone are about the question.
    if (error && parsed.data.data.length === 0)
      throw new FeedError('source', `X API, ${key}: ${quote(error.detail ?? error.title)}`)
    return parsed.data
  }
  const [issue] = parsed.error.issues
  throw new FeedError('source', `X API, ${key}: ${issue!.path.join('.') || 'answer'}: ${issue!.message}`)
}

function client(
  baseUrl: string,
  token: string,
  { timeoutMs, signal }: CollectContext,
): (path: string, params: Params) => Promise<unknown> {
  const url = new URL(baseUrl)
  const { v2 } = new TwitterApi(token, url.protocol === 'http:' ? { httpAgent: new Agent() } : {})
  // Protected in its types, but the documented way to another base address.
  ;(v2 as unknown as { setPrefix(prefix: string): void }).setPrefix(`${baseUrl}/2/`)
  return async (path, params) => {
    try {
      return (
        await untilAborted(signal, v2.get<unknown>(path, params, { fullResponse: true, timeout: timeoutMs }))
      ).data
    } catch (error) {
      throw sourceError(error, path)
    }
  }
}

/** The client cannot be told to stop; what it still does then is not waited for. */
function untilAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  signal.throwIfAborted()
  return Promise.race([
    work,
    new Promise<never>((_, reject) =>
      signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
    ),
  ])
}

/** What the API's refusal means. Neither token nor headers get into the message. */
function sourceError(error: unknown, path: string): unknown {
  if (error instanceof ApiResponseError) {
    const reset = error.rateLimit
      ? `; free again at ${new Date(error.rateLimit.reset * 1000).toISOString()}`
      : ''
    const meaning: Record<number, string> = {
      401: 'X_BEARER_TOKEN is not accepted (401)',
      403: 'not allowed with this key (403)',
      404: 'not found (404): the account is gone or the id is wrong',
      429: `rate limit or usage cap reached (429)${reset}; left for the next run`,
    }
    return new FeedError('source', `X API, ${path}: ${meaning[error.code] ?? `answered ${error.code}`}`)
  }
  if (error instanceof ApiRequestError || error instanceof ApiPartialResponseError)
    return new FeedError('source', `X API, ${path}: the connection failed`)
  return error
}

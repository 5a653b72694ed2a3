import { z } from 'zod'
import { addDays, postTime } from '../core/time.js'
import { FeedError, quote } from '../errors.js'
import type { Batch, CollectContext, Collector } from '../model/ports.js'
import { reachableUrl, sourceFields } from './source.js'
import { type Budget, budgetOf } from './x-budget.js'
import { checkPosts, checkUsers, resolveUsers } from './x-check.js'
import { type Params, type XClient, xClient } from './x-client.js'
import { Cursor, type Progress } from './x-cursor.js'
import { documentsOf, Page, parseAnswer, readsOf } from './x-shapes.js'

const Config = z.strictObject({
  type: z.literal('x-posts'),
  ...sourceFields,
  users: z
    .array(
      z.strictObject({
        handle: z.string().regex(/^\w{1,15}$/),
        user_id: z.string().regex(/^\d+$/).nullable().default(null),
      }),
    )
    .default([])
    .describe('Timelines. The numeric id is pinned by the first authorised run: a handle can change hands'),
  query: z.string().max(512).nullable().default(null).describe('Recent search, last 7 days'),
  fields: z
    .enum(['tweet', 'post'])
    .default('tweet')
    .describe('Spelling of the field parameters to send; both are read'),
  first_days: z.number().int().min(1).default(30).describe('Days the first run of a timeline reads back'),
  max_pages: z
    .number()
    .int()
    .min(1)
    .max(100)
    .default(10)
    .describe('Pages of one timeline or search in one run; the next run goes on'),
  budget: z
    .strictObject({ day: z.number().int().min(0), month: z.number().int().min(0) })
    .default({ day: 1_000, month: 10_000 })
    .describe('Posts that may be read, each counted once a UTC day as it is billed'),
  cost_per_read: z.number().min(0).default(0.005).describe('US dollars, for the estimate in status'),
  check: z
    .strictObject({ days: z.number().int().min(0), every_hours: z.number().int().min(1) })
    .default({ days: 30, every_hours: 12 })
    .describe('Posts of so many days are looked at again so often: deletions must be honoured within 24 h'),
})
export type XPostsConfig = z.infer<typeof Config>

/** Posts of named researchers, and posts that match a search, by the X API v2. */
export const xPosts: Collector<XPostsConfig> = {
  type: 'x-posts',
  summary:
    'posts by the X API v2: timelines of pinned user ids, recent search; X_BEARER_TOKEN needed, billed per post read',
  remote: true,
  terms: {
    key: '`X_BEARER_TOKEN`',
    cost: 'USD 0.005 a post read, once a UTC day (`cost_per_read`)',
    limits:
      '`budget` a day and a month, `max_pages` a run, `first_days` back; a rate limit is waited for up to a minute',
  },
  config: Config,
  async *collect(config, context) {
    const token = context.env('X_BEARER_TOKEN')
    if (!token)
      throw new FeedError('skipped', 'needs a key: set X_BEARER_TOKEN (X API v2, billed per post read)')
    const baseUrl = await reachableUrl(context, 'X_API_URL', 'https://api.x.com', true)
    const get = xClient(baseUrl, token, context)
    const cursor = Cursor.parse(JSON.parse(context.cursor ?? '{}'))
    const learned = await resolveUsers(config.users, get)
    if (Object.keys(learned).length > 0) yield { documents: [], cursor: null, learned }
    const users = config.users.map(({ handle, user_id }) => ({
      handle,
      user_id: user_id ?? learned[handle]!,
    }))
    const pinned = new Map(users.map(({ handle, user_id }) => [user_id, handle]))
    const run: Run = {
      config,
      context,
      cursor,
      pinned,
      budget: await budgetOf(config.budget, context),
      failures: [],
    }
    const isDue =
      cursor.checkedAt === undefined || hoursSince(cursor.checkedAt, context) >= config.check.every_hours
    const known = config.users.filter(({ user_id }) => user_id !== null)
    if (isDue)
      for (const notice of await checkUsers(known, get)) yield { documents: [], cursor: null, notice }
    // Deletions first: what is left of the budget is for what is new.
    if (isDue) yield* told(run, 'known posts', checked(run, get))
    for (const { handle, user_id } of users)
      yield* timeline(run, `user:${user_id}`, handle, (params) => get(`users/${user_id}/tweets`, params))
    const { query } = config
    if (query)
      yield* timeline(run, 'search', 'search', (params) => get('tweets/search/recent', { ...params, query }))
    const [failure, ...more] = run.failures
    if (failure) throw new FeedError('source', [failure, ...more].join('; '))
  },
}

interface Run {
  config: XPostsConfig
  context: CollectContext
  cursor: Cursor
  /** Handles by pinned id. */
  pinned: Map<string, string>
  budget: Budget
  /** Timelines that could not be read; the others are read all the same. */
  failures: string[]
}

/** One timeline. */
const timeline = (
  run: Run,
  key: string,
  name: string,
  get: (params: Params) => Promise<unknown>,
): AsyncIterable<Batch> => told(run, name, pages(run, key, get))

/** What is wrong with one account, or one question, is no reason to leave the others. */
async function* told(run: Run, name: string, work: AsyncIterable<Batch>): AsyncIterable<Batch> {
  try {
    yield* work
  } catch (error) {
    if (!(error instanceof FeedError) || error.code !== 'source') throw error
    run.failures.push(`${name}: ${error.message}`)
  }
}

/**
 * All pages, newest first. The next `since_id` is the `newest_id` of the first page, and counts only once all pages are
 * in; each page leaves a mark with its posts, from which a run that was cut off, or may read no more, is gone on with.
 */
async function* pages(
  { config, context, cursor, pinned, budget }: Run,
  key: string,
  get: (params: Params) => Promise<unknown>,
): AsyncIterable<Batch> {
  const known = withinReach(cursor.timelines[key] ?? {}, key, context)
  const start = known.since ? undefined : (known.start ?? addDays(context.now, -firstDays(config, key)))
  let { newest, until } = known
  for (let page = 1; page <= config.max_pages; page++) {
    context.signal.throwIfAborted()
    const size = budget.pageSize(key === 'search' ? 10 : 5)
    if (size === 0) {
      yield { documents: [], cursor: null, notice: budget.spent() }
      return
    }
    const params = {
      max_results: String(size),
      ...fieldsOf(config),
      ...boundsOf({ since: known.since, start, until }),
    }
    const answer = parseAnswer(Page, await get(params), key)
    refuseIfOnlyErrors(answer, key)
    newest ??= answer.meta.newest_id
    until = answer.meta.oldest_id ?? answer.data.at(-1)?.id ?? until
    const isDone = !answer.meta.next_token
    const since = isDone ? (newest ?? known.since) : known.since
    cursor.timelines[key] = defined(
      isDone ? { since, start: since ? undefined : start } : { since, start, newest, until },
    )
    const reads = readsOf(answer)
    budget.spend(reads)
    yield {
      documents: documentsOf(
        answer,
        { source: config.name, road: 'x-api', retrievedAt: context.now },
        pinned,
      ),
      cursor: JSON.stringify(cursor),
      reads,
    }
    if (isDone) return
  }
}

/** A search refuses marks older than its seven days: what lies before is out of its reach, and it begins anew. */
function withinReach(known: Progress, key: string, { now }: CollectContext): Progress {
  const reach = addDays(now, -SEARCH_DAYS)
  const isTooOld = (at: string | null | undefined): boolean => typeof at === 'string' && at < reach
  const marks = [known.start, ...[known.since, known.until].map((id) => (id ? postTime(id) : null))]
  return key === 'search' && marks.some(isTooOld) ? {} : known
}

/** A search reaches back seven days, and refuses what begins before; an hour is kept for the two clocks. */
const firstDays = ({ first_days }: XPostsConfig, key: string): number =>
  key === 'search' ? Math.min(first_days, SEARCH_DAYS) : first_days
const SEARCH_DAYS = 7 - 1 / 24

const boundsOf = ({ since, start, until }: Progress): Params => ({
  ...(since ? { since_id: since } : start ? { start_time: start } : {}),
  ...(until ? { until_id: until } : {}),
})

const defined = <T extends object>(given: T): T =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as T

const fieldsOf = ({ fields }: Pick<XPostsConfig, 'fields'>): Params => ({
  [`${fields}.fields`]: `created_at,author_id,entities,attachments,withheld,note_${fields},referenced_${fields}s,edit_history_${fields}_ids`,
  expansions: `author_id,attachments.media_keys,referenced_${fields}s.id,referenced_${fields}s.id.author_id`,
  'user.fields': 'username',
  'media.fields': 'alt_text',
})

/** Looks at known posts again, within the budget, and notes when. */
async function* checked(
  { config, context, cursor, pinned, budget }: Run,
  get: XClient,
): AsyncIterable<Batch> {
  const { days } = config.check
  const known = await context.posts(addDays(context.now, -days))
  const affordable = known.slice(0, budget.left())
  const about = { source: config.name, fields: fieldsOf(config), pinned }
  for await (const batch of checkPosts(affordable, about, context, get)) {
    budget.spend(batch.reads ?? [])
    yield batch
  }
  // What could not be paid for is looked at by the next run that can.
  if (affordable.length === known.length) cursor.checkedAt = context.now
  yield {
    documents: [],
    cursor: JSON.stringify(cursor),
    ...(affordable.length < known.length ? { notice: budget.spent() } : {}),
  }
}

const hoursSince = (at: string, { now }: CollectContext): number =>
  (Date.parse(now) - Date.parse(at)) / 3_600_000

/** Partial errors beside posts are about single posts; errors alone are about the question. */
function refuseIfOnlyErrors({ data, errors, meta }: Page, key: string): void {
  const [error] = errors
  // An answer that does not even count is none: taken for the last page, it would end a gap that is not read.
  if (!error && meta.result_count === undefined)
    throw new FeedError('source', `X API, ${key}: meta.result_count: missing; not taken for an empty page`)
  if (error && data.length === 0)
    throw new FeedError('source', `X API, ${key}: ${quote(error.detail ?? error.title)}`)
}

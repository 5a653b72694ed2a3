import { FeedError } from '../errors.js'
import type { Batch, CollectContext, Collector } from '../model/ports.js'
import { reachableUrl } from './source.js'
import { budgetOf } from './x-budget.js'
import { checkPosts } from './x-check.js'
import { xClient } from './x-client.js'
import { Config, type XPostsConfig } from './x-config.js'
import { Cursor } from './x-cursor.js'
import type { Run } from './x-run.js'
import { pages } from './x-timeline.js'
import { checkUsers, resolveUsers } from './x-users.js'

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
      '`budget` a day and a month, `check.share` of it for known posts, `max_pages` a run, `first_days` back; a rate limit is waited for up to a minute',
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
    const budget = await budgetOf(config, cursor.check, context)
    const run: Run = { config, context, cursor, pinned, budget }
    const isDue = (at: string | undefined) =>
      at === undefined || hoursSince(at, context) >= config.check.every_hours
    if (isDue(cursor.checkedAt)) {
      const known = config.users.filter(({ user_id }) => user_id !== null)
      for (const notice of await checkUsers(known, get)) yield { documents: [], cursor: null, notice }
      cursor.checkedAt = context.now
      yield { documents: [], cursor: JSON.stringify(cursor) }
    }
    const failures: string[] = []
    if (config.check.share > 0 && isDue(cursor.check.at))
      yield* told(failures, 'known posts', checkPosts(run, get))
    for (const { handle, user_id } of users)
      yield* told(
        failures,
        handle,
        pages(run, `user:${user_id}`, (params) => get(`users/${user_id}/tweets`, params)),
      )
    const { query } = config
    if (query)
      yield* told(
        failures,
        'search',
        pages(run, 'search', (params) => get('tweets/search/recent', { ...params, query })),
      )
    if (failures.length > 0) throw new FeedError('source', failures.join('; '))
  },
}

/** What is wrong with one account, or one question, is no reason to leave the others. */
async function* told(failures: string[], name: string, work: AsyncIterable<Batch>): AsyncIterable<Batch> {
  try {
    yield* work
  } catch (error) {
    if (!(error instanceof FeedError) || error.code !== 'source') throw error
    failures.push(`${name}: ${error.message}`)
  }
}

const hoursSince = (at: string, { now }: CollectContext): number =>
  (Date.parse(now) - Date.parse(at)) / 3_600_000

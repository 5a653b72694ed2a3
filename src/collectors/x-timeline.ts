import { addDays, lastIdBefore, postTime } from '../core/time.js'
import { FeedError, quote } from '../errors.js'
import type { Batch, CollectContext } from '../model/ports.js'
import type { Params } from './x-client.js'
import { fieldsOf } from './x-config.js'
import type { Progress } from './x-cursor.js'
import type { Run } from './x-run.js'
import { documentsOf, Page, parseAnswer, readsOf } from './x-shapes.js'

/** Recent search reaches back seven days, and refuses what begins before; an hour is kept for the two clocks. */
const SEARCH_DAYS = 7 - 1 / 24
/** The least that may be asked for: https://docs.x.com/x-api/posts/recent-search, …/users/get-posts */
const LEAST = { search: 10, timeline: 5 }

/**
 * All pages, newest first. The next `since_id` is the `newest_id` of the first page, and counts only once all pages are
 * in; each page leaves a mark with its posts, from which a run that was cut off, or may read no more, is gone on with.
 * @param key `user:<id>` or `search`
 */
export async function* pages(
  { config, context, cursor, pinned, budget }: Run,
  key: string,
  get: (params: Params) => Promise<unknown>,
): AsyncIterable<Batch> {
  const isSearch = key === 'search'
  const before = cursor.timelines[key] ?? {}
  const known = isSearch ? withinReach(before, context) : before
  const notice = isSearch ? lost(before, context) : undefined
  if (notice) yield { documents: [], cursor: null, notice }
  const firstDays = isSearch ? Math.min(config.first_days, SEARCH_DAYS) : config.first_days
  const start = known.start ?? addDays(context.now, -firstDays)
  let { newest, until } = known
  for (let page = 1; page <= config.max_pages; page++) {
    context.signal.throwIfAborted()
    const size = budget.pageSize(isSearch ? LEAST.search : LEAST.timeline)
    if (size === 0) {
      yield { documents: [], cursor: null, notice: budget.spent() }
      return
    }
    const params = {
      max_results: String(size),
      ...fieldsOf(config),
      ...boundsOf(known.since, start, until),
    }
    const answer = parseAnswer(Page, await get(params), key)
    refuseIfOnlyErrors(answer, key)
    newest ??= answer.meta.newest_id
    until = answer.meta.oldest_id ?? answer.data.at(-1)?.id ?? until
    const isDone = !answer.meta.next_token
    const since = isDone ? (newest ?? known.since) : known.since
    const readAt = isDone && isSearch ? context.now : known.readAt
    const marks = { since, start: since ? undefined : start, readAt }
    cursor.timelines[key] = defined(isDone ? marks : { ...marks, newest, until })
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

const reachOf = ({ now }: CollectContext): string => addDays(now, -SEARCH_DAYS)

/** The marks of a search that it does not refuse: those that lie before its reach are moved up to it. */
function withinReach(marks: Progress, context: CollectContext): Progress {
  const reach = reachOf(context)
  const isGone = (id: string | undefined): boolean => id !== undefined && (postTime(id) ?? '') < reach
  // Nothing below this mark can be had any more: all that can is in, up to the newest.
  const { since, start, newest, until, readAt } = isGone(marks.until)
    ? { since: marks.newest, readAt: marks.readAt }
    : { ...marks }
  return defined({
    since: isGone(since) ? undefined : since,
    start: isGone(since) || (start !== undefined && start < reach) ? reach : start,
    newest,
    until,
    readAt,
  })
}

/** What was posted in a pause so long that search no longer reaches back to its beginning. */
function lost({ readAt }: Progress, context: CollectContext): string | undefined {
  const reach = reachOf(context)
  return readAt !== undefined && readAt < reach
    ? `search: posts between ${readAt} and ${reach} may be missing: recent search reaches 7 days back; import the days by an archive or inbox`
    : undefined
}

/** Search refuses a time beside an id (400, "Invalid use of 'since_id' or 'until_id' in conjunction with 'start_time'…"). */
function boundsOf(since: string | undefined, start: string, until: string | undefined): Params {
  const after = since ?? (until ? lastIdBefore(start) : undefined)
  return { ...(after ? { since_id: after } : { start_time: start }), ...(until ? { until_id: until } : {}) }
}

const defined = <T extends object>(given: T): T =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as T

/** Partial errors beside posts are about single posts; errors alone are about the question. */
function refuseIfOnlyErrors({ data, errors, meta }: Page, key: string): void {
  const [error] = errors
  // An answer that does not even count is none: taken for the last page, it would end a gap that is not read.
  if (!error && meta.result_count === undefined)
    throw new FeedError('source', `X API, ${key}: meta.result_count: missing; not taken for an empty page`)
  if (error && data.length === 0)
    throw new FeedError('source', `X API, ${key}: ${quote(error.detail ?? error.title)}`)
}

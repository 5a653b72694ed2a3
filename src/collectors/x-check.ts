import { addDays, postTime } from '../core/time.js'
import type { Batch } from '../model/ports.js'
import type { XClient } from './x-client.js'
import { fieldsOf } from './x-config.js'
import type { Run } from './x-run.js'
import { documentsOf, firstId, Page, type Problem, parseAnswer, readsOf } from './x-shapes.js'

/** Documents' ids by the number of their post, newest first. */
type Known = Map<string, string[]>

/**
 * One pass over known posts: the recent ones, then some of the older. What was edited comes with its newest text, what is
 * gone or withheld is withdrawn. Each answer leaves a mark, from which the next run goes on where this one may read no
 * more. The older ones go on from pass to pass, from their end to their beginning.
 */
export async function* checkPosts(run: Run, get: XClient): AsyncIterable<Batch> {
  const { config, context, cursor, budget } = run
  const known = byNumber(await context.posts())
  const edge = addDays(context.now, -config.check.days)
  const isRecent = (number: string) => (postTime(number) ?? '') > edge
  const numbers = [...known.keys()]
  const older = numbers.filter((number) => !isRecent(number))
  const laterOlder = below(older, cursor.check.older)
  const lanes = {
    recent: below(numbers.filter(isRecent), cursor.check.recent),
    older: (laterOlder.length > 0 ? laterOlder : older).slice(0, config.check.older),
  }
  for (const lane of ['recent', 'older'] as const) {
    for (let rest = lanes[lane]; rest.length > 0; ) {
      context.signal.throwIfAborted()
      const size = budget.checkSize()
      if (size === 0) {
        yield { documents: [], cursor: JSON.stringify(cursor), notice: toBeContinued(run, rest.length) }
        return
      }
      const asked = rest.slice(0, size)
      rest = rest.slice(size)
      const batch = await lookAgain(asked, known, run, get)
      budget.spendOnChecks(batch.reads)
      cursor.check[lane] = asked.at(-1)!
      yield { ...batch, cursor: JSON.stringify(cursor) }
    }
  }
  delete cursor.check.recent
  cursor.check.at = context.now
  yield { documents: [], cursor: JSON.stringify(cursor) }
}

const toBeContinued = ({ budget: { allowance } }: Run, rest: number): string =>
  `known posts: of their share of the budget, ${allowance} a day, nothing is left; ${rest} still to be looked at again, from the next UTC day on`

const below = (numbers: string[], mark: string | undefined): string[] =>
  mark === undefined ? numbers : numbers.filter((number) => BigInt(number) < BigInt(mark))

/** One post may be held twice, under the name of a source that may not be redistributed too. */
function byNumber(ids: string[]): Known {
  const known = new Map<string, string[]>()
  for (const id of ids) {
    const number = id.replace(/^.*post:/, '')
    // An imported document may be named otherwise: X refuses the whole question for one such id.
    if (/^\d{1,19}$/.test(number)) known.set(number, [...(known.get(number) ?? []), id])
  }
  return new Map([...known].sort(([a], [b]) => Number(BigInt(b) - BigInt(a))))
}

async function lookAgain(
  asked: string[],
  known: Known,
  { config, context, pinned }: Run,
  get: XClient,
): Promise<Batch & { reads: string[] }> {
  const fields = fieldsOf(config)
  const documents = (numbers: string[]) => numbers.flatMap((number) => known.get(number) ?? [])
  const page = await askPosts(get, asked, fields)
  // The answer for an edited post is the version asked for, which names the newer ones.
  const newer = page.data.flatMap(({ id, editIds }) =>
    editIds.filter((one) => BigInt(one) > BigInt(id)).slice(-1),
  )
  const edited = newer.length > 0 ? await askPosts(get, newer, fields) : null
  const pages = edited ? [page, edited] : [page]
  const withheld = page.data.filter((post) => post.withheld !== undefined).map(firstId)
  return {
    documents: pages.flatMap((one) =>
      documentsOf(one, { source: config.name, road: 'x-api', retrievedAt: context.now }, pinned),
    ),
    cursor: null,
    reads: pages.flatMap(readsOf),
    withdrawn: [
      { ids: documents(missing(page.errors, asked)), reason: 'the post was deleted or is no longer public' },
      { ids: documents(withheld), reason: 'the post is withheld by X' },
    ],
  }
}

const askPosts = async (get: XClient, ids: string[], fields: Record<string, string>): Promise<Page> =>
  parseAnswer(Page, await get('tweets', { ids: ids.join(','), ...fields }), 'tweets')

/** Posts of which the API says that they are not there, or may be seen by nobody any more. */
function missing(errors: Problem[], asked: string[]): string[] {
  const gone = /\/problems\/(?:resource-not-found|not-authorized-for-resource)$/
  const named = errors.filter(({ type, value }) => gone.test(type ?? '') && asked.includes(value ?? ''))
  return [...new Set(named.map(({ value }) => value!))]
}

import { z } from 'zod'
import { addMs } from '../core/time.js'
import { quote } from '../errors.js'
import type { Instant } from '../model/document.js'
import type { Batch } from '../model/ports.js'
import { type News, newCommits } from './github-commits.js'
import { listAt, listBefore } from './github-list-at.js'
import { inBatchesOf, type Run } from './github-run.js'
import { changes, EMPTY, ListFault } from './github-states.js'

const Cursor = z.object({
  /** The newest commit dealt with. */
  commit: z.string(),
  /** The newest one whose file was a list: what the next is compared with. */
  read: z.string(),
  /** SHA-256 of the first state read: the name of the list's undated documents, in the archive too. */
  document: z.string(),
  /** When the state of `read` began to hold; it only grows. */
  at: z.string(),
  /** Of the commits listing; null while commits wait. */
  etag: z.string().nullable(),
  /** Where a commit has moved the file, from the path that was stated then. */
  moved: z.object({ from: z.string(), to: z.string() }).optional(),
})
type Cursor = z.infer<typeof Cursor>

/**
 * A file by its commits, oldest first, so that every line is listed and withdrawn when that was committed. Each commit
 * ends with a cursor of its own: whatever stops a run, the next repeats one commit at most.
 *
 * Of a history longer than the bound, the first run begins with the newest commits, not the oldest: a feed is wanted
 * for what is listed now, and to date lines of long ago it is not worth a rate limit. What the first of these commits
 * holds is then "no later than" that commit.
 *
 * Where the newest commit has renamed the file, what it holds is read under its new name, and the next run goes on there.
 */
export async function* followHistory(run: Run): AsyncIterable<Batch> {
  let { cursor } = run.context
  for await (const batch of newBatches(run)) {
    cursor = batch.cursor ?? cursor
    yield batch
  }
  const path = pathNow(run.statedPath, cursor)
  if (path !== run.statedPath) yield { documents: [], cursor: null, notice: sayMoved(run, path) }
}

/** Where the file is by now that was at the stated path. */
export function pathNow(stated: string, cursor: string | null): string {
  const moved = cursorOf(cursor)?.moved
  return moved?.from === stated ? moved.to : stated
}

const sayMoved = ({ config: { name }, statedPath }: Run, path: string): string =>
  `renamed, and read on there: for \`${name}\` in feed.config.json set \`path\` from ${quote(statedPath, 200)} to ${quote(path, 200)}`

async function* newBatches(run: Run): AsyncIterable<Batch> {
  const { config, context, client } = run
  const cursor = cursorOf(context.cursor)
  const place = { path: config.path, ref: config.ref, now: context.now }
  const found = await newCommits(client, place, cursor, config.history.commits)
  if (found === null) return
  if (found.commits.length === 0) yield batchOf({ ...cursor!, etag: found.etag })
  else if (found.isRestarted) yield* presentState(run, cursor, found)
  else yield* newStates(run, cursor, found)
}

/** Null too for one of a version that knew no commits: the history is read as if for the first time. */
const cursorOf = (text: string | null): Cursor | null =>
  text === null ? null : (Cursor.safeParse(JSON.parse(text)).data ?? null)

/** What a cursor keeps of where a state was read. */
const standsAt = ({ statedPath, config }: Run, path: string, etag: string | null) => ({
  // Of the listing of another path it says nothing.
  etag: path === config.path ? etag : null,
  ...(path === statedPath ? {} : { moved: { from: statedPath, to: path } }),
})

const batchOf = (cursor: Cursor): Batch => ({ documents: [], cursor: JSON.stringify(cursor) })

/**
 * The file as it is now, where it is not known how it came to be: nothing is dated by it. It begins documents of its
 * own, since in those known its lines would pass for as old as they are. A history that was restarted withdraws
 * nothing either: what it lacks may have been lost by accident, and goes if the next commit does not bring it back.
 */
async function* presentState(run: Run, cursor: Cursor | null, { commits, etag }: News): AsyncIterable<Batch> {
  const { history, path } = run.config
  const commit = commits[0]!
  const isFollowed = history.commits > 0
  const at = later(isFollowed ? commit.date : run.context.now, cursor)
  const told = { at, document: null, wasList: cursor !== null, isNewest: true }
  const { state, document, path: found } = await listAt(run, commit, told)
  yield* inBatchesOf(state.documents)
  const stands = standsAt(run, found, etag)
  const batch = batchOf({ commit: commit.sha, read: commit.sha, document, at, ...stands })
  const notice = state.notices.join('; ')
  if (!isFollowed) yield { ...batch, complete: { at, held: state.values }, ...(notice ? { notice } : {}) }
  else
    yield {
      ...batch,
      notice: `${notice ? `${notice}; ` : ''}commit ${short(cursor!.commit)} is no more in the history of ${path} (force-pushed, squashed, or \`path\` or \`ref\` was changed): nothing known is dated anew or withdrawn, goes on from commit ${short(commit.sha)}`,
    }
}

/** Commit by commit, as many as the bound and the rate limit let pass; the rest waits for the next run. */
async function* newStates(
  run: Run,
  cursor: Cursor | null,
  { commits, etag, isWhole }: News,
): AsyncIterable<Batch> {
  let last = cursor
  let before = cursor ? await listBefore(run, cursor) : isWhole ? EMPTY : null
  const faults: string[] = []
  let waiting = commits.length
  for (const commit of commits.slice(0, run.config.history.commits)) {
    if (run.client.isSpent) break
    const isNewest = commit === commits.at(-1)
    const at = later(commit.date, last)
    const told = {
      at,
      document: before === null ? null : (last?.document ?? null),
      wasList: before === null ? last !== null : before.documents.length > 0,
      isNewest,
    }
    waiting--
    const listed = await listAt(run, commit, told).catch((error: Error) => {
      if (isNewest || !(error instanceof ListFault)) throw error
      faults.push(error.message)
      return null
    })
    if (listed === null) {
      // A later commit has mended it, or there is none to wait for.
      if (last) {
        last = { ...last, commit: commit.sha }
        yield batchOf(last)
      }
      continue
    }
    const { state, document, path } = listed
    yield* inBatchesOf(changes(state, before, commit.date))
    const stands = standsAt(run, path, isNewest ? etag : null)
    last = { commit: commit.sha, read: commit.sha, document, at, ...stands }
    yield { ...batchOf(last), complete: { at, held: state.values } }
    before = state
  }
  const notice = [...(before?.notices ?? []), noticeOf(run, waiting, faults)].filter(Boolean).join('; ')
  if (notice) yield { documents: [], cursor: null, notice }
}

function noticeOf({ client, config: { history } }: Run, waiting: number, faults: string[]): string {
  const why = client.isSpent ? 'the rate limit is used up' : `history.commits: ${history.commits}`
  return [
    ...(waiting > 0 ? [`${waiting} newer commits wait for the next run (${why})`] : []),
    ...(faults.length > 0 ? [`${faults.length} commits passed over, the first: ${faults[0]}`] : []),
  ].join('; ')
}

/** States follow each other, whatever the clocks of those who committed them: two in one second, too. */
const later = (date: Instant, last: Cursor | null): Instant =>
  last !== null && date <= last.at ? addMs(last.at, 1) : date

const short = (sha: string): string => sha.slice(0, 12)

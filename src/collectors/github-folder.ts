import { createHash } from 'node:crypto'
import { z } from 'zod'
import { FeedError, quote } from '../errors.js'
import type { Batch, Registration } from '../model/ports.js'
import { blob } from './github-files.js'
import { inBatchesOf, pageOf, type Run } from './github-run.js'
import { ListFault, type ListState, readState } from './github-states.js'
import { readRegistrations } from './registrations.js'

const Cursor = z.object({
  /** Of the tree; null while files wait. */
  etag: z.string().nullable(),
  /** What each file read had for a blob SHA, by path: its beginning. */
  files: z.record(z.string(), z.string()),
  /** The same of the file that tells registrations; absent: not read yet. */
  registrations: z.string().optional(),
})
type Cursor = z.infer<typeof Cursor>
const Tree = z.object({
  tree: z.array(z.object({ path: z.string(), type: z.string(), sha: z.string() })),
  truncated: z.boolean().default(false),
})
type Entry = z.infer<typeof Tree>['tree'][number]

/** Of a SHA, what a cursor keeps: enough to tell two states of one file apart, and short where there are thousands. */
const KEPT_DIGITS = 12
const kept = (sha: string): string => sha.slice(0, KEPT_DIGITS)
const isSame = (known: string | undefined, sha: string): boolean =>
  known !== undefined && sha.startsWith(known)

/**
 * The files of a folder that are new or were changed, by one listing. Names that are dates sort by them: the newest
 * file is read first, so that a long past does not keep the present day waiting; then it goes back, run by run, as far as
 * `max_requests` lets each, to the first. Such files date their own lines; one that is deleted withdraws nothing.
 */
export async function* readFolder(run: Run): AsyncIterable<Batch> {
  const { config, context, client } = run
  const cursor = context.cursor === null ? null : (Cursor.safeParse(JSON.parse(context.cursor)).data ?? null)
  const where = { tree_sha: config.ref ?? 'HEAD', recursive: '1' }
  const answer = await client.json(Tree, '/git/trees/{tree_sha}', where, { etag: cursor?.etag ?? null })
  if (answer === null) return
  const { tree, truncated } = answer.data
  const lists = listsOf(run, tree)
  const read = stillListed(cursor, lists)
  const metadata = tree.find(({ path }) => path === config.registrations)
  const isMetadataNew = metadata !== undefined && !isSame(read.registrations, metadata.sha)
  const { waiting, faults, notices } = yield* readLists(run, lists, read, isMetadataNew ? 1 : 0)
  const said = [...firstOf(notices), ...noticesOf(run, waiting, truncated)]
  if (config.registrations !== undefined && metadata === undefined)
    said.push(
      `${client.where}: no file ${quote(config.registrations, 200)}; correct \`registrations\`, or leave it out`,
    )
  // After the lists, since only what is told of names that are held by then is kept.
  const told = isMetadataNew && !client.isSpent ? await registrationsAt(run, metadata) : null
  if (told !== null) {
    said.push(...told.notices)
    read.registrations = kept(metadata!.sha)
  }
  const isDone = waiting === 0 && faults.length === 0 && (!isMetadataNew || told !== null)
  yield {
    documents: [],
    cursor: JSON.stringify({ ...read, etag: isDone ? answer.etag : null }),
    ...(told === null ? {} : { registrations: told.found }),
    ...(said.length > 0 ? { notice: said.join('; ') } : {}),
  }
  // The others are in by now; these are asked for again at the next run.
  if (faults.length > 0) throw new FeedError('source', firstOf(faults).join('; '))
}

/** What a cursor knows, without the files that are gone. */
function stillListed(cursor: Cursor | null, lists: Entry[]): Cursor {
  const paths = new Set(lists.map(({ path }) => path))
  const files = Object.entries(cursor?.files ?? {}).filter(([path]) => paths.has(path))
  return { ...cursor, etag: null, files: Object.fromEntries(files) }
}

/**
 * Reads what is new of the lists, as far as the bounds let it, each with a cursor of its own: whatever stops a run, the
 * next repeats one file at most.
 * @param read what is known of each; takes up what is read
 * @param reserved requests that are not for lists
 */
async function* readLists(
  run: Run,
  lists: Entry[],
  read: Cursor,
  reserved: number,
): AsyncGenerator<Batch, { waiting: number; faults: string[]; notices: string[] }> {
  const { config, client } = run
  const fresh = lists.filter(({ path, sha }) => !isSame(read.files[path], sha))
  const faults: string[] = []
  const notices: string[] = []
  let waiting = fresh.length
  for (const entry of fresh) {
    if (client.isSpent || client.sent + reserved >= config.max_requests) break
    waiting--
    const state = await stateOf(run, entry).catch((error: Error) => {
      if (!(error instanceof ListFault)) throw error
      faults.push(error.message)
      return null
    })
    if (state === null) continue
    notices.push(...state.notices)
    read.files[entry.path] = kept(entry.sha)
    yield* inBatchesOf(state.documents, JSON.stringify(read))
  }
  return { waiting, faults, notices }
}

async function registrationsAt(
  { config, context, client }: Run,
  { path, sha }: Entry,
): Promise<{ found: Registration[]; notices: string[] }> {
  const name = `github.com/${config.owner}/${config.repo}/${path}`
  const bytes = await blob(client, sha)
  return readRegistrations(bytes, { name, source: config.name, retrievedAt: context.now })
}

/** What is to be said of many files, in one line. */
const firstOf = (said: string[]): string[] => [
  ...said.slice(0, 1),
  ...(said.length > 1 ? [`and ${said.length - 1} more files`] : []),
]

function listsOf({ config, client }: Run, tree: Entry[]): Entry[] {
  const folder = config.path.replace(/^[./]+|\/+$/g, '')
  const prefix = folder === '' ? '' : `${folder}/`
  const isList = new RegExp(`^(?:${config.files})$`)
  const lists = tree.filter(
    ({ path, type }) => type === 'blob' && path.startsWith(prefix) && isList.test(path.slice(prefix.length)),
  )
  if (lists.length === 0)
    throw new FeedError(
      'source',
      `${client.where}: no file of the folder matches \`files\`: ${quote(config.files)}`,
    )
  return lists.sort((a, b) => (a.path < b.path ? 1 : -1))
}

/** @throws {ListFault} where the file is no list */
async function stateOf({ config, context, client }: Run, { path, sha }: Entry): Promise<ListState> {
  const bytes = await blob(client, sha)
  return readState(config, {
    name: `github.com/${config.owner}/${config.repo}/${path}`,
    bytes,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    url: pageOf(config, path),
    // A tree tells no dates, and one more request a file would be dear: what its lines do not say is not known.
    committedAt: null,
    retrievedAt: context.now,
    own: context.own,
  })
}

function noticesOf({ client, config }: Run, waiting: number, isTruncated: boolean): string[] {
  const why = client.isSpent ? 'the rate limit is used up' : `max_requests: ${config.max_requests}`
  return [
    ...(waiting > 0 ? [`${waiting} files wait for the next run (${why})`] : []),
    ...(isTruncated ? ['the repository has more files than GitHub lists at once: some are not seen'] : []),
  ]
}

import { createHash } from 'node:crypto'
import { z } from 'zod'
import { FeedError, quote } from '../errors.js'
import type { Batch } from '../model/ports.js'
import { blob } from './github-files.js'
import { inBatchesOf, pageOf, type Run } from './github-run.js'
import { ListFault, type ListState, readState } from './github-states.js'

const Cursor = z.object({
  /** Of the tree; null while files wait. */
  etag: z.string().nullable(),
  /** Blob SHA by path of each file read. */
  files: z.record(z.string(), z.string()),
})
const Tree = z.object({
  tree: z.array(z.object({ path: z.string(), type: z.string(), sha: z.string() })),
  truncated: z.boolean().default(false),
})
type Entry = z.infer<typeof Tree>['tree'][number]

/**
 * The files of a folder that are new or were changed, by one listing. Names that are dates sort by them: the newest
 * file is read first, so that a long past does not keep the present day waiting. Such files date their own lines; one
 * that is deleted withdraws nothing.
 */
export async function* readFolder(run: Run): AsyncIterable<Batch> {
  const { config, context, client } = run
  const cursor = context.cursor === null ? null : (Cursor.safeParse(JSON.parse(context.cursor)).data ?? null)
  const where = { tree_sha: config.ref ?? 'HEAD', recursive: '1' }
  const answer = await client.json(Tree, '/git/trees/{tree_sha}', where, { etag: cursor?.etag ?? null })
  if (answer === null) return
  const read = { ...cursor?.files }
  const fresh = listsOf(run, answer.data.tree).filter(({ path, sha }) => read[path] !== sha)
  const faults: string[] = []
  const notices: string[] = []
  let waiting = fresh.length
  for (const entry of fresh.slice(0, config.max_files)) {
    if (client.isSpent) break
    waiting--
    const state = await stateOf(run, entry).catch((error: Error) => {
      if (!(error instanceof ListFault)) throw error
      faults.push(error.message)
      return null
    })
    if (state === null) continue
    notices.push(...state.notices)
    yield* inBatchesOf(state.documents)
    read[entry.path] = entry.sha
    yield { documents: [], cursor: JSON.stringify({ etag: null, files: read }) }
  }
  const isDone = waiting === 0 && faults.length === 0
  const notice = [...firstOf(notices), ...noticesOf(run, waiting, answer.data.truncated)].join('; ')
  yield {
    documents: [],
    cursor: JSON.stringify({ etag: isDone ? answer.etag : null, files: read }),
    ...(notice ? { notice } : {}),
  }
  // The others are in by now; these are asked for again at the next run.
  if (faults.length > 0) throw new FeedError('source', firstOf(faults).join('; '))
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
  const why = client.isSpent ? 'the rate limit is used up' : `max_files: ${config.max_files}`
  return [
    ...(waiting > 0 ? [`${waiting} files wait for the next run (${why})`] : []),
    ...(isTruncated ? ['the repository has more files than GitHub lists at once: some are not seen'] : []),
  ]
}

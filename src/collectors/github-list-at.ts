import { createHash } from 'node:crypto'
import { extname } from 'node:path/posix'
import { quote } from '../errors.js'
import type { Instant } from '../model/document.js'
import type { Commit } from './github-commits.js'
import { fileAt, heirOf } from './github-files.js'
import { pageOf, type Run } from './github-run.js'
import { ListFault, type ListState, readState } from './github-states.js'

/** What the next commit is compared with; null where it can be read no more, in a format set since for one. */
export async function listBefore(
  run: Run,
  { read, document, at }: { read: string; document: string; at: Instant },
): Promise<ListState | null> {
  const bytes = await fileAt(run.client, run.config.path, read)
  if (bytes === null) return null
  const commit = { sha: read, date: at }
  return stateOf(run, commit, bytes, { at, document }).catch((error: Error) => {
    if (error instanceof ListFault) return null
    throw error
  })
}

interface Told {
  at: Instant
  document: string | null
  wasList: boolean
  /** No later commit has the path: where this one moved the file, it is followed. */
  isNewest: boolean
}

/** @throws {ListFault} where the commit has no such file, or it is no list */
export async function listAt(
  run: Run,
  commit: Commit,
  { at, document, wasList, isNewest }: Told,
): Promise<{ state: ListState; document: string; path: string }> {
  const { client, config } = run
  const bytes = await fileAt(client, config.path, commit.sha)
  if (bytes === null) {
    const path = await heirOf(client, config.path, commit)
    if (!isNewest || extname(path) !== extname(config.path))
      throw new ListFault(
        `${client.where}: renamed to ${quote(path, 200)} by commit ${commit.sha.slice(0, 12)} (${commit.date}); set \`path\` to that`,
      )
    return listAt({ ...run, config: { ...config, path } }, commit, { at, document, wasList, isNewest })
  }
  const name = document ?? createHash('sha256').update(bytes).digest('hex')
  const state = await stateOf(run, commit, bytes, { at, document: name })
  if (wasList && state.documents.length === 0)
    throw new ListFault(`${client.where}: empty at commit ${commit.sha.slice(0, 12)}, where there was a list`)
  return { state, document: name, path: config.path }
}

const stateOf = (
  { client, config, context }: Run,
  commit: Commit,
  bytes: Uint8Array,
  { at, document }: { at: Instant; document: string },
): Promise<ListState> =>
  readState(config, {
    name: client.where,
    bytes,
    sha256: document,
    url: pageOf(config, config.path),
    committedAt: commit.date,
    // Not when it was asked for: a line that a later commit dropped must not look as if it had been seen after that.
    retrievedAt: at,
    own: context.own,
  })

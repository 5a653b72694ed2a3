import { posix } from 'node:path'
import { z } from 'zod'
import { FeedError, quote } from '../errors.js'
import type { Answer, GithubClient } from './github-client.js'
import type { Commit } from './github-commits.js'
import { GithubError } from './github-errors.js'
import { ListFault } from './github-states.js'

const Entry = z.object({ path: z.string(), sha: z.string() })
const Description = z.union([z.array(z.unknown()), z.object({ sha: z.string() })])
const CommitFiles = z.object({
  files: z
    .array(z.object({ filename: z.string(), status: z.string(), previous_filename: z.string().optional() }))
    .default([]),
})
/** Of a commit of more files, GitHub lists the others on further pages. */
const FILES_A_PAGE = 300

/** The bytes of a file as a commit has it; null where that commit has none. */
export async function fileAt(client: GithubClient, path: string, commit: string): Promise<Uint8Array | null> {
  try {
    const answer = await client.get('/contents/{path}', { path, ref: commit }, { raw: true })
    return answer && (isDescription(answer) ? await described(client, answer.bytes) : answer.bytes)
  } catch (error) {
    if (!(error instanceof GithubError)) throw error
    if (error.status === 404) return null
    if (error.isTooLarge) return blob(client, await shaOf(client, path, commit))
    throw error
  }
}

/** The bytes of a file by its own checksum: any size that GitHub serves. */
export async function blob(client: GithubClient, sha: string): Promise<Uint8Array> {
  const answer = await client.get('/git/blobs/{file_sha}', { file_sha: sha }, { raw: true })
  return answer!.bytes
}

/** Of a folder, and of a file by a mirror that knows no raw media type, the answer is JSON about it. */
const isDescription = ({ contentType }: Answer): boolean => /^application\/json\b/.test(contentType)

async function described(client: GithubClient, bytes: Uint8Array): Promise<Uint8Array> {
  const description = client.parse(Description, '/contents/{path}', bytes)
  if (Array.isArray(description))
    throw new FeedError(
      'source',
      `${client.where}: a folder; set \`files\` to an expression for those of its files that are lists`,
    )
  return blob(client, description.sha)
}

async function shaOf(client: GithubClient, path: string, commit: string): Promise<string> {
  const folder = posix.dirname(path)
  const listed = await client.json(z.array(Entry), '/contents/{path}', {
    path: folder === '.' ? '' : folder,
    ref: commit,
  })
  const entry = listed?.data.find((one) => one.path === path)
  if (entry) return entry.sha
  throw new FeedError(
    'source',
    `${client.where}: too large for the contents API, and not in the listing of its folder ${quote(folder)}`,
  )
}

/**
 * Where the commit of a path that has no file there has moved it.
 * @throws {ListFault} where it has deleted it, {FeedError} `source` where it has done neither: the file must be there
 */
export async function heirOf(client: GithubClient, path: string, { sha, date }: Commit): Promise<string> {
  const commit = await client.json(CommitFiles, '/commits/{ref}', { ref: sha })
  const { files } = commit!.data
  const heir = files.find(({ previous_filename }) => previous_filename === path)?.filename
  if (heir !== undefined) return heir
  const isDeleted = files.some(({ filename, status }) => filename === path && status === 'removed')
  if (!isDeleted && files.length < FILES_A_PAGE)
    throw new FeedError('source', `${client.where}: not found at commit ${sha.slice(0, 12)}, which has it`)
  throw new ListFault(
    `${client.where}: deleted by commit ${sha.slice(0, 12)} (${date}); what is known is kept: set \`path\` to where the list is now, or disable the source`,
  )
}

import { posix } from 'node:path'
import { z } from 'zod'
import { FeedError, quote } from '../errors.js'
import type { Answer, GithubClient } from './github-client.js'
import { GithubError } from './github-errors.js'
import { ListFault } from './github-states.js'

const Entry = z.object({ path: z.string(), sha: z.string() })
const Description = z.union([z.array(z.unknown()), z.object({ sha: z.string() })])
const CommitFiles = z.object({
  files: z.array(z.object({ filename: z.string(), previous_filename: z.string().optional() })).default([]),
})

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

/** What became of a file that the newest commit of its path has no more. */
export async function goneError(
  client: GithubClient,
  path: string,
  { sha, date }: { sha: string; date: string },
): Promise<ListFault> {
  const commit = await client.json(CommitFiles, '/commits/{ref}', { ref: sha })
  const heir = commit?.data.files.find(({ previous_filename }) => previous_filename === path)?.filename
  const when = `by commit ${sha.slice(0, 12)} (${date})`
  return new ListFault(
    heir === undefined
      ? `${client.where}: deleted ${when}; what is known is kept: set \`path\` to where the list is now, or disable the source`
      : `${client.where}: renamed to ${quote(heir, 200)} ${when}; set \`path\` to that`,
  )
}

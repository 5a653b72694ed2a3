import { z } from 'zod'
import { FeedError } from '../errors.js'
import type { Instant } from '../model/document.js'
import type { GithubClient } from './github-client.js'
import { GithubError } from './github-errors.js'

/** A commit of a path: the committer's date is when it became part of this history, whoever wrote it before. */
export interface Commit {
  sha: string
  date: Instant
}

const Signature = z.object({ date: z.iso.datetime({ offset: true }) }).nullable()
const Commits = z.array(
  z.object({
    sha: z.string().regex(/^[0-9a-f]{40,64}$/),
    commit: z.object({ committer: Signature, author: Signature.optional() }),
  }),
)
const Comparison = z.object({ status: z.string() })
const PER_PAGE = 100

/** What the history of a path holds beyond the newest commit known. */
export interface News {
  /** Oldest first. */
  commits: Commit[]
  /** Of the listing: asked for with it, nothing new costs nothing. */
  etag: string | null
  /** They begin with the commit that added the file. */
  isWhole: boolean
  /** The newest commit known is not among their ancestors. */
  isRestarted: boolean
}

interface Place {
  path: string
  ref?: string | undefined
  now: Instant
}

/**
 * Reads the listing of a path's commits down to the newest one known.
 * @param most of a history of which nothing is known, how many commits to go back; 0: the newest commit alone, always
 * @returns null where nothing has changed since the ETag
 * @throws {FeedError} `source` where no commit has the path
 */
export async function newCommits(
  client: GithubClient,
  place: Place,
  known: { commit: string; etag: string | null } | null,
  most: number,
): Promise<News | null> {
  const first = await listCommits(client, place, 1, known?.etag)
  if (first === null) return null
  const { etag } = first
  const [newest] = first.commits
  if (!newest) throw new FeedError('source', `${client.where}: no commit has it; check \`path\` and \`ref\``)
  const restart = { commits: [newest], etag, isWhole: false, isRestarted: true }
  if (most === 0) return newest.sha === known?.commit ? { ...restart, commits: [] } : restart
  const commits: Commit[] = []
  for await (const page of pages(client, place, first)) {
    const end = page.commits.findIndex(({ sha }) => sha === known?.commit)
    commits.push(...(end === -1 ? page.commits : page.commits.slice(0, end)))
    if (end !== -1) return { commits: commits.reverse(), etag, isWhole: false, isRestarted: false }
    if (known === null && commits.length > most) break
    // One comparison spares the walk through a long history that the commit is no part of.
    if (known && page === first && page.hasNext && !(await isAncestor(client, known.commit, newest.sha)))
      break
  }
  if (known) return restart
  const isWhole = commits.length <= most
  return { commits: commits.slice(0, most).reverse(), etag, isWhole, isRestarted: false }
}

interface Page {
  commits: Commit[]
  etag: string | null
  hasNext: boolean
}

async function* pages(client: GithubClient, place: Place, first: Page): AsyncIterable<Page> {
  yield first
  let last = first
  for (let number = 2; last.hasNext; number++) {
    // Without an ETag there is no 304.
    last = (await listCommits(client, place, number))!
    yield last
  }
}

async function listCommits(
  client: GithubClient,
  { path, ref, now }: Place,
  page: number,
  etag: string | null = null,
): Promise<Page | null> {
  const parameters = { path, per_page: PER_PAGE, ...(ref ? { sha: ref } : {}), ...(page > 1 ? { page } : {}) }
  const answer = await client.json(Commits, '/commits', parameters, { etag })
  if (answer === null) return null
  const commits = answer.data.map(({ sha, commit: { committer, author } }) => {
    const date = new Date((committer ?? author)?.date ?? now).toISOString()
    // A clock that goes ahead makes nothing happen in the future.
    return { sha, date: date < now ? date : now }
  })
  return { commits, etag: answer.etag, hasNext: answer.hasNext }
}

async function isAncestor(client: GithubClient, commit: string, head: string): Promise<boolean> {
  try {
    const answer = await client.json(Comparison, '/compare/{basehead}', {
      basehead: `${commit}...${head}`,
      // Any page but the first comes without the changed files.
      per_page: 1,
      page: 2,
    })
    return answer?.data.status === 'ahead'
  } catch (error) {
    if (error instanceof GithubError && error.status === 404) return false
    throw error
  }
}

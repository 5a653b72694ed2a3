import type { Octokit } from '@octokit/rest'
import { z } from 'zod'
import { FeedError } from '../errors.js'

const PullRequest = z.object({
  number: z.number().int(),
  title: z.string(),
  body: z.string().nullable(),
  head: z.object({ ref: z.string(), repo: z.object({ full_name: z.string() }).nullable() }),
})
export type PullRequest = z.infer<typeof PullRequest>

const Branch = z.object({
  commit: z.object({
    sha: z.string(),
    commit: z.object({ message: z.string(), tree: z.object({ sha: z.string() }) }),
    parents: z.array(z.object({ sha: z.string() })),
  }),
})
export interface BranchHead {
  sha: string
  message: string
  tree: string
  parents: string[]
}

/** What of GitHub a delivery needs: the pull request of one branch, and where that branch stands. */
export class PullRequests {
  readonly #octokit: Octokit
  readonly #repository: { owner: string; repo: string }

  constructor(octokit: Octokit, repository: { owner: string; repo: string }) {
    this.#octokit = octokit
    this.#repository = repository
  }

  /** The open one of a branch of this repository: that of a fork counts for nothing. */
  async open(branch: string): Promise<PullRequest | null> {
    const { owner, repo } = this.#repository
    const own = `${owner}/${repo}`.toLowerCase()
    const found = await this.#ask('GET /repos/{owner}/{repo}/pulls', z.array(PullRequest), {
      head: `${owner}:${branch}`,
      state: 'open',
    })
    return found.find(({ head }) => head.ref === branch && head.repo?.full_name.toLowerCase() === own) ?? null
  }

  /** Null: there is no such branch. */
  async branch(branch: string): Promise<BranchHead | null> {
    try {
      const { commit } = await this.#ask('GET /repos/{owner}/{repo}/branches/{branch}', Branch, { branch })
      return {
        sha: commit.sha,
        message: commit.commit.message,
        tree: commit.commit.tree.sha,
        parents: commit.parents.map(({ sha }) => sha),
      }
    } catch (error) {
      if (isMissing(error)) return null
      throw error
    }
  }

  create(told: { head: string; base: string; title: string; body: string }): Promise<PullRequest> {
    return this.#ask('POST /repos/{owner}/{repo}/pulls', PullRequest, told)
  }

  update(
    { number }: PullRequest,
    told: { title: string; body: string } | { state: 'closed' },
  ): Promise<PullRequest> {
    return this.#ask('PATCH /repos/{owner}/{repo}/pulls/{pull_number}', PullRequest, {
      pull_number: number,
      ...told,
    })
  }

  async #ask<T>(route: string, schema: z.ZodType<T>, parameters: Record<string, unknown>): Promise<T> {
    try {
      const { data } = await this.#octokit.request(route, { ...this.#repository, ...parameters })
      return schema.parse(data)
    } catch (error) {
      throw errorOf(route, error)
    }
  }
}

const isMissing = (error: unknown): boolean =>
  ((error as FeedError).cause as { status?: number } | undefined)?.status === 404

/** In GitHub's own words, without headers: those hold the token. */
function errorOf(route: string, error: unknown): FeedError {
  const { status, message } = error as { status?: number; message: string }
  const what =
    error instanceof z.ZodError
      ? `answers not as GitHub documents it: ${error.issues[0]!.path.join('.')}`
      : message.split('\n')[0]!.slice(0, 200)
  return new FeedError('source', `GitHub: ${route}: ${status === undefined ? '' : `${status} `}${what}`, {
    cause: { status },
  })
}

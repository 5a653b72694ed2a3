import type { Octokit } from '@octokit/rest'
import { z } from 'zod'
import { byText } from '../core/order.js'
import type { Edit } from '../core/review-body.js'
import { FeedError } from '../errors.js'

const PullRequest = z.object({
  number: z.number().int(),
  title: z.string(),
  body: z.string().nullable(),
  head: z.object({ ref: z.string(), repo: z.object({ full_name: z.string() }).nullable() }),
})
export type PullRequest = z.infer<typeof PullRequest>

/** Each edit of a body: `diff` is the whole body after it. Newest first. */
const Edits = z.object({
  repository: z.object({
    pullRequest: z.object({
      userContentEdits: z
        .object({
          pageInfo: z.object({ hasNextPage: z.boolean() }),
          nodes: z.array(
            z.object({
              editedAt: z.string(),
              diff: z.string().nullable(),
              editor: z.object({ __typename: z.string(), login: z.string() }).nullable(),
            }),
          ),
        })
        .nullable(),
    }),
  }),
})

const EDITS = `query ($owner: String!, $repo: String!, $number: Int!) {
  repository(owner: $owner, name: $repo) {
    pullRequest(number: $number) {
      userContentEdits(first: 100) { pageInfo { hasNextPage } nodes { editedAt diff editor { __typename login } } }
    }
  }
}`

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

const NO_EDITS = { nodes: [], pageInfo: { hasNextPage: false } }

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

  /** The last bodies of a pull request and who wrote each, oldest first. The REST API does not tell. */
  async edits({ number }: PullRequest): Promise<Edit[]> {
    try {
      const answer = await this.#octokit.graphql(EDITS, { ...this.#repository, number })
      const { nodes, pageInfo } = Edits.parse(answer).repository.pullRequest.userContentEdits ?? NO_EDITS
      const edits = nodes
        .toSorted((a, b) => byText(a.editedAt, b.editedAt))
        .map(({ diff, editor }) => ({
          editor: editor === null || editor.__typename === 'Bot' ? null : editor.login,
          body: diff ?? '',
        }))
      // What stands in the oldest one that is told may stand since one before.
      return pageInfo.hasNextPage ? edits.map((one, n) => (n === 0 ? { ...one, editor: null } : one)) : edits
    } catch (error) {
      throw errorOf('edits of the body', error)
    }
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

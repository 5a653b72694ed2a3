import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { octokitOf } from '../collectors/github-client.js'
import { defang } from '../core/defang.js'
import { type ReviewRow, reviewBody, ticksOf } from '../core/review-body.js'
import { FeedError } from '../errors.js'
import type { Decision } from '../model/decision.js'
import type { Git } from '../publish/git.js'
import { type BranchHead, type PullRequest, PullRequests } from '../publish/pull-request.js'
import { decide } from './decide.js'
import { publicationDay, publishFeeds, snapshotAsOf } from './publish.js'
import { review } from './review.js'
import type { Workspace } from './workspace.js'

const BRANCH = 'moqhao-feed/review'
/** Values that the body of a pull request shows; GitHub takes 65,536 characters. */
const MOST_ROWS = 50
const ANSWER_MS = 30_000

/** How the commits of the branch end, by which they are known for ours: on any other a person has worked. */
const MARKS = {
  empty: 'Nothing is changed: a pull request needs a commit.',
  forced: 'What a brake holds, for review: merging it passes the brake.',
} as const

/** What became of the review pull request. */
export interface Reviewed {
  number: number
  action: 'created' | 'updated' | 'unchanged' | 'closed'
}

export interface ToReview {
  /** The branch that is reviewed for. */
  base: string
  brakes: string[]
  /** Values came to the quarantine that nobody was told of. */
  hasMore: boolean
}

/**
 * Keeps the one pull request in which a person decides: opened when a brake holds or something comes to the quarantine,
 * kept up to date while it is open, closed when nothing waits. A request that would change nothing is not sent.
 */
export async function updateReview(
  workspace: Workspace,
  git: Git,
  { base, brakes, hasMore }: ToReview,
): Promise<Reviewed | null> {
  const pulls = pullRequestsOf(workspace)
  const open = await pulls.open(BRANCH)
  const { waiting, total } = await review(workspace, { limit: MOST_ROWS })
  const isWanted = brakes.length > 0 || (total > 0 && (open !== null || hasMore))
  if (!isWanted) {
    if (open === null) return null
    await pulls.update(open, { state: 'closed' })
    return { number: open.number, action: 'closed' }
  }
  const isForced = await bringUp(workspace, git, { brakes, open, head: await pulls.branch(BRANCH) })
  const rows: ReviewRow[] = waiting.flatMap(({ values, reporter, reportedAt, url, references }) =>
    values.map((value) => ({
      ...value,
      reporter,
      reportedAt,
      links: [url, ...references].filter((link) => link !== null),
    })),
  )
  const title =
    brakes.length > 0 ? 'Review: a brake holds the publication' : `Review: ${total} wait in quarantine`
  const body = reviewBody({ brakes, isForced, rows, total, ticks: ticksOf(open?.body ?? '') })
  if (open === null) {
    const { number } = await pulls.create({ head: BRANCH, base, title, body })
    return { number, action: 'created' }
  }
  if (open.title === title && unix(open.body ?? '') === body)
    return { number: open.number, action: 'unchanged' }
  await pulls.update(open, { title, body })
  return { number: open.number, action: 'updated' }
}

/** GitHub hands back with CR LF what was edited in a browser. */
const unix = (text: string): string => text.replaceAll('\r\n', '\n')

/**
 * The branch holds what the brakes hold, else nothing; what a person committed to it stays.
 * @returns whether it holds that
 */
async function bringUp(
  workspace: Workspace,
  git: Git,
  told: { brakes: string[]; open: PullRequest | null; head: BranchHead | null },
): Promise<boolean> {
  const { brakes, open, head } = told
  const standing = open === null ? null : head
  const isOurs = (mark: string) => standing?.message.trimEnd().endsWith(mark) ?? false
  if (standing !== null && !Object.values(MARKS).some(isOurs)) return false
  if (brakes.length === 0 && isOurs(MARKS.empty)) return false
  const made = await inSecondTree(git, (there, dir) =>
    brakes.length === 0
      ? there.commitNothing(`feed: values wait for review\n\n${MARKS.empty}\n`)
      : commitForced({ ...workspace, feeds: join(dir, 'feeds') }, there),
  )
  const isSame = standing?.tree === made.tree && standing.parents[0] === (await git.head())
  if (!isSame) await git.replaceBranch(BRANCH, made.sha, head?.sha ?? null)
  return brakes.length > 0
}

async function commitForced(workspace: Workspace, git: Git): Promise<string> {
  await publishFeeds(workspace, { force: `reviewed in the pull request of ${BRANCH}` })
  return git.commit(`feed: publication for review\n\n${MARKS.forced}\n`, ['feeds'])
}

/** Commits on top of HEAD and on no branch, beside the work tree. @param work gets the working folder there */
async function inSecondTree(
  git: Git,
  work: (there: Git, dir: string) => Promise<string>,
): Promise<{ sha: string; tree: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'moqhao-review-'))
  const root = join(folder, 'tree')
  try {
    return await git.inWorktree(root, async () => {
      const dir = join(root, await git.prefix())
      const there = git.at(dir)
      return { sha: await work(there, dir), tree: await there.tree() }
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** What the ticks of the review pull request decided. */
export interface Applied {
  number: number
  decisions: Decision[]
  notices: string[]
}

/**
 * Writes what is ticked in the review pull request to decisions.csv: of values that do wait, and only of those.
 * @returns null where no pull request is open
 */
export async function applyReview(workspace: Workspace): Promise<Applied | null> {
  const open = await pullRequestsOf(workspace).open(BRANCH)
  if (open === null) return null
  const { quarantine } = (await snapshotAsOf(workspace, publicationDay(workspace))).snapshot
  const byId = new Map(quarantine.map((one) => [one.id, one]))
  const by = `pull request #${open.number}`
  const applied: Applied = { number: open.number, decisions: [], notices: [] }
  for (const [id, ticks] of ticksOf(open.body ?? '')) {
    const value = byId.get(id)?.value
    if (value === undefined) continue
    if (ticks.size > 1) {
      applied.notices.push(`${defang(value)}: both boxes are ticked; nothing is decided`)
      continue
    }
    const decision = ticks.has('publish') ? 'confirm' : 'deny'
    applied.decisions.push(decide(workspace, value, { decision, reason: `ticked in ${by}`, by }))
  }
  return applied
}

function pullRequestsOf({ env }: Workspace): PullRequests {
  const [owner, repo] = (env('GITHUB_REPOSITORY') ?? '').split('/')
  if (!owner || !repo || !env('GITHUB_TOKEN'))
    throw new FeedError('usage', 'a pull request needs GITHUB_REPOSITORY (owner/name) and GITHUB_TOKEN')
  const baseUrl = env('GITHUB_API_URL') ?? 'https://api.github.com'
  return new PullRequests(octokitOf(baseUrl, { env, timeoutMs: ANSWER_MS }), { owner, repo })
}

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { octokitOf } from '../collectors/github-client.js'
import { decidedOn } from '../core/decided.js'
import { defang } from '../core/defang.js'
import { type Edit, reviewBody, type Tick, ticksOf, waitingLine, whoTicked } from '../core/review-body.js'
import { FeedError } from '../errors.js'
import type { Decision } from '../model/decision.js'
import type { Snapshot } from '../model/snapshot.js'
import type { Git } from '../publish/git.js'
import { type BranchHead, type PullRequest, PullRequests } from '../publish/pull-request.js'
import { decide } from './decide.js'
import { publicationDay, publishFeeds, snapshotAsOf } from './publish.js'
import { documentId, review } from './review.js'
import type { Workspace } from './workspace.js'

const BRANCH = 'moqhao-feed/review'
/** Values that a body is made of; it holds as many as there is room for. */
const MOST_VALUES = 500
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
 * kept up to date while it is open, closed when nothing waits that a tick would make active. A request that would change
 * nothing is not sent.
 */
export async function updateReview(
  workspace: Workspace,
  git: Git,
  { base, brakes, hasMore }: ToReview,
): Promise<Reviewed | null> {
  const pulls = pullRequestsOf(workspace)
  const open = await pulls.open(BRANCH)
  const { waiting: units, ...counts } = await review(workspace, { limit: MOST_VALUES })
  const { total } = counts
  const isWanted = brakes.length > 0 || (total > 0 && (open !== null || hasMore))
  if (!isWanted) {
    if (open === null) return null
    await pulls.update(open, { state: 'closed' })
    return { number: open.number, action: 'closed' }
  }
  const isForced = await bringUp(workspace, git, { brakes, open, head: await pulls.branch(BRANCH) })
  const title = brakes.length > 0 ? 'Review: a brake holds the publication' : `Review: ${waitingLine(counts)}`
  const body = reviewBody({ brakes, isForced, units, counts, ticks: ticksOf(open?.body ?? '') })
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

/** What a box is about, and what each of its two ticks decides. */
interface Subject {
  value: string
  type?: 'document'
  meaning: Partial<Record<Tick, Decision['decision']>>
}

/**
 * Writes what is ticked in the review pull request to decisions.csv, each with who ticked it: of values that do wait, and of
 * documents that report such, and only of those.
 * @returns null where no pull request is open
 */
export async function applyReview(workspace: Workspace): Promise<Applied | null> {
  const pulls = pullRequestsOf(workspace)
  const open = await pulls.open(BRANCH)
  if (open === null) return null
  const applied: Applied = { number: open.number, decisions: [], notices: [] }
  const ticked = [...ticksOf(open.body ?? '')]
  if (ticked.length === 0) return applied
  const asOf = publicationDay(workspace)
  const { snapshot } = await snapshotAsOf(workspace, asOf)
  const subjects = subjectsOf(snapshot)
  const decided = decidedOn(workspace.policy.decisions, asOf)
  const who = whoTicked(await editsOf(pulls, open, applied.notices))
  for (const [id, ticks] of ticked) {
    const subject = subjects.get(id)
    if (subject === undefined) continue
    const { value, type, meaning } = subject
    if (ticks.size > 1) {
      applied.notices.push(
        `${type === 'document' ? value : defang(value)}: both boxes are ticked; nothing is decided`,
      )
      continue
    }
    const [tick] = [...ticks] as [Tick]
    const decision = meaning[tick]!
    // A document can be decided about and report something that waits all the same: each run would write it again.
    if (type === 'document' && decided.get(`document ${value}`)?.decision === decision) continue
    const by = who(id, tick) ?? `pull request #${open.number}`
    const reason = `ticked in pull request #${open.number}`
    applied.decisions.push(decide(workspace, value, { decision, reason, by, type }))
  }
  return applied
}

/** All that a box may be about, by the id in its comment. */
function subjectsOf({ quarantine, publisher }: Snapshot): Map<string, Subject> {
  const subjects = new Map<string, Subject>()
  for (const { id, value, evidence } of quarantine) {
    subjects.set(id, { value, meaning: { publish: 'confirm', deny: 'deny' } })
    for (const { document } of evidence)
      subjects.set(documentId(publisher.namespace, document), {
        value: document,
        type: 'document',
        meaning: { publish: 'confirm', withdraw: 'withdraw' },
      })
  }
  return subjects
}

/** Decisions do not wait for who made them: where GitHub does not tell, that is a notice. */
async function editsOf(pulls: PullRequests, open: PullRequest, notices: string[]): Promise<Edit[]> {
  try {
    return await pulls.edits(open)
  } catch (error) {
    if (!(error instanceof FeedError)) throw error
    notices.push(`who ticked is not known: ${error.message}`)
    return []
  }
}

function pullRequestsOf({ env }: Workspace): PullRequests {
  const [owner, repo] = (env('GITHUB_REPOSITORY') ?? '').split('/')
  if (!owner || !repo || !env('GITHUB_TOKEN'))
    throw new FeedError('usage', 'a pull request needs GITHUB_REPOSITORY (owner/name) and GITHUB_TOKEN')
  const baseUrl = env('GITHUB_API_URL') ?? 'https://api.github.com'
  return new PullRequests(octokitOf(baseUrl, { env, timeoutMs: ANSWER_MS }), { owner, repo })
}

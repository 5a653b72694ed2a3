import { existsSync, readFileSync } from 'node:fs'
import { type Change, changeBetween } from '../core/change.js'
import { commitMessage } from '../core/commit-message.js'
import { decidedOn } from '../core/decided.js'
import { FeedError } from '../errors.js'
import { Git } from '../publish/git.js'
import { readRules } from '../publish/ledger.js'
import { readManifest, removeStale } from '../publish/publish.js'
import { stateInFolder, stateInHead } from '../publish/state.js'
import { heldBy, publicationDay, publishFeeds } from './publish.js'
import { restore } from './restore.js'
import { type Reviewed, updateReview } from './review-pull-request.js'
import { heldBefore, sourceStatus, withStatus } from './status.js'
import { openWorkspace, type Workspace } from './workspace.js'

export interface DeliverOptions {
  push: boolean
  /** Where something waits for a person, say so in a pull request. */
  pullRequest: boolean
}

export interface Delivered {
  /** Null: nothing had changed. */
  commit: { sha: string; message: string } | null
  isPushed: boolean
  /** Why the publication is refused; null: it is not. */
  held: string | null
  /** The brakes by which it is, which a person may pass. */
  brakes: string[]
  reviewed: Reviewed | null
}

/** What a delivery commits, of the working folder; all else is somebody's. */
const ROOTS = ['feeds', 'decisions.csv', 'feed.config.json']
/** A pattern: git complains of a plain path that is ignored besides. */
const NOT_COMMITTED = ':(exclude,glob)**/status.json'

/** How often a delivery is built anew because somebody else pushed first. */
const MOST_ATTEMPTS = 3

/**
 * Commits what a run changed, and pushes it. Where somebody pushed in between, it is built anew on top of theirs: the
 * ledgers merge, so nothing of either is lost. The caller holds the lock of the working folder.
 * @throws {FeedError} `refused` where work of somebody else could be lost, or was pushed again and again
 */
export async function deliver(workspace: Workspace, options: DeliverOptions): Promise<Delivered> {
  const git = gitOf(workspace)
  const others = options.push ? await git.otherChanges(ROOTS) : []
  if (others.length > 0)
    throw new FeedError(
      'refused',
      `files besides feeds/ are changed (${others.slice(0, 3).join(', ')}): commit or undo them, since a push that meets another is built anew`,
    )
  return attempt(workspace, git, options, MOST_ATTEMPTS - 1)
}

const gitOf = ({ dir, env }: Workspace): Git =>
  new Git(dir, env('GITHUB_TOKEN') ? (env('GITHUB_SERVER_URL') ?? 'https://github.com') : null)

async function attempt(
  workspace: Workspace,
  git: Git,
  options: DeliverOptions,
  left: number,
): Promise<Delivered> {
  const branch = await git.branch()
  const made = await commitChanges(workspace, git, branch)
  const isPushed = options.push && made !== null && (await git.push(branch))
  if (options.push && made !== null && !isPushed) {
    if (left === 0)
      throw new FeedError('refused', `somebody else pushed ${MOST_ATTEMPTS} times in between: run again`)
    return rebuilt(workspace, git, branch, (fresh) => attempt(fresh, git, options, left - 1))
  }
  const held = heldBefore(workspace)
  const isHeld = held !== null || readRules(workspace.feeds)?.changed != null
  const brakes = isHeld ? await heldBy(workspace) : []
  const reviewed = options.pullRequest
    ? await updateReview(workspace, git, {
        base: branch,
        brakes,
        hasMore: (made?.change.quarantine.came ?? 0) > 0,
      })
    : null
  return { commit: made && { sha: made.sha, message: made.message }, isPushed, held, brakes, reviewed }
}

/** Takes what somebody else pushed, adds what is known here, publishes, and goes on with `work`. */
async function rebuilt<T>(
  workspace: Workspace,
  git: Git,
  branch: string,
  work: (fresh: Workspace) => Promise<T>,
): Promise<T> {
  const ours = readManifest(workspace.feeds)
  await git.resetTo(await git.fetch(branch))
  // Opened afresh: their decisions and configuration hold.
  const fresh = openWorkspace(workspace.options)
  try {
    await restore(fresh, fresh.feeds)
    await withStatus(fresh, (onPublished) => publishFeeds(fresh, { onPublished })).catch(passRefusal)
    if (ours !== null) removeStale(fresh.feeds, ours)
    return await work(fresh)
  } finally {
    await fresh.close()
  }
}

/** What a brake holds waits; what went out all the same is delivered. */
function passRefusal(error: unknown): void {
  if (!(error instanceof FeedError) || error.code !== 'refused') throw error
}

/** @returns null where nothing had changed */
async function commitChanges(
  workspace: Workspace,
  git: Git,
  branch: string,
): Promise<{ sha: string; message: string; change: Change } | null> {
  const changed: string[] = []
  for (const root of ROOTS) if (await git.hasChanged([root, NOT_COMMITTED])) changed.push(root)
  if (changed.length === 0) return null
  const { change, message } = await messageOf(workspace, git, branch)
  return { sha: await git.commit(message, [...changed, NOT_COMMITTED]), message, change }
}

/** What the working folder changes against HEAD, and how that is told. */
async function messageOf(
  workspace: Workspace,
  git: Git,
  branch: string,
): Promise<{ change: Change; message: string }> {
  const { feeds, env, policy } = workspace
  const manifest = readManifest(feeds)
  const decided = decidedOn(policy.decisions, manifest?.as_of ?? publicationDay(workspace))
  const change = changeBetween(await stateInHead(git, 'feeds'), await stateInFolder(feeds), decided)
  const repository = env('GITHUB_REPOSITORY')
  const server = env('GITHUB_SERVER_URL') ?? 'https://github.com'
  const message = commitMessage(change, {
    version: manifest?.version ?? null,
    decisions: await newDecisions(workspace, git),
    sources: await sourceStatus(workspace),
    held: heldBefore(workspace),
    more: repository ? `${server}/${repository}/commits/${branch}/feeds` : null,
  })
  return { change, message }
}

async function newDecisions({ decisionsPath }: Workspace, git: Git): Promise<number> {
  if (!existsSync(decisionsPath)) return 0
  const before = new Set((await git.show('HEAD', 'decisions.csv'))?.split('\n'))
  const lines = readFileSync(decisionsPath, 'utf8').split('\n').slice(1)
  return lines.filter((line) => line !== '' && !before.has(line)).length
}

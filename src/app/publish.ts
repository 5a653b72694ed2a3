import { canaryFailures } from '../core/canaries.js'
import { snapshot as takeSnapshot } from '../core/snapshot.js'
import { addDays, dayEnd, dayOf } from '../core/time.js'
import { FeedError } from '../errors.js'
import { renderAll } from '../exporters/index.js'
import type { PublishedEntry, Snapshot } from '../model/snapshot.js'
import { type Published, publish, readManifest, readRecord } from '../publish/publish.js'
import type { Workspace } from './workspace.js'

/** Everything as of a day: what had been published before its end. */
export async function snapshotAsOf(
  workspace: Workspace,
  asOf: string,
): Promise<{ snapshot: Snapshot; record: PublishedEntry[] }> {
  const facts = await workspace.store().facts(dayEnd(asOf))
  return takeSnapshot(facts, workspace.policy, asOf, readRecord(workspace.feeds))
}

const CLOCK_SLACK_DAYS = 2

/** The day to publish as of: today, but never before the last publication, whatever the clock says. */
export function publicationDay(workspace: Workspace): string {
  const today = dayOf(workspace.now())
  const last = readManifest(workspace.feeds)?.as_of
  if (last === undefined || last <= today) return today
  // A little is time zones; more is a clock that was, or is, wrong: publishing by it would expire everything for years.
  if (last <= dayOf(addDays(workspace.now(), CLOCK_SLACK_DAYS))) return last
  throw new FeedError(
    'refused',
    `the last publication is as of ${last}, the clock says ${today}: set the clock right, or restore feeds/ from git; nothing was published`,
  )
}

/** Failures named in one message. */
const MOST_TOLD = 5

/**
 * Publishes what is known to `feeds/`.
 * @throws {FeedError} `refused` where a canary shows that a guard lets pass, or keeps out, what it must not
 */
export async function publishFeeds(
  workspace: Workspace,
): Promise<{ snapshot: Snapshot; published: Published }> {
  const asOf = publicationDay(workspace)
  const { snapshot, record } = await snapshotAsOf(workspace, asOf)
  const failures = canaryFailures(workspace.canaries, workspace.policy, snapshot)
  if (failures.length > 0)
    throw new FeedError(
      'refused',
      `the guards do not hold: ${failures.slice(0, MOST_TOLD).join('; ')}${failures.length > MOST_TOLD ? ` and ${failures.length - MOST_TOLD} more` : ''}; mend guards/ or decisions.csv; nothing was published`,
    )
  return { snapshot, published: publish(workspace.feeds, renderAll(snapshot), record, asOf) }
}

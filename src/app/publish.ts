import { snapshot as takeSnapshot } from '../core/snapshot.js'
import { dayEnd, dayOf } from '../core/time.js'
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

/** The day to publish as of: today, but never before the last publication, whatever the clock says. */
export function publicationDay(workspace: Workspace): string {
  const today = dayOf(workspace.now())
  const last = readManifest(workspace.feeds)?.as_of
  return last !== undefined && last > today ? last : today
}

/** Publishes what is known to `feeds/`. */
export async function publishFeeds(
  workspace: Workspace,
): Promise<{ snapshot: Snapshot; published: Published }> {
  const asOf = publicationDay(workspace)
  const { snapshot, record } = await snapshotAsOf(workspace, asOf)
  return { snapshot, published: publish(workspace.feeds, renderAll(snapshot), record, asOf) }
}

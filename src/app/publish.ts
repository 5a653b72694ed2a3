import { brakesOn } from '../core/brake.js'
import { canaryFailures } from '../core/canaries.js'
import { forLedger } from '../core/ledger.js'
import { sourceOf } from '../core/policy.js'
import { snapshot as takeSnapshot } from '../core/snapshot.js'
import { addDays, dayEnd, dayOf } from '../core/time.js'
import { FeedError } from '../errors.js'
import { renderAll } from '../exporters/index.js'
import type { LedgerDocument } from '../model/ledger.js'
import type { Store } from '../model/ports.js'
import type { Snapshot } from '../model/snapshot.js'
import {
  type Cursor,
  cursorsArtifact,
  type Forced,
  forcedArtifact,
  ledgerArtifacts,
  readCursors,
  readForced,
} from '../publish/ledger.js'
import { type Published, publish, readLists, readManifest, readRecord } from '../publish/publish.js'
import { lastKnown } from './restore.js'
import type { Workspace } from './workspace.js'

/** A snapshot, the record of what it publishes, and what of the evidence belongs in the ledger. */
type Taken = ReturnType<typeof takeSnapshot>

/**
 * Everything as of a day: what had been published before its end.
 * @param knownAt and, where given, had been read by the end of that day
 */
export const snapshotAsOf = (workspace: Workspace, asOf: string, knownAt?: string): Promise<Taken> =>
  snapshotOf(workspace, workspace.store(), asOf, knownAt)

async function snapshotOf(
  { policy, feeds }: Workspace,
  store: Store,
  asOf: string,
  knownAt?: string,
): Promise<Taken> {
  const facts = await store.facts(dayEnd(asOf), knownAt === undefined ? undefined : dayEnd(knownAt))
  return takeSnapshot(facts, policy, asOf, readRecord(feeds))
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
 * Publishes what is known to `feeds/`. Where a brake holds it, what the last publication knew is published again: what
 * expired, was denied or was taken back since does not wait.
 * @param force why a brake is passed, for the record
 * @throws {FeedError} `refused` where a brake holds, or where a canary shows that a guard lets pass, or keeps out, what it
 * must not
 */
export async function publishFeeds(
  workspace: Workspace,
  { force }: { force?: string | undefined } = {},
): Promise<{ snapshot: Snapshot; published: Published }> {
  const { feeds } = workspace
  const asOf = publicationDay(workspace)
  const brakes = await brakesOf(workspace)
  const taken = await snapshotAsOf(workspace, asOf)
  const held = brakes(taken)
  if (held.length === 0 || force !== undefined) {
    const passed =
      force === undefined || held.length === 0 ? [] : [{ as_of: asOf, brakes: held, reason: force }]
    return write(
      workspace,
      workspace.store(),
      taken,
      [...readForced(feeds), ...passed],
      await cursorsOf(workspace),
    )
  }
  const store = await lastKnown(workspace)
  try {
    const known = await snapshotOf(workspace, store, asOf)
    const isHeldToo = brakes(known).length > 0
    if (!isHeldToo) await write(workspace, store, known, readForced(feeds), readCursors(feeds))
    throw new FeedError(
      'refused',
      `${held.join('; ')}. ${isHeldToo ? 'Nothing was published' : 'Only what expired, was denied or was taken back went out'}. Look at what came or went (moqhao-feed export -o FOLDER, then diff); then publish --force REASON`,
    )
  } finally {
    await store.close()
  }
}

/** What the brakes say of a snapshot against what is published; a first publication has none. */
async function brakesOf(workspace: Workspace): Promise<(taken: Taken) => string[]> {
  const { feeds, policy } = workspace
  const before = readManifest(feeds) === null ? null : readLists(feeds)
  const failed = await failedSources(workspace)
  return ({ snapshot }) => (before === null ? [] : brakesOn(before, snapshot, policy.limits, failed))
}

/** The brakes that hold what is known from being published; none: it may go out. */
export async function heldBy(workspace: Workspace): Promise<string[]> {
  const brakes = await brakesOf(workspace)
  return brakes(await snapshotAsOf(workspace, publicationDay(workspace)))
}

/** @throws {FeedError} `refused` where the guards do not hold */
async function write(
  { feeds, policy, canaries }: Workspace,
  store: Store,
  { snapshot, record, kept }: Taken,
  forced: Forced[],
  cursors: Cursor[],
): Promise<{ snapshot: Snapshot; published: Published }> {
  const failures = canaryFailures(canaries, policy, snapshot)
  if (failures.length > 0)
    throw new FeedError(
      'refused',
      `the guards do not hold: ${failures.slice(0, MOST_TOLD).join('; ')}${failures.length > MOST_TOLD ? ` and ${failures.length - MOST_TOLD} more` : ''}; mend guards/ or decisions.csv; nothing was published`,
    )
  const evidence: LedgerDocument[] = []
  for await (const document of store.evidence(kept.documents))
    evidence.push(forLedger(document, kept, (source) => sourceOf(policy, source).redistribute))
  const artifacts = [
    ...renderAll(snapshot),
    ...ledgerArtifacts(evidence),
    ...(forced.length > 0 ? [forcedArtifact(forced)] : []),
  ]
  const published = publish(feeds, artifacts, {
    record,
    asOf: snapshot.asOf,
    beside: [cursorsArtifact(cursors)],
  })
  return { snapshot, published }
}

const cursorsOf = async (workspace: Workspace): Promise<Cursor[]> =>
  (await health(workspace)).flatMap(({ name, cursor }) => (cursor === null ? [] : [{ source: name, cursor }]))

const failedSources = async (workspace: Workspace): Promise<string[]> =>
  (await health(workspace)).filter(({ state }) => state === 'failed').map(({ name }) => name)

const health = (workspace: Workspace) => workspace.store().health(dayOf(workspace.now()))

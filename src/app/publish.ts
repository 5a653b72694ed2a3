import { brakesOn, type Lists, unexplained } from '../core/brake.js'
import { canaryFailures } from '../core/canaries.js'
import { forLedger, registrationForLedger } from '../core/ledger.js'
import { byText } from '../core/order.js'
import { mayPass, mayTell, type Policy } from '../core/policy.js'
import { heldByRules, type Rules, rulesAt } from '../core/rules.js'
import { snapshot as takeSnapshot } from '../core/snapshot.js'
import { addDays, dayEnd, dayOf } from '../core/time.js'
import { FeedError } from '../errors.js'
import { renderAll } from '../exporters/index.js'
import type { Decision } from '../model/decision.js'
import type { LedgerDocument } from '../model/ledger.js'
import type { Store } from '../model/ports.js'
import type { Indicator, Snapshot } from '../model/snapshot.js'
import {
  type Cursor,
  cursorsArtifact,
  type Forced,
  forcedArtifact,
  ledgerArtifacts,
  readCursors,
  readForced,
  readRules,
  registrationArtifacts,
  rulesArtifact,
} from '../publish/ledger.js'
import { type Published, publish, readLists, readManifest, readRecord } from '../publish/publish.js'
import { lastKnown } from './restore.js'
import { valueMeant } from './value.js'
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
  { policy, feeds }: Pick<Workspace, 'policy' | 'feeds'>,
  store: Store,
  asOf: string,
  knownAt?: string,
): Promise<Taken> {
  const facts = await store.facts(dayEnd(asOf), knownAt === undefined ? undefined : dayEnd(knownAt))
  return takeSnapshot(facts, policy, asOf, readRecord(feeds))
}

/** What would be published if nobody had decided, or taken back a document. */
async function unopposedOf({ policy, feeds }: Workspace, store: Store, asOf: string): Promise<Indicator[]> {
  const facts = await store.facts(dayEnd(asOf))
  const observations = facts.observations.map((one) =>
    one.withdrawn?.ofDocument ? { ...one, withdrawn: null } : one,
  )
  const taken = takeSnapshot(
    { ...facts, observations },
    { ...policy, decisions: [] },
    asOf,
    readRecord(feeds),
  )
  return taken.snapshot.indicators
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

export interface PublishOptions {
  force?: string | undefined
  onPublished?: (snapshot: Snapshot) => void
}

/**
 * Publishes what is known to `feeds/`. Where a brake holds it, what the last publication knew is published again: what
 * expired, was denied or was taken back whole since does not wait.
 * @param force why a brake, or what waits by changed rules, is passed, for the record
 * @param onPublished told what goes out, also where a brake holds the rest
 * @throws {FeedError} `refused` where a brake holds, or where a canary shows that a guard lets pass, or keeps out, what it
 * must not
 */
export async function publishFeeds(
  workspace: Workspace,
  { force, onPublished = () => {} }: PublishOptions = {},
): Promise<{ snapshot: Snapshot; published: Published }> {
  const { feeds, policy } = workspace
  const asOf = publicationDay(workspace)
  const store = workspace.store()
  const isForced = force !== undefined
  const { rules, held, taken } = await lookedAt(workspace, store, asOf, isForced)
  const { brakes } = await brakesOf(workspace, store, taken)
  if (brakes.length > 0 && !isForced) return hold(workspace, asOf, { brakes, onPublished })
  const passed =
    isForced && rules.changed !== null
      ? [...brakes, `rules changed on ${rules.changed.as_of}: ${held.size} values listed for the first time`]
      : brakes
  const result = await write(workspace, store, taken, {
    forced: [
      ...readForced(feeds),
      ...(isForced && passed.length > 0 ? [{ as_of: asOf, brakes: passed, reason: force }] : []),
    ],
    rules: rulesAt(rules, policy, asOf, isForced),
    cursors: await cursorsOf(workspace),
  })
  onPublished(result.snapshot)
  return result
}

/**
 * Takes what is known as of a day, but that what changed rules alone would list for the first time is watched.
 * @param isPassed a person has looked: it is found all the same, and listed
 */
async function lookedAt(
  { feeds, policy }: Pick<Workspace, 'feeds' | 'policy'>,
  store: Store,
  asOf: string,
  isPassed = false,
): Promise<{ rules: Rules; held: Set<string>; taken: Taken }> {
  const rules = rulesNow({ feeds, policy }, asOf)
  const taken = await snapshotOf({ feeds, policy }, store, asOf)
  const listed = new Set(Object.values(readLists(feeds)).flat())
  const held = heldByRules(rules, taken.snapshot.indicators, (value) => listed.has(value))
  if (isPassed || held.size === 0) return { rules, held, taken }
  return { rules, held, taken: await snapshotOf({ feeds, policy: { ...policy, held } }, store, asOf) }
}

/** Tells which rules are looked at if nobody says so now. */
function rulesNow({ feeds, policy }: Pick<Workspace, 'feeds' | 'policy'>, asOf: string): Rules {
  const known = readRules(feeds)
  return rulesAt(known, policy, asOf, known === null && readManifest(feeds) === null)
}

/**
 * Finds the policy by which a publication as of a day would judge: what changed rules alone would list for the first time
 * is held. Of a day before the last publication nothing is: that day is over.
 */
export async function judgingPolicy(workspace: Workspace, asOf: string): Promise<Policy> {
  const { feeds, policy } = workspace
  const last = readManifest(feeds)?.as_of
  const isOver = last !== undefined && asOf < last
  if (isOver || rulesNow(workspace, asOf).changed === null) return policy
  const { held } = await lookedAt(workspace, workspace.store(), asOf, true)
  return { ...policy, held }
}

/** @throws {FeedError} `refused`, always: when what does not wait has gone out */
async function hold(
  workspace: Workspace,
  asOf: string,
  { brakes, onPublished }: { brakes: string[]; onPublished: (snapshot: Snapshot) => void },
): Promise<never> {
  const { feeds, policy } = workspace
  const store = await lastKnown(workspace)
  try {
    const known = await lookedAt(workspace, store, asOf)
    const { lost } = await brakesOf(workspace, store, known.taken)
    // A changed guard or profile waits too: what it would take off stays, but for what a maintainer denies.
    const stays = { ...policy, decisions: [...keeping(lost, asOf), ...policy.decisions] }
    const { rules, taken } = await lookedAt({ feeds, policy: stays }, store, asOf)
    const isHeldToo = (await brakesOf(workspace, store, taken)).brakes.length > 0
    if (!isHeldToo) {
      await write(workspace, store, taken, { forced: readForced(feeds), rules, cursors: readCursors(feeds) })
      onPublished(taken.snapshot)
    }
    throw new FeedError(
      'refused',
      `${brakes.join('; ')}. ${isHeldToo ? 'Nothing was published: the ledger of the last publication does not hold what it published' : 'Only what expired, was denied or was taken back went out'}. Look at what came or went (moqhao-feed export -o FOLDER, then diff); then publish --force REASON`,
    )
  } finally {
    await store.close()
  }
}

const keeping = (lost: Lists, date: string): Decision[] =>
  Object.values(lost)
    .flat()
    .map((value) => ({
      ...valueMeant(value)!,
      decision: 'confirm',
      reason: 'held by a brake until a person looks',
      by: 'moqhao-feed',
      date,
      until: '',
    }))

/** What would go unexplained, and what the brakes say of it; a first publication has none. */
async function brakesOf(
  workspace: Workspace,
  store: Store,
  { snapshot }: Taken,
): Promise<{ lost: Lists; brakes: string[] }> {
  const { feeds, policy } = workspace
  if (readManifest(feeds) === null) return { lost: { ips: [], domains: [], urls: [] }, brakes: [] }
  const before = readLists(feeds)
  const failed = await failedSources(workspace)
  const judge = (unopposed: Indicator[]) => {
    const lost = unexplained(before, snapshot, unopposed)
    return { lost, brakes: brakesOn(before, snapshot, lost, policy.limits, failed) }
  }
  const first = judge([])
  return first.brakes.length === 0 ? first : judge(await unopposedOf(workspace, store, snapshot.asOf))
}

/** What waits for a person before it goes out: what the brakes hold, and what changed rules would list; none: it may go out. */
export async function heldBy(workspace: Workspace): Promise<string[]> {
  const asOf = publicationDay(workspace)
  const store = workspace.store()
  const { rules, held, taken } = await lookedAt(workspace, store, asOf)
  const { brakes } = await brakesOf(workspace, store, taken)
  return held.size === 0
    ? brakes
    : [
        ...brakes,
        `${held.size} values would be listed for the first time by rules changed on ${rules.changed?.as_of}, and are watched until a person has looked`,
      ]
}

/** @throws {FeedError} `refused` where the guards do not hold */
async function write(
  { feeds, policy, canaries }: Workspace,
  store: Store,
  { snapshot, record, kept }: Taken,
  { forced, rules, cursors }: { forced: Forced[]; rules: Rules; cursors: Cursor[] },
): Promise<{ snapshot: Snapshot; published: Published }> {
  const failures = canaryFailures(canaries, policy, snapshot)
  if (failures.length > 0)
    throw new FeedError(
      'refused',
      `the guards do not hold: ${failures.slice(0, MOST_TOLD).join('; ')}${failures.length > MOST_TOLD ? ` and ${failures.length - MOST_TOLD} more` : ''}; mend guards/ or decisions.csv; nothing was published`,
    )
  const evidence: LedgerDocument[] = []
  for await (const document of store.evidence(kept.documents))
    evidence.push(forLedger(document, kept, (source) => mayPass(policy, source, document.id)))
  const registrations = (await store.registrations())
    .filter(({ domain, source }) => kept.domains.has(domain) && mayTell(policy, source))
    .map(registrationForLedger)
  const artifacts = [
    ...renderAll(snapshot),
    ...ledgerArtifacts(evidence),
    ...registrationArtifacts(registrations),
    ...(forced.length > 0 ? [forcedArtifact(forced)] : []),
    rulesArtifact(rules),
  ]
  const published = publish(feeds, artifacts, {
    record,
    asOf: snapshot.asOf,
    beside: [cursorsArtifact(cursors)],
  })
  return { snapshot, published }
}

/** By source name. That of a source which may not be redistributed says something of it, and so stays out. */
async function cursorsOf({ policy, store }: Workspace): Promise<Cursor[]> {
  const cursors: Cursor[] = []
  for (const { name, redistribute } of policy.sources) {
    const cursor = redistribute ? await store().cursor(name) : null
    if (cursor !== null) cursors.push({ source: name, cursor })
  }
  return cursors.sort((a, b) => byText(a.source, b.source))
}

const failedSources = async ({ store, now }: Workspace): Promise<string[]> =>
  (await store().health(dayOf(now()))).filter(({ state }) => state === 'failed').map(({ name }) => name)

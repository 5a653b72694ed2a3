import { hostname } from 'node:os'
import { collectorOf } from '../collectors/index.js'
import { GuardedShare } from '../core/budgets.js'
import { suffixOf } from '../core/canonical.js'
import { type Policy, sourceOf } from '../core/policy.js'
import { read } from '../core/read.js'
import { addDays, dayOf } from '../core/time.js'
import { FeedError, quote } from '../errors.js'
import type { Document } from '../model/document.js'
import { observableKey } from '../model/observable.js'
import type { Reading } from '../model/observation.js'
import type { Beside, Committed, SourceConfig } from '../model/ports.js'
import { type Alarm, raiseAlarms } from './alarms.js'
import { connectionError } from './connect.js'
import { type Progress, silent } from './progress.js'
import { isRelevant } from './relevance.js'
import { writeUserIds } from './user-ids.js'
import type { Workspace } from './workspace.js'

/** What became of one source in one run. */
export interface SourceResult {
  name: string
  state: 'ok' | 'skipped' | 'failed'
  message: string | null
  /** The guards kept out so much of it that nothing may be published from this run. */
  isRefused: boolean
  newDocuments: number
  newObservations: number
  /** Of what it reported for the campaign in this run, what the guards keep out. */
  guarded: { reported: number; keptOut: number }
}

export interface CollectOptions {
  /** Only these sources; all enabled ones by default. */
  names?: string[]
  signal?: AbortSignal
  progress?: Progress
  unreachable?: (url: string) => Promise<string | null>
  /** Days for which text of posts is held, where it is not as configured. */
  textDays?: number
  /** How long one answer of a remote service may take. */
  timeoutMs?: number
}

/** How long after its last sign of life others take over the lock of a run, and how often it gives one. */
const LOCK_MS = 3_600_000
const SIGN_MS = 300_000
const ANSWER_MS = 30_000

/** Runs `work`, however long it takes, while no other run, of whatever process, works in the folder. */
export async function locked<T>(workspace: Workspace, work: () => Promise<T>): Promise<T> {
  const lock = await workspace.store().lock(`${hostname()}:${process.pid}`, workspace.now(), LOCK_MS)
  // A database that is busy just now is not for long: the next sign is given in time.
  const signs = setInterval(() => void lock.renew(workspace.now()).catch(() => undefined), SIGN_MS)
  try {
    return await work()
  } finally {
    clearInterval(signs)
    await lock.release()
  }
}

/**
 * Collects from sources: local ones in their order, then remote ones side by side. A source that fails is recorded
 * and does not stop the others; what it had handed over whole is kept, its cursor stands where that ended.
 */
export async function collect(
  workspace: Workspace,
  options: CollectOptions = {},
): Promise<{ sources: SourceResult[]; alarms: Alarm[] }> {
  const sources = chosen(workspace, options.names)
  const isRemote = (source: SourceConfig) => collectorOf(source).remote
  const results: SourceResult[] = []
  for (const source of sources.filter((one) => !isRemote(one)))
    results.push(await collectSource(workspace, source, options))
  results.push(
    ...(await Promise.all(
      sources.filter(isRemote).map((source) => collectSource(workspace, source, options)),
    )),
  )
  const order = new Map(sources.map(({ name }, n) => [name, n]))
  const { textDays = workspace.config.text_days } = options
  await workspace.store().forgetText(addDays(workspace.now(), -textDays))
  options.progress?.stop()
  const alarms = await raiseAlarms(workspace, (type) => collectorOf({ type }).remote)
  return { sources: results.sort((a, b) => order.get(a.name)! - order.get(b.name)!), alarms }
}

/** @throws {FeedError} where a source is not configured */
export function checkSource(
  { sources }: Pick<Policy, 'sources'>,
  name: string,
  code: 'usage' | 'input',
  where = '',
): void {
  if (sources.some((source) => source.name === name)) return
  throw new FeedError(
    code,
    `${where}unknown source ${quote(name)}; configured: ${sources.map((source) => source.name).join(', ')}`,
  )
}

function chosen({ policy }: Workspace, names: string[] = []): SourceConfig[] {
  for (const name of names) checkSource(policy, name, 'usage')
  return policy.sources.filter(({ name, enabled }) => (names.length > 0 ? names.includes(name) : enabled))
}

async function collectSource(
  workspace: Workspace,
  source: SourceConfig,
  options: CollectOptions,
): Promise<SourceResult> {
  const store = workspace.store()
  const { signal = new AbortController().signal, progress = silent } = options
  const { unreachable = (url: string) => connectionError(url, workspace.env) } = options
  const result: SourceResult = {
    name: source.name,
    state: 'ok',
    message: null,
    isRefused: false,
    newDocuments: 0,
    newObservations: 0,
    guarded: { reported: 0, keptOut: 0 },
  }
  const today = dayOf(workspace.now())
  const context = {
    cursor: await store.cursor(source.name),
    signal,
    now: workspace.now(),
    env: workspace.env,
    open: workspace.open,
    list: workspace.list,
    unreachable,
    timeoutMs: options.timeoutMs ?? ANSWER_MS,
    posts: () => store.posts(),
    reads: () => store.reads(source.name, today),
    own: { namespace: workspace.policy.publisher.namespace, restores: () => false },
  }
  const guarded = new GuardedShare(workspace.policy, today)
  const seen = new Set<string>()
  const notices: string[] = []
  const sifted = { documents: 0, notKept: 0 }
  // Of a list's history there is one for each commit.
  const unlistings: Committed['unlisted'][] = []
  let done = 0
  try {
    for await (const batch of collectorOf(source).collect(source, context)) {
      const {
        documents,
        cursor,
        complete,
        withdrawn = [],
        reads = [],
        learned,
        registrations,
        notice,
      } = batch
      const found = documents.map((document) => readInto(document, workspace))
      const items = source.keep === 'all' ? found : found.filter((one) => isRelevant(one, workspace.policy))
      sifted.documents += found.length
      sifted.notKept += found.length - items.length
      for (const { document, reading } of items) guarded.add(document, reading)
      const refusal = guarded.refusal()
      if (refusal) throw new FeedError('refused', refusal)
      if (source.cumulative)
        for (const { reading } of items) for (const one of reading.observations) seen.add(observableKey(one))
      for (const key of complete?.held ?? []) seen.add(key)
      const { newDocuments, newObservations, unlisted } = await store.commit(source.name, cursor, items, {
        withdrawn: withdrawn.map(({ ids, reason }) => ({ ids, withdrawal: { at: workspace.now(), reason } })),
        reads: { day: today, posts: reads },
        ...(registrations
          ? { registrations: { found: registrations, domainOf: (name) => suffixOf(name).registrable } }
          : {}),
        ...(source.cumulative && complete
          ? { unlisted: unlistedBy(source, workspace.policy, seen, complete.at) }
          : {}),
      })
      if (complete) {
        unlistings.push(unlisted)
        seen.clear()
      }
      if (learned)
        notices.push(
          `user ids written to ${writeUserIds(workspace, learned)}: ${Object.entries(learned)
            .map((pair) => pair.join(' = '))
            .join(', ')}`,
        )
      if (notice) notices.push(notice)
      result.newDocuments += newDocuments
      result.newObservations += newObservations
      done += documents.length
      progress.update(`${source.name}: documents`, done, null)
    }
  } catch (error) {
    if (
      !(error instanceof FeedError) ||
      !['source', 'skipped', 'input', 'config', 'refused'].includes(error.code)
    )
      throw error
    result.state = error.code === 'skipped' ? 'skipped' : 'failed'
    result.isRefused = error.code === 'refused'
    result.message = error.message
  }
  if (sifted.notKept > 0)
    notices.unshift(
      `${sifted.notKept} of ${sifted.documents} documents not kept: by nobody of \`reporters\`, without a sign of the campaign`,
    )
  notices.unshift(...sayUnlisted(unlistings, workspace.policy))
  if (result.state === 'ok' && notices.length > 0) result.message = `ok; ${notices.join('; ')}`
  result.guarded = { reported: guarded.signed, keptOut: guarded.denied }
  await store.recordRun(source.name, workspace.now(), result.state, result.message, result.newDocuments)
  return result
}

/** What a cumulative list no longer holds goes, unless so much is gone that the list itself must be wrong. */
const unlistedBy = (
  { title }: SourceConfig,
  { limits: { withdrawn } }: Policy,
  seen: Set<string>,
  at: string,
): NonNullable<Beside['unlisted']> => ({
  seen,
  withdrawal: { at, reason: `${title} no longer lists it` },
  most: (held) => Math.max(withdrawn.least, withdrawn.share * held),
})

/** How much went, and whether the last state of the list was taken for wrong. */
function sayUnlisted(unlistings: Committed['unlisted'][], { limits }: Policy): string[] {
  const gone = unlistings.reduce((sum, { withdrawn }) => sum + withdrawn, 0)
  const last = unlistings.at(-1)
  return [
    ...(gone > 0 ? [`${gone} no longer listed`] : []),
    ...(last && last.absent > last.withdrawn
      ? [
          `${last.absent} of the ${last.held} values known from it are no longer listed, more than limits.withdrawn lets pass (${Math.round(100 * limits.withdrawn.share)} %): taken for a fault of the list, nothing withdrawn`,
        ]
      : []),
  ]
}

/**
 * A document as it is stored. What may not be redistributed never merges with what may: the same post from an open
 * source stands by itself.
 */
export function readInto(
  document: Document,
  { policy }: Workspace,
): { document: Document; reading: Reading } {
  const { redistribute } = sourceOf(policy, document.source)
  const id = redistribute ? document.id : `${document.source}/${document.id}`
  return { document: { ...document, id }, reading: read(document, policy.profile) }
}

import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { standingOf } from '../core/standing.js'
import { dayOf } from '../core/time.js'
import { FeedError } from '../errors.js'
import type { Snapshot } from '../model/snapshot.js'
import { Standing } from '../model/standing.js'
import { replaceFile, writing } from '../publish/files.js'
import { readManifest } from '../publish/publish.js'
import type { Workspace } from './workspace.js'

/** Served and deployed, never committed and in no manifest: it holds the clock that no other file of feeds/ may hold. */
const STATUS = 'status.json'

export const SourceStatus = z.object({
  name: z.string(),
  state: z.enum(['ok', 'skipped', 'failed']).nullable(),
  last_run: z.string().nullable(),
  last_success: z.string().nullable(),
  last_new_document: z.string().nullable(),
  message: z.string().nullable(),
  alarm: z.string().nullable(),
})
export type SourceStatus = z.infer<typeof SourceStatus>

/** Liveness: when it last ran, what is published, whether something holds it, how it stands, and how each source does. */
export const Status = z.object({
  time: z.iso.datetime(),
  publication: z.object({ version: z.number(), as_of: z.string() }).nullable(),
  /** Why the last publication was refused; null: it was not. */
  held: z.string().nullable(),
  /** Figures of what was published last; null: nothing was, or by a version that did not tell. */
  standing: Standing.nullable().default(null),
  sources: z.array(SourceStatus),
})
export type Status = z.infer<typeof Status>

/** Health of every enabled source, as files and messages have it. */
export async function sourceStatus({ policy, store, now }: Workspace): Promise<SourceStatus[]> {
  const enabled = new Set(policy.sources.filter((source) => source.enabled).map(({ name }) => name))
  const health = await store().health(dayOf(now()))
  return health
    .filter(({ name }) => enabled.has(name))
    .map(({ name, state, lastRun, lastSuccess, lastNewDocument, message, alarm }) => ({
      name,
      state,
      last_run: lastRun,
      last_success: lastSuccess,
      last_new_document: lastNewDocument,
      message,
      alarm,
    }))
}

/** What a publication knows, and who only collects does not. */
interface Told {
  held: string | null
  standing: Standing | null
}

/** @param told what differs from the status before */
export async function writeStatus(workspace: Workspace, told: Partial<Told> = {}): Promise<void> {
  const { feeds, now } = workspace
  const manifest = readManifest(feeds)
  const { held, standing } = { ...toldBefore(workspace), ...told }
  const status: Status = {
    time: now(),
    publication: manifest && { version: manifest.version, as_of: manifest.as_of },
    held,
    standing,
    sources: await sourceStatus(workspace),
  }
  writing(feeds, () => mkdirSync(feeds, { recursive: true }))
  replaceFile(join(feeds, STATUS), `${JSON.stringify(status, null, 2)}\n`)
}

/**
 * Runs what publishes, and writes the status whether it published or was refused.
 * @param work tells each snapshot that it has published: also where a brake holds, something may have gone out
 */
export async function withStatus<T>(
  workspace: Workspace,
  work: (onPublished: (snapshot: Snapshot) => void) => Promise<T>,
): Promise<T> {
  const told: Partial<Told> = {}
  const onPublished = (snapshot: Snapshot): void => {
    told.standing = standingOf(snapshot)
  }
  try {
    const result = await work(onPublished)
    await writeStatus(workspace, { ...told, held: null })
    return result
  } catch (error) {
    if (error instanceof FeedError && error.code === 'refused')
      await writeStatus(workspace, { ...told, held: error.message })
    throw error
  }
}

/** Why the last publication was refused. */
export const heldBefore = (workspace: Pick<Workspace, 'feeds'>): string | null => toldBefore(workspace).held

/** How what was published last stands. */
export const standingBefore = (workspace: Pick<Workspace, 'feeds'>): Standing | null =>
  toldBefore(workspace).standing

/** A status that cannot be read says nothing: the next run writes it anew. */
function toldBefore({ feeds }: Pick<Workspace, 'feeds'>): Told {
  const path = join(feeds, STATUS)
  if (!existsSync(path)) return NOTHING
  try {
    return Status.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return NOTHING
  }
}

const NOTHING: Told = { held: null, standing: null }

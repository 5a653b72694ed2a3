import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { dayOf } from '../core/time.js'
import { FeedError } from '../errors.js'
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

/** Liveness: when it last ran, what is published, whether something holds it, and how each source does. */
export const Status = z.object({
  time: z.iso.datetime(),
  publication: z.object({ version: z.number(), as_of: z.string() }).nullable(),
  /** Why the last publication was refused; null: it was not. */
  held: z.string().nullable(),
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

/** @param held by default what the status said before: who only collects does not know */
export async function writeStatus(
  workspace: Workspace,
  held: string | null = heldBefore(workspace),
): Promise<void> {
  const { feeds, now } = workspace
  const manifest = readManifest(feeds)
  const status: Status = {
    time: now(),
    publication: manifest && { version: manifest.version, as_of: manifest.as_of },
    held,
    sources: await sourceStatus(workspace),
  }
  writing(feeds, () => mkdirSync(feeds, { recursive: true }))
  replaceFile(join(feeds, STATUS), `${JSON.stringify(status, null, 2)}\n`)
}

/** Runs what publishes, and writes the status whether it published or was refused. */
export async function withStatus<T>(workspace: Workspace, work: () => Promise<T>): Promise<T> {
  try {
    const result = await work()
    await writeStatus(workspace, null)
    return result
  } catch (error) {
    if (error instanceof FeedError && error.code === 'refused') await writeStatus(workspace, error.message)
    throw error
  }
}

/** Why the last publication was refused. A status that cannot be read says nothing: the next run writes it anew. */
export function heldBefore({ feeds }: Pick<Workspace, 'feeds'>): string | null {
  const path = join(feeds, STATUS)
  if (!existsSync(path)) return null
  try {
    return Status.parse(JSON.parse(readFileSync(path, 'utf8'))).held
  } catch {
    return null
  }
}

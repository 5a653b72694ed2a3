import { FeedError } from '../errors.js'
import type { Snapshot } from '../model/snapshot.js'
import type { Published } from '../publish/publish.js'
import { type CollectOptions, collect, locked, type SourceResult } from './collect.js'
import { publishFeeds } from './publish.js'
import type { Workspace } from './workspace.js'

export interface RunResult {
  sources: SourceResult[]
  snapshot: Snapshot
  published: Published
}

/** The main job, once: collect, then publish. */
export const run = (workspace: Workspace, options: CollectOptions = {}): Promise<RunResult> =>
  locked(workspace, async () => {
    const sources = await collect(workspace, options)
    const refused = sources.find(({ isRefused }) => isRefused)
    if (refused) throw new FeedError('refused', `${refused.name}: ${refused.message}; nothing was published`)
    return { sources, ...(await publishFeeds(workspace)) }
  })

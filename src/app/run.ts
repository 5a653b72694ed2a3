import { FeedError } from '../errors.js'
import type { Snapshot } from '../model/snapshot.js'
import type { Published } from '../publish/publish.js'
import type { Alarm } from './alarms.js'
import { type CollectOptions, collect, locked, type SourceResult } from './collect.js'
import { publishFeeds } from './publish.js'
import { withStatus } from './status.js'
import type { Workspace } from './workspace.js'

export interface RunResult {
  sources: SourceResult[]
  alarms: Alarm[]
  snapshot: Snapshot
  published: Published
}

/**
 * The main job, once: collect, then publish.
 * @throws {FeedError} `refused` where the guards keep out most of a source, when all else is published
 */
export const run = (workspace: Workspace, options: CollectOptions = {}): Promise<RunResult> =>
  locked(workspace, () =>
    withStatus(workspace, async (onPublished) => {
      const { sources, alarms } = await collect(workspace, options)
      const result = { sources, alarms, ...(await publishFeeds(workspace, { onPublished })) }
      // Of a refused source nothing was taken: what others brought, what expired and what was denied does not wait for it.
      const refused = sources.find(({ isRefused }) => isRefused)
      if (refused)
        throw new FeedError('refused', `${refused.name}: ${refused.message}; nothing of it was published`)
      return result
    }),
  )

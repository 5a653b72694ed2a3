import { addDays, dayOf, dayStart } from '../core/time.js'
import { FeedError } from '../errors.js'
import type { Snapshot } from '../model/snapshot.js'
import type { Published } from '../publish/publish.js'
import { publishFeeds } from './publish.js'
import type { Workspace } from './workspace.js'

export interface Replayed {
  day: string
  snapshot: Snapshot
  published: Published
}

/**
 * Publishes to another folder day by day, as if live: each day what had been reported by its end, by the record of the day
 * before. Brakes hold nothing: there is nobody to wait for.
 * @param from first UTC day. @param to last UTC day
 * @throws {FeedError} `usage` where nothing lies between the days, or the folder is the one that `publish` writes
 */
export async function* replay(
  workspace: Workspace,
  { from, to, root }: { from: string; to: string; root: string },
): AsyncIterable<Replayed> {
  if (to < from) throw new FeedError('usage', `--from ${from} is later than --to ${to}`)
  if (root === workspace.feeds)
    throw new FeedError('usage', `${root} is what publish writes; replay to another folder`)
  for (let day = from; day <= to; day = dayOf(addDays(dayStart(day), 1))) {
    const then = { ...workspace, feeds: root, now: () => dayStart(day) }
    yield { day, ...(await publishFeeds(then, { force: 'replay' })) }
  }
}

import { z } from 'zod'
import type { Collector, SourceConfig } from '../model/ports.js'
import { archive } from './archive.js'
import { githubList } from './github-list.js'
import { inbox } from './inbox.js'
import { xPosts } from './x-posts.js'

/** Every collector, by the `type` of its sources. One line adds one. */
export const collectors = [archive, inbox, githubList, xPosts] as unknown as Collector[]

/** One entry of `sources` in feed.config.json: the union of what the registry's collectors take. */
export const SourceEntry = z.discriminatedUnion(
  'type',
  collectors.map(({ config }) => config) as unknown as [z.ZodObject, ...z.ZodObject[]],
) as unknown as z.ZodType<SourceConfig>

export function collectorOf({ type }: Pick<SourceConfig, 'type'>): Collector {
  const collector = collectors.find((one) => one.type === type)
  if (!collector) throw new TypeError(`no collector of type ${type}`)
  return collector
}

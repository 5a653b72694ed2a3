import { z } from 'zod'

/**
 * How far one timeline or search has been read. `since`: all up to this id is in. While pages are still to come, `newest`
 * is what `since` becomes once the gap below `until` is in too; `start` bounds a first run, whose `since` is not known.
 */
const Progress = z.object({
  since: z.string().optional(),
  newest: z.string().optional(),
  until: z.string().optional(),
  start: z.string().optional(),
})
export type Progress = z.infer<typeof Progress>

/** By `user:<id>` or `search`; and when accounts and posts were last checked. */
export const Cursor = z.object({
  timelines: z.record(z.string(), Progress).default({}),
  checkedAt: z.string().optional(),
})
export type Cursor = z.infer<typeof Cursor>

import { z } from 'zod'

/**
 * How far one timeline or search has been read. `since`: all up to this id is in. While pages are still to come, `newest`
 * is what `since` becomes once the gap below `until` is in too; `start` bounds a first run, whose `since` is not known.
 * `readAt`: when a search was last read to its end; what was posted before is in, whether or not anything was found.
 */
const Progress = z.object({
  since: z.string().optional(),
  newest: z.string().optional(),
  until: z.string().optional(),
  start: z.string().optional(),
  readAt: z.string().optional(),
})
export type Progress = z.infer<typeof Progress>

/**
 * Known posts are looked at again in passes. `at`: when the last one ended; `recent`, `older`: the posts it has come down
 * to; `reads`: what passes have cost on the UTC day `day`.
 */
const Check = z.object({
  at: z.string().optional(),
  recent: z.string().optional(),
  older: z.string().optional(),
  day: z.string().optional(),
  reads: z.number().default(0),
})
export type Check = z.infer<typeof Check>

/** By `user:<id>` or `search`; when accounts were last checked; and how far known posts have been. */
export const Cursor = z.object({
  timelines: z.record(z.string(), Progress).default({}),
  checkedAt: z.string().optional(),
  check: Check.default({ reads: 0 }),
})
export type Cursor = z.infer<typeof Cursor>

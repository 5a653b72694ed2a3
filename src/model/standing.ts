import { z } from 'zod'

const count = z.number().int().min(0)
const day = z.iso.date().nullable()

/** How the feed stands: what is active, since when nothing is, and what becomes of all that is attributed. */
export const Standing = z.object({
  active: z.object({ ips: count, domains: count, urls: count }),
  /** The day on which the last active one expired; null: one is active, or none ever was. */
  quiet_since: z.object({ ips: day, domains: day }),
  /** Published, watched and waiting together. */
  attributed: count,
  published: count,
  watched: count,
  waiting: count,
  /** By the rule that decided, most first. */
  waiting_why: z.array(z.object({ rule: z.string(), count })),
})
export type Standing = z.infer<typeof Standing>

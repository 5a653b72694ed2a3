import { z } from 'zod'

/**
 * A list of what must not be published, and how a value is held against it.
 * Match rules: `network` an address inside the network; `exact` the name itself; `suffix` the name and all of its
 * owner's below it; `below` the name and all below it, customers' names too;
 * `hash` a file hash.
 * Effects: `deny` in no list at all; `deny-address` not in an address list; `annotate` lowers confidence only; `untied`
 * is published on what is said of itself alone, never for what it stands beside.
 */
export const GuardList = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+$/),
  title: z.string(),
  effect: z.enum(['deny', 'deny-address', 'annotate', 'untied']),
  match: z.enum(['network', 'exact', 'suffix', 'below', 'hash']),
  /** Not even a `confirm` lifts this one. */
  absolute: z.boolean().default(false),
  source: z.string(),
  licence: z.string(),
  version: z.string(),
  entries: z.array(z.string().min(1)).min(1),
})
export type GuardList = z.infer<typeof GuardList>

/** One guard that fired for one value. */
export interface GuardHit {
  guard: string
  effect: GuardList['effect']
  absolute: boolean
  entry: string
  title: string
}

import { z } from 'zod'
import { common, id, OBSERVABLE_TYPES, ordered, reference, timestamp, typeOf } from './common.js'

/** What each type of relationship goes from and to. */
const ENDS: Record<string, { from: readonly string[]; to: readonly string[] }> = {
  indicates: { from: ['indicator'], to: ['malware'] },
  'based-on': { from: ['indicator'], to: OBSERVABLE_TYPES },
  'resolves-to': { from: ['domain-name'], to: ['ipv4-addr', 'ipv6-addr'] },
}

/** Without external references: OpenCTI takes dates in them for times of the relationship. */
export const Relationship = z
  .strictObject({
    type: z.literal('relationship'),
    id: id('relationship'),
    ...common,
    relationship_type: z.enum(['indicates', 'based-on', 'resolves-to']),
    source_ref: reference,
    target_ref: reference,
    start_time: timestamp.optional(),
    stop_time: timestamp.optional(),
  })
  .superRefine(ordered('created', 'modified'))
  .superRefine(ordered('start_time', 'stop_time', true))
  .superRefine(({ relationship_type, source_ref, target_ref }, context) => {
    const { from, to } = ENDS[relationship_type]!
    for (const [property, reference, types] of [
      ['source_ref', source_ref, from],
      ['target_ref', target_ref, to],
    ] as const) {
      if (!types.includes(typeOf(reference)))
        context.addIssue({
          code: 'custom',
          path: [property],
          message: `${relationship_type} has ${types.join(' or ')} here`,
        })
    }
  })
export type Relationship = z.infer<typeof Relationship>

/** One report of one reporter. Of one count and one moment: OpenCTI adds up what grows. */
export const Sighting = z
  .strictObject({
    type: z.literal('sighting'),
    id: id('sighting'),
    ...common,
    first_seen: timestamp,
    last_seen: timestamp,
    count: z.literal(1),
    sighting_of_ref: id('indicator'),
    where_sighted_refs: z.array(id('identity')).length(1),
  })
  .superRefine(ordered('created', 'modified'))
  .refine(({ first_seen, last_seen }) => first_seen === last_seen, {
    path: ['last_seen'],
    error: 'a sighting is of one moment',
  })
export type Sighting = z.infer<typeof Sighting>

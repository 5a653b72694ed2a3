import { z } from 'zod'
import { ObservableType } from './observable.js'

/** What is read back from a published folder to say what changed; fields that this does not need are passed over. */
export const PublishedIndicator = z.object({
  type: ObservableType,
  value: z.string(),
  status: z.enum(['active', 'expired', 'revoked']),
  last_reported: z.string(),
  last_seen: z.string().nullable(),
  evidence: z.array(z.object({ document: z.string(), reporter: z.string(), url: z.string().nullable() })),
})
export type PublishedIndicator = z.infer<typeof PublishedIndicator>

export const PublishedQuarantine = z.object({ type: ObservableType, value_defanged: z.string() })
export const PublishedDelisting = z.object({
  type: ObservableType,
  value: z.string(),
  decision: z.string(),
  reason: z.string(),
})
export type PublishedDelisting = z.infer<typeof PublishedDelisting>

/** The parts of each STIX bundle, by the bundle's name. */
export const StixIndex = z.record(
  z.string(),
  z.array(z.strictObject({ path: z.string(), month: z.string().nullable(), indicators: z.number().int() })),
)

/** A published folder as of one commit. */
export interface PublishedState {
  indicators: PublishedIndicator[]
  quarantine: z.infer<typeof PublishedQuarantine>[]
  delisted: PublishedDelisting[]
}

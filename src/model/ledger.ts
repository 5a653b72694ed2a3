import { z } from 'zod'
import { Basis, PairRule, Road } from './document.js'
import { ObservableType } from './observable.js'
import { Context, Role } from './observation.js'

const Time = z.iso.datetime({ precision: 3 })

/** A value in a document, without the text around it; defanged, so that nobody scrapes a blocklist of the doubtful. */
export const LedgerObservation = z.strictObject({
  type: ObservableType,
  value: z.string(),
  role: Role,
  context: Context,
  signals: z.array(z.string()).optional(),
  port: z.number().int().optional(),
  first_seen: Time.optional(),
  last_seen: Time.optional(),
  listed_at: Time.optional(),
  whois: z.string().optional(),
  /** Absent: with the document's first retrieval. */
  retrieved_at: Time.optional(),
  withdrawn_at: Time.optional(),
  withdrawn: z.string().optional(),
})
export type LedgerObservation = z.infer<typeof LedgerObservation>

export const LedgerPair = z.strictObject({
  domain: z.string(),
  ip: z.string(),
  rule: PairRule,
  first_seen: Time.optional(),
  last_seen: Time.optional(),
  retrieved_at: Time.optional(),
})
export type LedgerPair = z.infer<typeof LedgerPair>

/** What one source told of a registered name at one time, as `ledger/registrations.jsonl` keeps it: names are defanged. */
export const LedgerRegistration = z.strictObject({
  domain: z.string(),
  source: z.string(),
  checked_at: Time,
  retrieved_at: Time,
  registered_at: Time.optional(),
  registrar: z.string().optional(),
  name_servers: z.array(z.string()),
  addresses: z.array(z.string()),
})
export type LedgerRegistration = z.infer<typeof LedgerRegistration>

/**
 * One document as `ledger/YYYY-MM.jsonl` keeps it, a line each: evidence, never text. What its author took back has no
 * author and no link any more. Names are those of the file.
 */
export const LedgerDocument = z.strictObject({
  id: z.string(),
  kind: z.enum(['post', 'list']),
  road: Road,
  author: z.string().optional(),
  published_at: Time,
  basis: Basis,
  url: z.string().optional(),
  links: z.array(z.string()),
  tags: z.array(z.string()),
  /** Words of the profile that it holds: a closed vocabulary. */
  signals: z.array(z.string()),
  edition: Time.optional(),
  withdrawn_at: Time.optional(),
  withdrawn: z.string().optional(),
  /** When each source first brought it. */
  retrieved: z.record(z.string(), Time).refine((times) => Object.keys(times).length > 0, 'no source'),
  observations: z.array(LedgerObservation),
  pairs: z.array(LedgerPair),
})
export type LedgerDocument = z.infer<typeof LedgerDocument>

import { type Basis, isUpperBound, type PairRule } from '../model/document.js'
import type { LedgerDocument } from '../model/ledger.js'
import type { ObservableType } from '../model/observable.js'
import type { Context, Role } from '../model/observation.js'
import type { Registration, StoredDocument, StoredObservation, StoredPair } from '../model/ports.js'

/** Rows as the statements in `sql.ts` give them: snake_case outside, camelCase inside. */
export interface DocumentRow {
  key: number
  id: string
  kind: 'post' | 'list'
  author: string | null
  published_at: string
  basis: Basis
  url: string | null
  links: string
  signals: string
  sources: string
  /** Of a document whose own date is not before the day asked for: when the first line was listed that is. */
  listed_at: string | null
}

export interface ObservationRow {
  document: number
  type: ObservableType
  value: string
  role: Role
  context: Context
  signals: string | null
  port: number | null
  first_seen: string | null
  last_seen: string | null
  whois: string | null
  listed_at: string | null
  withdrawn_at: string | null
  withdrawn: string | null
  of_document: 0 | 1
}

export interface PairRow {
  document: number
  domain: string
  ip: string
  rule: PairRule
  first_seen: string | null
  last_seen: string | null
}

const strings = (json: string): string[] => JSON.parse(json) as string[]

export const toDocument = ({
  id,
  kind,
  author,
  published_at,
  basis,
  url,
  links,
  signals,
  sources,
}: DocumentRow): StoredDocument => ({
  id,
  kind,
  author,
  publishedAt: published_at,
  basis,
  url,
  references: strings(links),
  signals: strings(signals),
  sources: strings(sources).sort(),
})

export const toObservation = (row: ObservationRow, document: StoredDocument): StoredObservation => ({
  document: datedBy(row, document),
  type: row.type,
  value: row.value,
  role: row.role,
  context: row.context,
  signals: row.signals === null ? null : strings(row.signals),
  port: row.port,
  firstSeen: row.first_seen,
  lastSeen: row.last_seen,
  whois: row.whois,
  listedAt: row.listed_at,
  withdrawn:
    row.withdrawn_at === null
      ? null
      : {
          at: row.withdrawn_at,
          reason: row.withdrawn ?? 'withdrawn',
          ...(row.of_document ? { ofDocument: true } : {}),
        },
})

/** Of an undated list, the commit that added the line dates it better than the list's own date. */
export const datedBy = (
  { listed_at }: { listed_at: string | null },
  document: StoredDocument,
): StoredDocument =>
  listed_at !== null && isUpperBound(document)
    ? { ...document, publishedAt: listed_at, basis: 'listed' }
    : document

/** @param listed_at when the later of its ends was listed; null: not known */
export const toPair = (row: PairRow, document: StoredDocument, listed_at: string | null): StoredPair => ({
  document: datedBy({ listed_at }, document),
  domain: row.domain,
  ip: row.ip,
  rule: row.rule,
  firstSeen: row.first_seen,
  lastSeen: row.last_seen,
})

export interface RegistrationRow {
  domain: string
  source: string
  checked_at: string
  retrieved_at: string
  registered_at: string | null
  registrar: string | null
  name_servers: string
  addresses: string
}

export const toRegistration = (row: RegistrationRow): Registration => ({
  domain: row.domain,
  source: row.source,
  checkedAt: row.checked_at,
  retrievedAt: row.retrieved_at,
  registeredAt: row.registered_at,
  registrar: row.registrar,
  nameServers: strings(row.name_servers),
  addresses: strings(row.addresses),
})

export const ofRegistration = (one: Registration): RegistrationRow => ({
  domain: one.domain,
  source: one.source,
  checked_at: one.checkedAt,
  retrieved_at: one.retrievedAt,
  registered_at: one.registeredAt,
  registrar: one.registrar,
  name_servers: JSON.stringify(one.nameServers),
  addresses: JSON.stringify(one.addresses),
})

/** Rows of the ledger have its own names; what is null there is left out here. */
interface LedgerRow {
  signals: string
  retrieved_at: string
}
export type LedgerObservationRow = LedgerRow & Record<string, unknown>
export type LedgerPairRow = Omit<LedgerRow, 'signals'> & Record<string, unknown>
export type LedgerDocumentRow = Omit<LedgerRow, 'retrieved_at'> &
  Record<'id' | 'links' | 'tags' | 'retrieved', string> &
  Record<string, unknown> & { key: number }

export function toLedgerDocument(
  { key: _, links, tags, signals, retrieved, ...rest }: LedgerDocumentRow,
  observations: LedgerObservationRow[],
  pairs: LedgerPairRow[],
): LedgerDocument {
  const times = JSON.parse(retrieved) as Record<string, string>
  const first = Object.values(times).sort()[0]
  // Most were read with their document: only what came later says so.
  const later = <R extends { retrieved_at: string }>({ retrieved_at, ...row }: R) =>
    present({ ...row, retrieved_at: retrieved_at === first ? null : retrieved_at })
  return {
    ...present(rest),
    links: strings(links),
    tags: strings(tags),
    signals: strings(signals),
    retrieved: times,
    observations: observations.map((row) => ({
      ...later(row),
      ...(row.signals === null ? {} : { signals: strings(row.signals) }),
    })),
    pairs: pairs.map(later),
  } as LedgerDocument
}

const present = (row: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null))

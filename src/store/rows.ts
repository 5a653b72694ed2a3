import { type Basis, isUpperBound, type PairRule } from '../model/document.js'
import type { ObservableType } from '../model/observable.js'
import type { Context, Role } from '../model/observation.js'
import type { StoredDocument, StoredObservation, StoredPair } from '../model/ports.js'

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
  withdrawn:
    row.withdrawn_at === null ? null : { at: row.withdrawn_at, reason: row.withdrawn ?? 'withdrawn' },
})

/** Of an undated list, the commit that added the line dates it better than the list's own date. */
const datedBy = ({ listed_at }: ObservationRow, document: StoredDocument): StoredDocument =>
  listed_at !== null && isUpperBound(document)
    ? { ...document, publishedAt: listed_at, basis: 'listed' }
    : document

export const toPair = (row: PairRow, document: StoredDocument): StoredPair => ({
  document,
  domain: row.domain,
  ip: row.ip,
  rule: row.rule,
  firstSeen: row.first_seen,
  lastSeen: row.last_seen,
})

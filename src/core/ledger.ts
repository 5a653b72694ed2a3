import type { Document } from '../model/document.js'
import type { LedgerDocument, LedgerRegistration } from '../model/ledger.js'
import { observableKey } from '../model/observable.js'
import type { Observation, Reading } from '../model/observation.js'
import type { Registration, Withdrawal } from '../model/ports.js'
import type { PublishedEntry } from '../model/snapshot.js'
import { suffixOf } from './canonical.js'
import { defang, undefang } from './defang.js'
import type { Judged } from './evaluate.js'
import { endsOf } from './pairs.js'

/** What belongs in the ledger: documents, by id, values, by key, and the registered domains of its names. */
export interface Kept {
  documents: Set<string>
  values: Set<string>
  domains: Set<string>
}

/**
 * What the ledger keeps: all that speaks for the campaign, whatever a guard or a maintainer says of it today, and what was
 * published before. What nothing speaks for is published nowhere, so it is not in the ledger either.
 */
export function keptOf(judged: Map<string, Judged>, published: PublishedEntry[]): Kept {
  const known = new Set(
    published.flatMap(({ type, value }) =>
      type && value !== undefined ? [observableKey({ type, value })] : [],
    ),
  )
  const values = new Set<string>()
  const documents = new Set<string>()
  const domains = new Set<string>()
  for (const [key, { observable, campaign, observations }] of judged) {
    if (campaign.length === 0 && !known.has(key)) continue
    values.add(key)
    for (const { document } of observations) documents.add(document.id)
    const domain = observable.type === 'domain-name' ? suffixOf(observable.value).registrable : null
    if (domain !== null) domains.add(domain)
  }
  return { documents, values, domains }
}

/**
 * A document as the ledger shows it: only what is kept, defanged.
 * @param redistributable sources that may be named
 */
export function forLedger(
  document: LedgerDocument,
  { values }: Kept,
  redistributable: (source: string) => boolean,
): LedgerDocument {
  const isKept = (type: LedgerDocument['observations'][number]['type'], value: string) =>
    values.has(observableKey({ type, value }))
  return {
    ...document,
    retrieved: Object.fromEntries(
      Object.entries(document.retrieved).filter(([source]) => redistributable(source)),
    ),
    observations: document.observations
      .filter(({ type, value }) => isKept(type, value))
      .map((one) => ({ ...one, value: defang(one.value) })),
    pairs: document.pairs
      .filter((pair) => endsOf(pair).every(({ type, value }) => isKept(type, value)))
      .map((pair) => ({ ...pair, domain: defang(pair.domain), ip: defang(pair.ip) })),
  }
}

/** What was told of a registered name, as the ledger shows it. */
export const registrationForLedger = (one: Registration): LedgerRegistration => ({
  domain: defang(one.domain),
  source: one.source,
  checked_at: one.checkedAt,
  retrieved_at: one.retrievedAt,
  ...(one.registeredAt === null ? {} : { registered_at: one.registeredAt }),
  ...(one.registrar === null ? {} : { registrar: one.registrar }),
  name_servers: one.nameServers.map(defang),
  addresses: one.addresses.map(defang),
})

export const registrationFromLedger = (line: LedgerRegistration): Registration => ({
  domain: undefang(line.domain),
  source: line.source,
  checkedAt: line.checked_at,
  retrievedAt: line.retrieved_at,
  registeredAt: line.registered_at ?? null,
  registrar: line.registrar ?? null,
  nameServers: line.name_servers.map(undefang),
  addresses: line.addresses.map(undefang),
})

/** A document of the ledger as what each of its sources brought, and what was withdrawn of it since. */
export function fromLedger(line: LedgerDocument): {
  items: { document: Document; reading: Reading }[]
  withdrawn: { ids: string[]; withdrawal: Withdrawal }[]
} {
  const first = Object.values(line.retrieved).sort()[0]!
  const items = Object.entries(line.retrieved).map(([source, retrievedAt]) => ({
    document: {
      id: line.id,
      kind: line.kind,
      road: line.road,
      source,
      author: line.author ?? null,
      publishedAt: line.published_at,
      basis: line.basis,
      retrievedAt,
      url: line.url ?? null,
      references: line.links,
      tags: line.tags,
      ...(line.edition ? { edition: line.edition } : {}),
      body: { rows: [] },
    },
    reading: {
      observations: line.observations.map((one) => toObservation(one, first)),
      pairs: line.pairs.map(({ domain, ip, rule, first_seen, last_seen, retrieved_at }) => ({
        domain: undefang(domain),
        ip: undefang(ip),
        rule,
        ...(first_seen ? { firstSeen: first_seen } : {}),
        ...(last_seen ? { lastSeen: last_seen } : {}),
        retrievedAt: retrieved_at ?? first,
      })),
      signals: line.signals,
      unread: 0,
    },
  }))
  const withdrawn = line.withdrawn_at
    ? [{ ids: [line.id], withdrawal: { at: line.withdrawn_at, reason: line.withdrawn ?? 'withdrawn' } }]
    : []
  return { items, withdrawn }
}

function toObservation(one: LedgerDocument['observations'][number], first: string): Observation {
  const value = undefang(one.value)
  return {
    type: one.type,
    value,
    raw: value,
    start: 0,
    end: value.length,
    role: one.role,
    context: one.context,
    ...(one.signals ? { signals: one.signals } : {}),
    ...(one.port !== undefined ? { port: one.port } : {}),
    ...(one.first_seen ? { firstSeen: one.first_seen } : {}),
    ...(one.last_seen ? { lastSeen: one.last_seen } : {}),
    ...(one.listed_at ? { listedAt: one.listed_at } : {}),
    ...(one.whois ? { whois: one.whois } : {}),
    retrievedAt: one.retrieved_at ?? first,
    ...(one.withdrawn_at
      ? { withdrawn: { at: one.withdrawn_at, reason: one.withdrawn ?? 'withdrawn' } }
      : {}),
  }
}

import { isUpperBound } from '../model/document.js'
import type { Listing, ListingKey, PairListing, SourceMonth } from '../model/listing.js'
import { observableKey } from '../model/observable.js'
import type { Indicator, Report, Resolution } from '../model/snapshot.js'
import { commentOf } from './comment.js'
import { mispAttributeId, mispEventId, objectId, uuidOf } from './ids.js'
import { byObservable, byText } from './order.js'
import { endsOf } from './pairs.js'
import type { Published } from './parts.js'
import { mayPass, type Policy, sourceOf } from './policy.js'
import type { PublicationRecord } from './record.js'

/** A value that stands in the listings of a source and month, by these reports. */
interface Standing {
  key: ListingKey
  isActive: boolean
  reports: Report[]
}

/**
 * What each source reported in each month, with what was listed there once and is no more: by source and month, values
 * and pairs in the order of all files. Each has the date of its own last change, whatever else changes.
 */
export function listings(all: Published, policy: Policy, record: PublicationRecord): SourceMonth[] {
  const months = new Map<string, { key: ListingKey; listing: Listing }[]>()
  const add = (key: ListingKey, listing: Listing) => {
    const name = JSON.stringify([key.source, key.month])
    const known = months.get(name)
    if (known) known.push({ key, listing })
    else months.set(name, [{ key, listing }])
  }
  const standing = new Set<string>()
  const active = new Set(all.indicators.filter(({ status }) => status === 'active').map(observableKey))
  for (const one of [...values(all.indicators), ...pairEnds(all.resolutions, active)]) {
    const listing = listed(one, policy, record)
    standing.add(listing.id)
    add(one.key, listing)
  }
  for (const [id, key] of record.listed())
    if (!standing.has(id))
      add(key, withdrawn(id as Listing['id'], key, active.has(observableKey(key)), record))
  return [...months]
    .sort(([a], [b]) => byText(a, b))
    .map(([, entries]) => sourceMonth(entries, policy, record))
}

/** Each value under every source and month that reported it. */
function* values(indicators: Indicator[]): Iterable<Standing> {
  for (const { type, value, status, evidence } of indicators) {
    const found = new Map<string, Standing>()
    for (const one of evidence) {
      const [source, month] = placeOf(one)
      const name = JSON.stringify([source, month])
      const known = found.get(name)
      if (known) known.reports.push(one)
      else
        found.set(name, {
          key: { source, month, type, value },
          isActive: status === 'active',
          reports: [one],
        })
    }
    yield* found.values()
  }
}

/** Both ends of each pair, under the source and month of its first report alone. */
function* pairEnds(resolutions: Resolution[], active: Set<string>): Iterable<Standing> {
  for (const resolution of resolutions) {
    const { domain, ip, reports } = resolution
    const [source, month] = placeOf(reports[0]!)
    for (const end of endsOf(resolution))
      yield {
        key: { source, month, ...end, pair: [domain, ip] },
        isActive: active.has(observableKey(end)),
        reports,
      }
  }
}

const placeOf = ({ source, publishedAt }: Report): [source: string, month: string] => [
  source,
  publishedAt.slice(0, 7),
]

function listed({ key, isActive, reports }: Standing, policy: Policy, record: PublicationRecord): Listing {
  const { type, value } = key
  const id = idOf(key, policy)
  const said = {
    state: isActive ? ('active' as const) : ('expired' as const),
    isActive,
    comment: commentOf(reports),
    ...seen(reports),
  }
  return { id, type, value, ...said, modified: record.list(id, said, key).modified }
}

/** @param isActive whether the value stands elsewhere, and lives */
function withdrawn(
  id: Listing['id'],
  key: ListingKey,
  isActive: boolean,
  record: PublicationRecord,
): Listing {
  const { type, value } = key
  const said = { state: 'withdrawn' as const, isActive, comment: '', firstSeen: null, lastSeen: null }
  return { id, type, value, ...said, modified: record.list(id, said, key).modified }
}

/** First and last sign: what the sources state, else the reports, but for those of which only an upper bound is known. */
function seen(reports: Report[]): Pick<Listing, 'firstSeen' | 'lastSeen'> {
  const times = reports
    .flatMap((one) => [one.firstSeen, one.lastSeen ?? (isUpperBound(one) ? null : one.publishedAt)])
    .filter((time) => time !== null)
    .sort(byText)
  return { firstSeen: times[0] ?? null, lastSeen: times.at(-1) ?? null }
}

function sourceMonth(
  entries: { key: ListingKey; listing: Listing }[],
  policy: Policy,
  record: PublicationRecord,
): SourceMonth {
  const { source, month } = entries[0]!.key
  const { publisher, profile } = policy
  const id = eventId(source, month, policy)
  const title = mayPass(policy, source, '') ? sourceOf(policy, source).title : null
  const values = entries.flatMap(({ key, listing }) => (key.pair ? [] : [listing])).sort(byObservable)
  const pairs = pairsOf(entries, policy, record)
  const said = {
    publisher: publisher.name,
    family: profile.family,
    title,
    tags: profile.misp.tags,
    // An event is looked into again only when its date grew, and a day may have several publications.
    held: [...values, ...pairs].map((one) => [one.id, one.modified]),
  }
  return { id, title, month, values, pairs, modified: record.listWhole(id, said).modified }
}

function pairsOf(
  entries: { key: ListingKey; listing: Listing }[],
  policy: Policy,
  record: PublicationRecord,
): PairListing[] {
  const pairs = new Map<string, { key: ListingKey; listing: Listing }[]>()
  for (const entry of entries) {
    const name = entry.key.pair?.join(' ')
    if (name !== undefined) pairs.set(name, [...(pairs.get(name) ?? []), entry])
  }
  return [...pairs.values()]
    .map((ends) => pairOf(ends, policy, record))
    .sort((a, b) => byObservable(a.domain, b.domain) || byObservable(a.ip, b.ip))
}

function pairOf(
  ends: { key: ListingKey; listing: Listing }[],
  policy: Policy,
  record: PublicationRecord,
): PairListing {
  const { source, month, pair } = ends[0]!.key
  const event = uuidOf(eventId(source, month, policy))
  const id = objectId(policy.publisher.namespace, 'misp-object', event, ...pair!)
  const isName = ({ listing }: { listing: Listing }) => listing.type === 'domain-name'
  const domain = ends.find(isName)!.listing
  const ip = ends.find((end) => !isName(end))!.listing
  return { id, domain, ip, modified: record.list(id, [domain.modified, ip.modified]).modified }
}

const eventId = (source: string, month: string, { publisher }: Policy): SourceMonth['id'] =>
  mispEventId(publisher.namespace, source, month)

const idOf = ({ source, month, type, value, pair }: ListingKey, policy: Policy): Listing['id'] =>
  mispAttributeId(policy.publisher.namespace, uuidOf(eventId(source, month, policy)), { type, value }, pair)

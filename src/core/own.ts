import { type Document, type Instant, isUpperBound as isBound, type Row } from '../model/document.js'
import type { Observable } from '../model/observable.js'
import type { Evidence } from '../model/snapshot.js'
import { indicatorId, objectId, uuidOf } from './ids.js'
import { PROFILES, type ProfileName, reportName } from './parts.js'
import { type Policy, reporterOf, sourceOf } from './policy.js'
import { addMs, dayOf, dayStart, parseTime, postLink, postTime } from './time.js'

/** How often a value may have been withdrawn and come back, for its present id to be known as ours. */
const GENERATIONS = 20

export const publisherId = (namespace: string) => objectId(namespace, 'identity', 'publisher')

/** Whether one of these ids is what a publisher gives the indicator of a value, whoever handed it on. */
export function isOwnIndicator(namespace: string, observable: Observable, ids: string[]): boolean {
  const given = new Set(ids)
  for (let generation = 1; generation <= GENERATIONS; generation++)
    if (given.has(indicatorId(namespace, observable, generation))) return true
  return false
}

/** Likewise of the indicator of a name on an address. */
export const pairIndicatorId = (namespace: string, { domain, ip }: { domain: string; ip: string }) =>
  objectId(namespace, 'indicator', 'pair', domain, ip)

/** Years of whose months there may be a report. */
const [FIRST_YEAR, LAST_YEAR] = [2015, 2060]

/**
 * UUIDs of all reports that a publisher may ever make, one of each bundle. MISP keeps them, as those of events, where it
 * gives the objects in them ids of its own.
 */
export function reportUuids(namespace: string): Set<string> {
  const uuids = new Set<string>()
  for (const profile of Object.keys(PROFILES) as ProfileName[])
    for (const month of [null, ...months()])
      uuids.add(uuidOf(objectId(namespace, 'report', reportName(profile, month))))
  return uuids
}

function* months(): Iterable<string> {
  for (let year = FIRST_YEAR; year <= LAST_YEAR; year++)
    for (let month = 1; month <= 12; month++) yield `${year}-${String(month).padStart(2, '0')}`
}

/** How a publication words a piece of evidence; `readReport` reads it. */
export const sayReport = (evidence: Pick<Evidence, 'reporter' | 'publishedAt' | 'basis'>): string =>
  `Reported by ${evidence.reporter.name}, ${isBound(evidence) ? NO_LATER : ''}${dayOf(evidence.publishedAt)}`

const NO_LATER = 'no later than '
const REPORT = new RegExp(`^Reported by (.+), (${NO_LATER})?(\\d{4}-\\d\\d-\\d\\d)$`)

/** Who reported it on which day, as a publication words it; null for other words. */
export function readReport(text: string): { reporter: string; day: string; isUpperBound: boolean } | null {
  const match = REPORT.exec(text)
  if (!match || parseTime(match[3]!) === null) return null
  return { reporter: match[1]!, day: match[3]!, isUpperBound: match[2] !== undefined }
}

/** One piece of evidence as a publication tells it. */
export interface Told {
  /** Ids of the document and of its source, as they were. */
  document: string
  source: string
  reporter: string
  day: string
  isUpperBound: boolean
  url: string | null
  /** When this reporter reported the value first, to the millisecond; null: not told. */
  sighted: Instant | null
}

/**
 * Makes the documents again from which a publication was made, as far as it tells of them: who reported what, when and
 * where. It does not tell their words; `tags` say what they were about.
 */
export class Restoration {
  readonly #documents = new Map<string, { told: Told; values: Map<string, Row>; tags: Set<string> }>()
  /** By value, the documents that report it, oldest first. */
  readonly #byValue = new Map<string, Told[]>()

  /** @param told all that is told of it: each value is added once (`formats/own-values.ts`) */
  add({ value }: Observable, told: Told[], tags: string[]): void {
    for (const one of told) this.#put(one, value, { cells: [value] }, tags)
    this.#byValue.set(
      value,
      told.toSorted((a, b) => (timeOf(a).publishedAt < timeOf(b).publishedAt ? -1 : 1)),
    )
  }

  /**
   * A name on an address, from `start` to `stop` as a relationship has them. It stands in all documents that report both;
   * where none does, in the first that reports the name.
   */
  addPair({ domain, ip }: { domain: string; ip: string }, times: Times | null): void {
    const names = this.#byValue.get(domain) ?? []
    const addresses = new Set((this.#byValue.get(ip) ?? []).map(({ document }) => document))
    const both = names.filter(({ document }) => addresses.has(document))
    const documents = both.length > 0 ? both : names.slice(0, 1)
    const seen =
      times === null
        ? {}
        : seenOf(
            times,
            documents.map(({ document }) => timeOf(this.#documents.get(document)!.told).publishedAt),
          )
    for (const one of documents)
      this.#put(one, `${domain} ${ip}`, { cells: [domain, ip], pairRule: 'row', ...seen }, [])
  }

  #put(told: Told, key: string, row: Row, tags: string[]): void {
    const document = this.#documents.get(told.document) ?? { told, values: new Map(), tags: new Set() }
    this.#documents.set(told.document, document)
    document.values.set(key, row)
    for (const tag of tags) document.tags.add(tag)
    if (isNearer(told, document.told)) document.told = told
  }

  *documents(retrievedAt: Instant): Iterable<Document> {
    for (const { told, values, tags } of this.#documents.values()) {
      yield {
        id: told.document,
        kind: told.document.startsWith('post:') ? 'post' : 'list',
        source: told.source,
        road: 'feed',
        author: told.reporter,
        ...timeOf(told),
        retrievedAt,
        url: told.url,
        references: told.url === null ? [] : [told.url],
        tags: [...tags],
        body: { rows: [...values.values()] },
      }
    }
  }
}

/**
 * Of several values the sightings of one document may differ by a day's time: the earliest is nearest to it. A value that
 * its reporter told before has the sighting of another document, and says no more than the day.
 */
function isNearer(one: Told, other: Told): boolean {
  const [isSighted, isOtherSighted] = [one, other].map(
    ({ sighted, day }) => sighted?.startsWith(day) ?? false,
  )
  if (isSighted !== isOtherSighted) return isSighted === true
  return timeOf(one).publishedAt < timeOf(other).publishedAt
}

/** As exactly as it is told: a post's id, else the sighting of that day, else the day. */
function timeOf({
  document,
  url,
  day,
  isUpperBound,
  sighted,
}: Told): Pick<Document, 'publishedAt' | 'basis'> {
  const post = /^post:(\d+)$/.exec(document)?.[1] ?? (url === null ? null : (postLink(url)?.id ?? null))
  const posted = post === null ? null : postTime(post)
  const sightedAt = sighted !== null && dayOf(sighted) === day ? sighted : dayStart(day)
  if (isUpperBound) return { publishedAt: sightedAt, basis: 'list-date' }
  if (posted !== null && dayOf(posted) === day) return { publishedAt: posted, basis: 'post-id' }
  return { publishedAt: sightedAt, basis: 'stated' }
}

export interface Times {
  start: Instant
  stop: Instant
}

/** When a pair was seen, where its relationship says more than that it was reported (`exporters/stix/relations.ts`). */
function seenOf({ start, stop }: Times, reported: Instant[]): Pick<Row, 'firstSeen' | 'lastSeen'> {
  const sorted = reported.toSorted()
  const [first, last] = [sorted[0], sorted.at(-1)]
  const end = stop === addMs(start, 1) ? start : stop
  const lastSeen = end === last ? {} : { lastSeen: end }
  return start === first || start === end ? lastSeen : { firstSeen: start, ...lastSeen }
}

/**
 * A restored document as this configuration has its source and its reporter. A source that is not configured here is that
 * of the import; where a source speaks for itself, it has no author.
 */
export function settled(document: Document, policy: Policy, fallback: string): Document {
  const isConfigured = policy.sources.some(({ name }) => name === document.source)
  const source = isConfigured ? document.source : fallback
  const config = sourceOf(policy, source)
  const keyOf = (author: string | null): string => reporterOf(policy, author, config).key
  return { ...document, source, author: keyOf(document.author) === keyOf(null) ? null : document.author }
}

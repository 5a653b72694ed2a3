import type { ListingKey } from '../model/listing.js'
import type { Observable } from '../model/observable.js'
import type { PublishedEntry, Revocation, Stamp } from '../model/snapshot.js'
import { fingerprint, indicatorId } from './ids.js'
import { byText } from './order.js'
import { addMs, dayEnd, dayOf, dayStart } from './time.js'

/** What the record has of a value that was withdrawn: for ever the same, so that the withdrawal keeps its date. */
const REVOKED_HASH = fingerprint({ revoked: true })

/** What the ids of sources and months begin with. */
const WHOLE = 'misp-event--'

/**
 * The record of publications: what was published, when first, when last changed. Dates of published objects come
 * from here and from `asOf`, never from a clock, so that a publication of the same things changes no byte.
 */
export class PublicationRecord {
  readonly #entries: Map<string, PublishedEntry>
  readonly #today: string
  readonly #tomorrow: string
  /** When the next source and month that changes has changed. */
  #next: string
  /** Since when what all objects say alike is what it is; null: it has never changed. */
  #common: string | null = null

  /**
   * @param previous the record as last published
   * @param asOf UTC day of this publication; what was published later is unknown to it, and no change is later than it
   */
  constructor(previous: PublishedEntry[], asOf: string) {
    this.#today = dayStart(asOf)
    this.#tomorrow = dayEnd(asOf)
    this.#entries = new Map(
      previous
        .filter(({ created }) => created < this.#tomorrow)
        .map((entry) => [
          entry.id,
          // What changed later was something else then, we do not know what; not yet revoked, to be sure.
          dayOf(entry.modified) > asOf ? { ...entry, modified: this.#today, hash: '' } : entry,
        ]),
    )
    this.#next = this.#today
    for (const { id, modified } of this.#entries.values())
      if (id.startsWith(WHOLE)) this.#next = later(this.#next, addMs(modified, 1000))
  }

  /**
   * Dates of one object. `modified` of a changed one is the later of today and one second after the last one:
   * consumers take an object only if it grew (MISP, OpenCTI, TAXII).
   */
  stamp(id: string, material: unknown, of?: Observable): Stamp {
    return this.#stamp(id, fingerprint(this.#common === null ? material : [this.#common, material]), of)
  }

  /** What all objects say alike, before any of them: once it changes, all that is stamped after it has changed. */
  stampCommon(id: string, material: unknown): Stamp {
    const stamp = this.stamp(id, material)
    if (stamp.modified !== stamp.created) this.#common = stamp.modified
    return stamp
  }

  /** Of what is published no more. */
  revoke = (id: string, of: Observable): Stamp => this.#stamp(id, REVOKED_HASH, of)

  /**
   * Dates of a value as a source and month list it. Consumers compare each with what it was: what all objects say alike is
   * no part of it.
   */
  list = (id: string, material: unknown, of?: ListingKey): Stamp =>
    this.#stamp(id, fingerprint(material), of && { listed: of })

  /**
   * Likewise of a source and month as a whole, but later than any other: OpenCTI's connector takes a feed's events by date, and
   * passes over one that is not later than the last it took.
   */
  listWhole(id: `${typeof WHOLE}${string}`, material: unknown): Stamp {
    const stamp = this.#stamp(id, fingerprint(material), undefined, this.#next)
    if (stamp.modified >= this.#next) this.#next = addMs(stamp.modified, 1000)
    return stamp
  }

  /** All that is or was listed under a source and month, by id. */
  listed(): [id: string, of: ListingKey][] {
    return this.entries().flatMap(({ id, listed }) => (listed ? [[id, listed]] : []))
  }

  /** All that was withdrawn, by time and id. */
  revoked(): Revocation[] {
    return [...this.#entries.values()]
      .flatMap(({ id, type, value, created, modified }) =>
        type && value !== undefined && this.#isRevoked(id)
          ? [{ id, type, value, stamp: { created, modified } }]
          : [],
      )
      .sort((a, b) => byText(a.stamp.modified, b.stamp.modified) || byText(a.id, b.id))
  }

  /** Id of the indicator of a value: its first one, or, where that was revoked, the next that was not. */
  indicatorId(namespace: string, observable: Observable): string {
    for (let generation = 1; ; generation++) {
      const id = indicatorId(namespace, observable, generation)
      if (!this.#isRevoked(id)) return id
    }
  }

  /** By the end of the day: a view of an earlier one does not know it yet. */
  #isRevoked(id: string): boolean {
    const entry = this.#entries.get(id)
    return entry?.hash === REVOKED_HASH && entry.modified < this.#tomorrow
  }

  /** @param from when what changes now has changed, unless it did so later already */
  #stamp(id: string, hash: string, of?: Observable | { listed: ListingKey }, from = this.#today): Stamp {
    const known = this.#entries.get(id)
    const entry: PublishedEntry = !known
      ? { id, hash, version: 1, created: from, modified: from, ...of }
      : known.hash === hash
        ? known
        : {
            ...known,
            hash,
            version: known.version + 1,
            modified: later(from, addMs(known.modified, 1000)),
          }
    this.#entries.set(id, entry)
    return { created: entry.created, modified: entry.modified }
  }

  has = (id: string): boolean => this.#entries.has(id)

  entries = (): PublishedEntry[] => [...this.#entries.values()].sort((a, b) => byText(a.id, b.id))
}

const later = (a: string, b: string): string => (a > b ? a : b)

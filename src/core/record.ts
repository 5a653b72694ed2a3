import type { ObservableType } from '../model/observable.js'
import type { PublishedEntry, Stamp } from '../model/snapshot.js'
import { fingerprint } from './ids.js'
import { addMs, dayOf, dayStart } from './time.js'

/**
 * The record of publications: what was published, when first, when last changed. Dates of published objects come
 * from here and from `asOf`, never from a clock, so that a publication of the same things changes no byte.
 */
export class PublicationRecord {
  readonly #entries: Map<string, PublishedEntry>
  readonly #today: string

  /**
   * @param previous the record as last published
   * @param asOf UTC day of this publication; what was published later is unknown to it, and no change is later than it
   */
  constructor(previous: PublishedEntry[], asOf: string) {
    this.#today = dayStart(asOf)
    this.#entries = new Map(
      previous
        .filter(({ created }) => created <= this.#today)
        .map((entry) => [
          entry.id,
          dayOf(entry.modified) > asOf ? { ...entry, modified: this.#today } : entry,
        ]),
    )
  }

  /**
   * Dates of one object. `modified` of a changed one is the later of today and one second after the last one:
   * consumers take an object only if it grew (MISP, OpenCTI, TAXII).
   */
  stamp(id: string, material: unknown, of?: { type: ObservableType; value: string }): Stamp {
    const known = this.#entries.get(id)
    const hash = fingerprint(material)
    const entry: PublishedEntry = !known
      ? { id, hash, version: 1, created: this.#today, modified: this.#today, ...of }
      : known.hash === hash
        ? known
        : {
            ...known,
            hash,
            version: known.version + 1,
            modified: later(this.#today, addMs(known.modified, 1000)),
          }
    this.#entries.set(id, entry)
    return { created: entry.created, modified: entry.modified }
  }

  has = (id: string): boolean => this.#entries.has(id)

  entries = (): PublishedEntry[] => [...this.#entries.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
}

const later = (a: string, b: string): string => (a > b ? a : b)

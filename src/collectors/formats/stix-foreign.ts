import type { Document, Instant } from '../../model/document.js'
import type { ListInput } from '../../model/ports.js'
import { listDocument, type RowsDocument } from './draft.js'
import { Author } from './jsonl.js'
import { endsOf, isLink, observableOf, tagsOf } from './stix-graph.js'
import type { PatternReading } from './stix-pattern.js'
import type { Graph, StixIndicator, StixObservable, StixRelationship } from './stix-shapes.js'

/** What others say in a bundle: a document for each indicator, and for each relationship that says something itself. */
export class ForeignPart {
  readonly #input: ListInput
  readonly #graph: Graph
  readonly #tags: ReturnType<typeof tagsOf>
  /** By the id of their object. */
  readonly #documents = new Map<string, RowsDocument>()
  /** By value, the documents of indicators that name it. */
  readonly #naming = new Map<string, RowsDocument[]>()

  constructor(input: ListInput, graph: Graph) {
    this.#input = input
    this.#graph = graph
    this.#tags = tagsOf(graph)
  }

  add(indicator: StixIndicator, { values, pairs }: PatternReading): void {
    const document = this.#document(indicator, this.#tags(indicator), linksOf(indicator))
    for (const value of values) this.#name(document, value)
    for (const { domain, ip } of pairs) document.body.rows.push({ cells: [domain, ip], pairRule: 'row' })
  }

  /** @param isMade whether an object is of our own making */
  *documents(isMade: (object: StixRelationship) => boolean): Iterable<Document> {
    const relationships = this.#graph.relationships.filter((one) => !isMade(one))
    for (const one of relationships) this.#addObservable(one)
    for (const one of relationships) this.#addPair(one)
    this.#addReferences()
    this.#addSightings()
    yield* this.#documents.values()
  }

  #document(
    { id, created, created_by_ref }: Pick<StixRelationship, 'id' | 'created' | 'created_by_ref'>,
    tags: string[],
    links: string[] = [],
  ): RowsDocument {
    const name = created_by_ref == null ? undefined : this.#graph.names.get(created_by_ref)
    const document = listDocument(this.#input, [], {
      id: `list:${this.#input.source}:${id}`,
      publishedAt: created,
      basis: 'stated',
      author: Author.safeParse(name).data ?? null,
      url: links.length === 1 ? links[0]! : this.#input.url,
      references: links,
      tags,
    })
    this.#documents.set(id, document)
    return document
  }

  #name(document: RowsDocument, value: string): void {
    document.body.rows.push({ cells: [value] })
    const key = observableOf(value)?.value
    if (key === undefined) return
    const known = this.#naming.get(key)
    if (!known) this.#naming.set(key, [document])
    else if (known.length < MOST_NAMING) known.push(document)
  }

  /**
   * An observable by itself is context: a victim, a sandbox, whatever stood beside. It counts where an indicator is based
   * on it, or where a relationship ties it to malware.
   */
  #addObservable(relationship: StixRelationship): void {
    const { relationship_type, source_ref, target_ref } = relationship
    const { observables, threats, names } = this.#graph
    const [source, target] = [observables.get(source_ref), observables.get(target_ref)]
    const indicator = relationship_type === 'based-on' ? this.#documents.get(source_ref) : undefined
    if (indicator && target) for (const value of valuesOf(target)) this.#name(indicator, value)
    const [one, threat] = target && threats.has(source_ref) ? [target, source_ref] : [source, target_ref]
    if (!one || !threats.has(threat) || !OF_MALWARE.has(relationship_type)) return
    const tags = this.#tags({ id: relationship.id, labels: [names.get(threat)!] })
    const document = this.#document(relationship, tags)
    for (const value of valuesOf(one)) this.#name(document, value)
  }

  /** Somebody's word that a name stands on an address, where indicators name both: about what these have in common. */
  #addPair(relationship: StixRelationship): void {
    const { relationship_type, source_ref, target_ref, start_time, stop_time } = relationship
    const ends = relationship_type === 'resolves-to' ? endsOf(this.#graph, source_ref, target_ref) : null
    const [names, addresses] = ends ? [this.#naming.get(ends.domain), this.#naming.get(ends.ip)] : []
    if (!ends || !names || !addresses) return
    const ofAddress = new Set(addresses.flatMap(({ tags }) => tags))
    const tags = [...new Set(names.flatMap((one) => one.tags))].filter((tag) => ofAddress.has(tag))
    this.#document(relationship, tags).body.rows.push({
      cells: [ends.domain, ends.ip],
      pairRule: 'row',
      ...(start_time ? { firstSeen: start_time } : {}),
      ...(stop_time ? { lastSeen: stop_time } : {}),
    })
  }

  /** A reference names nobody who says so: it counts for who names both the name and the address. */
  #addReferences(): void {
    for (const { id, resolves_to_refs } of this.#graph.observables.values())
      for (const ref of new Set(resolves_to_refs)) {
        const ends = endsOf(this.#graph, id, ref)
        const authors = new Set((ends && this.#naming.get(ends.ip))?.map(({ author }) => author))
        for (const document of (ends && this.#naming.get(ends.domain)) ?? [])
          if (authors.has(document.author))
            document.body.rows.push({ cells: [ends!.domain, ends!.ip], pairRule: 'row' })
      }
  }

  /** When an indicator was seen, of its own values: not of pairs, which nobody saw by that. */
  #addSightings(): void {
    const times = new Map<string, Instant[]>()
    for (const { sighting_of_ref, first_seen, last_seen } of this.#graph.sightings) {
      const known = times.get(sighting_of_ref) ?? []
      times.set(sighting_of_ref, known)
      known.push(...[first_seen, last_seen].filter((time) => time != null))
    }
    for (const [id, seen] of times) {
      const [firstSeen, lastSeen] = [seen.sort()[0], seen.at(-1)]
      if (firstSeen === undefined || lastSeen === undefined) continue
      for (const row of this.#documents.get(id)?.body.rows ?? [])
        if (row.pairRule === undefined) Object.assign(row, { firstSeen, lastSeen })
    }
  }
}

/** What ties malware to an address, a name, a URL or a file of its own; not to its victims. */
const OF_MALWARE = new Set([
  'communicates-with',
  'beacons-to',
  'exfiltrates-to',
  'controls',
  'downloads',
  'drops',
  'hosts',
  'uses',
  'related-to',
])

const valuesOf = ({ value, hashes }: StixObservable): string[] =>
  value ? [value] : [...new Set(Object.values(hashes ?? {}).filter((hash) => hash != null))]

/** Indicators of one value that pairs are told of: there are as many pairs as those times references. */
const MOST_NAMING = 100

const MOST_LINKS = 20

/** Pages that an indicator names as its evidence. */
const linksOf = ({ external_references }: StixIndicator): string[] =>
  [...new Set((external_references ?? []).map(({ url }) => url))]
    .filter((url) => url != null)
    .filter(isLink)
    .slice(0, MOST_LINKS)

import { resolutionId, uuidOf } from '../../core/ids.js'
import {
  isOwnIndicator,
  pairIndicatorId,
  publisherId,
  Restoration,
  readReport,
  reportUuids,
  type Told,
} from '../../core/own.js'
import type { Document, Instant } from '../../model/document.js'
import { type Observable, observableKey } from '../../model/observable.js'
import type { ListInput } from '../../model/ports.js'
import { type Ends, endsIn, endsOf, isLink, observableOf, tagsOf } from './stix-graph.js'
import type { PatternReading } from './stix-pattern.js'
import type { Graph, StixIndicator } from './stix-shapes.js'

/** What a bundle holds that we published ourselves, whoever handed it on. */
export class OwnPart {
  readonly #input: ListInput
  readonly #graph: Graph
  readonly #publisher: string
  /** What stands in reports of ours. */
  readonly #reported: Set<string>
  readonly #tags: ReturnType<typeof tagsOf>
  readonly #indicators = new Map<string, { observable: Observable; indicators: StixIndicator[] }>()
  /** Pairs, with the times of their relationship where there is one. */
  readonly #pairs = new Map<string, Ends & { times: { start: Instant; stop: Instant } | null }>()

  constructor(input: ListInput, graph: Graph) {
    this.#input = input
    this.#graph = graph
    this.#publisher = publisherId(input.own.namespace)
    this.#reported = heldByOurs(graph, reportUuids(input.own.namespace))
    // Our reports hold all that we publish: their names say nothing of one value.
    this.#tags = tagsOf({ ...graph, collections: [] })
  }

  /** Takes an indicator that is ours. @returns whether it is */
  takes(indicator: StixIndicator, { values, pairs }: PatternReading): boolean {
    const { namespace } = this.#input.own
    const observable = values.length === 1 ? observableOf(values[0]!) : null
    const pair = pairs.length === 1 ? endsIn(pairs[0]!) : null
    const isOwn =
      this.isMade(indicator) ||
      this.#reported.has(indicator.id) ||
      (observable !== null && isOwnIndicator(namespace, observable, indicator.ids)) ||
      (pair !== null && indicator.ids.includes(pairIndicatorId(namespace, pair)))
    if (isOwn && pair !== null) this.#addPair(pair, null)
    if (isOwn && observable !== null) {
      const known = this.#indicators.get(observableKey(observable))
      if (known) known.indicators.push(indicator)
      else this.#indicators.set(observableKey(observable), { observable, indicators: [indicator] })
    }
    return isOwn
  }

  /** Whether our publisher's identity made it, by whatever id that came by. */
  isMade({ created_by_ref }: { created_by_ref?: string | null | undefined }): boolean {
    return (
      created_by_ref === this.#publisher ||
      (created_by_ref != null && this.#graph.ids.get(created_by_ref)?.includes(this.#publisher) === true)
    )
  }

  /** Documents that are to be known again. What is not restored is told. */
  async *documents(): AsyncIterable<Document> {
    const restoration = new Restoration()
    const restored = new Set<string>()
    const sightings = this.#sightings()
    let bare = 0
    for (const { observable, indicators } of this.#indicators.values()) {
      if (!(await this.#input.own.restores(observable))) continue
      const told = indicators.flatMap((one) => evidenceOf(one, sightings.get(one.id))).slice(0, MOST_EVIDENCE)
      restoration.add(
        observable,
        told,
        indicators.flatMap((one) => this.#about(one)),
      )
      restored.add(observable.value)
      if (told.length === 0) bare++
    }
    this.#collectPairs()
    for (const { times, ...pair } of this.#pairs.values())
      if (restored.has(pair.domain) && restored.has(pair.ip)) restoration.addPair(pair, times)
    const kept = this.#indicators.size - restored.size
    if (kept > 0)
      this.#input.notice(
        `${kept} values that this feed published itself passed over: its own word is no evidence`,
      )
    if (bare > 0)
      this.#input.notice(
        `${bare} values that this feed published itself passed over: they came without their evidence (external_references)`,
      )
    if (restored.size > bare)
      this.#input.notice(`${restored.size - bare} values that this feed published itself restored`)
    yield* restoration.documents(this.#input.retrievedAt)
  }

  /** The campaign: labels besides are words that would add to a sign, and no document need have had them. */
  #about(indicator: StixIndicator): string[] {
    const named = this.#tags({ ...indicator, labels: [] })
    return named.length > 0 ? named : this.#tags(indicator)
  }

  /** Relationships and references between names and addresses of ours. */
  #collectPairs(): void {
    const { relationships, observables, ids } = this.#graph
    const { namespace } = this.#input.own
    for (const { id, resolves_to_refs } of observables.values())
      for (const target of resolves_to_refs ?? []) {
        const ends = endsOf(this.#graph, id, target)
        if (ends) this.#addPair(ends, null)
      }
    for (const one of relationships) {
      const { relationship_type, source_ref, target_ref, start_time, stop_time } = one
      const ends = relationship_type === 'resolves-to' ? endsOf(this.#graph, source_ref, target_ref) : null
      if (!ends || !(this.isMade(one) || ids.get(one.id)?.includes(resolutionId(namespace, ends)))) continue
      this.#addPair(ends, start_time && stop_time ? { start: start_time, stop: stop_time } : null)
    }
  }

  #addPair(pair: Ends, times: { start: Instant; stop: Instant } | null): void {
    const key = `${pair.domain} ${pair.ip}`
    this.#pairs.set(key, { ...pair, times: times ?? this.#pairs.get(key)?.times ?? null })
  }

  /** By our word, for each indicator, when each reporter reported it first. */
  #sightings(): Map<string, Map<string, Instant>> {
    const found = new Map<string, Map<string, Instant>>()
    for (const one of this.#graph.sightings) {
      const { sighting_of_ref, where_sighted_refs, first_seen } = one
      if (!this.isMade(one)) continue
      const times = found.get(sighting_of_ref) ?? new Map<string, Instant>()
      found.set(sighting_of_ref, times)
      for (const ref of where_sighted_refs ?? []) {
        const name = this.#graph.names.get(ref)
        if (name !== undefined && first_seen) times.set(name, first_seen)
      }
    }
    return found
  }
}

const heldByOurs = ({ collections, ids }: Graph, ours: Set<string>): Set<string> =>
  new Set(
    collections
      .filter(({ id }) => ids.get(id)!.some((one) => ours.has(uuidOf(one))))
      .flatMap(({ object_refs }) => object_refs),
  )

/** Of one value; pairs are told in as many documents. */
const MOST_EVIDENCE = 500

/** `post:<id>`, `<list>:<key>`. */
const DOCUMENT_ID = /^[\w-]+:\P{C}{1,500}$/u

/** The evidence as our exporter words it (`exporters/stix/indicators.ts`). */
function evidenceOf({ external_references }: StixIndicator, sightings?: Map<string, Instant>): Told[] {
  return (external_references ?? []).flatMap(({ source_name, description, url, external_id }) => {
    const report = description ? readReport(description) : null
    if (report === null || !source_name || !external_id || !DOCUMENT_ID.test(external_id)) return []
    const sighted = sightings?.get(report.reporter) ?? null
    const link = url && isLink(url) ? url : null
    return [{ ...report, document: external_id, source: source_name, url: link, sighted }]
  })
}

import { resolutionId, uuidOf } from '../../core/ids.js'
import {
  isOwnIndicator,
  pairIndicatorId,
  publisherId,
  readReport,
  reportUuids,
  type Told,
} from '../../core/own.js'
import type { Document, Instant } from '../../model/document.js'
import type { ListInput } from '../../model/ports.js'
import { OwnValues, toldIn } from './own-values.js'
import { endsIn, endsOf, observableOf, tagsOf } from './stix-graph.js'
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
  readonly #values = new OwnValues()
  /** By our word, for each indicator, when each reporter reported it first. */
  readonly #sightings: Map<string, Map<string, Instant>>

  constructor(input: ListInput, graph: Graph) {
    this.#input = input
    this.#graph = graph
    this.#publisher = publisherId(input.own.namespace)
    this.#reported = heldByOurs(graph, reportUuids(input.own.namespace))
    // Our reports hold all that we publish: their names say nothing of one value.
    this.#tags = tagsOf({ ...graph, collections: [] })
    this.#sightings = this.#sightingsByUs()
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
    if (isOwn && pair !== null) this.#values.addPair(pair, null)
    if (isOwn && observable !== null)
      this.#values.add(
        observable,
        evidenceOf(indicator, this.#sightings.get(indicator.id)),
        this.#about(indicator),
      )
    return isOwn
  }

  /** Whether our publisher's identity made it, by whatever id that came by. */
  isMade({ created_by_ref }: { created_by_ref?: string | null | undefined }): boolean {
    return (
      created_by_ref === this.#publisher ||
      (created_by_ref != null && this.#graph.ids.get(created_by_ref)?.includes(this.#publisher) === true)
    )
  }

  /** Documents that are to be known again. */
  documents(): Promise<Document[]> {
    this.#collectPairs()
    return this.#values.documents(this.#input)
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
        if (ends) this.#values.addPair(ends, null)
      }
    for (const one of relationships) {
      const { relationship_type, source_ref, target_ref, start_time, stop_time } = one
      const ends = relationship_type === 'resolves-to' ? endsOf(this.#graph, source_ref, target_ref) : null
      if (!ends || !(this.isMade(one) || ids.get(one.id)?.includes(resolutionId(namespace, ends)))) continue
      this.#values.addPair(ends, start_time && stop_time ? { start: start_time, stop: stop_time } : null)
    }
  }

  #sightingsByUs(): Map<string, Map<string, Instant>> {
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

/** The evidence as our exporter words it (`exporters/stix/indicators.ts`), or, through MISP, as our comments do. */
function evidenceOf(
  { external_references, description }: StixIndicator,
  sightings?: Map<string, Instant>,
): Told[] {
  const told = (external_references ?? []).flatMap(
    ({ source_name, description, url, external_id }): Told[] => {
      const report = description ? readReport(description) : null
      if (report === null || !source_name || !external_id) return []
      const sighted = sightings?.get(report.reporter) ?? null
      return [{ ...report, document: external_id, source: source_name, url: url ?? null, sighted }]
    },
  )
  return told.length > 0 ? told : toldIn(description ?? '')
}

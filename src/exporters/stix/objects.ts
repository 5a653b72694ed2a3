import type { Snapshot } from '../../model/snapshot.js'
import type { StixObject } from '../../model/stix/index.js'
import { contextObjects, markingDefinition, report } from './context.js'
import { indicatorObject, observables } from './indicators.js'
import { relationships, sightings } from './relations.js'

/**
 * All STIX 2.1 objects of a snapshot, dependencies first: marking, identities, malware, observables, indicators,
 * relationships, sightings, one report.
 */
export function* stixObjects(snapshot: Snapshot): Iterable<StixObject> {
  const ids: string[] = []
  const refer = (object: StixObject): StixObject => {
    ids.push(object.id)
    return object
  }
  yield markingDefinition()
  for (const object of contextObjects(snapshot)) yield refer(object)
  for (const object of observables(snapshot)) yield refer(object)
  for (const indicator of snapshot.indicators) yield refer(indicatorObject(indicator, snapshot))
  for (const object of relationships(snapshot)) yield refer(object)
  for (const object of sightings(snapshot)) yield refer(object)
  yield report(snapshot, ids)
}

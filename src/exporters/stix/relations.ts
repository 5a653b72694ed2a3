import { objectId, scoId } from '../../core/ids.js'
import { endsOf } from '../../core/pairs.js'
import { addMs } from '../../core/time.js'
import type { Resolution, Snapshot } from '../../model/snapshot.js'
import type { StixObject } from '../../model/stix/index.js'
import { made, malwareId, reporterId } from './common.js'

export function* relationships(snapshot: Snapshot): Iterable<StixObject> {
  const relationship = (
    type: 'indicates' | 'based-on',
    source: string,
    target: string,
    created: string,
  ): StixObject => ({
    type: 'relationship',
    id: objectId(
      snapshot.publisher.namespace,
      'relationship',
      type,
      source,
      target,
    ) as `relationship--${string}`,
    // It says the same for ever: neither its source nor its target can change.
    ...made(snapshot, { created, modified: created }),
    relationship_type: type,
    source_ref: source,
    target_ref: target,
  })
  for (const indicator of snapshot.indicators) {
    yield relationship('indicates', indicator.id, malwareId(snapshot), indicator.stamp.created)
    yield relationship('based-on', indicator.id, scoId(indicator), indicator.stamp.created)
  }
  for (const resolution of snapshot.resolutions) yield resolvesTo(resolution, snapshot)
}

function resolvesTo(resolution: Resolution, snapshot: Snapshot): StixObject {
  const { id, firstSeen, lastSeen, firstReported, lastReported, stamp } = resolution
  const [name, address] = endsOf(resolution)
  const start = [firstSeen ?? lastSeen ?? firstReported, firstReported].sort()[0]!
  const stop = lastSeen ?? lastReported
  return {
    type: 'relationship',
    id: id as `relationship--${string}`,
    ...made(snapshot, stamp),
    relationship_type: 'resolves-to',
    source_ref: scoId(name),
    target_ref: scoId(address),
    start_time: start,
    // A pair that was seen at one moment only: STIX wants an end after the beginning.
    stop_time: stop > start ? stop : addMs(start, 1),
  }
}

/** One sighting for an indicator and a source's reporter, never changed: OpenCTI adds up the counts of changing ones. */
export function* sightings(snapshot: Snapshot): Iterable<StixObject> {
  for (const indicator of snapshot.indicators) {
    const seen = new Set<string>()
    for (const { reporter, publishedAt, document } of indicator.evidence) {
      if (seen.has(reporter.key)) continue
      seen.add(reporter.key)
      yield {
        type: 'sighting',
        id: objectId(
          snapshot.publisher.namespace,
          'sighting',
          indicator.id,
          reporter.key,
          document,
        ) as `sighting--${string}`,
        ...made(snapshot, { created: publishedAt, modified: publishedAt }),
        first_seen: publishedAt,
        last_seen: publishedAt,
        count: 1,
        sighting_of_ref: indicator.id as `indicator--${string}`,
        where_sighted_refs: [reporterId(snapshot, reporter.key)],
      }
    }
  }
}

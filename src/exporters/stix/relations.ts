import { objectId, scoId } from '../../core/ids.js'
import { endsOf } from '../../core/pairs.js'
import { addMs } from '../../core/time.js'
import type { Indicator, Resolution } from '../../model/snapshot.js'
import type { Relationship, Sighting } from '../../model/stix/index.js'
import type { Feed } from './feed.js'

/** It says the same for ever: neither of its ends can change. */
const relationship = (
  feed: Feed,
  type: 'indicates' | 'based-on',
  source: string,
  target: string,
  created: string,
): Relationship => {
  const id = objectId(feed.snapshot.publisher.namespace, 'relationship', type, source, target)
  return Object.assign(feed.lasting('relationship', id, created), {
    relationship_type: type,
    source_ref: source,
    target_ref: target,
  })
}

export const indicates = (feed: Feed, id: string, created: string): Relationship =>
  relationship(feed, 'indicates', id, feed.malware, created)

export const basedOn = (feed: Feed, indicator: Indicator): Relationship =>
  relationship(feed, 'based-on', indicator.id, scoId(indicator), indicator.stamp.created)

export function resolvesTo(feed: Feed, resolution: Resolution): Relationship {
  const { id, firstSeen, lastSeen, firstReported, lastReported, stamp } = resolution
  const [name, address] = endsOf(resolution)
  const start = [firstSeen ?? lastSeen ?? firstReported, firstReported].sort()[0]!
  const stop = lastSeen ?? lastReported
  return Object.assign(feed.made('relationship', id, stamp), {
    relationship_type: 'resolves-to' as const,
    source_ref: scoId(name),
    target_ref: scoId(address),
    start_time: start,
    // A pair that was seen at one moment only: STIX wants an end after the beginning.
    stop_time: stop > start ? stop : addMs(start, 1),
  })
}

/**
 * One sighting for an indicator and a reporter, never changed: OpenCTI adds up the counts of changing ones. So its date is part
 * of its id: what becomes known to be older is another one.
 */
export function* sightings(feed: Feed, { id, evidence }: Indicator): Iterable<Sighting> {
  const seen = new Set<string>()
  for (const { reporter, publishedAt, document } of evidence) {
    if (seen.has(reporter.key)) continue
    seen.add(reporter.key)
    const sighting = objectId(
      feed.snapshot.publisher.namespace,
      'sighting',
      id,
      reporter.key,
      document,
      publishedAt,
    )
    yield Object.assign(feed.lasting('sighting', sighting, publishedAt), {
      first_seen: publishedAt,
      last_seen: publishedAt,
      count: 1 as const,
      sighting_of_ref: id as `indicator--${string}`,
      where_sighted_refs: [feed.reporter(reporter.key)],
    })
  }
}

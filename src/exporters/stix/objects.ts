import { commentOf } from '../../core/comment.js'
import type { Part } from '../../core/parts.js'
import type { Indicator, Resolution } from '../../model/snapshot.js'
import type { StixObject } from '../../model/stix/index.js'
import { context, head } from './context.js'
import type { Feed } from './feed.js'
import { indicatorObject, pairObject, revokedObject } from './indicators.js'
import { observables } from './observables.js'
import { basedOn, indicates, resolvesTo, sightings } from './relations.js'

/**
 * The graph: for OpenCTI and all that reads STIX. Dependencies come first: marking, identities, malware, observables,
 * indicators, relationships, sightings.
 */
export function* graph(feed: Feed, part: Part): Iterable<StixObject> {
  yield* head(feed)
  yield* context(feed, reportersOf(part))
  yield* observables(feed, part)
  for (const indicator of part.indicators) yield indicatorObject(indicator, feed)
  for (const indicator of part.indicators) {
    yield indicates(feed, indicator.id, indicator.stamp.created)
    yield basedOn(feed, indicator)
  }
  for (const resolution of part.resolutions) yield resolvesTo(feed, resolution)
  for (const indicator of part.indicators) yield* sightings(feed, indicator)
}

/**
 * Indicators alone, of values and of pairs: beside an observable, misp-stix loses description, dates and sightings of its
 * indicator. Without valid_until, which it takes for a sighting in the future.
 */
export function* indicatorsOnly(feed: Feed, part: Part): Iterable<StixObject> {
  yield* head(feed)
  yield* context(feed, reportersOf(part))
  for (const indicator of part.indicators) {
    const { valid_until: _, ...object } = indicatorObject(indicator, feed)
    // It becomes the comment, and the references go.
    yield { ...object, description: commentOf(indicator.evidence) }
  }
  const pairs = pairsOf(feed, part)
  yield* pairs
  for (const { id, stamp } of part.indicators) yield indicates(feed, id, stamp.created)
  for (const { id, created } of pairs) yield indicates(feed, id, created)
  for (const indicator of part.indicators) yield* sightings(feed, indicator)
}

function pairsOf(feed: Feed, { resolutions }: Part) {
  if (resolutions.length === 0) return []
  const ends = new Set(resolutions.flatMap(({ domain, ip }) => [domain, ip]))
  const byValue = new Map<string, Indicator>(
    feed.snapshot.indicators.filter(({ value }) => ends.has(value)).map((one) => [one.value, one]),
  )
  return resolutions.map((pair: Resolution) =>
    pairObject(pair, [byValue.get(pair.domain)!, byValue.get(pair.ip)!], feed),
  )
}

/** What was withdrawn, for whoever has taken it over. */
export function* revocations(feed: Feed): Iterable<StixObject> {
  yield* head(feed)
  for (const revocation of feed.snapshot.revoked) yield revokedObject(revocation, feed)
}

const reportersOf = ({ indicators }: Part): Set<string> =>
  new Set(indicators.flatMap(({ reporters }) => reporters.map(({ key }) => key)))

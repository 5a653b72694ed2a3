import { hashAlgorithm } from '../core/canonical.js'
import { objectId, scoId } from '../core/ids.js'
import { endsOf } from '../core/snapshot.js'
import { addMs, dayOf, postLink } from '../core/time.js'
import type { Observable, ObservableType } from '../model/observable.js'
import type { Evidence, Indicator, Resolution, Snapshot, Stamp } from '../model/snapshot.js'
import { OPENCTI_EXTENSION, type StixObject } from '../model/stix/index.js'

const TLP_WHITE = 'marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9'
const MARKED = {
  spec_version: '2.1' as const,
  object_marking_refs: [TLP_WHITE] as [`marking-definition--${string}`],
}

const MAIN_OBSERVABLE: Record<
  ObservableType,
  'Domain-Name' | 'IPv4-Addr' | 'IPv6-Addr' | 'Url' | 'StixFile'
> = {
  'domain-name': 'Domain-Name',
  'ipv4-addr': 'IPv4-Addr',
  'ipv6-addr': 'IPv6-Addr',
  url: 'Url',
  file: 'StixFile',
}

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

export const publisherId = ({ publisher }: Snapshot) =>
  objectId(publisher.namespace, 'identity', 'publisher') as `identity--${string}`
const reporterId = ({ publisher }: Snapshot, key: string) =>
  objectId(publisher.namespace, 'identity', `reporter:${key}`) as `identity--${string}`
const malwareId = ({ publisher, profile }: Snapshot) =>
  objectId(publisher.namespace, 'malware', profile.label) as `malware--${string}`

const markingDefinition = (): StixObject => ({
  type: 'marking-definition',
  spec_version: '2.1',
  id: TLP_WHITE,
  created: '2017-01-20T00:00:00.000Z',
  definition_type: 'tlp',
  name: 'TLP:WHITE',
  definition: { tlp: 'white' },
})

/** Properties of an object that the publisher made. */
const made = (snapshot: Snapshot, { created, modified }: Stamp) => ({
  ...MARKED,
  created_by_ref: publisherId(snapshot),
  created,
  modified,
})

const stampOf = ({ stamps }: Snapshot, key: string): Stamp => {
  const stamp = stamps.get(key)
  if (!stamp) throw new TypeError(`no dates for ${key}`)
  return stamp
}

function* contextObjects(snapshot: Snapshot): Iterable<StixObject> {
  const { publisher, profile, reporters } = snapshot
  yield {
    type: 'identity',
    id: publisherId(snapshot),
    ...made(snapshot, stampOf(snapshot, 'identity publisher')),
    name: publisher.name,
    description: `Publisher of this feed of ${profile.family} indicators.`,
    identity_class: 'organization',
    contact_information: publisher.contact,
  }
  for (const { key, name, kind } of reporters) {
    yield {
      type: 'identity',
      id: reporterId(snapshot, key),
      ...made(snapshot, stampOf(snapshot, `identity reporter:${key}`)),
      name,
      description: `Reported indicators of ${profile.family}.`,
      identity_class: kind,
    }
  }
  const { malware } = profile
  yield {
    type: 'malware',
    id: malwareId(snapshot),
    ...made(snapshot, stampOf(snapshot, `malware ${profile.label}`)),
    name: profile.family,
    description: malware.description,
    malware_types: malware.malware_types,
    is_family: true,
    ...(malware.kill_chain_phases.length > 0 ? { kill_chain_phases: malware.kill_chain_phases } : {}),
    ...(malware.external_references.length > 0 ? { external_references: malware.external_references } : {}),
  }
}

/** Observables of all indicators; addresses come before the names that resolve to them. */
function* observables(snapshot: Snapshot): Iterable<StixObject> {
  const resolved = new Map<string, string[]>()
  for (const pair of snapshot.resolutions) {
    const [, address] = endsOf(pair)
    resolved.set(pair.domain, [...(resolved.get(pair.domain) ?? []), scoId(address)])
  }
  for (const indicator of snapshot.indicators)
    yield observable(indicator, snapshot, resolved.get(indicator.value))
}

function observable(indicator: Indicator, snapshot: Snapshot, resolvesTo: string[] | undefined): StixObject {
  const { type, value, confidence } = indicator
  const id = scoId(indicator)
  if (type === 'file')
    return { type, id: id as `file--${string}`, ...MARKED, hashes: { [hashAlgorithm(value)]: value } }
  const extensions = {
    [OPENCTI_EXTENSION]: {
      extension_type: 'property-extension',
      score: confidence,
      labels: snapshot.profile.malware.labels,
      created_by_ref: publisherId(snapshot),
    },
  } as const
  if (type === 'domain-name')
    return {
      type,
      id,
      ...MARKED,
      value,
      ...(resolvesTo ? { resolves_to_refs: resolvesTo } : {}),
      extensions,
    } as StixObject
  return { type, id, ...MARKED, value, extensions } as StixObject
}

const escapeLiteral = (text: string): string => text.replace(/['\\]/g, '\\$&')

/** The pattern in the one spelling OpenCTI's server canonicalises to. */
export const patternOf = ({ type, value }: Observable): string =>
  type === 'file'
    ? `[file:hashes.'${hashAlgorithm(value)}' = '${value}']`
    : `[${type}:value = '${escapeLiteral(value)}']`

function indicatorObject(indicator: Indicator, snapshot: Snapshot): StixObject {
  const { type, value, status, confidence, validFrom, validUntil, evidence, reporters, firstReported } =
    indicator
  const { profile } = snapshot
  const names = reporters.map(({ name }) => name).join(', ')
  return {
    type: 'indicator',
    id: indicator.id as `indicator--${string}`,
    ...made(snapshot, indicator.stamp),
    name: value,
    description: `${profile.family} ${type}, first reported ${dayOf(firstReported)} by ${reporters[0]?.name}${reporters.length > 1 ? `; reported by ${names}` : ''}.`,
    indicator_types: ['malicious-activity'],
    pattern: patternOf(indicator),
    pattern_type: 'stix',
    pattern_version: '2.1',
    valid_from: validFrom,
    ...(validUntil ? { valid_until: validUntil } : {}),
    confidence,
    labels: profile.malware.labels,
    ...(profile.malware.kill_chain_phases.length > 0
      ? { kill_chain_phases: profile.malware.kill_chain_phases }
      : {}),
    ...externalReferences(evidence),
    extensions: {
      [OPENCTI_EXTENSION]: {
        extension_type: 'property-extension',
        score: confidence,
        detection: status === 'active',
        main_observable_type: MAIN_OBSERVABLE[type],
      },
    },
  }
}

/** Links to the evidence, oldest first. A post has its id as external_id: it has no bytes that could be hashed. */
function externalReferences(evidence: Evidence[]) {
  const references = new Map<
    string,
    { source_name: string; description: string; url: string; external_id: string }
  >()
  for (const { url, reporter, source, document, publishedAt } of evidence) {
    if (url === null || references.has(url)) continue
    references.set(url, {
      source_name: source,
      description: `Reported by ${reporter.name}, ${dayOf(publishedAt)}`,
      url,
      external_id: postLink(url)?.id ?? document,
    })
  }
  return references.size > 0 ? { external_references: [...references.values()] } : {}
}

function* relationships(snapshot: Snapshot): Iterable<StixObject> {
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
function* sightings(snapshot: Snapshot): Iterable<StixObject> {
  for (const indicator of snapshot.indicators) {
    const seen = new Set<string>()
    for (const { reporter, publishedAt } of indicator.evidence) {
      if (seen.has(reporter.key)) continue
      seen.add(reporter.key)
      yield {
        type: 'sighting',
        id: objectId(
          snapshot.publisher.namespace,
          'sighting',
          indicator.id,
          reporter.key,
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

function report(snapshot: Snapshot, ids: string[]): StixObject {
  const { publisher, profile } = snapshot
  const stamp = stampOf(snapshot, 'report feed')
  return {
    type: 'report',
    id: objectId(publisher.namespace, 'report', 'feed') as `report--${string}`,
    ...made(snapshot, stamp),
    name: `${profile.family} indicators of ${publisher.name}`,
    description: `Everything that ${publisher.name} publishes on ${profile.family}: ${publisher.baseUrl}`,
    report_types: ['indicator', 'malware'],
    published: stamp.created,
    object_refs: ids,
  }
}

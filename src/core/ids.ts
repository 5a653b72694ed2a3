import { createHash } from 'node:crypto'
import canonicalizeModule from 'canonicalize'
import type { Observable } from '../model/observable.js'
import { observableId, uuidV5 } from '../model/stix/ids.js'
import { hashAlgorithm } from './canonical.js'
import { endsOf } from './pairs.js'

// The package is CommonJS with `export default` types: under Node's ESM rules the function is the module itself.
const canonicalize = canonicalizeModule as unknown as (value: unknown) => string | undefined

/** RFC 8785. */
const canonicalJson = (value: unknown): string => canonicalize(value) ?? 'null'

/** Namespace of URLs (RFC 9562 section 6.6). */
const URL_NAMESPACE = '6ba7b811-9dad-11d1-80b4-00c04fd430c8'

/** The namespace of all ids of a publisher: the configured one, or one that follows from the base URL. */
export const namespaceOf = (baseUrl: string): string => uuidV5(baseUrl, URL_NAMESPACE)

/**
 * Id of an SDO, SRO or bundle. The type is part of the key, since the UUID must differ between types
 * (STIX 2.1 section 2.9); dates, scores and texts never are, so that the id outlives them. Of a list of texts, JSON is
 * canonical as it is (RFC 8785).
 */
export const objectId = <T extends string>(namespace: string, type: T, ...key: string[]): `${T}--${string}` =>
  `${type}--${uuidV5(JSON.stringify([type, ...key]), namespace)}`

/** The UUID within an id, for formats whose ids are UUIDs alone. */
export const uuidOf = (id: string): string => id.slice(id.indexOf('--') + 2)

/**
 * Id of the indicator of a value. A revoked object is final (STIX 2.1 section 3.6): a value that comes back is another one,
 * of the next generation.
 * @param generation 1 for the first
 */
export const indicatorId = (
  namespace: string,
  { type, value }: Observable,
  generation = 1,
): `indicator--${string}` =>
  objectId(namespace, 'indicator', type, value, ...(generation === 1 ? [] : [String(generation)]))

/** Id of the relationship of a name and the address that it stands on. */
export const resolutionId = (
  namespace: string,
  pair: { domain: string; ip: string },
): `relationship--${string}` => objectId(namespace, 'relationship', 'resolves-to', ...endsOf(pair).map(scoId))

/** Id of the MISP event of a source and month. */
export const mispEventId = (namespace: string, source: string, month: string): `misp-event--${string}` =>
  objectId(namespace, 'misp-event', source, month)

/**
 * Id of an attribute in an event, by the event's UUID: MISP takes an attribute's UUID once over all events, and drops a second
 * one.
 * @param pair the name and the address of which it is an end
 */
export const mispAttributeId = (
  namespace: string,
  event: string,
  { type, value }: Observable,
  pair: string[] = [],
): `misp-attribute--${string}` => objectId(namespace, 'misp-attribute', event, type, value, ...pair)

/** Fingerprint of anything JSON, for telling whether it changed. 128 bits in hex. */
export const fingerprint = (value: unknown): string =>
  createHash('sha256').update(canonicalJson(value)).digest('hex').slice(0, 32)

/** Id of the cyber-observable of a value. A file is known by its one hash. */
export const scoId = ({ type, value }: Observable): string =>
  observableId(type, type === 'file' ? { hashes: { [hashAlgorithm(value)]: value } } : { value })

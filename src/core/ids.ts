import { createHash } from 'node:crypto'
import canonicalizeModule from 'canonicalize'
import { v5 } from 'uuid'
import type { Observable } from '../model/observable.js'
import { hashAlgorithm } from './canonical.js'

// The package is CommonJS with `export default` types: under Node's ESM rules the function is the module itself.
const canonicalize = canonicalizeModule as unknown as (value: unknown) => string | undefined

/** Namespace of deterministic SCO ids, STIX 2.1 section 2.9. For nothing else: SDO and SRO ids must not use it. */
const OASIS_NAMESPACE = '00abedb4-aa42-466c-9c01-fed23315a9b7'

/** RFC 8785. */
const canonicalJson = (value: unknown): string => canonicalize(value) ?? 'null'

/** The namespace of all ids of a publisher: the configured one, or one that follows from the base URL. */
export const namespaceOf = (baseUrl: string): string => v5(baseUrl, v5.URL)

/**
 * Id of an SDO, SRO or bundle. The type is part of the key, since the UUID must differ between types
 * (STIX 2.1 section 2.9); dates, scores and texts never are, so that the id outlives them.
 */
export const objectId = (namespace: string, type: string, ...key: string[]): string =>
  `${type}--${v5(canonicalJson([type, ...key]), namespace)}`

/** Id of a cyber-observable from its id-contributing properties. */
const observableId = (type: string, contributing: object): string =>
  `${type}--${v5(canonicalJson(contributing), OASIS_NAMESPACE)}`

/** Fingerprint of anything JSON, for telling whether it changed. 128 bits in hex. */
export const fingerprint = (value: unknown): string =>
  createHash('sha256').update(canonicalJson(value)).digest('hex').slice(0, 32)

/** Id of the cyber-observable of a value. A file is known by its one hash. */
export const scoId = ({ type, value }: Observable): string =>
  observableId(type, type === 'file' ? { hashes: { [hashAlgorithm(value)]: value } } : { value })

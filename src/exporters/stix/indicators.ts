import { hashAlgorithm } from '../../core/canonical.js'
import { byText } from '../../core/order.js'
import { pairIndicatorId, sayReport } from '../../core/own.js'
import { dayOf } from '../../core/time.js'
import type { Observable, ObservableType } from '../../model/observable.js'
import type { Evidence, Indicator, Resolution, Revocation } from '../../model/snapshot.js'
import { OPENCTI_EXTENSION, type Indicator as StixIndicator } from '../../model/stix/index.js'
import { sayFirstReport } from '../text.js'
import type { Feed } from './feed.js'

const MAIN_OBSERVABLE = {
  'domain-name': 'Domain-Name',
  'ipv4-addr': 'IPv4-Addr',
  'ipv6-addr': 'IPv6-Addr',
  url: 'Url',
  file: 'StixFile',
} as const satisfies Record<ObservableType, string>

const literal = (text: string): string => `'${text.replace(/['\\]/g, '\\$&')}'`

/** The pattern in the one spelling OpenCTI's server canonicalises to. */
const patternOf = ({ type, value }: Observable): string =>
  type === 'file'
    ? `[file:hashes.'${hashAlgorithm(value)}' = ${literal(value)}]`
    : `[${type}:value = ${literal(value)}]`

/** What all indicators say, whatever their pattern. */
function said({ snapshot: { profile } }: Feed, name: string, pattern: string) {
  const { labels, kill_chain_phases } = profile.malware
  return {
    name,
    pattern,
    indicator_types: ['malicious-activity'],
    pattern_type: 'stix' as const,
    pattern_version: '2.1' as const,
    labels,
    kill_chain_phases: orAbsent(kill_chain_phases),
  }
}

/** STIX has no empty lists, and JSON no properties that are undefined. */
const orAbsent = <T>(list: T[]): T[] | undefined => (list.length > 0 ? list : undefined)

const opencti = (type: ObservableType, score: number, detection: boolean) => ({
  [OPENCTI_EXTENSION]: {
    extension_type: 'property-extension' as const,
    score,
    detection,
    main_observable_type: MAIN_OBSERVABLE[type],
  },
})

export function indicatorObject(indicator: Indicator, feed: Feed): StixIndicator {
  const { id, type, value, stamp, confidence, reporters } = indicator
  const names = reporters.map(({ name }) => name).join(', ')
  return Object.assign(feed.made('indicator', id, stamp), said(feed, value, patternOf(indicator)), {
    description: `${feed.snapshot.profile.family} ${type}, first reported ${sayFirstReport(indicator)} by ${reporters[0]?.name}${reporters.length > 1 ? `; reported by ${names}` : ''}.`,
    valid_from: indicator.validFrom,
    valid_until: indicator.validUntil ?? undefined,
    confidence,
    external_references: orAbsent(externalReferences(indicator.evidence)),
    extensions: opencti(type, confidence, indicator.status === 'active'),
  })
}

/** A name on an address, both active: MISP makes one object of it, and looks for both. */
export function pairObject(
  { domain, ip, stamp, firstReported, reports }: Resolution,
  ends: [Indicator, Indicator],
  feed: Feed,
): StixIndicator {
  const pattern = `[domain-name:value = ${literal(domain)} AND domain-name:resolves_to_refs[*].value = ${literal(ip)}]`
  const confidence = Math.min(...ends.map((end) => end.confidence))
  const modified = [stamp, ...ends.map((end) => end.stamp)].map((one) => one.modified)
  const id = pairIndicatorId(feed.snapshot.publisher.namespace, { domain, ip })
  // It says what its ends say too, so it changes with them.
  const changed = { created: stamp.created, modified: modified.sort(byText).at(-1)! }
  return Object.assign(feed.made('indicator', id, changed), said(feed, `${domain} on ${ip}`, pattern), {
    description: `${feed.snapshot.profile.family} name and the address it stands on, first reported ${sayFirstReport({ firstReported, basis: reports[0]!.basis })}.`,
    valid_from: ends.map(({ validFrom }) => validFrom).sort(byText)[1]!,
    confidence,
    extensions: opencti('domain-name', confidence, true),
  })
}

/** OpenCTI takes a change only from who is as sure as it is; of a withdrawal we are. */
const SURE = 100

/**
 * What was withdrawn, by what the record knows: its evidence may be gone. Reasons stand in delisted.csv and may be told
 * better one day; this object is final.
 */
export function revokedObject({ id, type, value, stamp }: Revocation, feed: Feed): StixIndicator {
  const { family } = feed.snapshot.profile
  const revoked = Object.assign(feed.made('indicator', id, stamp), { revoked: true as const })
  return Object.assign(revoked, said(feed, value, patternOf({ type, value })), {
    description: `${family} ${type}, withdrawn ${dayOf(stamp.modified)}.`,
    valid_from: stamp.created,
    // For whoever does not look at `revoked`.
    valid_until: stamp.modified,
    confidence: SURE,
    extensions: opencti(type, 0, false),
  })
}

/**
 * The evidence, oldest first: each document by our own id, so that a publication can be read again (`core/own.ts`), and
 * where it stands.
 */
const externalReferences = (evidence: Evidence[]) =>
  evidence.map((one) => ({
    source_name: one.source,
    description: sayReport(one),
    url: one.url ?? undefined,
    external_id: one.document,
  }))

import { hashAlgorithm } from '../../core/canonical.js'
import { scoId } from '../../core/ids.js'
import { endsOf } from '../../core/pairs.js'
import { dayOf, postLink } from '../../core/time.js'
import type { Observable, ObservableType } from '../../model/observable.js'
import type { Evidence, Indicator, Snapshot } from '../../model/snapshot.js'
import { OPENCTI_EXTENSION, type StixObject } from '../../model/stix/index.js'
import { MARKED, made, publisherId } from './common.js'

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

/** Observables of all indicators; addresses come before the names that resolve to them. */
export function* observables(snapshot: Snapshot): Iterable<StixObject> {
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

export function indicatorObject(indicator: Indicator, snapshot: Snapshot): StixObject {
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

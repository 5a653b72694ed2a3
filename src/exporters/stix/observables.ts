import { hashAlgorithm } from '../../core/canonical.js'
import { scoId } from '../../core/ids.js'
import { endsOf } from '../../core/pairs.js'
import type { Part } from '../../core/parts.js'
import { isAddress } from '../../model/observable.js'
import type { Indicator } from '../../model/snapshot.js'
import { OPENCTI_EXTENSION, type StixObject } from '../../model/stix/index.js'
import type { Feed } from './feed.js'

/** Observables of a part, and the addresses of other parts that its names resolve to; addresses come before names. */
export function* observables(feed: Feed, { indicators, resolutions }: Part): Iterable<StixObject> {
  const refs = new Map<string, string[]>()
  for (const pair of resolutions) {
    const known = refs.get(pair.domain)
    const ref = scoId(endsOf(pair)[1])
    if (known) known.push(ref)
    else refs.set(pair.domain, [ref])
  }
  for (const indicator of foreignAddresses(feed, { indicators, resolutions }))
    yield observable(indicator, feed, undefined)
  for (const indicator of indicators) yield observable(indicator, feed, refs.get(indicator.value))
}

function foreignAddresses({ snapshot }: Feed, { indicators, resolutions }: Omit<Part, 'month'>): Indicator[] {
  if (indicators.length === snapshot.indicators.length) return []
  const own = new Set(indicators.map(({ value }) => value))
  const foreign = new Set(resolutions.map(({ ip }) => ip).filter((ip) => !own.has(ip)))
  return snapshot.indicators.filter(({ type, value }) => isAddress(type) && foreign.has(value))
}

function observable(indicator: Indicator, feed: Feed, resolvesTo: string[] | undefined): StixObject {
  const { type, value, confidence } = indicator
  const id = scoId(indicator)
  if (type === 'file')
    return Object.assign(feed.marked(type, id), { hashes: { [hashAlgorithm(value)]: value } })
  const extensions = {
    [OPENCTI_EXTENSION]: {
      extension_type: 'property-extension',
      score: confidence,
      labels: feed.snapshot.profile.malware.labels,
      created_by_ref: feed.publisher,
    },
  } as const
  const refs = resolvesTo && { resolves_to_refs: resolvesTo }
  return Object.assign(feed.marked(type, id), { value }, refs, { extensions }) as StixObject
}

import { type Instant, isUpperBound } from '../model/document.js'
import { observableKey } from '../model/observable.js'
import type { Facts, StoredPair } from '../model/ports.js'
import type {
  Evidence,
  Indicator,
  PublishedEntry,
  Report,
  Reporter,
  Resolution,
  Snapshot,
  Stamp,
} from '../model/snapshot.js'
import { delist, ofNamespace } from './delist.js'
import { admit, evaluate, type Judged } from './evaluate.js'
import { indicatorId, objectId, resolutionId } from './ids.js'
import { type Kept, keptOf } from './ledger.js'
import { listings } from './listings.js'
import { type Lives, livesOf } from './lives.js'
import { byObservable, byReport, byText } from './order.js'
import { endsOf } from './pairs.js'
import { PROFILES, type ProfileName, type Published, reportsOf } from './parts.js'
import { bestSource, type Policy, reporterOf, sourceOf } from './policy.js'
import { PublicationRecord } from './record.js'
import { zones } from './zone.js'

/**
 * Everything as of one day, sorted: a pure function of facts, policy, day and the record of the last publication.
 * @param facts what was published before the end of the day
 */
export function snapshot(
  facts: Facts,
  policy: Policy,
  asOf: string,
  previous: PublishedEntry[],
): { snapshot: Snapshot; record: PublishedEntry[]; kept: Kept } {
  const admitted = admit(facts, policy, asOf)
  const judged = evaluate(admitted, policy, asOf)
  const own = ofNamespace(previous, policy.publisher.namespace)
  const record = new PublicationRecord(own, asOf)
  const { namespace, tlp } = policy.publisher
  const { labels, kill_chain_phases } = policy.profile.malware
  const common = record.stampCommon(objectId(namespace, 'list', 'common'), { tlp, labels, kill_chain_phases })
  const of = (verdict: string) =>
    [...judged.values()]
      .filter((one) => one.verdict === verdict)
      .sort((a, b) => byObservable(a.observable, b.observable))
  const count = (verdict: string) => [...judged.values()].filter((one) => one.verdict === verdict).length
  const lives = livesOf(judged, admitted.pairs, policy, asOf)
  const indicators = of('publish').map((one) => indicator(one, policy, lives, record))
  const watch = of('watch').map((one) => indicator(one, policy, lives, null))
  const waiting = of('quarantine').map((one) => indicator(one, policy, lives, null))
  const resolutions = resolve(admitted.pairs, indicators, policy, record)
  const reporters = distinctReporters(indicators)
  const delisted = delist(judged, indicators, own, record)
  const snapshot: Snapshot = {
    asOf,
    publisher: policy.publisher,
    profile: policy.profile,
    indicators,
    watch,
    quarantine: waiting.filter(({ status }) => status === 'active'),
    resolutions,
    listings: listings({ indicators, resolutions }, policy, record),
    delisted,
    revoked: record.revoked(),
    reporters,
    sources: usedSources(indicators, policy),
    life: policy.life,
    counts: {
      documents: admitted.documents.length,
      unrelated: count('unrelated'),
      never: count('never'),
      waiting: waiting.length,
    },
    stamps: stampContext(policy, reporters, { indicators, resolutions }, record).set('list common', common),
  }
  return { snapshot, record: record.entries(), kept: keptOf(judged, own) }
}

function indicator(
  judged: Judged,
  policy: Policy,
  lives: Lives,
  record: PublicationRecord | null,
): Indicator {
  const { observable, campaign, confidence, reasons, verdict } = judged
  const { namespace } = policy.publisher
  const id = record?.indicatorId(namespace, observable) ?? indicatorId(namespace, observable)
  const life = lives.of(judged)
  const reported = campaign.map(({ publishedAt }) => publishedAt)
  const facts = {
    status: life.active ? ('active' as const) : ('expired' as const),
    confidence,
    firstReported: reported[0]!,
    basis: campaign[0]!.basis,
    lastReported: reported.at(-1)!,
    firstSeen: least(campaign.map(({ firstSeen }) => firstSeen)),
    lastSeen: greatest(campaign.map(({ lastSeen }) => lastSeen)),
    validFrom: life.validFrom,
    validUntil: life.validUntil,
    country: countryOf(judged),
    operated: lives.operated(judged),
  }
  const material = { ...facts, evidence: campaign.map(told) }
  return {
    id,
    ...observable,
    ...facts,
    lastSign: life.lastSign,
    verdict,
    reporters: distinct(
      campaign.map(({ reporter }) => reporter),
      ({ key }) => key,
    ),
    sources: sourcesOf(judged),
    evidence: campaign,
    reasons,
    stamp: record?.stamp(id, material, observable) ?? { created: '', modified: '' },
  }
}

/** What is published of a piece of evidence. */
const told = (evidence: Evidence) => {
  const { document, source, reporter, url, publishedAt } = evidence
  return [document, source, reporter.name, url, publishedAt, isUpperBound(evidence)]
}

/** All sources through which the attributed documents came, by name. */
function sourcesOf({ observations, campaign }: Judged): string[] {
  const documents = new Set(campaign.map(({ document }) => document))
  const names = observations
    .filter(({ document }) => documents.has(document.id))
    .flatMap(({ document }) => document.sources)
  return distinct(names, (name) => name).sort(byText)
}

/** ISO 3166 code at the end of what a registry says: `ZEN-ECN, US`. */
function countryOf({ observations }: Judged): string | null {
  const stated = observations.flatMap(({ whois }) => /,\s*([A-Z]{2})$/.exec(whois ?? '')?.[1] ?? [])
  return stated.sort(byText)[0] ?? null
}

/** Pairs of which both ends are published. */
function resolve(
  pairs: StoredPair[],
  indicators: Indicator[],
  policy: Policy,
  record: PublicationRecord,
): Resolution[] {
  const published = new Map(indicators.map((one) => [observableKey(one), one]))
  const found = new Map<string, StoredPair[]>()
  for (const pair of pairs) {
    const ends = endsOf(pair).map((end) => published.get(observableKey(end)))
    const attributed = ends.every((end) =>
      end?.evidence.some(({ document }) => document === pair.document.id),
    )
    if (attributed)
      found.set(`${pair.domain} ${pair.ip}`, [...(found.get(`${pair.domain} ${pair.ip}`) ?? []), pair])
  }
  const resolutions = [...found.values()].map((same): Resolution => {
    const [{ domain, ip }] = same as [StoredPair]
    const id = resolutionId(policy.publisher.namespace, { domain, ip })
    const reported = same.map(({ document }) => document.publishedAt).sort(byText)
    const facts = {
      rules: distinct(
        same.map(({ rule }) => rule),
        (rule) => rule,
      ).sort(byText),
      firstReported: reported[0]!,
      lastReported: reported.at(-1)!,
      firstSeen: least(same.map(({ firstSeen }) => firstSeen)),
      lastSeen: greatest(same.map(({ lastSeen }) => lastSeen)),
    }
    const reports = same.map((pair) => reportOf(pair, policy))
    const documents = same.map(({ document }) => document.id).sort(byText)
    return {
      id,
      domain,
      ip,
      ...facts,
      reporters: distinct(
        reports.map(({ reporter }) => reporter),
        ({ key }) => key,
      ).sort((a, b) => byText(a.key, b.key)),
      reports: reports.sort(byReport),
      sources: distinct(
        same.flatMap(({ document }) => document.sources),
        (name) => name,
      ).sort(byText),
      stamp: record.stamp(id, { ...facts, documents }),
    }
  })
  return resolutions.sort(
    (a, b) => byObservable(endsOf(a)[0], endsOf(b)[0]) || byObservable(endsOf(a)[1], endsOf(b)[1]),
  )
}

function reportOf({ document, firstSeen, lastSeen }: StoredPair, policy: Policy): Report {
  const { id, author, url, publishedAt, basis, sources } = document
  const source = bestSource(policy, sources)
  const reporter = reporterOf(policy, author, source)
  return { document: id, source: source.name, reporter, url, publishedAt, basis, firstSeen, lastSeen }
}

/** Dates of the publisher, its reporters, the malware, the reports and the zones: they change when what is said of them does. */
function stampContext(
  { publisher, profile }: Policy,
  reporters: Reporter[],
  all: Published,
  record: PublicationRecord,
): Map<string, Stamp> {
  const stamps = new Map<string, Stamp>()
  const stamp = (type: string, key: string, material: unknown) => {
    const id = objectId(publisher.namespace, type, key)
    stamps.set(`${type} ${key}`, record.stamp(id, material))
  }
  stamp('identity', 'publisher', { name: publisher.name, contact: publisher.contact })
  for (const { key, name, kind } of reporters) stamp('identity', `reporter:${key}`, { name, kind })
  stamp('malware', profile.label, profile.malware)
  for (const name of Object.keys(PROFILES) as ProfileName[])
    for (const { report, indicators, resolutions } of reportsOf(name, all)) {
      const published = [
        ...indicators.map(({ id, evidence }) => [id, ...evidence.map(({ document }) => document)]),
        ...resolutions.map(({ id }) => [id]),
      ]
      const { baseUrl } = publisher
      stamp('report', report, { name: publisher.name, baseUrl, family: profile.family, published })
    }
  for (const [zone, values] of Object.entries(zones(all.indicators))) stamp('list', zone, values)
  return stamps
}

const distinctReporters = (indicators: Indicator[]): Reporter[] =>
  distinct(
    indicators.flatMap(({ reporters }) => reporters),
    ({ key }) => key,
  ).sort((a, b) => byText(a.key, b.key))

function usedSources(indicators: Indicator[], policy: Policy): Snapshot['sources'] {
  const names = distinct(
    indicators.flatMap(({ sources }) => sources),
    (name) => name,
  ).sort(byText)
  return names.map((name) => {
    const { title, url, licence } = sourceOf(policy, name)
    return { name, title, url, licence }
  })
}

function distinct<T>(items: T[], key: (item: T) => string): T[] {
  return [...new Map(items.map((item) => [key(item), item])).values()]
}

const present = (times: (Instant | null)[]): Instant[] => times.filter((time) => time !== null).sort(byText)
const least = (times: (Instant | null)[]): Instant | null => present(times)[0] ?? null
const greatest = (times: (Instant | null)[]): Instant | null => present(times).at(-1) ?? null

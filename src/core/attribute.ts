import type { Decision } from '../model/decision.js'
import { isUpperBound } from '../model/document.js'
import { isAddress } from '../model/observable.js'
import type { StoredObservation } from '../model/ports.js'
import type { Evidence, Reason } from '../model/snapshot.js'
import { suffixOf } from './canonical.js'
import { hostName, ownDomain } from './domains.js'
import { bestSource, type Policy, reporterOf, weightOf } from './policy.js'
import { dayOf } from './time.js'

/** Independent reasons combine as probabilities do: 1 − Π(1 − wᵢ). Percent in, percent out. */
export const combine = (weights: number[]): number =>
  Math.round(100 * (1 - weights.reduce((rest, weight) => rest * (1 - weight / 100), 1)))

/** What is held back for a person never gets above this. */
export const HELD = 50

/** What is known besides the document itself. */
export interface Circumstances {
  /** What pairs carry over from values that stand on their own, and what infrastructure ties it. */
  carried?: Reason[]
  /** Its reporter reported more on that day than he is trusted for. */
  isOverBudget?: boolean
  /** A maintainer's about the whole document: `confirm` is a sign of all that it reports. */
  decision?: Decision | null
}

/**
 * What one document says about one observable: the family it attributes it to, how firmly, and why.
 * Signs are a name of the campaign, a host pattern of its era, a port of its servers, a list of the campaign, or a
 * pair to a value that has signs of its own. A pinned reporter adds weight, but is no sign:
 * the named researchers post mostly about other things.
 */
export function attribute(
  observation: StoredObservation,
  policy: Policy,
  { carried = [], isOverBudget = false, decision = null }: Circumstances = {},
): Evidence {
  const { document } = observation
  const source = bestSource(policy, document.sources)
  const known = reporterOf(policy, document.author, source)
  const reporter = isOverBudget ? { ...known, pinned: false } : known
  const listWeight = weightOf(source)
  const others = speaksForOthers(observation, policy)
  const signs = [...signsOf(observation, policy), ...carried]
  if (listWeight > 0)
    signs.push({
      rule: 'list',
      weight: listWeight,
      detail: `${source.title} is about ${policy.profile.family}`,
    })
  if (decision?.decision === 'confirm' && observation.role !== 'reference')
    signs.push({
      rule: 'decision',
      weight: policy.threshold,
      detail: `the document was confirmed by ${decision.by} on ${decision.date}: ${decision.reason}`,
    })
  const support = supportFor(observation, policy)
  if (signs.length === 1 && isWeak(signs[0]!) && support.length === 0) signs.pop()
  const named = signs.some(({ rule }) => rule === 'term' || rule === 'decision')
  const isOther = others.length > 0 && !named && listWeight < policy.threshold
  // That a name is spelt as another family's says little where the document names this one alone.
  const isMixed =
    decision === null &&
    listWeight < policy.threshold &&
    others.some(({ rule }) => rule.startsWith('other-term'))
  const reasons = isOther ? [...others, ...signs] : [...signs, ...others]
  if (!isOther && signs.length > 0) reasons.push(...support)
  if (!isOther && signs.length > 0 && reporter.pinned)
    reasons.push({
      rule: 'reporter',
      weight: policy.weights.pinned,
      detail: `${reporter.name} is a named researcher of the campaign`,
    })
  if (isOverBudget)
    reasons.push({
      rule: 'budget',
      weight: 0,
      detail: `${known.name} reported more on ${dayOf(document.publishedAt)} than a researcher is trusted for on one day`,
    })
  const isGrowth = carried.some(({ rule }) => rule === 'growth')
  const isHeld = decision?.decision !== 'confirm' && (isMixed || isOverBudget || isGrowth)
  const combined = combine(reasons.filter(({ weight }) => weight > 0).map(({ weight }) => weight))
  const sign = !isOther && signs.length > 0 && observation.withdrawn === null
  return {
    document: document.id,
    source: source.name,
    reporter,
    isAuthored: document.author !== null,
    url: document.url,
    references: document.references,
    publishedAt: document.publishedAt,
    basis: document.basis,
    firstSeen: observation.firstSeen,
    lastSeen: observation.lastSeen,
    role: observation.role,
    port: observation.port,
    family: isOther ? others[0]!.detail : signs.length > 0 ? policy.profile.family : null,
    // A document that names this campaign and another says which value is whose only to a person.
    confidence: !sign ? 0 : isHeld ? Math.min(combined, HELD) : combined,
    isHeld,
    sign,
    reasons,
    withdrawn: observation.withdrawn,
  }
}

/** From this weight on a spelling, or the word of a list, is seldom about anybody else. */
export const TELLING = 50

/** Tells whether a reason is a spelling that hardly anybody else has. */
export const isTellinglySpelt = (reason: Reason | null): boolean =>
  reason?.rule === 'pattern' && reason.weight >= TELLING

/** Whether a reason is a spelling that many an innocent name has: with nothing beside it, it is no sign. */
const isWeak = ({ rule, weight }: Reason): boolean => rule === 'pattern' && weight < TELLING

/** Whether anything but a pair speaks for the campaign. */
export const hasSign = (observation: StoredObservation, policy: Policy): boolean =>
  weightOf(bestSource(policy, observation.document.sources)) > 0 || signsOf(observation, policy).length > 0

function signsOf(observation: StoredObservation, policy: Policy): Reason[] {
  // What a post only refers to, or calls the genuine one, is not what it reports.
  if (observation.role === 'reference') return []
  return [
    ...termSign(observation, policy),
    ...[patternSign(observation, policy), portSign(observation, policy)].filter((sign) => sign !== null),
  ]
}

/** Words of the profile that speak of a value: those of its own part of the document, else of all of it. */
const wordsOf = ({ signals, document }: StoredObservation): string[] => signals ?? document.signals

/** The strongest name of the campaign in the document. Of a plain word among words it says half as much. */
function termSign(observation: StoredObservation, { profile }: Policy): Reason[] {
  const { document, context } = observation
  const words = wordsOf(observation)
  const named = profile.terms.filter(({ term }) => words.includes(`term:${term}`))
  const [strongest] = named.sort((a, b) => b.weight - a.weight)
  if (!strongest) return []
  const isProse = document.kind === 'post' && context === 'prose'
  const { term, weight } = strongest
  return [
    isProse
      ? {
          rule: 'term',
          weight: weight / 2,
          detail: `the document names “${term}”, but the value stands in it as a plain word`,
        }
      : { rule: 'term', weight, detail: `the document names “${term}”` },
  ]
}

/**
 * Gives the reason that the host, or the registered domain above it, is spelt as the operators spelt theirs at that time;
 * null: it is not.
 */
export function patternSign(observation: StoredObservation, policy: Policy): Reason | null {
  const host = hostName(observation)
  if (host === null) return null
  const eras = policy.profile.hosts.filter((era) => inEra(observation, era))
  const spelt = eras.filter((era) => matches(era.pattern, host))
  const domain = spelt.length > 0 ? null : suffixOf(host).registrable
  if (domain !== null && domain !== host) {
    const above = eras.filter((era) => matches(era.pattern, domain))
    // Guards are asked last: a list of millions needs none of them.
    if (above.length > 0 && ownDomain(host, policy) !== null) spelt.push(...above)
  }
  // Eras overlap; that a name fits two says no more than that it fits the more telling one.
  const [strongest] = spelt.sort((a, b) => b.weight - a.weight)
  if (!strongest) return null
  const detail = `${domain ?? host} is spelt as the operators did (${strongest.id})`
  return { rule: 'pattern', weight: strongest.weight, detail }
}

/** Gives the reason that a port of the command servers stands on the address; null: none does. */
export function portSign({ type, port }: StoredObservation, { profile: { ports } }: Policy): Reason | null {
  if (port === null || !isAddress(type) || !ports.numbers.includes(port)) return null
  return { rule: 'port', weight: ports.weight, detail: `port ${port} is one of the command servers'` }
}

/** What adds to a sign and is none: a brand or a lure that the post names. */
function supportFor({ document, context }: StoredObservation, { profile }: Policy): Reason[] {
  if (document.kind === 'post' && context === 'prose') return []
  return (['brand', 'lure'] as const).flatMap((kind) => {
    const signal = document.signals.find((one) => one.startsWith(`${kind}:`))
    const { weight } = kind === 'brand' ? profile.brands : profile.lures
    return signal
      ? [{ rule: kind, weight, detail: `the document names “${signal.slice(kind.length + 1)}”` }]
      : []
  })
}

/** Reasons why a document or a host name speaks for another family; `detail` names it. */
function speaksForOthers(observation: StoredObservation, { profile }: Policy): Reason[] {
  const families = wordsOf(observation).flatMap((signal) => {
    const [kind, family, term] = signal.split(':')
    return kind === 'other' && family && term
      ? [{ rule: `other-term:${term}`, weight: -100, detail: family }]
      : []
  })
  const host = hostName(observation)
  if (host === null) return families
  const eras = profile.other_hosts.filter((era) => inEra(observation, era) && matches(era.pattern, host))
  return [
    ...families,
    ...eras.map(({ family, pattern }) => ({ rule: `other-host:${pattern}`, weight: -100, detail: family })),
  ]
}

/** An upper bound of a date (`list-date`) excludes no era that began before it. */
function inEra({ document, lastSeen }: StoredObservation, era: { from: string; until: string }): boolean {
  const day = dayOf(lastSeen ?? document.publishedAt)
  return day >= era.from && (day <= era.until || isUpperBound(document))
}

const compiled = new Map<string, RegExp>()

function matches(pattern: string, host: string): boolean {
  const regex = compiled.get(pattern) ?? new RegExp(pattern, 'u')
  compiled.set(pattern, regex)
  return regex.test(host)
}

import type { Decision } from '../model/decision.js'
import type { GuardHit } from '../model/guard.js'
import { isAddress, type Observable } from '../model/observable.js'
import type { Evidence, Reason, Verdict } from '../model/snapshot.js'
import { combine } from './attribute.js'
import { isDenied } from './guards.js'
import { byText } from './order.js'
import { type Policy, sourceOf, weightOf } from './policy.js'

export interface Judgement {
  verdict: Verdict
  confidence: number
  /** Rules that decided, most weighty first. */
  reasons: Reason[]
  guards: GuardHit[]
  /** The evidence that speaks for this campaign, oldest first. */
  campaign: Evidence[]
  decision: Decision | null
}

/**
 * Whether a value is published, waits, is of no concern, or must never be published.
 * Order: what is not global unicast or is a public suffix; a maintainer's decision; the other guards; attribution.
 */
export function judge(
  observable: Observable,
  evidence: Evidence[],
  policy: Policy,
  decision: Decision | null,
): Judgement {
  const guards = policy.guards(observable)
  const attributed = evidence.filter(({ sign }) => sign)
  const confirmed = decision?.decision === 'confirm'
  const standing = evidence.filter(({ withdrawn }) => withdrawn === null)
  const campaign = sortEvidence(attributed.length > 0 || !confirmed ? attributed : standing)
  const [confidence, reasons] = weigh(campaign, guards)
  const judged = { confidence, reasons, guards, campaign, decision }
  const rule = (verdict: Verdict, detail: string, name: string): Judgement => ({
    ...judged,
    verdict,
    reasons: [...reasons, { rule: name, weight: 0, detail }],
  })
  const absolute = guards.find(({ absolute }) => absolute)
  if (absolute) return rule('never', `${absolute.title}: ${absolute.entry}`, `guard:${absolute.guard}`)
  if (decision && !confirmed)
    return rule(
      'never',
      `${decision.decision} by ${decision.by} on ${decision.date}: ${decision.reason}`,
      'decision',
    )
  if (confirmed) {
    const lifted = rule(
      'publish',
      `confirmed by ${decision.by} on ${decision.date}: ${decision.reason}`,
      'decision',
    )
    return campaign.length === 0
      ? { ...lifted, verdict: 'unrelated' }
      : { ...lifted, confidence: Math.max(confidence, policy.threshold) }
  }
  if (isDenied(guards, observable)) {
    const hit = guards.find(({ effect }) => effect !== 'annotate')!
    return rule('never', `${hit.title}: ${hit.entry}`, `guard:${hit.guard}`)
  }
  const gone = sortEvidence(evidence).findLast(({ withdrawn }) => withdrawn !== null)?.withdrawn
  if (campaign.length === 0 && gone) return rule('unrelated', gone.reason, 'withdrawn')
  if (campaign.length === 0)
    return rule('unrelated', `nothing speaks for ${policy.profile.family}`, 'no-sign')
  if (confidence < policy.threshold)
    return rule('quarantine', `confidence ${confidence} is below ${policy.threshold}`, 'threshold')
  const [trusted, why] = trustOf(observable, campaign, policy)
  return rule(trusted ? 'publish' : 'quarantine', why, 'trust')
}

/**
 * Confidence over all evidence: the best of each person, combined; guards that annotate take a fifth off. What speaks of
 * the value itself, or is the word of a list, is one reason however many people repeat it.
 */
function weigh(campaign: Evidence[], guards: GuardHit[]): [number, Reason[]] {
  const persons = [...bestByPerson(campaign)].sort((a, b) => b.confidence - a.confidence)
  const shared = new Map<string, number>()
  const personal = persons.map(({ confidence, reasons, source }) => {
    const positive = reasons.filter(({ weight }) => weight > 0)
    // What a document is held back for, as one that names two families, is held back as a whole.
    if (confidence < combine(positive.map(({ weight }) => weight))) return confidence
    for (const { rule, weight } of positive)
      if (SHARED_RULES.includes(rule)) shared.set(rule === 'list' ? `list ${source}` : rule, weight)
    return combine(positive.filter(({ rule }) => !SHARED_RULES.includes(rule)).map(({ weight }) => weight))
  })
  const annotations = guards.filter(({ effect }) => effect === 'annotate')
  const combined = Math.min(99, combine([...shared.values(), ...personal]))
  const reasons = [
    ...persons
      .flatMap(({ reasons }) => reasons)
      .filter((reason, n, all) => all.findIndex(({ detail }) => detail === reason.detail) === n),
    ...annotations.map(({ guard, title, entry }) => ({
      rule: `guard:${guard}`,
      weight: -20,
      detail: `${title}: ${entry}`,
    })),
  ]
  return [annotations.length > 0 ? Math.round(combined * 0.8) : combined, reasons]
}

const SHARED_RULES = ['list', 'network', 'pattern']

/** Of each person the evidence that says most. A list that cites people is not one more of them. */
function bestByPerson(campaign: Evidence[]): Evidence[] {
  const best = new Map<string, Evidence>()
  for (const one of independent(campaign)) {
    const known = best.get(one.reporter.key)
    if (!known || one.confidence > known.confidence) best.set(one.reporter.key, one)
  }
  return [...best.values()]
}

/** Evidence without what a list says in its own name of a value that it has from somebody. */
const independent = (campaign: Evidence[]): Evidence[] =>
  campaign.filter(
    (one) =>
      one.isAuthored || !campaign.some(({ source, isAuthored }) => isAuthored && source === one.source),
  )

/**
 * Whether enough independent people stand behind a value. A confirmed document suffices. So does a list of the campaign whose trust reaches the threshold
 * suffices; so does a pinned researcher, who for an address must show what runs there (an attributed name on it, or
 * a port of the command servers) or call a command server in naming the campaign; else two reporters, each with a sign of their own.
 */
function trustOf(observable: Observable, campaign: Evidence[], policy: Policy): [boolean, string] {
  const confirmed = campaign.flatMap(({ reasons }) => reasons).find(({ rule }) => rule === 'decision')
  if (confirmed) return [true, confirmed.detail]
  const list = campaign
    .map(({ source }) => sourceOf(policy, source))
    .find((source) => weightOf(source) >= policy.threshold)
  if (list) return [true, `${list.title} is trusted with ${weightOf(list)}`]
  const address = isAddress(observable.type) || /^https?:\/\/[\d.]+\/$/.test(observable.value)
  const pinned = campaign.filter(({ reporter }) => reporter.pinned)
  const shown = pinned.find(
    ({ reasons, role }) =>
      !address ||
      reasons.some(({ rule }) => rule === 'pair' || rule === 'port') ||
      (role === 'c2' && reasons.some(({ rule }) => rule === 'term')),
  )
  if (shown)
    return [
      true,
      `${shown.reporter.name} is a named researcher${address ? ' and shows what runs on it' : ''}`,
    ]
  const persons = new Set(independent(campaign).map(({ reporter }) => reporter.key))
  if (persons.size >= 2) return [true, `${persons.size} independent reporters`]
  const wanted =
    address && pinned.length > 0
      ? 'no attributed name or known port on this address'
      : 'one reporter who is not pinned'
  return [false, `${wanted}; a second independent reporter or a decision would publish it`]
}

const sortEvidence = (evidence: Evidence[]): Evidence[] =>
  [...evidence].sort((a, b) => byText(a.publishedAt, b.publishedAt) || byText(a.document, b.document))

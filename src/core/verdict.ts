import type { Decision } from '../model/decision.js'
import type { GuardHit } from '../model/guard.js'
import { isAddress, type Observable, observableKey } from '../model/observable.js'
import type { Evidence, Reason, Verdict } from '../model/snapshot.js'
import { combine, HELD, isTellinglySpelt, TELLING } from './attribute.js'
import { isDenied } from './guards.js'
import { byReport } from './order.js'
import { isMixed, type Policy, sourceOf, weightOf } from './policy.js'
import { TIES } from './ties/index.js'
import { daysBetween } from './time.js'

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
  const [confidence, reasons] = weigh(campaign, guards, policy)
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
  if (confirmed && campaign.length > 0) {
    const lifted = rule(
      'publish',
      `confirmed by ${decision.by} on ${decision.date}: ${decision.reason}`,
      'decision',
    )
    return { ...lifted, confidence: Math.max(confidence, policy.threshold) }
  }
  if (isDenied(guards, observable)) {
    const hit = guards.find((one) => isDenied([one], observable))!
    return rule('never', `${hit.title}: ${hit.entry}`, `guard:${hit.guard}`)
  }
  const gone = sortEvidence(evidence).findLast(({ withdrawn }) => withdrawn !== null)?.withdrawn
  if (campaign.length === 0 && gone) return rule('unrelated', gone.reason, 'withdrawn')
  if (campaign.length === 0)
    return rule('unrelated', `nothing speaks for ${policy.profile.family}`, 'no-sign')
  const document = campaign.flatMap(({ reasons }) => reasons).find(({ rule }) => rule === 'decision')
  if (document)
    return {
      ...rule('publish', document.detail, 'trust'),
      confidence: Math.max(confidence, policy.threshold),
    }
  const popular = guards.find(({ effect }) => effect === 'untied')
  if (popular && !campaign.some((one) => !one.isHeld && vouchesItself(one, policy)))
    return rule('quarantine', `${popular.title}: ${popular.entry}`, `guard:${popular.guard}`)
  const otherwise = campaign.some((one) => isSound(one, policy)) ? 'watch' : 'quarantine'
  if (confidence < policy.threshold)
    return rule(otherwise, `confidence ${confidence} is below ${policy.threshold}`, 'threshold')
  const [trusted, why] = trustOf(observable, campaign, policy)
  if (trusted && policy.held?.has(observableKey(observable)))
    return rule('watch', 'changed rules would list it for the first time, and nobody has looked yet', 'rules')
  return rule(trusted ? 'publish' : otherwise, why, 'trust')
}

/** Tells whether evidence is a trusted list's, or a named researcher's that no list merely cites. */
const vouchesItself = ({ source, reporter }: Evidence, policy: Policy): boolean =>
  weightOf(sourceOf(policy, source)) >= policy.threshold || (reporter.pinned && !isMixed(policy, source))

/**
 * Tells whether evidence that does not suffice to block is good enough to log by: a tie, a port, a pair, the campaign's
 * spelling on a list about it, or its name in the words of somebody known; and nothing in it speaks for another family.
 */
function isSound({ reasons, reporter }: Evidence, policy: Policy): boolean {
  if (reasons.some(({ weight }) => weight < 0)) return false
  const has = (...names: string[]) => reasons.some(({ rule }) => names.includes(rule))
  const isKnown = policy.reporters.some(({ name }) => name.toLowerCase() === reporter.key)
  return (
    has(...TIES, 'pair', 'port') ||
    (has('list') && has('pattern', 'term')) ||
    (isKnown && (has('term') || reasons.some(isTellinglySpelt)))
  )
}

/**
 * Confidence over all evidence: the best of each person, combined; guards that annotate take a fifth off. What speaks of
 * the value itself, is the word of a list, or stands in many such posts, is one reason however many people repeat it.
 */
function weigh(campaign: Evidence[], guards: GuardHit[], { threshold }: Policy): [number, Reason[]] {
  const persons = [...bestByPerson(campaign)].sort((a, b) => b.confidence - a.confidence)
  const shared = new Map<string, number>()
  const personal = persons.map(({ confidence, reasons, source, isHeld }) => {
    if (isHeld) return confidence
    const positive = reasons.filter(({ weight }) => weight > 0)
    for (const { rule, weight } of positive.filter(({ rule }) => SHARED_RULES.includes(rule))) {
      const key = rule === 'list' ? `list ${source}` : rule
      shared.set(key, Math.max(weight, shared.get(key) ?? 0))
    }
    return combine(positive.filter(({ rule }) => !SHARED_RULES.includes(rule)).map(({ weight }) => weight))
  })
  const most = persons.every(({ isHeld }) => isHeld) ? HELD : persons.some(isTelling) ? 99 : threshold - 1
  const combined = Math.min(most, combine([...shared.values(), ...personal]))
  const annotations = guards.filter(({ effect }) => effect === 'annotate')
  const told = new Map(persons.flatMap(({ reasons }) => reasons).map((reason) => [reason.detail, reason]))
  const reasons = [
    ...told.values(),
    ...annotations.map(({ guard, title, entry }) => ({
      rule: `guard:${guard}`,
      weight: -20,
      detail: `${title}: ${entry}`,
    })),
  ]
  return [annotations.length > 0 ? Math.round(combined * 0.8) : combined, reasons]
}

const SHARED_RULES = ['list', 'pattern', 'brand', 'lure', ...TIES, 'set', 'cites']

/**
 * Whether more speaks for it than people who post about much else, a list that mixes families, or a spelling that many an
 * innocent name has: one of these may be repeated by however many. A list and a spelling together tell.
 */
function isTelling({ reasons }: Evidence): boolean {
  const weightOfRule = (name: string): number => reasons.find(({ rule }) => rule === name)?.weight ?? 0
  const [list, pattern] = [weightOfRule('list'), weightOfRule('pattern')]
  return (
    reasons.some(({ rule }) => ['term', 'pair', 'port', 'decision', ...TIES].includes(rule)) ||
    list >= TELLING ||
    pattern >= TELLING ||
    (list > 0 && pattern > 0)
  )
}

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

/** Whether enough independent people stand behind a value, and who; what is held back does not count. */
function trustOf(observable: Observable, campaign: Evidence[], policy: Policy): [boolean, string] {
  const standing = campaign.filter(({ isHeld }) => !isHeld)
  const alone = standing.map((one) => trustedAlone(observable, one, policy)).find((why) => why !== null)
  if (alone) return [true, alone]
  const persons = new Set(independent(standing).map(({ reporter }) => reporter.key))
  if (persons.size >= 2) return [true, `${persons.size} independent reporters`]
  const wanted =
    isAddressed(observable) && standing.some(({ reporter }) => reporter.pinned)
      ? 'no attributed name or known port on this address'
      : 'one reporter who is not pinned'
  return [false, `${wanted}; a second independent reporter or a decision would publish it`]
}

/**
 * Why one piece of evidence suffices, or null. A list of the campaign whose trust reaches the threshold does; so does a
 * pinned researcher, who for an address must show what runs there (an attributed name on it, or a port of the command
 * servers) or call it a command server in naming the campaign.
 */
function trustedAlone(observable: Observable, one: Evidence, policy: Policy): string | null {
  const { source, reporter, reasons, role, isHeld } = one
  if (isHeld) return null
  const list = sourceOf(policy, source)
  if (weightOf(list) >= policy.threshold) return `${list.title} is trusted with ${weightOf(list)}`
  const has = (...names: string[]) => reasons.some(({ rule }) => names.includes(rule))
  if (has('decision')) return 'its document was confirmed'
  const isShown = has('pair', 'port', 'set') || (role === 'c2' && has('term'))
  const tie = reasons.find(({ rule }) => TIES.includes(rule))
  if (tie && weightOf(list) > 0 && (isShown || !isAddressed(observable)))
    return `${list.title} lists it, and it ${tie.detail}`
  const isSpelt = reasons.some(isTellinglySpelt)
  const support = reasons.find(({ rule }) => rule === 'set' || rule === 'cites')
  if (weightOf(list) > 0 && isSpelt && support) return `${list.title} lists it, and it ${support.detail}`
  if (!reporter.pinned) return null
  if (isAddressed(observable) && !isShown) return null
  return `${reporter.name} is a named researcher${isAddressed(observable) ? ' and shows what runs on it' : ''}`
}

const isAddressed = ({ type, value }: Observable): boolean =>
  isAddress(type) || /^https?:\/\/[\d.]+\/$/.test(value)

/**
 * The evidence that keeps a value alive: a named researcher's, what would suffice by itself, and what a second person says
 * too within its life.
 * Else one stranger could bring back an address that has had another tenant for years.
 */
export function enlivening(
  { observable, campaign, decision }: Pick<Judgement, 'campaign' | 'decision'> & { observable: Observable },
  policy: Policy,
): Evidence[] {
  if (decision?.decision === 'confirm') return campaign
  const days = policy.life[observable.type]
  const near = (a: Evidence | undefined, b: Evidence): boolean =>
    a !== undefined && (days === null || Math.abs(daysBetween(a.publishedAt, b.publishedAt)) <= days)
  const others = independent(campaign.filter(({ isHeld }) => !isHeld))
  const before = nearestOther(others)
  const after = nearestOther(others.toReversed())
  const alive = campaign.filter(
    (one) =>
      (one.reporter.pinned && !one.isHeld) ||
      trustedAlone(observable, one, policy) !== null ||
      near(before.get(one), one) ||
      near(after.get(one), one),
  )
  // Two who met only over years make it known, not alive: it lived from its first report.
  return alive.length > 0 ? alive : campaign.slice(0, 1)
}

/** For each piece of evidence, the last one before it that is somebody else's. */
function nearestOther(sorted: Evidence[]): Map<Evidence, Evidence> {
  const nearest = new Map<Evidence, Evidence>()
  let [last, lastOfOther]: (Evidence | undefined)[] = [undefined, undefined]
  for (const one of sorted) {
    if (last && last.reporter.key !== one.reporter.key) lastOfOther = last
    if (lastOfOther) nearest.set(one, lastOfOther)
    last = one
  }
  return nearest
}

const sortEvidence = (evidence: Evidence[]): Evidence[] => [...evidence].sort(byReport)

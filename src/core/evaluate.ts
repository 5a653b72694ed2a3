import { type Observable, observableKey } from '../model/observable.js'
import type { Facts, StoredDocument, StoredObservation, StoredPair, Withdrawal } from '../model/ports.js'
import type { Evidence, Reason } from '../model/snapshot.js'
import { attribute } from './attribute.js'
import { overBudget } from './budgets.js'
import { decidedOn, decisionFor, takenBack } from './decided.js'
import { endsOf } from './pairs.js'
import { bestSource, mayPass, mayTell, type Policy, reporterOf } from './policy.js'
import { directTies, furtherTies, groundOf, registrationTies, type Ties } from './ties/index.js'
import { dayOf, dayStart, daysBetween } from './time.js'
import { type Judgement, judge } from './verdict.js'

export interface Judged extends Judgement {
  observable: Observable
  observations: StoredObservation[]
  evidence: Evidence[]
  /** Documents other than its own that vouch for what it is tied to. */
  anchors: string[]
}

/**
 * Facts without unpublishable sources, and with all that stands in documents, or is by reporters, that a maintainer
 * withdrew marked as withdrawn.
 */
export function admit(facts: Facts, policy: Policy, asOf: string): Facts {
  const decided = decidedOn(policy.decisions, asOf)
  const documents = new Map<string, StoredDocument>()
  const gone = new Map<string, Withdrawal>()
  for (const document of facts.documents) {
    const sources = document.sources.filter((name) => mayPass(policy, name, document.id))
    if (sources.length === 0) continue
    documents.set(document.id, { ...document, sources })
    const reporter = reporterOf(policy, document.author, bestSource(policy, sources))
    const decision = takenBack(decided, document.id, reporter.key)
    if (decision)
      gone.set(document.id, {
        at: dayStart(decision.date),
        reason: `${decision.type} withdrawn: ${decision.reason}`,
        ofDocument: true,
      })
  }
  // Each keeps its own date: of an undated list the store knows when the line was listed.
  const within = <T extends { document: StoredDocument }>(items: T[]): T[] =>
    items.flatMap((item) => {
      const { publishedAt, basis } = item.document
      const document = documents.get(item.document.id)
      if (!document) return []
      const isOwn = document.publishedAt !== publishedAt || document.basis !== basis
      return [{ ...item, document: isOwn ? { ...document, publishedAt, basis } : document }]
    })
  const observations = within(facts.observations)
  return {
    documents: [...documents.values()],
    observations:
      gone.size === 0
        ? observations
        : observations.map((one) => ({ ...one, withdrawn: gone.get(one.document.id) ?? one.withdrawn })),
    pairs: within(facts.pairs),
    registrations: facts.registrations.filter(({ source }) => mayTell(policy, source)),
  }
}

/**
 * Judges every value of the facts: first each on evidence of its own; then with what pairs, and ties to infrastructure,
 * carry over from values that stand on their own; then once more with ties to what that published, and by registrations to
 * what stands on its own. There it ends, so that nothing can prove itself.
 * @param over documents of days on which a researcher reports too much; told where the facts are only a part
 */
export function evaluate(
  facts: Facts,
  policy: Policy,
  asOf: string,
  over: Set<string> = overBudget(facts.observations, policy),
): Map<string, Judged> {
  const decided = decidedOn(policy.decisions, asOf)
  const judged = new Map<string, Judged>()
  const ties: Ties = new Map()
  const judgeAll = (observations: StoredObservation[], carried: (one: StoredObservation) => Reason[]) => {
    const [{ type, value }] = observations as [StoredObservation]
    const evidence = observations.map((observation) =>
      attribute(observation, policy, {
        carried: carried(observation),
        isOverBudget: over.has(observation.document.id),
        decision: decided.get(`document ${observation.document.id}`) ?? null,
      }),
    )
    const judgement = judge({ type, value }, evidence, policy, decisionFor({ type, value }, decided))
    judged.set(observableKey({ type, value }), {
      observable: { type, value },
      observations,
      evidence,
      anchors: [...new Set(observations.flatMap((one) => ties.get(one)?.anchors ?? []))],
      ...judgement,
    })
  }
  for (const observations of groups(facts.observations)) judgeAll(observations, () => [])
  const pairs = carryOver(facts.pairs, judged, policy)
  const ground = groundOf(facts, judged, policy)
  const direct = directTies(facts, judged, ground, policy)
  const registered = registrationTies(facts, judged, ground, direct, policy)
  join(ties, direct)
  const judgeAgain = (keys: Iterable<string>) => {
    for (const key of new Set(keys))
      judgeAll(judged.get(key)!.observations, (one) => [
        ...(pairs.get(key)?.get(one.document.id) ?? []),
        ...(ties.get(one)?.reasons ?? []),
      ])
  }
  judgeAgain([...pairs.keys(), ...keysOf(ties)])
  const further = furtherTies(facts, judged, ground, ties, policy)
  join(ties, further)
  join(ties, registered)
  judgeAgain([...keysOf(further), ...keysOf(registered)])
  return judged
}

function join(ties: Ties, further: Ties): void {
  for (const [one, { reasons, anchors }] of further) {
    const known = ties.get(one)
    ties.set(one, {
      reasons: [...(known?.reasons ?? []), ...reasons],
      anchors: [...(known?.anchors ?? []), ...anchors],
    })
  }
}

const keysOf = (ties: Ties): string[] => [...ties.keys()].map(observableKey)

/** For each paired value, by document, the reason its partner gives: that it is published on evidence of its own. */
function carryOver(
  pairs: StoredPair[],
  judged: Map<string, Judged>,
  policy: Policy,
): Map<string, Map<string, Reason[]>> {
  const carried = new Map<string, Map<string, Reason[]>>()
  const carry = (from: Judged | undefined, to: Judged | undefined, { document, rule }: StoredPair) => {
    if (from?.verdict !== 'publish' || !to || !isAlive(from, document.publishedAt, policy)) return
    if ([from, to].some((end) => isWithdrawn(end, document.id))) return
    const key = observableKey(to.observable)
    const byDocument = carried.get(key) ?? new Map<string, Reason[]>()
    const detail = `paired (${rule}, ${dayOf(document.publishedAt)}) with ${from.observable.value}, which is published by itself`
    if (!byDocument.has(document.id))
      byDocument.set(document.id, [{ rule: 'pair', weight: policy.weights.pair, detail }])
    carried.set(key, byDocument)
  }
  for (const pair of pairs) {
    const [name, address] = endsOf(pair).map((end) => judged.get(observableKey(end)))
    // Many have something on an address of a CDN, a cloud or a shared host: that two things are on it says nothing.
    if (address && address.guards.length > 0) continue
    carry(name, address, pair)
    // What a reference shows on an address is told by ties (`ties/`), to the names that fit.
    if (pair.rule !== 'relations-reference') carry(address, name, pair)
  }
  return carried
}

const isWithdrawn = ({ observations }: Judged, document: string): boolean =>
  observations.some((one) => one.document.id === document && one.withdrawn !== null)

/** Whether a value was reported or seen within its life of the moment a pair was reported. */
function isAlive({ observable, campaign }: Judged, at: string, policy: Policy): boolean {
  const days = policy.life[observable.type]
  return campaign.some(
    ({ publishedAt, lastSeen }) =>
      days === null || Math.abs(daysBetween(lastSeen ?? publishedAt, at)) <= days,
  )
}

/** Runs of one type and value; observations come sorted by them. */
function* groups(observations: StoredObservation[]): Iterable<StoredObservation[]> {
  let run: StoredObservation[] = []
  for (const observation of observations) {
    const [first] = run
    if (first && (first.type !== observation.type || first.value !== observation.value)) {
      yield run
      run = []
    }
    run.push(observation)
  }
  if (run.length > 0) yield run
}

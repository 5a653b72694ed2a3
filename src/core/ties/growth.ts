import { observableKey } from '../../model/observable.js'
import type { StoredObservation } from '../../model/ports.js'
import { hostName, ownDomain } from '../domains.js'
import type { Judged } from '../evaluate.js'
import { byText } from '../order.js'
import { bestSource, isMixed, type Policy } from '../policy.js'
import { dayOf } from '../time.js'
import { addReason, groupBy, isTied, type Ties } from './tie.js'

/**
 * Holds back what one day's commits of a list that mixes families would open beyond its budget, by ties or by whomever it
 * cites: whoever writes into a list can write anything. What came first that day is open first. Lines whose commit is not
 * known date from before the list was followed.
 * @param before ties that opened something already: it counts
 */
export function holdGrowth(
  ties: Ties,
  judged: Map<string, Judged>,
  policy: Policy,
  before: Ties = new Map(),
): void {
  const isOpen = (one: StoredObservation) => opensItself(judged.get(observableKey(one)), policy)
  const cited = [...judged.values()].flatMap(({ verdict, observations }) =>
    verdict === 'publish' ? observations : [],
  )
  const opened = openedByDay(tiedBy(before), () => false, policy)
  for (const [day, found] of openedByDay([...tiedBy(ties), ...cited], isOpen, policy)) {
    const known = opened.get(day) ?? new Map<string, StoredObservation[]>()
    const fresh = [...found]
      .filter(([key]) => !known.has(key))
      .map(([key, lines]) => ({ key, lines, first: lines.map(({ listedAt }) => listedAt!).sort()[0]! }))
      .sort((a, b) => byText(a.first, b.first) || byText(a.key, b.key))
    const [some] = fresh
    if (!some) continue
    const kind = kindOf(some.lines[0]!)
    const most = policy.budgets.opened[kind]
    const detail = `the list opened ${known.size + fresh.length} ${WHAT[kind]} by the commits of ${dayOf(some.first)}, and is trusted for ${most} a day`
    for (const { lines } of fresh.slice(Math.max(0, most - known.size)))
      for (const one of new Set(lines)) addReason(one, ties, { rule: 'growth', weight: 0, detail })
  }
}

const WHAT = { addresses: 'addresses', domains: 'registered domains' }

/** Tells which budget a value counts for: a URL of an address counts as that address does. */
const kindOf = (one: StoredObservation): keyof typeof WHAT =>
  hostName(one) === null && one.type !== 'file' ? 'addresses' : 'domains'

const tiedBy = (ties: Ties): StoredObservation[] =>
  [...ties].flatMap(([one, tied]) =>
    isTied(tied) && !tied.reasons.some(({ rule }) => rule === 'growth') ? [one] : [],
  )

/** Whether a value is published on evidence that no list which mixes families brought. */
const opensItself = (one: Judged | undefined, policy: Policy): boolean =>
  one?.verdict === 'publish' &&
  one.campaign.some(({ source, confidence }) => !isMixed(policy, source) && confidence >= policy.threshold)

/** What lines with a commit open, by kind, list and day, then by address or registered domain. */
function openedByDay(
  opening: StoredObservation[],
  isOpen: (one: StoredObservation) => boolean,
  policy: Policy,
): Map<string, Map<string, StoredObservation[]>> {
  const sourceOf = ({ document }: StoredObservation) => bestSource(policy, document.sources).name
  const dated = opening.filter(
    (one) => one.listedAt !== null && isMixed(policy, sourceOf(one)) && !isOpen(one),
  )
  const days = groupBy(dated, (one) => `${kindOf(one)} ${sourceOf(one)} ${dayOf(one.listedAt!)}`)
  return new Map([...days].map(([day, some]) => [day, groupBy(some, (one) => openedKey(one, policy))]))
}

function openedKey(one: StoredObservation, policy: Policy): string {
  const host = hostName(one)
  return host === null ? one.value : (ownDomain(host, policy) ?? host)
}

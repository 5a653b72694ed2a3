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
  const opened = openedByDay([...tiedBy(before)], () => false, policy)
  for (const [day, found] of openedByDay([...tiedBy(ties), ...cited], isOpen, policy)) {
    const known = opened.get(day) ?? new Map<string, StoredObservation[]>()
    for (const [isOfAddress, most] of [
      [true, policy.budgets.opened.addresses],
      [false, policy.budgets.opened.domains],
    ] as const) {
      const isSuch = (key: string) => /^[\d.]+$|:/.test(key) === isOfAddress
      const spent = [...known.keys()].filter(isSuch).length
      const firstOf = (key: string) =>
        found
          .get(key)!
          .map(({ listedAt }) => listedAt!)
          .sort()[0]!
      const fresh = [...found.keys()]
        .filter((key) => isSuch(key) && !known.has(key))
        .sort((a, b) => byText(firstOf(a), firstOf(b)) || byText(a, b))
      const what = isOfAddress ? 'addresses' : 'registered domains'
      for (const key of fresh.slice(Math.max(0, most - spent)))
        for (const one of new Set(found.get(key)!))
          addReason(one, ties, {
            rule: 'growth',
            weight: 0,
            detail: `the list opened ${spent + fresh.length} ${what} by the commits of ${dayOf(one.listedAt!)}, and is trusted for ${most} a day`,
          })
    }
  }
}

const tiedBy = (ties: Ties): StoredObservation[] =>
  [...ties].flatMap(([one, tied]) =>
    isTied(tied) && !tied.reasons.some(({ rule }) => rule === 'growth') ? [one] : [],
  )

/** Whether a value is published on evidence that no list which mixes families brought. */
const opensItself = (one: Judged | undefined, policy: Policy): boolean =>
  one?.verdict === 'publish' &&
  one.campaign.some(({ source, confidence }) => !isMixed(policy, source) && confidence >= policy.threshold)

/** What lines with a commit open, by list and day, then by address or registered domain. */
function openedByDay(
  opening: StoredObservation[],
  isOpen: (one: StoredObservation) => boolean,
  policy: Policy,
): Map<string, Map<string, StoredObservation[]>> {
  const sourceOf = ({ document }: StoredObservation) => bestSource(policy, document.sources).name
  const dated = opening.filter(
    (one) => one.listedAt !== null && isMixed(policy, sourceOf(one)) && !isOpen(one),
  )
  const days = groupBy(dated, (one) => `${sourceOf(one)} ${dayOf(one.listedAt!)}`)
  return new Map([...days].map(([day, some]) => [day, groupBy(some, (one) => openedKey(one, policy))]))
}

function openedKey(one: StoredObservation, policy: Policy): string {
  const host = hostName(one)
  return host === null ? one.value : (ownDomain(host, policy) ?? host)
}

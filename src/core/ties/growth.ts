import { observableKey } from '../../model/observable.js'
import type { StoredObservation } from '../../model/ports.js'
import { hostName, ownDomain } from '../domains.js'
import type { Judged } from '../evaluate.js'
import { byText } from '../order.js'
import { bestSource, type Policy } from '../policy.js'
import { dayOf } from '../time.js'
import { addReason, groupBy, isTied, type Ties } from './tie.js'

/**
 * Holds back what one day's commits of a list would open beyond its budget: whoever writes into a list can write anything.
 * Lines whose commit is not known date from before the list was followed, and make nothing active.
 * @param before ties that opened something already: it counts
 */
export function holdGrowth(
  ties: Ties,
  judged: Map<string, Judged>,
  policy: Policy,
  before: Ties = new Map(),
): void {
  const opened = openedByDay(before, () => false, policy)
  const isOpen = (one: StoredObservation) => judged.get(observableKey(one))?.verdict === 'publish'
  for (const [day, found] of openedByDay(ties, isOpen, policy)) {
    const known = opened.get(day) ?? new Map<string, StoredObservation[]>()
    for (const [isOfAddress, most] of [
      [true, policy.budgets.opened.addresses],
      [false, policy.budgets.opened.domains],
    ] as const) {
      const isSuch = (key: string) => /^[\d.]+$|:/.test(key) === isOfAddress
      const spent = [...known.keys()].filter(isSuch).length
      const fresh = [...found.keys()].filter((key) => isSuch(key) && !known.has(key)).sort(byText)
      const what = isOfAddress ? 'addresses' : 'registered domains'
      for (const key of fresh.slice(Math.max(0, most - spent)))
        for (const one of found.get(key)!)
          addReason(one, ties, {
            rule: 'growth',
            weight: 0,
            detail: `the list opened ${spent + fresh.length} ${what} by the commits of ${dayOf(one.document.publishedAt)}, and is trusted for ${most} a day`,
          })
    }
  }
}

/** What ties open by dated lines, by list and day, then by address or registered domain. */
function openedByDay(
  ties: Ties,
  isOpen: (one: StoredObservation) => boolean,
  policy: Policy,
): Map<string, Map<string, StoredObservation[]>> {
  const opening = [...ties].flatMap(([one, tied]) => {
    const isHeld = tied.reasons.some(({ rule }) => rule === 'growth')
    return one.document.basis === 'listed' && isTied(tied) && !isHeld && !isOpen(one) ? [one] : []
  })
  const days = groupBy(
    opening,
    (one) => `${bestSource(policy, one.document.sources).name} ${dayOf(one.document.publishedAt)}`,
  )
  return new Map([...days].map(([day, some]) => [day, groupBy(some, (one) => openedKey(one, policy))]))
}

function openedKey(one: StoredObservation, policy: Policy): string {
  const host = hostName(one)
  return host === null ? one.value : (ownDomain(host, policy) ?? host)
}

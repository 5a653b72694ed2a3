import type { Facts, Registration, StoredObservation } from '../../model/ports.js'
import { hostName, ownDomain, registeredLabel } from '../domains.js'
import type { Judged } from '../evaluate.js'
import { byText } from '../order.js'
import { type Policy, sourceOf } from '../policy.js'
import { dayOf } from '../time.js'
import { holdGrowth } from './growth.js'
import type { Ground } from './sections.js'
import { groupBy, isOnly, strongest, type Tie, type Ties, tieTo } from './tie.js'
import { isRandom } from './unit.js'
import { nearest, type Voucher } from './vouchers.js'

/** A voucher as it was registered. */
interface Registered {
  voucher: Voucher
  registrar: string | null
  at: number
}

/** Domains are registered together that one registrar took in so few seconds; so many must be vouched for to speak for another. */
const TOGETHER = { seconds: 5, least: 2 }

/**
 * Finds what ties names, whoever reports them, by what is told of their registered domains: an address that somebody vouches
 * for, domains of the operator's own that were registered together with it. What it publishes ties nothing further.
 * @param judged every value on evidence of its own
 * @param direct the ties to the same vouchers by sections and names
 */
export function registrationTies(
  facts: Facts,
  judged: Map<string, Judged>,
  { units, addresses, domains }: Ground,
  direct: Ties,
  policy: Policy,
): Ties {
  const ties: Ties = new Map()
  const told = groupBy(facts.registrations, ({ domain }) => domain)
  if (told.size === 0) return ties
  const own = [...domains.values()].flatMap((voucher) =>
    (told.get(voucher.value) ?? []).map((one) => ({
      voucher,
      registrar: one.registrar,
      at: registeredAt(one),
    })),
  )
  const refused = new Set(units.flatMap(({ refusal, members }) => (refusal === null ? [] : members)))
  for (const one of facts.observations) {
    if (one.withdrawn !== null || one.role === 'reference' || refused.has(one)) continue
    const host = hostName(one)
    const domain = host === null ? null : ownDomain(host, policy)
    if (domain === null || policy.popular.has(domain) || !isRandom(registeredLabel(domain), policy)) continue
    const registrations = told.get(domain) ?? []
    const isOnAddress = direct.get(one)?.reasons.some(({ rule }) => rule === 'address')
    const found = [
      isOnAddress ? undefined : strongest(stoodOn(registrations, one, addresses, policy)),
      strongest(registeredWith(registrations, one, own, policy)),
    ]
    for (const tie of found) if (tie) tieTo(one, tie, ties)
  }
  holdGrowth(ties, judged, policy, direct)
  return ties
}

/** An address that somebody vouches for, on which a registered domain stood while that address lived. */
function stoodOn(
  registrations: Registration[],
  { document }: StoredObservation,
  vouchers: Map<string, Voucher>,
  policy: Policy,
): Tie[] {
  return registrations.flatMap(({ addresses, checkedAt, source }) =>
    addresses.flatMap((address) => {
      const voucher = vouchers.get(address)
      if (!voucher || isOnly(voucher.documents, document.id)) return []
      const { left } = nearest([voucher], checkedAt, false, policy)
      if (left === 0) return []
      return [
        {
          rule: 'address',
          weight: policy.weights.address * left,
          detail: `stood on ${address} when ${sourceOf(policy, source).reporter} asked on ${dayOf(checkedAt)}, which ${voucher.told}`,
          anchors: voucher.anchors,
        },
      ]
    }),
  )
}

/** Domains of the operator's own that were registered together with this one. */
function registeredWith(
  registrations: Registration[],
  { document }: StoredObservation,
  own: Registered[],
  policy: Policy,
): Tie[] {
  return registrations.flatMap((registration) => {
    const at = registeredAt(registration)
    const beside = new Map<string, { voucher: Voucher; seconds: number }>()
    for (const { voucher, registrar, at: other } of own) {
      const seconds = Math.abs(at - other) / 1000
      const isTogether = seconds <= TOGETHER.seconds && registrar === registration.registrar
      if (!isTogether || voucher.value === registration.domain || isOnly(voucher.documents, document.id))
        continue
      const known = beside.get(voucher.value)
      if (!known || seconds < known.seconds) beside.set(voucher.value, { voucher, seconds })
    }
    if (beside.size < TOGETHER.least) return []
    const sorted = [...beside.values()].sort(
      (a, b) => a.seconds - b.seconds || byText(a.voucher.value, b.voucher.value),
    )
    const named = sorted.slice(0, TOGETHER.least)
    return [
      {
        rule: 'registered',
        weight: policy.weights.registered,
        detail: `was registered within ${Math.max(1, Math.ceil(named.at(-1)!.seconds))} seconds of ${named.map(({ voucher }) => voucher.value).join(' and ')}, the operator's own`,
        anchors: [...new Set(sorted.flatMap(({ voucher }) => voucher.anchors))],
      },
    ]
  })
}

/**
 * When a domain was registered, in ms; NaN, which is near to nothing, where the registrar is not told, or the time is on the
 * full hour: then the registry tells the day alone.
 */
const registeredAt = ({ registeredAt, registrar }: Registration): number =>
  registeredAt === null || registrar === null || registeredAt.endsWith(':00:00.000Z')
    ? Number.NaN
    : Date.parse(registeredAt)

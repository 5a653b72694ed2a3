import type { Facts } from '../../model/ports.js'
import { hostName, ownDomain } from '../domains.js'
import type { Judged } from '../evaluate.js'
import { bestSource, type Policy, reporterOf } from '../policy.js'
import { holdGrowth } from './growth.js'
import { carryInto, ownNetworks, supportSpelling } from './members.js'
import {
  addressTies,
  citedTies,
  fileTies,
  type Ground,
  isNow,
  networkTies,
  sharedDomains,
} from './sections.js'
import { isOnly, isTied, strongest, type Ties, tieTo } from './tie.js'
import { isUndated, timeOf } from './unit.js'
import {
  domainVouchers,
  fileVouchers,
  nearest,
  networkVouchers,
  postedNames,
  type Voucher,
} from './vouchers.js'

export { registrationTies } from './registrations.js'
export { groundOf } from './sections.js'
export { TIES, type Tied, type Ties } from './tie.js'
export { operatedDomains } from './vouchers.js'

/** Of the weight of a domain that is vouched for by evidence of its own, what one has that is itself tied. */
const SECOND_HOP = 0.9

/**
 * Finds what ties the lines of lists that mix families, and names below registered domains, to infrastructure of the
 * campaign: an address that somebody vouches for, its small network, a known sample, a registered domain of the operator's
 * own, a researcher's post that names a part of the unit. Nothing vouches for itself: what a document says of a value counts for
 * nothing in the same document.
 * @param judged every value on evidence of its own
 */
export function directTies(
  facts: Facts,
  judged: Map<string, Judged>,
  { units, addresses, domains }: Ground,
  policy: Policy,
): Ties {
  const networks = networkVouchers(addresses, facts, judged, policy)
  const files = fileVouchers(judged, policy)
  const posts = postedNames(facts, policy)
  const ties: Ties = new Map()
  for (const unit of units) {
    const tie = strongest([
      ...addressTies(unit, addresses, policy),
      ...networkTies(unit, networks, policy),
      ...fileTies(unit, files, policy),
      ...citedTies(unit, posts, policy),
      ...sharedDomains(unit, domains, policy, 1),
    ])
    if (tie) carryInto(unit, tie, ties, policy, unit.isBranded && isNow(unit, tie, addresses, policy))
    else supportSpelling(unit, ties, policy)
    ownNetworks(unit, { networks, domains }, ties, policy)
  }
  nameTies(facts, domains, ties, policy, 1)
  holdGrowth(ties, judged, policy)
  return ties
}

/**
 * Finds the second hop: names, and units, that share a registered domain with what is published only since its own unit is
 * tied. There it ends.
 * @param before the ties that made it published
 */
export function furtherTies(
  facts: Facts,
  judged: Map<string, Judged>,
  { units }: Pick<Ground, 'units'>,
  before: Ties,
  policy: Policy,
): Ties {
  const domains = domainVouchers(judged, policy)
  const ties: Ties = new Map()
  for (const unit of units) {
    if (unit.members.some((one) => isTied(before.get(one)))) continue
    const tie = strongest(sharedDomains(unit, domains, policy, SECOND_HOP))
    if (tie) carryInto(unit, tie, ties, policy)
  }
  nameTies(facts, domains, ties, policy, SECOND_HOP, before)
  holdGrowth(ties, judged, policy, before)
  return ties
}

/** A name below a registered domain of the operator's own, whoever reports it. */
function nameTies(
  { observations }: Facts,
  vouchers: Map<string, Voucher>,
  ties: Ties,
  policy: Policy,
  hop: number,
  before: Ties = new Map(),
): void {
  for (const one of observations) {
    if (one.withdrawn !== null || one.role === 'reference') continue
    const host = hostName(one)
    if (host === null || before.get(one)?.reasons.some(({ rule }) => rule === 'domain')) continue
    const domain = ownDomain(host, policy)
    const voucher = domain === null ? undefined : vouchers.get(domain)
    if (!voucher || isOnly(voucher.documents, one.document.id)) continue
    // Whoever repeats what nobody else said is no second voice.
    const { author } = one.document
    const source = bestSource(policy, one.document.sources)
    if (author !== null && isOnly(voucher.persons, reporterOf(policy, author, source).key)) continue
    const { left } = nearest([voucher], timeOf(one), isUndated(one.document), policy)
    if (left === 0) continue
    const weight = policy.weights.domain * hop * left
    const detail = `${host === domain ? 'is' : 'stands below'} ${domain}, the operator's own, which ${voucher.told}`
    tieTo(one, { rule: 'domain', weight, detail, anchors: voucher.anchors }, ties)
  }
}

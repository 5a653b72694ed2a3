import { isAddress } from '../../model/observable.js'
import type { Facts } from '../../model/ports.js'
import type { Evidence } from '../../model/snapshot.js'
import { portSign } from '../attribute.js'
import { hostName, ownDomain, registeredLabel } from '../domains.js'
import type { Judged } from '../evaluate.js'
import { networkOf } from '../networks.js'
import { byReport, byText } from '../order.js'
import { bestSource, type Policy, reporterOf, weightOf } from '../policy.js'
import { dayOf, daysBetween } from '../time.js'
import { groupBy } from './tie.js'
import { isRandom, isUndated } from './unit.js'

/** An address or a registered domain that is of the campaign by evidence of its own, and by whose word. */
export interface Voucher {
  value: string
  from: string
  to: string
  documents: Set<string>
  /** Keys of whoever says so. */
  persons: Set<string>
  /** `Team Cymru reported on 2021-08-11`. */
  told: string
}

export interface Network {
  name: string
  bits: number
  vouchers: Voucher[]
}

export const NETWORKS = [
  { bits: 24, vouched: 3 },
  // Two neighbours rented together: more must be vouched for, since more may be somebody else's.
  { bits: 23, vouched: 6 },
]

/** Generated names below a registered domain from which on it is taken for the operator's own. */
export const LEAST_NAMES = 2

/**
 * Makes a voucher of what is published, by the evidence that suffices by itself where there is such: what merely repeats it
 * vouches for nothing.
 */
function voucherOf(value: string, campaign: Evidence[], { threshold }: Policy): Voucher {
  const strong = campaign.filter(({ confidence }) => confidence >= threshold)
  const vouching = strong.length > 0 ? strong : campaign
  const [first] = vouching as [Evidence]
  const times = vouching.flatMap(({ publishedAt, firstSeen, lastSeen }) => [
    publishedAt,
    ...(firstSeen ? [firstSeen] : []),
    ...(lastSeen ? [lastSeen] : []),
  ])
  const sorted = times.sort(byText)
  return {
    value,
    from: sorted[0]!,
    to: sorted.at(-1)!,
    documents: new Set(vouching.map(({ document }) => document)),
    persons: new Set(vouching.map(({ reporter }) => reporter.key)),
    told: `${first.reporter.name} reported on ${dayOf(first.publishedAt)}`,
  }
}

/**
 * Addresses that are published on evidence of their own. One that any guard names (a cloud, a CDN, a sinkhole), or on which
 * more of others' names stand than of the campaign's, vouches for nothing.
 */
export function addressVouchers(
  { pairs }: Facts,
  judged: Map<string, Judged>,
  policy: Policy,
): Map<string, Voucher> {
  const names = new Map<string, { campaign: Set<string>; foreign: Set<string> }>()
  for (const { domain, ip } of pairs) {
    const name = judged.get(`domain-name ${domain}`)
    if (!name) continue
    const on = names.get(ip) ?? { campaign: new Set(), foreign: new Set() }
    names.set(ip, on)
    const own = ownDomain(domain, policy)
    const isForeign = name.campaign.length === 0 || (own !== null && policy.popular.has(own))
    on[isForeign ? 'foreign' : 'campaign'].add(domain)
  }
  const vouchers = new Map<string, Voucher>()
  for (const { observable, verdict, guards, campaign } of judged.values()) {
    if (!isAddress(observable.type) || verdict !== 'publish' || guards.length > 0) continue
    const on = names.get(observable.value)
    if (on && on.foreign.size > on.campaign.size) continue
    vouchers.set(observable.value, voucherOf(observable.value, campaign, policy))
  }
  return vouchers
}

/**
 * Small networks in which several addresses are vouched for, and no more of others. A port of the command servers on a
 * further address of such a network shows that the campaign is still there.
 */
export function networkVouchers(
  addresses: Map<string, Voucher>,
  { observations }: Facts,
  judged: Map<string, Judged>,
  policy: Policy,
): Map<string, Network> {
  const networks = new Map<string, Network>()
  for (const { bits, vouched } of NETWORKS) {
    const groups = groupBy([...addresses.values()], ({ value }) => networkOf(value, bits))
    const foreign = groupBy(
      [...judged.values()].filter(
        ({ observable, campaign }) => observable.type === 'ipv4-addr' && campaign.length === 0,
      ),
      ({ observable }) => networkOf(observable.value, bits),
    )
    for (const [name, vouchers] of groups)
      if (vouchers.length >= vouched && (foreign.get(name)?.length ?? 0) <= vouchers.length)
        networks.set(name, { name, bits, vouchers })
  }
  const direct = new Map([...networks].map(([name, { vouchers }]) => [name, vouchers]))
  for (const one of observations) {
    if (one.withdrawn !== null || addresses.has(one.value) || portSign(one, policy) === null) continue
    const source = bestSource(policy, one.document.sources)
    if (weightOf(source) === 0) continue
    for (const { bits } of NETWORKS) {
      const network = networks.get(networkOf(one.value, bits) ?? '')
      const at = one.document.publishedAt
      // By those who vouch by themselves: what prolongs a network prolongs nothing further.
      if (!network || nearest(direct.get(network.name)!, at, isUndated(one.document), policy) === 0) continue
      network.vouchers = [
        ...network.vouchers,
        {
          value: one.value,
          from: at,
          to: at,
          documents: new Set([one.document.id]),
          persons: new Set([source.reporter.toLowerCase()]),
          told: `${source.reporter} lists with a port of the command servers (${dayOf(at)})`,
        },
      ]
    }
  }
  return networks
}

/** Names the registered domains that are the operator's own, by all that is published. */
export const operatedDomains = (judged: Map<string, Judged>, policy: Policy): Set<string> =>
  new Set(domainVouchers(judged, policy).keys())

/**
 * Registered domains of the operator's own: one published by itself, or with at least two generated names below it. What
 * looks like a word may be somebody's site that was broken into.
 */
export function domainVouchers(judged: Map<string, Judged>, policy: Policy): Map<string, Voucher> {
  const whole = new Map<string, Judged>()
  const below = new Map<string, Judged[]>()
  for (const one of judged.values()) {
    if (one.verdict !== 'publish' || one.observable.type !== 'domain-name') continue
    const { value } = one.observable
    const domain = ownDomain(value, policy)
    if (domain === null || policy.popular.has(domain) || !isRandom(registeredLabel(domain), policy)) continue
    if (domain === value) whole.set(domain, one)
    else below.set(domain, [...(below.get(domain) ?? []), one])
  }
  const vouchers = new Map<string, Voucher>()
  for (const domain of new Set([...whole.keys(), ...below.keys()])) {
    const names = below.get(domain) ?? []
    const itself = whole.get(domain)
    if (itself || names.length >= LEAST_NAMES) {
      const all = [...(itself ? [itself] : []), ...names].flatMap(({ campaign }) => campaign)
      vouchers.set(domain, voucherOf(domain, all.toSorted(byReport), policy))
    }
  }
  return vouchers
}

/** Names that configured reporters told in posts of their own, by the post's id. */
export function postedNames(
  { observations }: Facts,
  policy: Policy,
): Map<string, { names: Set<string>; by: string }> {
  const posts = new Map<string, { names: Set<string>; by: string }>()
  for (const one of observations) {
    const { document } = one
    if (document.kind !== 'post' || one.withdrawn !== null || one.role === 'reference') continue
    const host = hostName(one)
    const reporter = reporterOf(policy, document.author, bestSource(policy, document.sources))
    if (host === null || !reporter.pinned) continue
    const post = posts.get(document.id) ?? { names: new Set(), by: reporter.name }
    posts.set(document.id, post)
    post.names.add(host)
  }
  return posts
}

/**
 * How much of a tie is left after the time between vouchers and what they tie: all of it for `full_days`, then ever less,
 * nothing beyond `reach_days`.
 * @param isUndated it is only known to be no younger: then it may have been there while they lived
 */
export function nearest(vouchers: Voucher[], at: string, isUndated: boolean, { ties }: Policy): number {
  let best = 0
  for (const { from, to } of vouchers) {
    const gap = at < from ? daysBetween(at, from) : at > to && !isUndated ? daysBetween(to, at) : 0
    const left =
      gap <= ties.full_days
        ? 1
        : gap > ties.reach_days
          ? 0
          : 1 - ((gap - ties.full_days) / (ties.reach_days - ties.full_days)) * ties.loss
    best = Math.max(best, left)
  }
  return best
}

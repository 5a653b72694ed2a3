import { type Instant, isUpperBound } from '../../model/document.js'
import { isAddress, observableKey } from '../../model/observable.js'
import type { Facts } from '../../model/ports.js'
import type { Evidence } from '../../model/snapshot.js'
import { portSign } from '../attribute.js'
import { hostName, ownDomain, registeredLabel } from '../domains.js'
import type { Judged } from '../evaluate.js'
import { networkOf } from '../networks.js'
import { byReport, byText } from '../order.js'
import { bestSource, isMixed, type Policy, reporterOf, weightOf } from '../policy.js'
import { dayOf, daysBetween } from '../time.js'
import { groupBy, isTied } from './tie.js'
import { isRandom, isUndated, timeOf } from './unit.js'

/** An address or a registered domain that is of the campaign by evidence of its own, and by whose word. */
export interface Voucher {
  value: string
  /** When it was reported or seen, sorted; what is known by the list's date alone says nothing of when. */
  times: Instant[]
  documents: Set<string>
  /** Some of the documents: enough to explain by. */
  anchors: string[]
  /** Keys of whoever says so. */
  persons: Set<string>
  /** `Team Cymru reported on 2021-08-11`. */
  told: string
}

export interface Network {
  name: string
  vouchers: Voucher[]
  /** Further addresses with a port of the command servers: they show that the campaign is still there. */
  prolonging: Voucher[]
}

export const NETWORKS = [
  { bits: 24, vouched: 3 },
  // Two neighbours rented together: more must be vouched for, since more may be somebody else's.
  { bits: 23, vouched: 6 },
]

/** Generated names below a registered domain from which on it is taken for the operator's own. */
export const LEAST_NAMES = 2

const MOST_ANCHORS = 20

const onDay = (dated: Parameters<typeof isUpperBound>[0], at: Instant): string =>
  `${isUpperBound(dated) ? 'no later than' : 'on'} ${dayOf(at)}`

/**
 * Makes a voucher of what is published, by the evidence that suffices by itself where there is such: what merely repeats it
 * vouches for nothing. A list that mixes families does not vouch, whomever it cites, but where it is tied itself: else
 * whoever may write into it would vouch for what they write.
 * @returns null: nothing of it vouches
 */
function voucherOf(value: string, campaign: Evidence[], policy: Policy): Voucher | null {
  const outside = campaign.filter((one) => !isMixed(policy, one.source) || isTied(one))
  const strong = outside.filter(({ confidence }) => confidence >= policy.threshold)
  const vouching = strong.length > 0 ? strong : outside
  const [first] = vouching
  if (first === undefined) return null
  const times = vouching.flatMap((one) => [
    ...(isUndated(one) ? [] : [one.publishedAt]),
    ...(one.firstSeen ? [one.firstSeen] : []),
    ...(one.lastSeen ? [one.lastSeen] : []),
  ])
  const documents = new Set(vouching.map(({ document }) => document))
  return {
    value,
    times: [...new Set(times)].sort(byText),
    documents,
    anchors: [...documents].slice(0, MOST_ANCHORS),
    persons: new Set(vouching.map(({ reporter }) => reporter.key)),
    told: `${first.reporter.name} reported ${onDay(first, first.publishedAt)}`,
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
    const voucher = voucherOf(observable.value, campaign, policy)
    if (voucher) vouchers.set(observable.value, voucher)
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
        networks.set(name, { name, vouchers, prolonging: [] })
  }
  for (const one of observations) {
    if (one.withdrawn !== null || addresses.has(one.value) || portSign(one, policy) === null) continue
    const source = bestSource(policy, one.document.sources)
    const isDenied = judged.get(observableKey(one))?.verdict === 'never'
    if (weightOf(source) === 0 || isUndated(one.document) || isDenied) continue
    const at = timeOf(one)
    for (const { bits } of NETWORKS) {
      const network = networks.get(networkOf(one.value, bits) ?? '')
      // By those who vouch by themselves: what prolongs a network prolongs nothing further.
      if (network && nearest(network.vouchers, at, false, policy).left > 0)
        network.prolonging.push({
          value: one.value,
          times: [at],
          documents: new Set([one.document.id]),
          anchors: [one.document.id],
          persons: new Set([source.reporter.toLowerCase()]),
          told: `${source.reporter} listed with a port of the command servers ${onDay(one.document, at)}`,
        })
    }
  }
  return networks
}

/** Samples that are published on evidence of their own, by hash. */
export function fileVouchers(judged: Map<string, Judged>, policy: Policy): Map<string, Voucher> {
  const vouchers = new Map<string, Voucher>()
  for (const { observable, verdict, campaign } of judged.values()) {
    const voucher =
      observable.type === 'file' && verdict === 'publish'
        ? voucherOf(observable.value, campaign, policy)
        : null
    if (voucher) vouchers.set(observable.value, voucher)
  }
  return vouchers
}

/** Names the registered domains that are the operator's own, by all that is published. */
export const operatedDomains = (judged: Map<string, Judged>, policy: Policy): Set<string> =>
  new Set(domainVouchers(judged, policy).keys())

/**
 * Registered domains of the operator's own: one published by itself, or with at least two generated names below it. What
 * looks like a word may be somebody's site that was broken into.
 */
export function domainVouchers(judged: Map<string, Judged>, policy: Policy): Map<string, Voucher> {
  const names = [...judged.values()].filter(({ observable }) => observable.type === 'domain-name')
  const domainOf = ({ observable: { value } }: Judged) => ownDomain(value, policy)
  // What a maintainer keeps off may be somebody's name below it: then the domain is not the operator's alone.
  const shared = new Set(names.filter(({ verdict }) => verdict === 'never').map(domainOf))
  const published = groupBy(
    names.filter(({ verdict }) => verdict === 'publish'),
    domainOf,
  )
  const vouchers = new Map<string, Voucher>()
  for (const [domain, some] of published) {
    if (shared.has(domain) || policy.popular.has(domain) || !isRandom(registeredLabel(domain), policy))
      continue
    const isWhole = some.some(({ observable }) => observable.value === domain)
    if (!isWhole && some.length < LEAST_NAMES) continue
    const evidence = some.flatMap(({ campaign }) => campaign).sort(byReport)
    const voucher = voucherOf(domain, evidence, policy)
    if (voucher) vouchers.set(domain, voucher)
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
 * Finds how much of a tie is left after the time between vouchers and what they tie, and by which of them: all of it for
 * `full_days`, then ever less, nothing beyond `reach_days`.
 * @param isUndated it is only known to be no younger: then it may have been there while they lived
 */
export function nearest(
  vouchers: Voucher[],
  at: Instant,
  isUndated: boolean,
  { ties }: Policy,
): { left: number; voucher: Voucher | null } {
  let best: { left: number; voucher: Voucher | null } = { left: 0, voucher: null }
  for (const voucher of vouchers)
    for (const time of voucher.times) {
      const gap = at < time ? daysBetween(at, time) : isUndated ? 0 : daysBetween(time, at)
      const left =
        gap <= ties.full_days
          ? 1
          : gap > ties.reach_days
            ? 0
            : 1 - ((gap - ties.full_days) / (ties.reach_days - ties.full_days)) * ties.loss
      if (left > best.left) best = { left, voucher }
      if (best.left === 1) return best
    }
  return best
}

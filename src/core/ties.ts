import { isAddress, observableKey } from '../model/observable.js'
import type { Facts, Registration, StoredDocument, StoredObservation } from '../model/ports.js'
import type { Evidence, Reason } from '../model/snapshot.js'
import { patternSign, portSign, TELLING } from './attribute.js'
import { hostName, ownDomain, registeredLabel } from './domains.js'
import type { Judged } from './evaluate.js'
import { networkOf } from './networks.js'
import { byReport, byText } from './order.js'
import { bestSource, type Policy, reporterOf, sourceOf, weightOf } from './policy.js'
import { dayOf, daysBetween, postLink } from './time.js'
import { brandIn, isRandom, isUndated, looksRandom, shapeOf, type Unit, unitsOf } from './unit.js'

/** What the infrastructure around an observation says of it, from outside the document it stands in. */
export interface Tied {
  reasons: Reason[]
  /** Documents that vouch for the infrastructure: withdrawn, they take down what hangs on them alone. */
  anchors: string[]
}
export type Ties = Map<StoredObservation, Tied>

/** Rules by which a unit, or a name, is tied to what others vouch for. */
export const TIES = ['address', 'network', 'domain', 'registered', 'cited']

const isTied = (tied: Tied | undefined): boolean =>
  tied?.reasons.some(({ rule }) => TIES.includes(rule)) === true

/** An address or a registered domain that is of the campaign by evidence of its own, and by whose word. */
interface Voucher {
  value: string
  from: string
  to: string
  documents: Set<string>
  /** `Team Cymru reported on 2021-08-11`. */
  told: string
}

/** A voucher as it was registered. */
interface Registered {
  voucher: Voucher
  registrar: string | null
  at: number
}

/** What ties a unit, the strongest there is. */
interface Tie extends Reason {
  anchors: string[]
}

const NETWORKS = [
  { bits: 24, vouched: 3 },
  // Two neighbours rented together: more must be vouched for, since more may be somebody else's.
  { bits: 23, vouched: 6 },
]

/** Generated names below a registered domain from which on it is taken for the operator's own. */
const LEAST_NAMES = 2
/** Of a unit's domains, the share that must be vouched for to speak for the rest; and so many in any case. */
const SHARED_DOMAINS = { share: 0.15, least: 2 }
/** Domains are registered together that one registrar took in so few seconds; so many must be vouched for to speak for another. */
const TOGETHER = { seconds: 5, least: 2 }
/** Of the weight of a domain that is vouched for by evidence of its own, what one has that is itself tied. */
const SECOND_HOP = 0.9

/**
 * Finds what ties the lines of lists that mix families, and names below registered domains, to infrastructure of the
 * campaign: an address that somebody vouches for, its small network, a registered domain of the operator's own, a
 * researcher's post that names a part of the unit. Nothing vouches for itself: what a document says of a value counts for
 * nothing in the same document.
 * @param judged every value on evidence of its own
 */
export function directTies(facts: Facts, judged: Map<string, Judged>, policy: Policy): Ties {
  const addresses = addressVouchers(facts, judged, policy)
  const networks = networkVouchers(addresses, facts, judged, policy)
  const domains = domainVouchers(judged, policy)
  const posts = postedNames(facts, policy)
  const ties: Ties = new Map()
  for (const unit of mixedUnits(facts, policy)) {
    const tie = strongest([
      ...addressTies(unit, addresses, policy),
      ...networkTies(unit, networks, policy),
      ...citedTies(unit, posts, policy),
      ...sharedDomains(unit, domains, policy, 1),
    ])
    if (tie) carryInto(unit, tie, ties, policy, unit.isBranded && isNow(unit, tie, addresses, policy))
    else supportSpelling(unit, ties, policy)
    ownNetworks(unit, networks, ties, policy)
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
export function furtherTies(facts: Facts, judged: Map<string, Judged>, before: Ties, policy: Policy): Ties {
  const domains = domainVouchers(judged, policy)
  const ties: Ties = new Map()
  for (const unit of mixedUnits(facts, policy)) {
    if (unit.members.some((one) => isTied(before.get(one)))) continue
    const tie = strongest(sharedDomains(unit, domains, policy, SECOND_HOP))
    if (tie) carryInto(unit, tie, ties, policy)
  }
  nameTies(facts, domains, ties, policy, SECOND_HOP, before)
  holdGrowth(ties, judged, policy)
  return ties
}

/**
 * Finds what ties names, whoever reports them, by what is told of their registered domains: an address that somebody vouches
 * for, domains of the operator's own that were registered together with it. What it publishes ties nothing further.
 * @param judged every value on evidence of its own
 * @param direct the ties to the same vouchers by sections and names
 */
export function registrationTies(
  facts: Facts,
  judged: Map<string, Judged>,
  direct: Ties,
  policy: Policy,
): Ties {
  const ties: Ties = new Map()
  const told = groupBy(facts.registrations, ({ domain }) => domain)
  if (told.size === 0) return ties
  const addresses = addressVouchers(facts, judged, policy)
  const domains = domainVouchers(judged, policy)
  const own = [...domains.values()].flatMap((voucher) =>
    (told.get(voucher.value) ?? []).map((one) => ({
      voucher,
      registrar: one.registrar,
      at: registeredAt(one),
    })),
  )
  const refused = new Set(
    mixedUnits(facts, policy).flatMap(({ refusal, members }) => (refusal === null ? [] : members)),
  )
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
  holdGrowth(ties, judged, policy)
  return ties
}

/** Units of lists about the campaign that mix it with other families: the others suffice, or say nothing, by themselves. */
function mixedUnits({ observations }: Facts, policy: Policy): Unit[] {
  const weights = new Map<string, boolean>()
  const isMixed = ({ id, kind, sources }: StoredDocument): boolean => {
    const known = weights.get(id)
    if (known !== undefined) return known
    const weight = weightOf(bestSource(policy, sources))
    const mixed = kind === 'list' && weight > 0 && weight < policy.threshold
    weights.set(id, mixed)
    return mixed
  }
  const standing = observations.filter(
    ({ document, withdrawn, role }) => withdrawn === null && role !== 'reference' && isMixed(document),
  )
  return unitsOf(standing, policy)
}

// --- vouchers

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
    told: `${first.reporter.name} reported on ${dayOf(first.publishedAt)}`,
  }
}

/**
 * Addresses that are published on evidence of their own. One that any guard names (a cloud, a CDN, a sinkhole), or on which
 * more of others' names stand than of the campaign's, vouches for nothing.
 */
function addressVouchers(
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

interface Network {
  name: string
  bits: number
  vouchers: Voucher[]
}

/**
 * Small networks in which several addresses are vouched for, and no more of others. A port of the command servers on a
 * further address of such a network shows that the campaign is still there.
 */
function networkVouchers(
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
function domainVouchers(judged: Map<string, Judged>, policy: Policy): Map<string, Voucher> {
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
function postedNames(
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

// --- ties of a unit

function addressTies(unit: Unit, vouchers: Map<string, Voucher>, policy: Policy): Tie[] {
  return unit.addresses.flatMap((address) => {
    const voucher = vouchers.get(address)
    const isOutside = voucher !== undefined && !isOnly(voucher.documents, unit.document.id)
    const factor = isOutside ? nearness(voucher, unit, policy) : 0
    return isOutside && factor > 0
      ? [
          {
            rule: 'address',
            weight: policy.weights.address * factor,
            detail: `stands on ${address}, which ${voucher.told}`,
            anchors: [...voucher.documents],
          },
        ]
      : []
  })
}

function networkTies(unit: Unit, networks: Map<string, Network>, policy: Policy): Tie[] {
  return unit.addresses.flatMap((address) => networkTie(address, unit, networks, policy))
}

function networkTie(address: string, unit: Unit, networks: Map<string, Network>, policy: Policy): Tie[] {
  return NETWORKS.flatMap(({ bits }) => {
    const network = networks.get(networkOf(address, bits) ?? '')
    if (!network) return []
    const others = network.vouchers.filter(({ documents }) => !isOnly(documents, unit.document.id))
    const distinct = new Set(others.map(({ value }) => value))
    if (distinct.size < NETWORKS.find((one) => one.bits === bits)!.vouched) return []
    const factor = nearest(others, unit.at, unit.isUndated, policy)
    if (factor === 0) return []
    const [near] = others
    return [
      {
        rule: 'network',
        weight: policy.weights.network * factor,
        detail: `stands on ${address} in ${network.name}, of which ${distinct.size} addresses are the campaign's, such as ${near!.value}, which ${near!.told}`,
        anchors: [...new Set(others.flatMap(({ documents }) => [...documents]))],
      },
    ]
  })
}

function citedTies(
  unit: Unit,
  posts: Map<string, { names: Set<string>; by: string }>,
  policy: Policy,
): Tie[] {
  const ids = unit.document.references.flatMap((url) => postLink(url)?.id ?? [])
  return ids.flatMap((id) => {
    const post = posts.get(`post:${id}`)
    const shared = post && unit.members.some((one) => post.names.has(hostName(one) ?? ''))
    return shared
      ? [
          {
            rule: 'cited',
            weight: policy.weights.cited,
            detail: `is in part told by ${post.by} in the post that its section cites`,
            anchors: [`post:${id}`],
          },
        ]
      : []
  })
}

function sharedDomains(unit: Unit, vouchers: Map<string, Voucher>, policy: Policy, hop: number): Tie[] {
  const shared = [...unit.domains.keys()].flatMap((domain) => {
    const voucher = vouchers.get(domain)
    return voucher && !isOnly(voucher.documents, unit.document.id) && nearness(voucher, unit, policy) > 0
      ? [voucher]
      : []
  })
  const { share, least } = SHARED_DOMAINS
  if (shared.length < least || shared.length < share * unit.domains.size) return []
  const [example] = shared.toSorted((a, b) => byText(a.value, b.value))
  return [
    {
      rule: 'domain',
      weight: policy.weights.network * hop,
      detail: `stands beside names of ${shared.length} registered domains of the operator, such as ${example!.value}, which ${example!.told}`,
      anchors: [...new Set(shared.flatMap(({ documents }) => [...documents]))],
    },
  ]
}

const strongest = (ties: Tie[]): Tie | undefined => ties.toSorted((a, b) => b.weight - a.weight)[0]

/** Whether a unit stands on an address that was vouched for within one life of it: hardly anybody else was there then. */
function isNow(unit: Unit, { rule }: Tie, vouchers: Map<string, Voucher>, policy: Policy): boolean {
  if (rule !== 'address') return false
  const life = policy.life['ipv4-addr'] ?? Number.POSITIVE_INFINITY
  return unit.addresses.some((address) => {
    const voucher = vouchers.get(address)
    return (
      voucher !== undefined &&
      daysBetween(unit.at, voucher.from) <= life &&
      daysBetween(voucher.to, unit.at) <= life
    )
  })
}

/**
 * Hands a unit's tie on to the members that fit it.
 * @param withBrands names that hold a brand which the campaign impersonates fit too
 */
function carryInto(unit: Unit, tie: Tie, ties: Ties, policy: Policy, withBrands = false): void {
  for (const one of unit.members) {
    const isBrand = withBrands && !unit.isForeign && holdsBrand(one, policy)
    if (!isBrand && (unit.refusal !== null || !fits(one, unit, policy))) {
      const why = unit.refusal ?? 'it is not spelt as the rest'
      ties.set(one, {
        reasons: [{ rule: 'unfit', weight: 0, detail: `its section ${tie.detail}, but ${why}` }],
        anchors: tie.anchors,
      })
      continue
    }
    tieTo(one, tie, ties)
    if (unit.isGenerated && !isBrand)
      addReason(one, ties, {
        rule: 'set',
        weight: policy.weights.set,
        detail: `fits a set of ${unit.members.length} values that one generator spelt`,
      })
  }
}

/**
 * Supports what is spelt as the campaign alone spells, where infrastructure says nothing: by the whole set that is spelt so,
 * and by a named researcher's post that the section cites, whatever that post holds.
 */
function supportSpelling(unit: Unit, ties: Ties, policy: Policy): void {
  if (unit.isForeign) return
  const cited = unit.document.references
    .flatMap((url) => postLink(url)?.handle ?? [])
    .map((handle) => reporterOf(policy, handle, bestSource(policy, unit.document.sources)))
    .find(({ pinned }) => pinned)
  const reasons: Reason[] = [
    ...(unit.isSpelt
      ? [
          {
            rule: 'set',
            weight: policy.weights.set,
            detail: `stands in a set of ${unit.members.length} values that are spelt so`,
          },
        ]
      : []),
    ...(cited
      ? [
          {
            rule: 'cites',
            weight: policy.weights.cites,
            detail: `stands in a section that cites a post by ${cited.name}`,
          },
        ]
      : []),
  ]
  if (reasons.length === 0) return
  for (const one of unit.members)
    if ((patternSign(one, policy)?.weight ?? 0) >= TELLING) ties.set(one, { reasons, anchors: [] })
}

function holdsBrand(one: StoredObservation, policy: Policy): boolean {
  const host = hostName(one)
  const domain = host === null ? null : ownDomain(host, policy)
  return domain !== null && !policy.popular.has(domain) && brandIn(registeredLabel(domain), policy)
}

/** Whether a member is spelt as the unit's main shapes, or as the campaign's known names, are. */
function fits(one: StoredObservation, unit: Unit, policy: Policy): boolean {
  if (isAddress(one.type)) return portSign(one, policy) !== null
  const host = hostName(one)
  if (host === null) return false
  const domain = ownDomain(host, policy)
  const isSpelt = patternSign(one, policy) !== null
  if (domain === null) return isSpelt && looksRandom(registeredLabel(host), policy)
  if (policy.popular.has(domain)) return false
  const names = unit.domains.get(domain)?.size ?? 0
  const isGenerated = isRandom(registeredLabel(domain), policy) || (names >= LEAST_NAMES && unit.isGenerated)
  return isGenerated && (isSpelt || unit.shapes.has(shapeOf(domain)))
}

/** An address of which a reference shows the names is tied by its own network, and by the set of names that stands on it. */
function ownNetworks(unit: Unit, networks: Map<string, Network>, ties: Ties, policy: Policy): void {
  if (unit.refusal !== null) return
  for (const one of unit.members) {
    if (!isAddress(one.type)) continue
    const tie = strongest(networkTie(one.value, unit, networks, policy))
    if (!tie) continue
    ties.delete(one)
    tieTo(one, { ...tie, detail: tie.detail.replace(`stands on ${one.value}`, 'stands') }, ties)
    if (unit.isGenerated)
      addReason(one, ties, {
        rule: 'set',
        weight: policy.weights.set,
        detail: `has a set of ${unit.members.length} values on it that one generator spelt`,
      })
  }
}

function tieTo(one: StoredObservation, { rule, weight, detail, anchors }: Tie, ties: Ties): void {
  const known = ties.get(one)
  const reason = { rule, weight: Math.round(weight), detail }
  ties.set(one, {
    reasons: [reason, ...(known?.reasons ?? [])],
    anchors: [...new Set([...(known?.anchors ?? []), ...anchors])],
  })
}

function addReason(one: StoredObservation, ties: Ties, reason: Reason): void {
  const { reasons, anchors } = ties.get(one)!
  ties.set(one, { anchors, reasons: [...reasons, reason] })
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
    const factor = nearest([voucher], one.document.publishedAt, isUndated(one.document), policy)
    if (factor === 0) continue
    const weight = policy.weights.domain * hop * factor
    const detail = `${host === domain ? 'is' : 'stands below'} ${domain}, the operator's own, which ${voucher.told}`
    tieTo(one, { rule: 'domain', weight, detail, anchors: [...voucher.documents] }, ties)
  }
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
      const factor = nearest([voucher], checkedAt, false, policy)
      if (factor === 0) return []
      return [
        {
          rule: 'address',
          weight: policy.weights.address * factor,
          detail: `stood on ${address} when ${sourceOf(policy, source).reporter} asked on ${dayOf(checkedAt)}, which ${voucher.told}`,
          anchors: [...voucher.documents],
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
        anchors: [...new Set(sorted.flatMap(({ voucher }) => [...voucher.documents]))],
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

/**
 * Holds back what one day's commits of a list would open beyond its budget: whoever writes into a list can write anything.
 * Lines whose commit is not known date from before the list was followed, and make nothing active.
 */
function holdGrowth(ties: Ties, judged: Map<string, Judged>, policy: Policy): void {
  const isOpen = (one: StoredObservation) => judged.get(observableKey(one))?.verdict === 'publish'
  const days = groupBy(
    [...ties].flatMap(([one, tied]) =>
      one.document.basis === 'listed' && isTied(tied) && !isOpen(one) ? [one] : [],
    ),
    (one) => `${bestSource(policy, one.document.sources).name} ${dayOf(one.document.publishedAt)}`,
  )
  for (const opened of days.values()) {
    const keys = groupBy(opened, (one) => openedKey(one, policy))
    for (const [isOfAddress, most] of [
      [true, policy.budgets.opened.addresses],
      [false, policy.budgets.opened.domains],
    ] as const) {
      const sorted = [...keys.keys()].filter((key) => /^[\d.]+$|:/.test(key) === isOfAddress).sort(byText)
      for (const key of sorted.slice(most))
        for (const one of keys.get(key)!)
          addReason(one, ties, {
            rule: 'growth',
            weight: 0,
            detail: `the list opened ${sorted.length} ${isOfAddress ? 'addresses' : 'registered domains'} by the commits of ${dayOf(one.document.publishedAt)}, and is trusted for ${most} a day`,
          })
    }
  }
}

function openedKey(one: StoredObservation, policy: Policy): string {
  const host = hostName(one)
  return host === null ? one.value : (ownDomain(host, policy) ?? host)
}

// --- time

const nearness = (voucher: Voucher, { at, isUndated }: Unit, policy: Policy): number =>
  nearest([voucher], at, isUndated, policy)

/**
 * How much of a tie is left after the time between vouchers and what they tie: all of it for `full_days`, then ever less,
 * nothing beyond `reach_days`.
 * @param isUndated it is only known to be no younger: then it may have been there while they lived
 */
function nearest(vouchers: Voucher[], at: string, isUndated: boolean, { ties }: Policy): number {
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

const isOnly = (documents: Set<string>, document: string): boolean =>
  documents.size === 1 && documents.has(document)

function groupBy<T>(items: T[], keyOf: (item: T) => string | null): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    if (key === null) continue
    const group = groups.get(key)
    if (group) group.push(item)
    else groups.set(key, [item])
  }
  return groups
}

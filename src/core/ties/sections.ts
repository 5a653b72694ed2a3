import type { Facts, StoredDocument } from '../../model/ports.js'
import { hostName } from '../domains.js'
import type { Judged } from '../evaluate.js'
import { networkOf } from '../networks.js'
import { byText } from '../order.js'
import { bestSource, isMixed, type Policy } from '../policy.js'
import { daysBetween, postLink } from '../time.js'
import { isOnly, type Tie } from './tie.js'
import { type Unit, unitsOf } from './unit.js'
import { addressVouchers, domainVouchers, NETWORKS, type Network, nearest, type Voucher } from './vouchers.js'

/** Of a unit's domains, the share that must be vouched for to speak for the rest; and so many in any case. */
const SHARED_DOMAINS = { share: 0.15, least: 2 }

/** Units of lists about the campaign that mix it with other families: the others suffice, or say nothing, by themselves. */
function mixedUnits({ observations }: Facts, policy: Policy): Unit[] {
  const known = new Map<string, boolean>()
  const isOfMixed = ({ id, kind, sources }: StoredDocument): boolean => {
    const before = known.get(id)
    if (before !== undefined) return before
    const is = kind === 'list' && isMixed(policy, bestSource(policy, sources).name)
    known.set(id, is)
    return is
  }
  const standing = observations.filter(
    ({ document, withdrawn, role }) => withdrawn === null && role !== 'reference' && isOfMixed(document),
  )
  return unitsOf(standing, policy)
}

/** What all ties of an evaluation are looked for among. */
export interface Ground {
  units: Unit[]
  /** What vouches on evidence of its own. */
  addresses: Map<string, Voucher>
  domains: Map<string, Voucher>
}

/** @param judged every value on evidence of its own */
export const groundOf = (facts: Facts, judged: Map<string, Judged>, policy: Policy): Ground => ({
  units: mixedUnits(facts, policy),
  addresses: addressVouchers(facts, judged, policy),
  domains: domainVouchers(judged, policy),
})

export function addressTies(unit: Unit, vouchers: Map<string, Voucher>, policy: Policy): Tie[] {
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
            anchors: voucher.anchors,
          },
        ]
      : []
  })
}

const SAMPLE = /^https:\/\/www\.virustotal\.com\/gui\/file\/([\da-f]+)(?:[/?#]|$)/i

/** Samples that a unit's references show, or that stand in it: a known one is as sure as an address, and has no time. */
export function fileTies(unit: Unit, vouchers: Map<string, Voucher>, policy: Policy): Tie[] {
  const shown = unit.document.references.flatMap((url) => SAMPLE.exec(url)?.[1]?.toLowerCase() ?? [])
  const inside = unit.members.flatMap(({ type, value }) => (type === 'file' ? [value] : []))
  return [...new Set([...shown, ...inside])].flatMap((hash) => {
    const voucher = vouchers.get(hash)
    return voucher && !isOnly(voucher.documents, unit.document.id)
      ? [
          {
            rule: 'file',
            weight: policy.weights.address,
            detail: `stands beside the sample ${hash.slice(0, 12)}…, which ${voucher.told}`,
            anchors: voucher.anchors,
          },
        ]
      : []
  })
}

export function networkTies(unit: Unit, networks: Map<string, Network>, policy: Policy): Tie[] {
  return unit.addresses.flatMap((address) => networkTie(address, unit, networks, policy))
}

export function networkTie(
  address: string,
  unit: Unit,
  networks: Map<string, Network>,
  policy: Policy,
): Tie[] {
  return NETWORKS.flatMap(({ bits, vouched }) => {
    const network = networks.get(networkOf(address, bits) ?? '')
    if (!network) return []
    const isOutside = ({ documents }: Voucher) => !isOnly(documents, unit.document.id)
    const vouchers = network.vouchers.filter(isOutside)
    if (vouchers.length < vouched) return []
    const all = [...vouchers, ...network.prolonging.filter(isOutside)]
    const { left, voucher } = nearest(all, unit.at, unit.isUndated, policy)
    if (voucher === null) return []
    return [
      {
        rule: 'network',
        weight: policy.weights.network * left,
        detail: `stands on ${address} in ${network.name}, of which ${vouchers.length} addresses are the campaign's; nearest in time ${voucher.value}, which ${voucher.told}`,
        anchors: [...new Set(all.flatMap(({ anchors }) => anchors))],
      },
    ]
  })
}

export function citedTies(
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

export function sharedDomains(
  unit: Unit,
  vouchers: Map<string, Voucher>,
  policy: Policy,
  hop: number,
): Tie[] {
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
      anchors: [...new Set(shared.flatMap(({ anchors }) => anchors))],
    },
  ]
}

/** Whether a unit stands on an address that was vouched for within one life of it: hardly anybody else was there then. */
export function isNow(unit: Unit, { rule }: Tie, vouchers: Map<string, Voucher>, policy: Policy): boolean {
  if (rule !== 'address') return false
  const life = policy.life['ipv4-addr'] ?? Number.POSITIVE_INFINITY
  return unit.addresses.some((address) => {
    const voucher = vouchers.get(address)
    return voucher?.times.some((time) => Math.abs(daysBetween(unit.at, time)) <= life)
  })
}

const nearness = (voucher: Voucher, { at, isUndated }: Unit, policy: Policy): number =>
  nearest([voucher], at, isUndated, policy).left

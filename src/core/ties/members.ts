import { isAddress } from '../../model/observable.js'
import type { StoredObservation } from '../../model/ports.js'
import type { Reason } from '../../model/snapshot.js'
import { isTellinglySpelt, patternSign, portSign } from '../attribute.js'
import { hostName, ownDomain, registeredLabel } from '../domains.js'
import { bestSource, type Policy, reporterOf } from '../policy.js'
import { postLink } from '../time.js'
import { networkTie } from './sections.js'
import { addReason, isOnly, strongest, type Tie, type Ties, tieTo } from './tie.js'
import { brandIn, isRandom, looksRandom, shapeOf, type Unit } from './unit.js'
import { LEAST_NAMES, type Network, type Voucher } from './vouchers.js'

/**
 * Hands a unit's tie on to the members that fit it.
 * @param withBrands names that hold a brand which the campaign impersonates fit too
 */
export function carryInto(unit: Unit, tie: Tie, ties: Ties, policy: Policy, withBrands = false): void {
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
 * and by a named researcher's post that the section starts from, whatever that post holds.
 */
export function supportSpelling(unit: Unit, ties: Ties, policy: Policy): void {
  if (unit.isForeign) return
  const { url, sources } = unit.document
  const handle = url === null ? null : (postLink(url)?.handle ?? null)
  const known = handle === null ? null : reporterOf(policy, handle, bestSource(policy, sources))
  const cited = known?.pinned ? known : null
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
            detail: `stands in a section that starts from a post by ${cited.name}`,
          },
        ]
      : []),
  ]
  if (reasons.length === 0) return
  for (const one of unit.members)
    if (isTellinglySpelt(patternSign(one, policy))) ties.set(one, { reasons, anchors: [] })
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

/**
 * Ties an address of which a reference shows the names by its own network, and, where somebody else vouches for a name on
 * it, by the set of names that stands on it: else whoever writes into the list could name any address of that network.
 */
export function ownNetworks(
  unit: Unit,
  { networks, domains }: { networks: Map<string, Network>; domains: Map<string, Voucher> },
  ties: Ties,
  policy: Policy,
): void {
  if (unit.refusal !== null) return
  const isVouched = [...unit.domains.keys()].some((domain) => {
    const voucher = domains.get(domain)
    return voucher !== undefined && !isOnly(voucher.documents, unit.document.id)
  })
  for (const one of unit.members) {
    if (!isAddress(one.type)) continue
    const tie = strongest(networkTie(one.value, unit, networks, policy))
    if (!tie) continue
    ties.delete(one)
    tieTo(one, { ...tie, detail: tie.detail.replace(`stands on ${one.value}`, 'stands') }, ties)
    if (unit.isGenerated && isVouched)
      addReason(one, ties, {
        rule: 'set',
        weight: policy.weights.set,
        detail: `has a set of ${unit.members.length} values on it that one generator spelt`,
      })
  }
}

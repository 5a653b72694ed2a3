import { isAddress } from '../../model/observable.js'
import type { StoredDocument, StoredObservation } from '../../model/ports.js'
import { isTellinglySpelt, patternSign } from '../attribute.js'
import { hostName, ownDomain, registeredLabel } from '../domains.js'
import { isDenied } from '../guards.js'
import { addressOf } from '../networks.js'
import type { Policy } from '../policy.js'
import { groupBy } from './tie.js'

/**
 * What a list adds at one time under one reference: a section of maltrail, or the lines of it that one commit added. It is
 * tied to the campaign as a whole, from outside itself; its members share in that by how well they fit.
 */
export interface Unit {
  document: StoredDocument
  /** Time of its lines: one that the sections around it give is near enough. */
  at: string
  /** Nothing but the list's own date is known: it may be years older. */
  isUndated: boolean
  members: StoredObservation[]
  /** Addresses of which its references show the names, and those that stand in it themselves. */
  addresses: string[]
  /** Registered domains that are one holder's own, with the names that stand below each in this unit. */
  domains: Map<string, Set<string>>
  /** Spellings of registered domains that a good part of it has. */
  shapes: Set<string>
  /** Nearly all of it is spelt as one generator spells. */
  isGenerated: boolean
  /** Nearly all of it is spelt as the profile says that the campaign spells, and hardly anybody else. */
  isSpelt: boolean
  /** Most of its registered domains hold a brand that the campaign impersonates. */
  isBranded: boolean
  /** Why nothing ties it, whatever it stands on; null: ties hold. */
  refusal: string | null
  /** The refusal is for whose names stand in it, not for how they are spelt. */
  isForeign: boolean
}

/** So many members, of so many domains, make a set whose spelling says something. */
const LEAST_SET = { members: 20, domains: 8 }
/** Of its domains, the share that must have a spelling for it to be a main one, and the share that all main ones must have. */
const MAIN_SHARE = 0.1
const SET_SHARE = 0.85
/** Likeness to names of visited sites (`Popular.likeness`) above which a label is taken for a word. */
const MOST_LIKENESS = 0.3
/** Of the domains of a unit, the share that guards, popularity or other families may have. */
const MOST_FOREIGN = 0.05
/** Of the labels, the share that may look like words, and that may begin alike as those of a brand do. */
const MOST_WORDS = 0.3
const MOST_ALIKE = { share: 0.4, least: 5, letters: 4 }

/** Tells whether nothing but the list's own date, or the day it was read, is known of a line. */
export const isUndated = ({ basis }: Pick<StoredDocument, 'basis'>): boolean =>
  basis === 'list-date' || basis === 'retrieved'

/** Tells when a line was there: not before its commit, whatever day its section claims. */
export const timeOf = ({ document, listedAt }: StoredObservation): string =>
  listedAt !== null && listedAt > document.publishedAt ? listedAt : document.publishedAt

/** Describes how a registered domain is spelt: kinds and number of characters, and its suffix: `a5.com`. */
export function shapeOf(domain: string): string {
  const label = registeredLabel(domain)
  const kind = /^[a-z]+$/.test(label) ? 'a' : /^\d+$/.test(label) ? '0' : /-/.test(label) ? '-' : 'x'
  return `${kind}${label.length}.${domain.slice(label.length + 1)}`
}

/** Letters in a row from which on it shows whether they are a word. */
const LEAST_LETTERS = 3

/** Tells whether a label looks drawn at random: none of its letters in a row looks like a word, and no hyphen joins two. */
export const looksRandom = (label: string, { popular }: Policy): boolean =>
  !label.includes('-') &&
  label
    .split(/[^a-z]+/)
    .every((letters) => letters.length < LEAST_LETTERS || popular.likeness(letters) <= MOST_LIKENESS)

/** Tells whether a label holds a brand that the campaign impersonates. */
export const brandIn = (label: string, { profile }: Policy): boolean =>
  profile.brands.words.some((brand) => brand.length > 2 && label.includes(brand))

/** Tells whether a label looks drawn at random and holds no brand. */
export const isRandom = (label: string, policy: Policy): boolean =>
  !brandIn(label, policy) && looksRandom(label, policy)

/** Makes the units of a list out of what stands in each of its documents, one for each time. */
export function unitsOf(observations: StoredObservation[], policy: Policy): Unit[] {
  const groups = groupBy(observations, (one) => `${one.document.id} ${timeOf(one)}`)
  return [...groups.values()].map((members) => unitOf(members, policy))
}

function unitOf(members: StoredObservation[], policy: Policy): Unit {
  const [{ document }] = members as [StoredObservation]
  const domains = new Map<string, Set<string>>()
  let others = 0
  for (const one of members) {
    const host = hostName(one)
    if (host === null) continue
    const domain = ownDomain(host, policy)
    if (domain === null) {
      if (one.type === 'domain-name' && isDenied(policy.guards(one), one)) others++
      continue
    }
    const names = domains.get(domain) ?? new Set()
    if (host !== domain) names.add(host)
    domains.set(domain, names)
  }
  const labels = [...domains.keys()].map(registeredLabel)
  const foreign = others + [...domains.keys()].filter((domain) => policy.popular.has(domain)).length
  const shapes = mainShapes([...domains.keys()])
  const fitting = [...domains.keys()].filter((domain) => shapes.has(shapeOf(domain))).length
  const spelt = members.filter((one) => isTellinglySpelt(patternSign(one, policy))).length
  const strangers = strangersIn(document, labels.length + others, foreign, policy)
  const isSet = members.length >= LEAST_SET.members && domains.size >= LEAST_SET.domains
  return {
    document,
    at: timeOf(members[0]!),
    isUndated: isUndated(document),
    members,
    addresses: addressesOf(document, members),
    domains,
    shapes: isSet ? shapes : new Set(),
    isGenerated: isSet && fitting >= SET_SHARE * domains.size,
    isSpelt: members.length >= LEAST_SET.members && spelt >= SET_SHARE * members.length,
    isBranded: 2 * labels.filter((label) => brandIn(label, policy)).length > labels.length,
    refusal: strangers ?? wordsIn(labels, policy),
    isForeign: strangers !== null,
  }
}

function addressesOf({ references }: StoredDocument, members: StoredObservation[]): string[] {
  const inside = members.filter(({ type }) => isAddress(type)).map(({ value }) => value)
  return [...new Set([...references.flatMap((url) => addressOf(url)?.address ?? []), ...inside])]
}

/** Says what in a unit is somebody else's; null: too little of it. */
function strangersIn(
  { references }: StoredDocument,
  all: number,
  foreign: number,
  { profile }: Policy,
): string | null {
  const ambiguous = profile.terms.find(
    ({ term, unless }) =>
      unless !== undefined && references.some((reference) => reference.toLowerCase().includes(term)),
  )
  if (ambiguous) return `its reference is to “${ambiguous.term}”, which names other malware too`
  return foreign > 1 && foreign > MOST_FOREIGN * all
    ? `${foreign} of its ${all} names are popular or kept out by guards`
    : null
}

/** Says why the names of a unit are not a generator's; null: they may be. */
function wordsIn(labels: string[], policy: Policy): string | null {
  if (labels.length < MOST_ALIKE.least) return null
  const random = labels.filter((label) => isRandom(label, policy)).length
  if (random < (1 - MOST_WORDS) * labels.length) return 'its names look like words or brands'
  if (mostAlike(labels) > MOST_ALIKE.share * labels.length) return "its names begin alike, as a brand's do"
  return null
}

function mainShapes(domains: string[]): Set<string> {
  const counts = new Map<string, number>()
  for (const domain of domains) counts.set(shapeOf(domain), (counts.get(shapeOf(domain)) ?? 0) + 1)
  return new Set(
    [...counts]
      .filter(([, count]) => count > 1 && count >= MAIN_SHARE * domains.length)
      .map(([shape]) => shape),
  )
}

/** Counts the labels that begin as most others do. */
function mostAlike(labels: string[]): number {
  const counts = new Map<string, number>()
  for (const label of labels) {
    const beginning = label.slice(0, MOST_ALIKE.letters)
    counts.set(beginning, (counts.get(beginning) ?? 0) + 1)
  }
  return Math.max(0, ...counts.values())
}

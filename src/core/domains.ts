import type { Observable } from '../model/observable.js'
import { hostOfUrl, suffixOf } from './canonical.js'
import { type Guards, isDenied } from './guards.js'
import type { Policy } from './policy.js'

/**
 * Finds the registered domain above a name that belongs to one holder alone: not below a public suffix of the private
 * section (duckdns.org), not one that a guard keeps out (an apex of dynamic DNS, a hosting provider, a popular site).
 * @returns null: others have names beside this one, so its parent says nothing of it
 */
export function ownDomain(host: string, { guards }: Pick<Policy, 'guards'>): string | null {
  const known = found.get(guards) ?? new Map<string, string | null>()
  found.set(guards, known)
  const before = known.get(host)
  if (before !== undefined) return before
  const { registrable, isPrivate } = suffixOf(host)
  const apex: Observable | null =
    registrable === null || isPrivate ? null : { type: 'domain-name', value: registrable }
  const own = apex !== null && !isDenied(guards(apex), apex) ? registrable : null
  if (known.size >= MOST_KEPT) known.clear()
  known.set(host, own)
  return own
}

/** What was found, by guards: one host is asked about many times in an evaluation, and a list may hold millions. */
const MOST_KEPT = 50_000
const found = new WeakMap<Guards, Map<string, string | null>>()

/** Names the host of a value: of a name itself, of a URL the name in it; null for addresses and files. */
export function hostName({ type, value }: Observable): string | null {
  if (type === 'domain-name') return value
  if (type !== 'url') return null
  const host = hostOfUrl(value)
  return host.type === 'domain-name' ? host.value : null
}

/** Takes the label that somebody chose when registering: `abcde` of `abcde.com`. */
export const registeredLabel = (domain: string): string => domain.slice(0, domain.indexOf('.'))

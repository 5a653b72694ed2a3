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
  const { registrable, isPrivate } = suffixOf(host)
  if (registrable === null || isPrivate) return null
  const known = denied.get(guards) ?? new Map<string, boolean>()
  denied.set(guards, known)
  const apex: Observable = { type: 'domain-name', value: registrable }
  const isKept = known.get(registrable) ?? isDenied(guards(apex), apex)
  known.set(registrable, isKept)
  return isKept ? null : registrable
}

/** Whether guards keep a registered domain out: names of one domain are asked about by the thousand. */
const denied = new WeakMap<Guards, Map<string, boolean>>()

/** Names the host of a value: of a name itself, of a URL the name in it; null for addresses and files. */
export function hostName({ type, value }: Observable): string | null {
  if (type === 'domain-name') return value
  if (type !== 'url') return null
  const host = hostOfUrl(value)
  return host.type === 'domain-name' ? host.value : null
}

/** Takes the label that somebody chose when registering: `abcde` of `abcde.com`. */
export const registeredLabel = (domain: string): string => domain.slice(0, domain.indexOf('.'))

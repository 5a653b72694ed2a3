import ipaddr from 'ipaddr.js'
import type { GuardHit, GuardList } from '../model/guard.js'
import { isAddress, type Observable } from '../model/observable.js'
import { hostOfUrl, suffixOf } from './canonical.js'

export type Guards = (observable: Observable) => GuardHit[]

const SPECIAL_PURPOSE: Omit<GuardHit, 'entry'> = {
  guard: 'special-purpose',
  effect: 'deny',
  absolute: true,
  title: 'IANA special-purpose and other addresses that are not global unicast',
}
const PUBLIC_SUFFIX: Omit<GuardHit, 'entry'> = {
  guard: 'public-suffix',
  effect: 'deny',
  absolute: true,
  title: 'Public suffix: everybody below it would be blocked (publicsuffix.org, ICANN and private section)',
}

/** Compiles guard lists into one function from a value to the guards that fire for it. A URL is guarded by its host. */
export function compileGuards(lists: GuardList[]): Guards {
  const compiled = lists.map((list) => {
    const { id, effect, absolute, title } = list
    const find = finder(list)
    return (observable: Observable): GuardHit | null => {
      const entry = find(observable)
      return entry === null ? null : { guard: id, effect, absolute, title, entry }
    }
  })
  return (observable) => {
    const subject = observable.type === 'url' ? hostOfUrl(observable.value) : observable
    const hits = compiled.map((guard) => guard(subject)).filter((hit) => hit !== null)
    const range = isAddress(subject.type) ? rangeOf(subject.value) : 'unicast'
    if (range !== 'unicast') hits.unshift({ ...SPECIAL_PURPOSE, entry: range })
    if (subject.type === 'domain-name' && suffixOf(subject.value).registrable === null)
      hits.unshift({ ...PUBLIC_SUFFIX, entry: subject.value })
    return hits
  }
}

/** IANA has given out 2000::/3 as global unicast; the rest of IPv6 is nobody's. */
const GLOBAL_UNICAST_IPV6 = ipaddr.parseCIDR('2000::/3') as [ipaddr.IPv6, number]

function rangeOf(value: string): string {
  const address = ipaddr.parse(value)
  const range = address.range()
  const isNobodys = address instanceof ipaddr.IPv6 && !address.match(...GLOBAL_UNICAST_IPV6)
  return range === 'unicast' && isNobodys ? 'not global unicast' : range
}

function finder(list: GuardList): (observable: Observable) => string | null {
  if (list.match === 'network') {
    const find = networkIndex(list.entries)
    return ({ type, value }) => (isAddress(type) ? find(value) : null)
  }
  const entries = new Set(list.entries)
  if (list.match === 'hash')
    return ({ type, value }) => (type === 'file' && entries.has(value) ? value : null)
  if (list.match === 'exact')
    return ({ type, value }) => (type === 'domain-name' && entries.has(value) ? value : null)
  // What stands above the name that somebody registered is a public suffix, and has another owner.
  const topOf = (name: string) => (list.match === 'suffix' ? suffixOf(name).registrable : null)
  return ({ type, value }) => (type === 'domain-name' ? suffixIn(entries, value, topOf(value)) : null)
}

/** From an address to the widest of the networks it lies in: one look-up for each length of prefix that occurs. */
export function networkIndex(entries: string[]): (address: string) => string | null {
  const networks = new Map<string, string>()
  const lengths = { ipv4: new Set<number>(), ipv6: new Set<number>() }
  const keyOf = (address: ipaddr.IPv4 | ipaddr.IPv6, bits: number): string => {
    const bytes = address.toByteArray()
    const whole = bytes.slice(0, bits >> 3)
    const rest = bits & 7 ? [bytes[bits >> 3]! & (0xff00 >> (bits & 7))] : []
    return `${address.kind()}/${bits}/${[...whole, ...rest].join('.')}`
  }
  for (const entry of entries) {
    const [address, bits] = ipaddr.parseCIDR(entry)
    lengths[address.kind()].add(bits)
    networks.set(keyOf(address, bits), entry)
  }
  const sorted = { ipv4: [...lengths.ipv4].sort(ascending), ipv6: [...lengths.ipv6].sort(ascending) }
  return (value) => {
    const address = ipaddr.parse(value)
    for (const bits of sorted[address.kind()]) {
      const entry = networks.get(keyOf(address, bits))
      if (entry !== undefined) return entry
    }
    return null
  }
}

const ascending = (a: number, b: number): number => a - b

/**
 * The entry that covers a name: the name itself or one of its parents.
 * @param top the last parent to look at
 */
function suffixIn(entries: Set<string>, name: string, top: string | null): string | null {
  for (let rest = name; ; rest = rest.slice(rest.indexOf('.') + 1)) {
    if (entries.has(rest)) return rest
    if (rest === top || !rest.includes('.')) return null
  }
}

/** Whether a value may stand in a list of its kind. */
export const isDenied = (hits: GuardHit[], observable: Observable): boolean =>
  hits.some(({ effect }) => effect === 'deny' || (effect === 'deny-address' && subjectIsAddress(observable)))

const subjectIsAddress = (observable: Observable): boolean =>
  isAddress(observable.type === 'url' ? hostOfUrl(observable.value).type : observable.type)

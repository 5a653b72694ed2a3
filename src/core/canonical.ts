import { domainToASCII } from 'node:url'
import ipaddr from 'ipaddr.js'
import { parse as parseSuffix } from 'tldts'
import type { Observable } from '../model/observable.js'

const IPV4 = /^(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}$/
const LEADING_ZERO = /(?:^|\.)0\d/
/** `103.80.134.xxx`: an address with its end left out; `xxx` happens to be a top-level domain. */
const MASKED_ADDRESS = /^(?:\d{1,3}\.){1,3}xxx$/
const NOT_ASCII = /[^\x00-\x7f]/
const HOST_NAME =
  /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{2,59})$/
/** A path that WHATWG takes as it is: no dot segments, nothing to encode. */
const PLAIN_TAIL = /^(?:\/[\w~-]*(?:\.[\w-]+)?)*$/
/** MD5, SHA-1, SHA-256, SHA-512, in hex digits. */
const HASH_LENGTHS = new Set([32, 40, 64, 128])
const HASH = /^[0-9a-f]+$/i
/** Defanged and odd spellings of a scheme, to the scheme that is meant. */
const SCHEMES = new Map([
  ...['http', 'hxxp', 'hXXp', 'ttp'].map((written) => [written, 'http'] as const),
  ...['https', 'hxxps', 'hXXps', 'ttps'].map((written) => [written, 'https'] as const),
  ['ws', 'ws'],
  ['websocket', 'ws'],
  ['wss', 'wss'],
  ['ftp', 'ftp'],
])

const SUFFIX_OPTIONS = {
  allowPrivateDomains: true,
  extractHostname: false,
  validateHostname: false,
  detectIp: false,
}

/** What a public suffix list knows of a name. */
export function suffixOf(host: string): {
  suffix: string | null
  registrable: string | null
  known: boolean
  /** Of the private section: a provider lends names below it to its customers. */
  isPrivate: boolean
} {
  const parsed = parseSuffix(host, SUFFIX_OPTIONS)
  return {
    suffix: parsed.publicSuffix,
    registrable: parsed.domain,
    known: parsed.isIcann === true || parsed.isPrivate === true,
    isPrivate: parsed.isPrivate === true,
  }
}

/**
 * A host name as lower-case A-labels (RFC 5891 by UTS 46), without a trailing dot; null where it is none:
 * an unknown top-level domain, a public suffix itself, an underscore, a label of wrong length, a PTR name.
 */
export function canonicalName(text: string): Observable | null {
  let name = text.toLowerCase()
  if (name.endsWith('.')) name = name.slice(0, -1)
  if (!HOST_NAME.test(name)) {
    if (!NOT_ASCII.test(name)) return null
    name = domainToASCII(name)
    if (!HOST_NAME.test(name)) return null
  }
  if (name.endsWith('.arpa')) return null
  // An A-label that no Unicode label has is none; WHATWG refuses its URLs.
  if (name.includes('xn--') && domainToASCII(name) !== name) return null
  if (name.endsWith('.xxx') && MASKED_ADDRESS.test(name)) return null
  const { known, registrable } = suffixOf(name)
  return known && registrable !== null ? { type: 'domain-name', value: name } : null
}

/** IPv4 in dotted decimal without leading zeros, IPv6 as RFC 5952; an IPv4-mapped IPv6 address is IPv4. */
export function canonicalAddress(text: string): Observable | null {
  const first = text.charCodeAt(0)
  if (first >= 0x30 && first <= 0x39 && IPV4.test(text))
    return LEADING_ZERO.test(text) ? null : { type: 'ipv4-addr', value: text }
  if (!text.includes(':') || text.includes('%') || !ipaddr.IPv6.isValid(text)) return null
  const address = ipaddr.IPv6.parse(text)
  return address.isIPv4MappedAddress()
    ? { type: 'ipv4-addr', value: address.toIPv4Address().toString() }
    : { type: 'ipv6-addr', value: address.toRFC5952String() }
}

export const canonicalHost = (text: string): Observable | null =>
  canonicalAddress(text) ?? canonicalName(text)

/** A file hash in lower case; not a run of one digit, which stands for "no hash". */
export function canonicalHash(text: string): Observable | null {
  if (!HASH_LENGTHS.has(text.length) || !HASH.test(text) || /^(.)\1*$/.test(text)) return null
  return { type: 'file', value: text.toLowerCase() }
}

export function hashAlgorithm(hash: string): 'MD5' | 'SHA-1' | 'SHA-256' | 'SHA-512' {
  return hash.length === 32
    ? 'MD5'
    : hash.length === 40
      ? 'SHA-1'
      : hash.length === 64
        ? 'SHA-256'
        : 'SHA-512'
}

/** `hxxp`, `hXXps`, `h**p`, `ttp`, `ttps` and the like, to the scheme meant; null for none we publish. */
export function canonicalScheme(text: string): string | null {
  const known = SCHEMES.get(text)
  if (known !== undefined) return known
  const lower = text.toLowerCase()
  return SCHEMES.get(lower) ?? SCHEMES.get(lower.replace(/^h[tx*_]{1,3}p(s?)$/, 'http$1')) ?? null
}

/** A URL as written, taken apart; a host in brackets stands without them. */
export interface UrlParts {
  scheme: string
  /** Where the host begins in the text. */
  hostStart: number
  host: string
  port: string | undefined
  /** Path, query and fragment. */
  tail: string
  /** Something stands before an `@`, to look like the host. */
  hasCredentials: boolean
}

const PLAIN_AUTHORITY = /^[\w.-]+$/
const AUTHORITY = /^(?:\[([0-9a-f:.]+)\]|([^:@\s\\]+))(?::(\d{1,5}))?$/i

/** Takes a URL apart (RFC 3986 section 3.2); null where it has no host. */
export function splitUrl(text: string): UrlParts | null {
  const colon = text.indexOf('://')
  if (colon < 2) return null
  const start = colon + 3
  let end = start
  while (end < text.length && !isTail(text.charCodeAt(end))) end++
  const scheme = text.slice(0, colon)
  const authority = text.slice(start, end)
  const tail = text.slice(end)
  if (PLAIN_AUTHORITY.test(authority))
    return { scheme, hostStart: start, host: authority, port: undefined, tail, hasCredentials: false }
  const at = authority.lastIndexOf('@')
  const [, bracketed, host = bracketed, port] = AUTHORITY.exec(authority.slice(at + 1)) ?? []
  if (host === undefined) return null
  const hostStart = start + at + (bracketed === undefined ? 1 : 2)
  return { scheme, hostStart, host, port, tail, hasCredentials: at >= 0 }
}

/** `/`, `?` or `#`. */
const isTail = (code: number): boolean => code === 0x2f || code === 0x3f || code === 0x23

/**
 * A URL with lower-case scheme and canonical host, path case kept, the rest percent-encoded as WHATWG says;
 * null where scheme or host are none, or credentials stand in it.
 */
export function canonicalUrl(text: string): CanonicalUrl | null {
  const parts = splitUrl(text)
  return parts && !parts.hasCredentials ? canonicalUrlOf(parts) : null
}

export interface CanonicalUrl {
  url: Observable
  host: Observable
  port: number | null
}

export function canonicalUrlOf({
  scheme: written,
  host: name,
  port: digits,
  tail,
}: UrlParts): CanonicalUrl | null {
  const scheme = canonicalScheme(written)
  const host = canonicalHost(name)
  const port = digits === undefined ? null : Number(digits)
  if (!scheme || !host || (port !== null && (port < 1 || port > 65_535))) return null
  const authority = host.type === 'ipv6-addr' ? `[${host.value}]` : host.value
  const rest = `${scheme}://${authority}${port === null ? '' : `:${port}`}`
  // Most need no more than this; what WHATWG would encode, resolve or leave out is left to it.
  if (port === null && PLAIN_TAIL.test(tail))
    return { url: { type: 'url', value: `${rest}${tail || '/'}` }, host, port }
  if (!URL.canParse(`${rest}${tail}`)) return null
  const parsed = new URL(`${rest}${tail}`)
  return {
    url: { type: 'url', value: parsed.href },
    host,
    port: parsed.port === '' ? null : Number(parsed.port),
  }
}

/** The host of a canonical URL. */
export function hostOfUrl(url: string): Observable {
  const host = canonicalHost(new URL(url).hostname.replace(/^\[|\]$/g, ''))
  if (!host) throw new TypeError(`not a canonical URL: ${url}`)
  return host
}

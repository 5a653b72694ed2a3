import { isAddress, type Observable } from '../../model/observable.js'
import {
  canonicalAddress,
  canonicalHash,
  canonicalHost,
  canonicalName,
  canonicalScheme,
  canonicalUrlOf,
  splitUrl,
  suffixOf,
} from '../canonical.js'
import { ELIDED, portOf, roleOfUrl } from '../spelling.js'
import { AT_SIGN, CLASS, COLON_OR_EQUALS, ELIDING, FOREIGN, OPENING, SEPARATOR } from './characters.js'
import { add, type Link, type Scan } from './found.js'
import { skipBefore, trimAfter } from './scan.js'
import {
  bulletAt,
  countedBy,
  isContinued,
  isCut,
  isNoAddress,
  isNoName,
  isPlaceholder,
  isStruck,
} from './vetoes.js'

/** A scheme as people write it, at the end of what stands before `://`. */
const SCHEME = /(?:h[tx*_]{1,3}ps?|ttps?|websocket|wss?|ftp|tcp|udp|tls)$/i
const LONGEST_SCHEME = 9
const PLAIN_SCHEME = /^(?:https?|wss?|ftp|tcp|udp|tls)$/i
/** `IP:`, `domain=`: what a value is called, glued to it. */
const LABELLED = /^(?:[a-z][a-z0-9 ]{0,11}|\d{1,2})[:=](?!\/\/)(?=[\da-z])/i

/** A run of characters in a line, that may hold several values. */
export interface Token {
  text: string
  /** Where it begins in the line. */
  start: number
  /** The classes of its characters: what is not among them need not be looked for. */
  bits: number
}

/** @param scheme where the first `://` stands in the line; -1: there is none */
export function readToken(scan: Scan, token: Token, scheme: number): void {
  const { text, start } = token
  let done = 0
  for (let colon = scheme < 0 ? -1 : scheme - start; colon >= 0; ) {
    const begin = schemeStart(text, done, colon)
    const next = text.indexOf('://', colon + 3)
    if (begin >= 0) {
      if (begin > done) readBare(scan, token, done, begin)
      const nextBegin = next < 0 ? -1 : schemeStart(text, colon + 3, next)
      done = nextBegin < 0 ? text.length : nextBegin
      readUrl(scan, token, begin, done)
    }
    colon = next
  }
  if (done < text.length) readBare(scan, token, done, text.length)
}

/** Where the scheme before a `://` begins; -1: it is none. */
function schemeStart(text: string, from: number, colon: number): number {
  const match = SCHEME.exec(text.slice(Math.max(from, colon - LONGEST_SCHEME), colon))
  return match ? colon - match[0].length : -1
}

function readUrl(scan: Scan, { text, start, bits }: Token, begin: number, end: number): void {
  const from = start + begin
  const to = urlEnd(scan, text, start, begin, end)
  const whole = text.slice(begin, to - start)
  const parts = splitUrl(whole)
  if (!parts) return
  // Asterisks on both sides make it bold.
  const tailEnd = text[begin - 1] === '*' ? to - start : end
  const isEliding = (bits & ELIDING) !== 0
  const isElided =
    isOuter(text, end) || (isEliding && ELIDED.test(text.slice(begin + parts.hostStart, tailEnd)))
  const parsed = canonicalUrlOf(isElided ? { ...parts, tail: '' } : parts)
  if (!parsed) {
    // No scheme of a URL that is published, `tcp://`: its host is read as if it stood alone.
    if (!canonicalScheme(parts.scheme)) readBare(scan, { text, start, bits }, begin + parts.hostStart, end)
    return
  }
  // Providers lend no such names: it says what stands there, `hxxp://ランダム.duckdns[.]org`.
  if ((bits & FOREIGN) !== 0 && suffixOf(parsed.host.value).isPrivate) return
  if (isEliding && parts.tail === '' && isCut(scan, parsed.host, to)) return
  if (!isAddress(parsed.host.type) && isPlaceholder(parts.host, parsed.host.value)) return
  const isDefanged = !PLAIN_SCHEME.test(parts.scheme) || scan.line.isEdited(from, to)
  const link: Link =
    isDefanged || !whole.startsWith('http') ? 'none' : parts.tail.length > 1 ? 'page' : 'site'
  const role = isStruck(scan, from, to) ? 'reference' : roleOfUrl(parts.tail)
  const told = { role, port: parsed.port, isDefanged, link }
  if (!isElided && !parts.hasCredentials) add(scan, parsed.url, from, to, told)
  const hostStart = from + parts.hostStart
  add(scan, parsed.host, hostStart, hostStart + parts.host.length, told)
}

/** Where in the line a URL ends that could reach to the end of its run. */
function urlEnd({ line }: Scan, text: string, start: number, begin: number, end: number): number {
  // A URL in the query of another ends with its parameter.
  const parameter = text[begin - 1] === '=' && text.indexOf('://') < begin ? text.indexOf('&', begin) : -1
  const last = parameter > 0 && parameter < end ? parameter : end
  const trimmed = trimAfter(line.codes, start + begin, start + last) - start
  if (text[trimmed] !== ')') return start + trimmed
  // A parenthesis that the URL opened is its own.
  const url = text.slice(begin, trimmed)
  return start + trimmed + (url.lastIndexOf('(') > url.lastIndexOf(')') ? 1 : 0)
}

/** Whether a URL goes on in one within it, `/?u=https://…`: what stands before that is not the whole of it. */
const isOuter = (text: string, end: number): boolean =>
  end < text.length && (text[end - 1] === '=' || text[end - 1] === '/')

/** Names, addresses and hashes without a scheme; `label:value` and comma-separated runs are taken apart. */
function readBare(scan: Scan, token: Token, begin: number, end: number): void {
  if ((token.bits & SEPARATOR) === 0) {
    readPiece(scan, token, begin, end)
    return
  }
  const { codes } = scan.line
  for (let at = begin; at < end; at++) {
    const first = at
    while (at < end && (CLASS[codes[token.start + at]!]! & SEPARATOR) === 0) at++
    readPiece(scan, token, first, at)
  }
}

const SHORTEST_VALUE = 4
/** `name[1.2.3.4]`, `name:1.2.3.4`. */
const NAME_AND_ADDRESS = /^([\w-]+(?:\.[\w-]+)+)(\[|:)((?:\d{1,3}\.){3}\d{1,3})\]?$/

function readPiece(scan: Scan, { text, start, bits }: Token, begin: number, end: number): void {
  const { codes } = scan.line
  const trimmed = trimAfter(codes, start + begin, start + end) - start
  if (trimmed - begin < SHORTEST_VALUE) return
  const hasColon = (bits & COLON_OR_EQUALS) !== 0
  const whole = text.slice(begin, trimmed)
  const isWhole = hasColon && canonicalAddress(whole) !== null
  const label = !hasColon || isWhole ? 0 : (LABELLED.exec(whole)?.[0].length ?? 0)
  const edge = isWhole ? begin : skipBefore(codes, start + begin + label, start + trimmed) - start
  const first = edge + bulletAt(text, edge)
  // `**.duckdns.org`, `..duckdns.org`, `.duckdns.org` stand for a name that is not told.
  for (let at = begin + label; at < edge; at++)
    if (text[at] === '.' || (text[at] === '*' && text[trimmed] !== '*')) return
  const value = text.slice(first, trimmed)
  const isEliding = (bits & ELIDING) !== 0
  const joined = (bits & (COLON_OR_EQUALS | OPENING)) === 0 ? null : NAME_AND_ADDRESS.exec(value)
  if (joined) {
    const [, name, between, address] = joined as unknown as [string, string, string, string]
    readValue(scan, name, start + first, isEliding)
    readValue(scan, address, start + first + name.length + between.length, isEliding)
    return
  }
  if ((bits & AT_SIGN) !== 0 && (value.includes('@') || text[first - 1] === '@')) return
  if (isEliding && ELIDED.test(value)) return
  // A part of a path; but `//host` is one.
  if (text[first - 1] === '/' && text[first - 2] !== '/') return
  const slash = value.indexOf('/')
  if (slash > 0 && areSiblings(value.slice(0, slash), value.slice(slash + 1))) {
    readValue(scan, value.slice(0, slash), start + first, isEliding)
    readValue(scan, value.slice(slash + 1), start + first + slash + 1, isEliding)
    return
  }
  const counted = countedBy(scan, value, start + first)
  readValue(scan, value.slice(counted), start + first + counted, isEliding)
}

/** Two names under one provider with a slash between them: the second is no path. */
function areSiblings(one: string, other: string): boolean {
  const [name, sibling] = [canonicalName(one), canonicalName(other)]
  if (!name || !sibling) return false
  const { suffix, isPrivate } = suffixOf(name.value)
  return isPrivate && suffixOf(sibling.value).suffix === suffix
}

/** An IPv6 address with its port, as a URL has it; the opening bracket has been taken off as punctuation. */
const BRACKETED_ADDRESS = /^([\da-f:.]+)\](?::(\d{1,5}))?$/i
const HOST_PORT_TAIL = /^([^:/?#]+)(?::(\d{1,5}))?([/?#].*)?$/
const PLAIN_HOST = /^[\w.-]+$/

function readValue(scan: Scan, value: string, start: number, isEliding: boolean): void {
  const hash = canonicalHash(value)
  if (hash) {
    const end = start + value.length
    add(scan, hash, start, end, {
      role: 'payload',
      port: null,
      isDefanged: scan.line.isEdited(start, end),
      link: 'none',
    })
    return
  }
  const { host, written, port, tail } = splitHost(value)
  if (!host) return
  const end = start + written.length
  const isDefanged = scan.line.isEdited(start, end)
  const isBare = port === null && !isDefanged
  if (isContinued(scan, start) || (isEliding && isCut(scan, host, end))) return
  const isNone = isAddress(host.type)
    ? isNoAddress(scan, start, end, tail, isBare)
    : isNoName(scan, end, written, host.value, isBare)
  if (isNone) {
    if (isAddress(host.type)) {
      scan.vetoed ??= new Set()
      scan.vetoed.add(host.value)
    }
    return
  }
  if (isBare && scan.vetoed?.has(host.value)) return
  const link = isBare && tail.length > 1 ? 'page' : 'none'
  add(scan, host, start, end, {
    role: isStruck(scan, start, end) ? 'reference' : 'landing',
    port,
    isDefanged,
    link,
  })
}

/** The host that a value begins with, as it is written, and what follows it. */
function splitHost(value: string): {
  host: Observable | null
  written: string
  port: number | null
  tail: string
} {
  if (PLAIN_HOST.test(value)) return { host: canonicalHost(value), written: value, port: null, tail: '' }
  const address = canonicalAddress(value)
  if (address) return { host: address, written: value, port: null, tail: '' }
  const bracketed = BRACKETED_ADDRESS.exec(value)
  const [, written = '', port, tail = ''] = bracketed ?? HOST_PORT_TAIL.exec(value) ?? []
  return { host: canonicalHost(written), written, port: portOf(port), tail }
}

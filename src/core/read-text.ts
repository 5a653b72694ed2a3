import { isAddress, type Observable } from '../model/observable.js'
import type { Context, Observation, Role } from '../model/observation.js'
import {
  canonicalAddress,
  canonicalHash,
  canonicalHost,
  canonicalName,
  canonicalScheme,
  canonicalUrlOf,
  splitUrl,
  suffixOf,
} from './canonical.js'
import {
  AT_SIGN,
  CLASS,
  CLOSING,
  COLON_OR_EQUALS,
  EDGE_AFTER,
  ELIDING,
  SEPARATOR,
  TOKEN,
} from './characters.js'
import { contextsOf } from './context.js'
import { Line } from './refang.js'
import { eachLine, eachToken, skipBefore, trimAfter } from './scan.js'
import { ELIDED, portOf, roleOfUrl } from './spelling.js'
import { Units } from './units.js'

/** A scheme as people write it, at the end of what stands before `://`. */
const SCHEME = /(?:h[tx*_]{1,3}ps?|ttps?|websocket|wss?|ftp|tcp|udp|tls)$/i
const LONGEST_SCHEME = 9
const PLAIN_SCHEME = /^(?:https?|wss?|ftp|tcp|udp|tls)$/i
/** `IP:`, `domain=`: what a value is called, glued to it. */
const LABELLED = /^(?:[a-z][a-z0-9 ]{0,11}|\d{1,2})[:=](?!\/\/)(?=[\da-z])/i
/** Words beside four numbers that say they count releases, not machines. */
const VERSION_BEFORE =
  /(?:\b(?:v|ver\.?|version(?: ?(?:name|code|no\.?))?|build|release|android|ios|chrome|firefox|safari|windows|sdk|firmware|app|os|openssl|php|java|nginx|apache|bind|dig|curl)|バージョン(?:番号|名|情報)?|アプリ|更新|アップデート|ビルド|リリース)(?:が|は|を|の|も|で|から|:|：|=|\/|「|\s){0,3}$/i
const VERSION_AFTER =
  /^\s*(?:版|章|節|項|以降|以前|以上|未満|(?:に|へ)(?:アップデート|更新|上が|バージョン)|から[\d.\s]+(?:に|へ)|or (?:later|earlier|newer)|is (?:out|released))/i
/** `com.example.app`: the name of an Android package, which begins where a host name ends. */
const PACKAGE_NAME = /^(?:com|jp|net|org|io|kr|cn|android)\.[a-z]/i
/** Somebody wrote it to stand for any name. */
const PLACEHOLDER = /^(?:(?!www)(.)\1{2,}|example|hoge|foo|random|yourdomain|domain)\./i
/** Letters that stand for others: `docomoXXXX.duckdns.org`, in capitals among small ones. */
const MASKED = /[a-z]-?X{2,}|X{2,}-?[a-z]/
/** `Name.com, Inc.`: a company that is called as its site is. */
const COMPANY_AFTER = /^,?\s*(?:LLC|Inc|Ltd|Limited|Pte|Pty|Corp|Co\.|GmbH|S\.?A\b|B\.?V\b|社|株式会社)/
/** Top-level domains that are file endings too: such a name counts only where it is defanged or has a scheme. */
const FILE_NAME = /^[^.]+\.(?:py|sh|pl|md|so|zip|mov|rs|app)$/i

/** Every indicator in a post, with its place. One observation a value: the first. Nothing reaches across a line. */
export function readText(text: string): Observation[] {
  POST.load(text)
  const scan: Scan = { post: text, base: 0, seen: new Set(), found: [] }
  eachLine(POST.codes, POST.length, (start, end, needs) => {
    LINE.set(POST, start, end, needs)
    scan.base = start
    const before = scan.found.length
    eachToken(LINE.codes, LINE.start, LINE.end, (from, to, scheme, bits) =>
      readToken(scan, { text: LINE.text(from, to), start: from, bits }, scheme),
    )
    if (scan.found.length > before) placeOnLine(scan.found.slice(before))
  })
  const { found } = scan
  const takesCare = found.some(({ isDefanged }) => isDefanged)
  return found.map(({ observation, link, isAnnounced }) => {
    // What can be tapped is rather what the post points to: a page of a site, or, in a post that takes care elsewhere, a site.
    if (!isAnnounced && (link === 'page' || (link === 'site' && takesCare))) observation.context = 'prose'
    return observation
  })
}

/** The post and the line that are being read: memory that is used again. */
const POST = new Units()
const LINE = new Line()

/** A post under the reader's eye. Offsets are into `LINE` until `add` takes them back to the post. */
interface Scan {
  post: string
  /** Where the line begins in the post. */
  base: number
  /** Values that the post has already yielded, or that it says are none. */
  seen: Set<string>
  found: Found[]
}

interface Found {
  observation: Observation
  /** Where it stands in the line. */
  start: number
  end: number
  isDefanged: boolean
  link: Link
  /** The words before it say what it is. */
  isAnnounced: boolean
}

/** How a value is written: of a host in a URL, how the URL is. */
interface Told {
  role: Role
  port: number | null
  isDefanged: boolean
  link: Link
}

/** Whether it can be tapped, and leads to a site or to a page within. */
type Link = 'none' | 'site' | 'page'

/** Notes a value once, with its place. */
function add(
  { post, seen, found }: Scan,
  { type, value }: Observable,
  start: number,
  end: number,
  { role, port, isDefanged, link }: Told,
): void {
  if (seen.has(value)) return
  seen.add(value)
  const from = LINE.from(start)
  const to = LINE.to(end)
  const context: Context = isDefanged ? 'defanged' : 'prose'
  const observation: Observation = {
    type,
    value,
    raw: post.slice(from, to),
    start: from,
    end: to,
    role,
    context,
  }
  if (port !== null) observation.port = port
  found.push({
    observation,
    start: start - LINE.start,
    end: end - LINE.start,
    isDefanged,
    link,
    isAnnounced: false,
  })
}

/** Gives each observation of a line its context, and the role that the words before it tell. */
function placeOnLine(found: Found[]): void {
  // What is defanged needs no more telling, unless it is an address (the words before it may call it a server) or
  // words come after it (they may take it back).
  const hasMore = found.at(-1)!.end + LINE.start < LINE.end - FEW
  if (!hasMore && found.every(({ isDefanged, observation }) => isDefanged && !isAddress(observation.type)))
    return
  contextsOf(LINE.text(LINE.start, LINE.end), found).forEach(({ context, role, isAnnounced }, n) => {
    const one = found[n]!
    const { observation } = one
    one.isAnnounced = isAnnounced
    observation.context = context
    if (role !== null && (observation.role === 'landing' || role === 'reference')) observation.role = role
  })
}

/** Punctuation at the end of a line is no longer than this. */
const FEW = 3

/** A run of characters in a line, that may hold several values. */
interface Token {
  text: string
  /** Where it begins in the line. */
  start: number
  /** The classes of its characters: what is not among them need not be looked for. */
  bits: number
}

/** @param scheme where the first `://` stands in the line; -1: there is none */
function readToken(scan: Scan, token: Token, scheme: number): void {
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
  // A URL in the query of another ends with its parameter.
  const parameterEnd = text[begin - 1] === '=' && text.indexOf('://') < begin ? text.indexOf('&', begin) : -1
  const to = trimAfter(
    LINE.codes,
    from,
    start + (parameterEnd > 0 && parameterEnd < end ? parameterEnd : end),
  )
  const whole = text.slice(begin, to - start)
  const parts = splitUrl(whole)
  if (!parts) return
  // Asterisks on both sides make it bold.
  const tailEnd = text[begin - 1] === '*' ? to - start : end
  const isElided = (bits & ELIDING) !== 0 && ELIDED.test(text.slice(begin + parts.hostStart, tailEnd))
  const parsed = canonicalUrlOf(isElided ? { ...parts, tail: '' } : parts)
  if (!parsed) {
    // No scheme of a URL that is published, `tcp://`: its host is read as if it stood alone.
    if (!canonicalScheme(parts.scheme)) readBare(scan, { text, start, bits }, begin + parts.hostStart, end)
    return
  }
  if (parts.tail === '' && isCut(parsed.host, to)) return
  const isDefanged = !PLAIN_SCHEME.test(parts.scheme) || LINE.isEdited(from, to)
  const link: Link =
    isDefanged || !whole.startsWith('http') ? 'none' : parts.tail.length > 1 ? 'page' : 'site'
  const role = isStruck(from, to) ? 'reference' : roleOfUrl(parts.tail)
  const told = { role, port: parsed.port, isDefanged, link }
  if (!isElided && !parts.hasCredentials) add(scan, parsed.url, from, to, told)
  const hostStart = from + parts.hostStart
  add(scan, parsed.host, hostStart, hostStart + parts.host.length, told)
}

/** Names, addresses and hashes without a scheme; `label:value` and comma-separated runs are taken apart. */
function readBare(scan: Scan, token: Token, begin: number, end: number): void {
  if ((token.bits & SEPARATOR) === 0) {
    readPiece(scan, token, begin, end)
    return
  }
  const { codes } = LINE
  for (let at = begin; at < end; at++) {
    const first = at
    while (at < end && (CLASS[codes[token.start + at]!]! & SEPARATOR) === 0) at++
    readPiece(scan, token, first, at)
  }
}

const SHORTEST_VALUE = 4

function readPiece(scan: Scan, { text, start, bits }: Token, begin: number, end: number): void {
  const { codes } = LINE
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
  if ((bits & AT_SIGN) !== 0 && (value.includes('@') || text[first - 1] === '@')) return
  if ((bits & ELIDING) !== 0 && ELIDED.test(value)) return
  // A part of a path; but `//host` is one.
  if (text[first - 1] === '/' && text[first - 2] !== '/') return
  const slash = value.indexOf('/')
  if (slash > 0 && areSiblings(value.slice(0, slash), value.slice(slash + 1))) {
    readValue(scan, value.slice(0, slash), start + first)
    readValue(scan, value.slice(slash + 1), start + first + slash + 1)
    return
  }
  const counted = countedBy(scan, value, start + first)
  readValue(scan, value.slice(counted), start + first + counted)
}

/** Two names under one provider with a slash between them: the second is no path. */
function areSiblings(one: string, other: string): boolean {
  const [name, sibling] = [canonicalName(one), canonicalName(other)]
  if (!name || !sibling) return false
  const { suffix, isPrivate } = suffixOf(name.value)
  return isPrivate && suffixOf(sibling.value).suffix === suffix
}

/** One mark before a name is a bullet; several stand for letters left out. */
const bulletAt = (text: string, at: number): number => (at === 0 && /^[○●◯×](?=[a-z\d])/i.test(text) ? 1 : 0)

/** How long the number is that counts a line, `1.name.top` before `2.other.top`; a name may begin with a number as well. */
function countedBy({ post, base }: Scan, value: string, start: number): number {
  const code = value.charCodeAt(0)
  if (code < 0x30 || code > 0x39 || start - LINE.start >= INDENT) return 0
  const [, digits] = /^(\d{1,2})\.(?=[a-z\d-]*[a-z][a-z\d-]*\.)/i.exec(value) ?? []
  if (digits === undefined || LINE.text(LINE.start, start).trim() !== '') return 0
  const around = post.slice(Math.max(0, base - COUNTED_REACH), base + COUNTED_REACH).normalize('NFKC')
  const isCounted = new RegExp(
    `\\n\\s*(?:${Number(digits) - 1}|${Number(digits) + 1})[.)]|^\\s*${Number(digits) - 1}[.)]`,
  )
  return isCounted.test(around) ? digits.length + 1 : 0
}

/** The next line of a list is no further away than this. */
const COUNTED_REACH = 200

/** Crossed out: `~~value~~`. */
const isStruck = (start: number, end: number): boolean =>
  start - 2 >= LINE.start &&
  end + 2 <= LINE.end &&
  LINE.codes[start - 1] === TILDE &&
  LINE.codes[start - 2] === TILDE &&
  LINE.codes[end] === TILDE &&
  LINE.codes[end + 1] === TILDE
const TILDE = 0x7e

/** An IPv6 address with its port, as a URL has it; the opening bracket has been taken off as punctuation. */
const BRACKETED_ADDRESS = /^([\da-f:.]+)\](?::(\d{1,5}))?$/i
const HOST_PORT_TAIL = /^([^:/?#]+)(?::(\d{1,5}))?([/?#].*)?$/
const PLAIN_HOST = /^[\w.-]+$/

function readValue(scan: Scan, value: string, start: number): void {
  const hash = canonicalHash(value)
  if (hash) {
    const end = start + value.length
    add(scan, hash, start, end, {
      role: 'payload',
      port: null,
      isDefanged: LINE.isEdited(start, end),
      link: 'none',
    })
    return
  }
  const { host, written, port, tail } = splitHost(value)
  if (!host) return
  const end = start + written.length
  const isDefanged = LINE.isEdited(start, end)
  const isBare = port === null && !isDefanged
  if (isContinued(scan, start) || isCut(host, end)) return
  const isNone = isAddress(host.type)
    ? isNoAddress(start, end, tail, isBare)
    : isNoName(end, written, host.value, isBare)
  if (isNone) {
    // What is a version here is one everywhere in the post.
    scan.seen.add(host.value)
    return
  }
  const link = isBare && tail.length > 1 ? 'page' : 'none'
  add(scan, host, start, end, {
    role: isStruck(start, end) ? 'reference' : 'landing',
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

/**
 * A network is context, not an address; `#53` is a resolver's port; the client of a web server's log is a visitor; four
 * bare numbers beside a word of releases are a version.
 */
function isNoAddress(start: number, end: number, tail: string, isBare: boolean): boolean {
  if (/^(?:\/\d{1,3}|#\d+)$/.test(tail)) return true
  if (!isBare) return false
  const after = LINE.text(end, Math.min(LINE.end, end + REACH))
  return (
    VERSION_BEFORE.test(LINE.text(Math.max(LINE.start, start - REACH), start)) ||
    VERSION_AFTER.test(after) ||
    LOG_AFTER.test(after)
  )
}
/** How far from four numbers a word that says what they are may stand. */
const REACH = 20
const LOG_AFTER = /^ - \S+ \[/

const isNoName = (end: number, written: string, name: string, isBare: boolean): boolean =>
  PLACEHOLDER.test(name) ||
  (name !== written && MASKED.test(written)) ||
  (isBare &&
    (FILE_NAME.test(written) ||
      PACKAGE_NAME.test(written) ||
      (end < LINE.end && COMPANY_AFTER.test(LINE.text(end, Math.min(LINE.end, end + 8))))))

/**
 * A line that ends in a bracketed dot, in a hyphen, or in a scheme with half a name goes on in the next: what stands
 * there first is the other half.
 */
function isContinued({ base }: Scan, start: number): boolean {
  if (base === 0 || start - LINE.start >= INDENT || LINE.text(LINE.start, start).trim() !== '') return false
  const { codes } = POST
  let at = base - 2
  if (codes[at] === CARRIAGE_RETURN) at--
  if (codes[at] === HYPHEN) return (CLASS[codes[at - 1]!]! & (TOKEN | EDGE_AFTER)) === TOKEN
  if ((CLASS[codes[at]!]! & CLOSING) !== 0)
    return /[[({]\s?\.\s?[\])}]$/.test(POST.text(Math.max(0, at - 4), at + 1))
  while (
    at > 1 &&
    base - at < LONGEST_LABEL &&
    (CLASS[codes[at]!]! & (TOKEN | EDGE_AFTER)) === TOKEN &&
    codes[at] !== SLASH
  )
    at--
  return at > 1 && codes[at] === SLASH && codes[at - 1] === SLASH && codes[at - 2] === COLON
}
const LONGEST_LABEL = 63
const CARRIAGE_RETURN = 0x0d
const HYPHEN = 0x2d
const SLASH = 0x2f
const COLON = 0x3a

/** `foo.co…`, `165.3.91.2…`: with its end cut off it is another one, and looks whole. */
function isCut({ type, value }: Observable, end: number): boolean {
  if (POST.codes[LINE.to(end)] !== ELLIPSIS) return false
  return isAddress(type) ? /\.\d{1,2}$/.test(value) : /\.[a-z]{2}$/.test(value)
}
const ELLIPSIS = 0x2026

/** A line begins at most this far in. */
const INDENT = 20

import { isAddress, type Observable } from '../model/observable.js'
import type { Context, Observation, Role } from '../model/observation.js'
import { canonicalAddress, canonicalHash, canonicalHost, canonicalUrlOf, splitUrl } from './canonical.js'
import { AT_SIGN, CLASS, CLOSING, COLON_OR_EQUALS, ELIDING, SEPARATOR } from './characters.js'
import { contextsOf } from './context.js'
import { Line } from './refang.js'
import { eachLine, eachToken, skipBefore, trimAfter } from './scan.js'
import { ELIDED, portOf, roleOfUrl } from './spelling.js'
import { Units } from './units.js'

/** A scheme as people write it, at the end of what stands before `://`. */
const SCHEME = /(?:h[tx*]{2}ps?|ttps?|websocket|wss?|ftp)$/i
const LONGEST_SCHEME = 9
const PLAIN_SCHEME = /^(?:https?|wss?|ftp)$/i
/** `IP:`, `domain=`: what a value is called, glued to it. */
const LABELLED = /^[a-z][a-z0-9 ]{0,11}[:=](?!\/\/)(?=[\da-z])/i
/** Words beside four numbers that say they count releases, not machines. */
const VERSION_BEFORE =
  /(?:\b(?:v|ver\.?|version|build|release|android|ios|chrome|firefox|safari|windows|sdk|firmware|app|os|openssl|php|java)|バージョン|アプリ|更新)\s*[:/]?\s*$/i
const VERSION_AFTER = /^\s*(?:版|以降|以前|未満|にアップデート|へアップデート|or (?:later|earlier|newer))/i
/** `com.example.app`: the name of an Android package, which begins where a host name ends. */
const PACKAGE_NAME = /^(?:com|jp|net|org|io|kr|cn|android)\.[a-z]/i
/** Somebody wrote it to stand for any name. */
const PLACEHOLDER = /^(?:(?!www)(.)\1{2,}|example|hoge|foo|random|yourdomain|domain)\./i
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
  return found.map(({ observation, isLink, isAnnounced }) => {
    // In a post that takes care elsewhere, a link that can be tapped is rather what the post points to.
    if (takesCare && isLink && !isAnnounced) observation.context = 'prose'
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
  /** Values that the post has already yielded. */
  seen: Set<string>
  found: Found[]
}

interface Found {
  observation: Observation
  /** Where it stands in the line. */
  start: number
  end: number
  isDefanged: boolean
  /** A link that can be tapped. */
  isLink: boolean
  /** The words before it say what it is. */
  isAnnounced: boolean
}

/** How a value is written: of a host in a URL, how the URL is. */
interface Told {
  role: Role
  port: number | null
  isDefanged: boolean
  isLink: boolean
}

/** Notes a value once, with its place. */
function add(
  { post, seen, found }: Scan,
  { type, value }: Observable,
  start: number,
  end: number,
  { role, port, isDefanged, isLink }: Told,
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
    isLink,
    isAnnounced: false,
  })
}

/** Gives each observation of a line its context, and the role that the words before it tell. */
function placeOnLine(found: Found[]): void {
  // What is defanged needs no more telling, but for an address: the words before it may call it a server.
  if (found.every(({ isDefanged, observation }) => isDefanged && !isAddress(observation.type))) return
  contextsOf(LINE.text(LINE.start, LINE.end), found).forEach(({ context, role, isAnnounced }, n) => {
    const one = found[n]!
    const { observation } = one
    one.isAnnounced = isAnnounced
    observation.context = context
    if (role !== null && observation.role === 'landing') observation.role = role
  })
}

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
  const to = trimAfter(LINE.codes, from, start + end)
  const whole = text.slice(begin, to - start)
  const parts = splitUrl(whole)
  if (!parts) return
  const isElided = (bits & ELIDING) !== 0 && ELIDED.test(text.slice(begin + parts.hostStart, end))
  const parsed = canonicalUrlOf(isElided ? { ...parts, tail: '' } : parts)
  if (!parsed) return
  const isDefanged = !PLAIN_SCHEME.test(parts.scheme) || LINE.isEdited(from, to)
  const isLink = !isDefanged && whole.startsWith('http')
  const told = { role: roleOfUrl(parsed.url.value), port: parsed.port, isDefanged, isLink }
  if (!isElided) add(scan, parsed.url, from, to, told)
  const hostStart = from + parts.hostStart
  add(scan, parsed.host, hostStart, hostStart + parts.host.length, told)
}

/** Names, addresses and hashes without a scheme; `label:value` and comma-separated runs are taken apart. */
function readBare(scan: Scan, token: Token, begin: number, end: number): void {
  if ((token.bits & SEPARATOR) === 0) {
    readPiece(scan, token, begin, end)
    return
  }
  for (let at = begin; at < end; at++) {
    const first = at
    while (at < end && (CLASS[LINE.codes[token.start + at]!]! & SEPARATOR) === 0) at++
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
  const first = isWhole ? begin : skipBefore(codes, start + begin + label, start + trimmed) - start
  // `**.duckdns.org`, `..duckdns.org`, `.duckdns.org` stand for a name that is not told.
  for (let at = begin + label; at < first; at++) if (text[at] === '.' || text[at] === '*') return
  const value = text.slice(first, trimmed)
  if ((bits & AT_SIGN) !== 0 && (value.includes('@') || text[first - 1] === '@')) return
  if ((bits & ELIDING) !== 0 && ELIDED.test(value)) return
  if (text[first - 1] !== '/') readValue(scan, value, start + first)
}

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
      isLink: false,
    })
    return
  }
  const { host, written, port, tail } = splitHost(value)
  if (!host) return
  const end = start + written.length
  const isDefanged = LINE.isEdited(start, end)
  const isBare = port === null && !isDefanged
  if (isContinued(scan, start)) return
  const isNone = isAddress(host.type)
    ? isNoAddress(start, end, tail, isBare)
    : isNoName(written, host.value, isBare)
  if (!isNone) add(scan, host, start, end, { role: 'landing', port, isDefanged, isLink: false })
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

/** A network is context, not an address; four bare numbers beside a word of releases are a version. */
const isNoAddress = (start: number, end: number, tail: string, isBare: boolean): boolean =>
  /^\/\d{1,3}$/.test(tail) ||
  (isBare &&
    (VERSION_BEFORE.test(LINE.text(Math.max(LINE.start, start - 12), start)) ||
      VERSION_AFTER.test(LINE.text(end, Math.min(LINE.end, end + 12)))))

const isNoName = (written: string, name: string, isBare: boolean): boolean =>
  PLACEHOLDER.test(name) || (isBare && (FILE_NAME.test(written) || PACKAGE_NAME.test(written)))

/** A line that ends in a bracketed dot goes on in the next: what stands there first is half a name. */
const isContinued = ({ post, base }: Scan, start: number): boolean =>
  base > 0 &&
  start - LINE.start < INDENT &&
  (CLASS[POST.codes[base - 2]!]! & CLOSING) !== 0 &&
  /[[({]\s?\.\s?[\])}]\n$/.test(post.slice(Math.max(0, base - 6), base)) &&
  LINE.text(LINE.start, start).trim() === ''

/** A line begins at most this far in. */
const INDENT = 20

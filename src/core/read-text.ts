import { isAddress, type Observable } from '../model/observable.js'
import type { Context, Observation, Role } from '../model/observation.js'
import { canonicalAddress, canonicalHash, canonicalHost, canonicalUrlOf, splitUrl } from './canonical.js'
import { AT_SIGN, COLON_OR_EQUALS, ELIDING, isOf, SEPARATOR } from './characters.js'
import { contextsOf } from './context.js'
import { type Refanged, refang } from './refang.js'
import { eachLine, eachToken, skipBefore, trimAfter } from './scan.js'
import { ELIDED, portOf, roleOfUrl } from './spelling.js'

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
  const seen = new Set<string>()
  const lines: Scan[] = []
  let takesCare = false
  eachLine(text, (start, end, needs) => {
    const refanged = refang(text.slice(start, end), needs)
    const scan: Scan = { refanged, post: text, base: start, seen, found: [] }
    eachToken(refanged.text, (from, to, scheme, bits) => readToken(scan, from, to, scheme, bits))
    if (scan.found.length === 0) return
    lines.push(scan)
    takesCare ||= scan.found.some(({ isDefanged }) => isDefanged)
  })
  const observations: Observation[] = []
  for (const line of lines) {
    placeOnLine(line, takesCare)
    for (const { observation } of line.found) observations.push(observation)
  }
  return observations
}

/** One line under the reader's eye. Offsets are into its refanged text until `add` takes them back to the post. */
interface Scan {
  post: string
  refanged: Refanged
  /** Where the line begins in the post. */
  base: number
  /** Values that the post has already yielded. */
  seen: Set<string>
  found: Found[]
}

interface Found {
  observation: Observation
  start: number
  end: number
  isDefanged: boolean
  /** A link that can be tapped. */
  isLink: boolean
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
  { refanged, base, seen, found }: Scan,
  { type, value }: Observable,
  start: number,
  end: number,
  { role, port, isDefanged, isLink }: Told,
): void {
  if (seen.has(value)) return
  seen.add(value)
  const from = refanged.from(start)
  const to = refanged.to(end)
  const raw = refanged.source.slice(from, to)
  const context: Context = isDefanged ? 'defanged' : 'prose'
  const observation: Observation = { type, value, raw, start: base + from, end: base + to, role, context }
  if (port !== null) observation.port = port
  found.push({ observation, start, end, isDefanged, isLink })
}

/** Gives each observation of a line its context, and the role that the words before it tell. */
function placeOnLine({ refanged: { text }, found }: Scan, takesCare: boolean): void {
  // What is defanged needs no more telling, but for an address: the words before it may call it a server.
  if (found.every(({ isDefanged, observation }) => isDefanged && !isAddress(observation.type))) return
  const placed = found.map(({ start, end, isDefanged, isLink }) => ({
    start,
    end,
    isDefanged,
    isMereLink: isLink && takesCare,
  }))
  contextsOf(text, placed).forEach(({ context, role }, n) => {
    const { observation } = found[n]!
    observation.context = context
    if (role !== null && observation.role === 'landing') observation.role = role
  })
}

function readToken(scan: Scan, start: number, end: number, scheme: number, bits: number): void {
  let done = start
  if (scheme >= 0) {
    const { text } = scan.refanged
    for (let colon = scheme; colon >= 0; ) {
      const begin = schemeStart(text, done, colon)
      const next = indexWithin(text, '://', colon + 3, end)
      if (begin >= 0) {
        if (begin > done) readBare(scan, done, begin, bits)
        const nextBegin = next < 0 ? -1 : schemeStart(text, colon + 3, next)
        done = nextBegin < 0 ? end : nextBegin
        readUrl(scan, begin, colon, done, bits)
      }
      colon = next
    }
  }
  if (done < end) readBare(scan, done, end, bits)
}

function indexWithin(text: string, wanted: string, from: number, end: number): number {
  const at = text.slice(from, end).indexOf(wanted)
  return at < 0 ? -1 : from + at
}

/** Where the scheme before a `://` begins; -1: it is none. */
function schemeStart(text: string, from: number, colon: number): number {
  const match = SCHEME.exec(text.slice(Math.max(from, colon - LONGEST_SCHEME), colon))
  return match ? colon - match[0].length : -1
}

function readUrl(scan: Scan, start: number, colon: number, end: number, bits: number): void {
  const { refanged } = scan
  const { text } = refanged
  const trimmed = trimAfter(text, start, end)
  const hostStart = colon + 3
  const parts = splitUrl(text.slice(start, trimmed))
  if (!parts) return
  const isElided = (bits & ELIDING) !== 0 && ELIDED.test(text.slice(hostStart, end))
  const parsed = canonicalUrlOf(isElided ? { ...parts, tail: '' } : parts)
  if (!parsed) return
  const isDefanged = !PLAIN_SCHEME.test(parts.scheme) || refanged.isEdited(start, trimmed)
  const isLink = !isDefanged && text.startsWith('http', start)
  const told = { role: roleOfUrl(parsed.url.value), port: parsed.port, isDefanged, isLink }
  if (!isElided) add(scan, parsed.url, start, trimmed, told)
  add(scan, parsed.host, hostStart, hostStart + parts.host.length, told)
}

/** Names, addresses and hashes without a scheme; `label:value` and comma-separated runs are taken apart. */
function readBare(scan: Scan, start: number, end: number, bits: number): void {
  if ((bits & SEPARATOR) === 0) {
    readPiece(scan, start, end, bits)
    return
  }
  const { text } = scan.refanged
  for (let at = start; at < end; at++) {
    const begin = at
    while (at < end && !isOf(SEPARATOR, text, at)) at++
    readPiece(scan, begin, at, bits)
  }
}

const SHORTEST_VALUE = 4

/** @param bits the classes of the run's characters: what is not among them need not be looked for */
function readPiece(scan: Scan, begin: number, end: number, bits: number): void {
  const { text } = scan.refanged
  const trimmed = trimAfter(text, begin, end)
  if (trimmed - begin < SHORTEST_VALUE) return
  const hasColon = (bits & COLON_OR_EQUALS) !== 0
  const whole = text.slice(begin, trimmed)
  const isWhole = hasColon && canonicalAddress(whole) !== null
  const label = !hasColon || isWhole ? 0 : (LABELLED.exec(whole)?.[0].length ?? 0)
  const start = isWhole ? begin : skipBefore(text, begin + label, trimmed)
  // `**.duckdns.org`, `..duckdns.org`, `.duckdns.org` stand for a name that is not told.
  for (let at = begin + label; at < start; at++) if (text[at] === '.' || text[at] === '*') return
  const value = text.slice(start, trimmed)
  if ((bits & AT_SIGN) !== 0 && (value.includes('@') || text[start - 1] === '@')) return
  if ((bits & ELIDING) !== 0 && ELIDED.test(value)) return
  readValue(scan, value, start)
}

/** An IPv6 address with its port, as a URL has it; the opening bracket has been taken off as punctuation. */
const BRACKETED_ADDRESS = /^([\da-f:.]+)\](?::(\d{1,5}))?$/i
const HOST_PORT_TAIL = /^([^:/?#]+)(?::(\d{1,5}))?([/?#].*)?$/
const PLAIN_HOST = /^[\w.-]+$/

function readValue(scan: Scan, value: string, start: number): void {
  const { refanged } = scan
  const hash = canonicalHash(value)
  if (hash) {
    const end = start + value.length
    add(scan, hash, start, end, {
      role: 'payload',
      port: null,
      isDefanged: refanged.isEdited(start, end),
      isLink: false,
    })
    return
  }
  const { host, written, port, tail } = splitHost(value)
  if (!host) return
  const end = start + written.length
  const isDefanged = refanged.isEdited(start, end)
  const isBare = port === null && !isDefanged
  const { text } = refanged
  if (text[start - 1] === '/' || isContinued(scan, start)) return
  const isNone = isAddress(host.type)
    ? isNoAddress(text, start, end, tail, isBare)
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
const isNoAddress = (text: string, start: number, end: number, tail: string, isBare: boolean): boolean =>
  /^\/\d{1,3}$/.test(tail) ||
  (isBare &&
    (VERSION_BEFORE.test(text.slice(Math.max(0, start - 12), start)) ||
      VERSION_AFTER.test(text.slice(end, end + 12))))

const isNoName = (written: string, name: string, isBare: boolean): boolean =>
  PLACEHOLDER.test(name) || (isBare && (FILE_NAME.test(written) || PACKAGE_NAME.test(written)))

/** A line that ends in a bracketed dot goes on in the next: what stands there first is half a name. */
function isContinued({ post, base, refanged: { text } }: Scan, start: number): boolean {
  if (base === 0 || start >= INDENT || !/[\])}]\s*$/.test(post.slice(Math.max(0, base - 4), base)))
    return false
  return (
    text.slice(0, start).trim() === '' &&
    /[[({]\s?\.\s?[\])}]\s*$/.test(post.slice(Math.max(0, base - 8), base))
  )
}

/** A line begins at most this far in. */
const INDENT = 20

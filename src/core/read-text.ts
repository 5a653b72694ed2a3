import { isAddress, type Observable } from '../model/observable.js'
import type { Observation, Role } from '../model/observation.js'
import { canonicalAddress, canonicalHash, canonicalHost, canonicalUrl } from './canonical.js'
import { contextsOf, type Placed } from './context.js'
import { type Refanged, refang } from './refang.js'
import { eachLine, eachToken, skipBefore, trimAfter } from './scan.js'
import { ELIDED, portOf, roleOfUrl } from './spelling.js'

/** A scheme as people write it, at the end of what stands before `://`. */
const SCHEME = /(?:h[tx*]{2}ps?|ttps?|websocket|wss?|ftp)$/i
const LONGEST_SCHEME = 9
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
  eachLine(text, (start, end) => {
    const source = text.slice(start, end)
    const scan: Scan = { source, post: text, base: start, refanged: refang(source), seen, found: [] }
    eachToken(scan.refanged.text, (from, to, scheme) => readToken(scan, from, to, scheme))
    if (scan.found.length > 0) lines.push(scan)
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
  source: string
  refanged: Refanged
  /** Where the line begins in the post. */
  base: number
  /** Values that the post has already yielded. */
  seen: Set<string>
  found: (Omit<Placed, 'isMereLink'> & { observation: Observation; isLink: boolean })[]
}

/**
 * Notes a value once, with its place.
 * @param of where what the value is part of begins and ends: a host in a defanged URL is defanged
 */
function add(
  scan: Scan,
  observable: Observable,
  place: { start: number; end: number },
  told: { role: Role; port: number | null },
  of = place,
): void {
  const { type, value } = observable
  if (scan.seen.has(value)) return
  scan.seen.add(value)
  const { start, end } = place
  const from = scan.refanged.from(start)
  const to = scan.refanged.to(end)
  const raw = scan.source.slice(from, to)
  const observation: Observation = {
    type,
    value,
    raw,
    start: scan.base + from,
    end: scan.base + to,
    role: told.role,
    context: 'prose',
  }
  if (told.port !== null) observation.port = told.port
  const defanged = isDefanged(scan, of.start, of.end)
  const isLink = !defanged && scan.refanged.text.startsWith('http', of.start)
  scan.found.push({ observation, start, end, isDefanged: defanged, isLink })
}

/** Written so that nobody taps it: in brackets, or with a scheme that is none. */
function isDefanged(scan: Scan, start: number, end: number): boolean {
  const from = scan.refanged.from(start)
  const to = scan.refanged.to(end)
  if (to - from !== end - start) return true
  const plain = scan.refanged.text.slice(start, end)
  return scan.source.slice(from, to) !== plain || /^(?!https?:|wss?:|ftp:)[a-z*]{2,9}:\/\//i.test(plain)
}

/** Gives each observation of a line its context, and the role that the words before it tell. */
function placeOnLine({ refanged: { text }, found }: Scan, takesCare: boolean): void {
  // What is defanged needs no more telling, but for an address: the words before it may call it a server.
  if (found.every(({ isDefanged, observation }) => isDefanged && !isAddress(observation.type))) {
    for (const { observation } of found) observation.context = 'defanged'
    return
  }
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

function readToken(scan: Scan, start: number, end: number, scheme: number): void {
  const { text } = scan.refanged
  let done = start
  for (let colon = scheme; colon >= 0 && colon < end; ) {
    const begin = schemeStart(text, done, colon)
    const following = text.indexOf('://', colon + 3)
    const next = following < 0 || following >= end ? -1 : following
    if (begin >= 0) {
      readBare(scan, done, begin)
      done = next < 0 ? end : Math.max(schemeStart(text, colon + 3, next), -1)
      if (done < 0) done = end
      readUrl(scan, begin, done)
    }
    colon = next
  }
  readBare(scan, done, end)
}

/** Where the scheme before a `://` begins; -1: it is none. */
function schemeStart(text: string, from: number, colon: number): number {
  const match = SCHEME.exec(text.slice(Math.max(from, colon - LONGEST_SCHEME), colon))
  return match ? colon - match[0].length : -1
}

function readUrl(scan: Scan, start: number, end: number): void {
  const { text } = scan.refanged
  const trimmed = trimAfter(text, start, end)
  const hostStart = text.indexOf('://', start) + 3
  let hostEnd = hostStart
  while (hostEnd < trimmed && !'/?#'.includes(text[hostEnd]!)) hostEnd++
  const elided = ELIDED.test(text.slice(hostStart, end))
  const parsed = canonicalUrl(text.slice(start, elided ? hostEnd : trimmed))
  if (!parsed) return
  const role = roleOfUrl(parsed.url.value)
  const whole = { start, end: trimmed }
  if (!elided) add(scan, parsed.url, whole, { role, port: parsed.port })
  const portLength = /:\d+$/.exec(text.slice(hostStart, hostEnd))?.[0].length ?? 0
  add(scan, parsed.host, { start: hostStart, end: hostEnd - portLength }, { role, port: parsed.port }, whole)
}

const SEPARATORS = ",;()=&'"

/** Names, addresses and hashes without a scheme; `label:value` and comma-separated runs are taken apart. */
function readBare(scan: Scan, start: number, end: number): void {
  const { text } = scan.refanged
  for (let at = start; at < end; at++) {
    const begin = at
    while (at < end && !SEPARATORS.includes(text[at]!)) at++
    if (at - begin > 3) readPiece(scan, begin, at)
  }
}

function readPiece(scan: Scan, begin: number, end: number): void {
  const { text } = scan.refanged
  const trimmed = trimAfter(text, begin, end)
  const whole = text.slice(begin, trimmed)
  const isWhole = canonicalAddress(whole) !== null
  const label = isWhole ? 0 : (LABELLED.exec(whole)?.[0].length ?? 0)
  const start = isWhole ? begin : skipBefore(text, begin + label, trimmed)
  // `**.duckdns.org`, `..duckdns.org`, `.duckdns.org` stand for a name that is not told.
  for (let at = begin + label; at < start; at++) if (text[at] === '.' || text[at] === '*') return
  const value = text.slice(start, trimmed)
  if (value === '' || value.includes('@') || text[start - 1] === '@' || ELIDED.test(value)) return
  readValue(scan, value, start)
}

function readValue(scan: Scan, value: string, start: number): void {
  const hash = canonicalHash(value)
  if (hash) {
    add(scan, hash, { start, end: start + value.length }, { role: 'payload', port: null })
    return
  }
  const bracketed = /^([\da-f:.]+)\](?::\d{1,5})?$/i.exec(value)?.[1]
  const whole = canonicalAddress(bracketed ?? value)
  const match = whole ? null : /^([^:/?#]+)(?::(\d{1,5}))?([/?#].*)?$/.exec(value)
  const hostText = whole ? (bracketed ?? value) : (match?.[1] ?? '')
  const host = whole ?? canonicalHost(hostText)
  if (!host) return
  const port = portOf(match?.[2] ?? /\]:(\d+)$/.exec(value)?.[1])
  const end = start + hostText.length
  const isBare = port === null && !isDefanged(scan, start, end)
  const { text } = scan.refanged
  if (text[start - 1] === '/' || isContinued(scan, start)) return
  if (
    isAddress(host.type)
      ? isNoAddress(text, start, end, match?.[3] ?? '', isBare)
      : isNoName(hostText, host.value, isBare)
  )
    return
  add(scan, host, { start, end }, { role: 'landing', port })
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
const isContinued = ({ post, base, refanged: { text } }: Scan, start: number): boolean =>
  base > 0 &&
  start < INDENT &&
  text.slice(0, start).trim() === '' &&
  /[[({]\s?\.\s?[\])}]\s*\n$/.test(post.slice(Math.max(0, base - 8), base))

/** A line begins at most this far in. */
const INDENT = 20

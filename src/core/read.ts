import type { Document, Row } from '../model/document.js'
import { isAddress, type Observable } from '../model/observable.js'
import type { Observation, Reading, Role } from '../model/observation.js'
import type { Profile } from '../model/profile.js'
import { canonicalAddress, canonicalHash, canonicalHost, canonicalUrl } from './canonical.js'
import { pairsOfRow, pairsOfText } from './pairs.js'
import { type Refanged, refang } from './refang.js'
import { skipBefore, type Token, tokensOf, trimAfter } from './scan.js'
import { signalsOf } from './signals.js'

/** A scheme as people write it, at the end of what stands before `://`. */
const SCHEME = /(?:h[tx*]{2}ps?|ttps?|websocket|wss?|ftp)$/i
const LONGEST_SCHEME = 9
/** Marks that stand for characters left out. */
const ELIDED = /…|\.\.|[○●◯×]|\*{2}/
const LABELLED = /^[a-z][a-z0-9 ]{0,11}[:=](?!\/\/)(?=[\da-z])/i
const VERSION_BEFORE = /(?:\bv|\bver\.?|\bversion|バージョン|\bbuild|\brelease)\s*[:：]?\s*$/i
/** Top-level domains that are file endings too: such a name counts only where it is defanged or has a scheme. */
const FILE_NAME = /^[^.]+\.(?:py|sh|pl|md|so|zip|mov|rs|app|cc|ps|in|id|cab|rar)$/i

/** Reads a document of either kind. Pure; linear in its length. */
export function read(document: Document, profile: Profile): Reading {
  const { body } = document
  if ('text' in body) {
    const observations = readText(body.text)
    return {
      observations,
      pairs: pairsOfText(body.text, observations),
      signals: signalsOf(profile, document.tags, body.text),
      unread: 0,
    }
  }
  const rows = body.rows.map((row) => ({
    row,
    observations: row.cells.flatMap((cell) => readRowCell(cell, row)),
  }))
  const observations = rows.flatMap(({ observations }) => observations)
  const pairs =
    document.kind === 'post'
      ? pairsOfText('', observations)
      : rows.flatMap(({ row, observations }) => pairsOfRow(row, observations))
  const unread = rows.filter((row) => row.observations.length === 0).length
  return { observations, pairs, signals: signalsOf(profile, document.tags, ''), unread }
}

/** Every indicator in a post, with its place. One observation a value: the first. */
export function readText(text: string): Observation[] {
  const refanged = refang(text)
  const scan: Scan = { source: text, ...refanged, found: new Map() }
  for (const token of tokensOf(refanged.text)) readToken(scan, token)
  return [...scan.found.values()]
}

/** The refanged text under the reader's eye; offsets are into it until `add` takes them back to the source. */
interface Scan extends Refanged {
  source: string
  found: Map<string, Observation>
}

function add(
  scan: Scan,
  observable: Observable,
  start: number,
  end: number,
  role: Role,
  port: number | null,
): void {
  if (scan.found.has(observable.value)) return
  const [from, to] = [scan.from(start), scan.to(end)]
  const { type, value } = observable
  const raw = scan.source.slice(from, to)
  scan.found.set(
    value,
    port === null
      ? { type, value, raw, start: from, end: to, role }
      : { type, value, raw, start: from, end: to, role, port },
  )
}

function readToken(scan: Scan, { start, end, scheme }: Token): void {
  const { text } = scan
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
  const { text } = scan
  const trimmed = trimAfter(text, start, end)
  const hostStart = text.indexOf('://', start) + 3
  let hostEnd = hostStart
  while (hostEnd < trimmed && !'/?#'.includes(text[hostEnd]!)) hostEnd++
  const elided = ELIDED.test(text.slice(hostStart, end))
  const parsed = canonicalUrl(text.slice(start, elided ? hostEnd : trimmed))
  if (!parsed) return
  const role = roleOfUrl(parsed.url.value)
  if (!elided) add(scan, parsed.url, start, trimmed, role, parsed.port)
  const name = /:\d+$/.exec(text.slice(hostStart, hostEnd))
  add(scan, parsed.host, hostStart, hostEnd - (name?.[0].length ?? 0), role, parsed.port)
}

const SEPARATORS = ",;()=&'"

/** Names, addresses and hashes without a scheme; `label:value` and comma-separated runs are taken apart. */
function readBare(scan: Scan, start: number, end: number): void {
  const { text } = scan
  for (let at = start; at < end; at++) {
    const begin = at
    while (at < end && !SEPARATORS.includes(text[at]!)) at++
    if (at - begin > 3) readPiece(scan, begin, at)
  }
}

function readPiece(scan: Scan, begin: number, end: number): void {
  const { text } = scan
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
    add(scan, hash, start, start + value.length, 'payload', null)
    return
  }
  const whole = canonicalAddress(value)
  const match = whole ? null : /^([^:/?#]+)(?::(\d{1,5}))?([/?#].*)?$/.exec(value)
  const hostText = whole ? value : (match?.[1] ?? '')
  const host = whole ?? canonicalHost(hostText)
  if (!host) return
  const port = match?.[2] ? Number(match[2]) : null
  const bare =
    port === null && scan.source.slice(scan.from(start), scan.to(start + hostText.length)) === hostText
  const isNetwork = isAddress(host.type) && /^\/\d{1,3}$/.test(match?.[3] ?? '')
  const isVersion =
    isAddress(host.type) && bare && VERSION_BEFORE.test(scan.text.slice(Math.max(0, start - 12), start))
  const isFile = host.type === 'domain-name' && bare && FILE_NAME.test(hostText)
  const isPath = scan.text[start - 1] === '/'
  if (!isNetwork && !isVersion && !isFile && !isPath)
    add(scan, host, start, start + hostText.length, 'landing', port)
}

const roleOfUrl = (url: string): Role => (/\.(?:apk|dex)(?:[?#]|$)/i.test(url) ? 'payload' : 'landing')

/** One cell of a list: one value, whole, or nothing. A URL gives its host too. */
export function readCell(cell: string): Observation[] {
  const trimmed = cell.trim()
  if (trimmed === '' || ELIDED.test(trimmed)) return []
  const { text } = refang(trimmed)
  const at = (observable: Observable, role: Role, port: number | null): Observation => ({
    ...observable,
    raw: trimmed,
    start: 0,
    end: trimmed.length,
    role,
    ...(port ? { port } : {}),
  })
  if (text.includes('://')) {
    const parsed = canonicalUrl(text)
    return parsed
      ? [at(parsed.url, roleOfUrl(parsed.url.value), parsed.port), at(parsed.host, 'landing', parsed.port)]
      : []
  }
  const single = canonicalHost(text) ?? canonicalHash(text)
  if (single) return [at(single, single.type === 'file' ? 'payload' : 'landing', null)]
  const withPort = /^(.+?):(\d{1,5})$/.exec(text)
  const host = withPort ? canonicalHost(withPort[1]!.replace(/^\[|\]$/g, '')) : null
  const port = Number(withPort?.[2])
  return host && port >= 1 && port <= 65_535 ? [at(host, isAddress(host.type) ? 'c2' : 'landing', port)] : []
}

function readRowCell(cell: string, row: Row): Observation[] {
  const { firstSeen, lastSeen, whois } = row
  return readCell(cell).map((observation) => ({
    ...observation,
    ...(firstSeen ? { firstSeen } : {}),
    ...(lastSeen ? { lastSeen } : {}),
    ...(whois && isAddress(observation.type) ? { whois } : {}),
  }))
}

import type { Document, Row } from '../model/document.js'
import { isAddress, type Observable, observableKey } from '../model/observable.js'
import type { Observation, Reading, Role } from '../model/observation.js'
import type { Profile } from '../model/profile.js'
import { canonicalAddress, canonicalHash, canonicalHost, canonicalScheme, canonicalUrl } from './canonical.js'
import { pairsOfRow, pairsOfText } from './pairs.js'
import { refang } from './refang.js'
import { signalsOf } from './signals.js'

/** Runs of what a URL, a name, an address or a hash is written with, and the marks by which people elide. */
const TOKEN = /[\w.\-:/?#@!$&'()*+,;=%~[\]…○●◯×]+/g
const EDGE_BEFORE = /^[.,;:!?'()[\]*&=+~$-]+/
const EDGE_AFTER = /[.,;:!?'()[\]*&=+~$#@-]+$/
const URL_START = /([a-z*]{2,9}):\/\//gi
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
  const found = new Map<string, Observation>()
  const span = (start: number, end: number) => text.slice(refanged.from[start]!, refanged.to[end - 1]!)
  const scan: Scan = {
    text: refanged.text,
    isDefanged: (start, end) => span(start, end) !== refanged.text.slice(start, end),
    add: (observable, start, end, role, port) => {
      const key = observableKey(observable)
      if (found.has(key)) return
      found.set(key, {
        ...observable,
        raw: span(start, end),
        start: refanged.from[start]!,
        end: refanged.to[end - 1]!,
        role,
        ...(port ? { port } : {}),
      })
    },
  }
  for (const match of refanged.text.matchAll(TOKEN)) readToken(scan, match[0], match.index)
  return [...found.values()]
}

/** The refanged text under the reader's eye; offsets are into it. */
interface Scan {
  text: string
  isDefanged: (start: number, end: number) => boolean
  add: (observable: Observable, start: number, end: number, role: Role, port: number | null) => void
}

function readToken(scan: Scan, token: string, offset: number): void {
  let done = 0
  const starts = [...token.matchAll(URL_START)].filter(([, scheme]) => canonicalScheme(scheme!))
  starts.forEach((start, n) => {
    readBare(scan, token.slice(done, start.index), offset + done)
    done = starts[n + 1]?.index ?? token.length
    readUrl(scan, token.slice(start.index, done), offset + start.index)
  })
  readBare(scan, token.slice(done), offset + done)
}

function readUrl(scan: Scan, token: string, offset: number): void {
  const trimmed = token.replace(EDGE_AFTER, '')
  const elided = ELIDED.test(token.slice(token.indexOf('://')))
  const authority = /^[a-z*]+:\/\/[^/?#]*/i.exec(trimmed)?.[0] ?? ''
  const parsed = canonicalUrl(elided ? authority : trimmed)
  if (!parsed) return
  const role = roleOfUrl(parsed.url.value)
  if (!elided) scan.add(parsed.url, offset, offset + trimmed.length, role, parsed.port)
  const hostStart = offset + authority.indexOf('://') + 3
  const hostEnd = offset + authority.replace(/:\d+$/, '').length
  scan.add(parsed.host, hostStart, hostEnd, role, parsed.port)
}

/** Names, addresses and hashes without a scheme; `label:value` and comma-separated runs are taken apart. */
function readBare(scan: Scan, token: string, offset: number): void {
  for (const piece of token.matchAll(/[^,;()=&']+/g)) {
    const isAddressItself = canonicalAddress(piece[0].replace(EDGE_AFTER, '')) !== null
    const label = isAddressItself ? '' : (LABELLED.exec(piece[0])?.[0] ?? '')
    const unlabelled = piece[0].slice(label.length)
    const before = isAddressItself ? '' : (EDGE_BEFORE.exec(unlabelled)?.[0] ?? '')
    // `**.duckdns.org`, `..duckdns.org`, `.duckdns.org` stand for a name that is not told.
    if (/[.*]/.test(before)) continue
    const value = unlabelled.slice(before.length).replace(EDGE_AFTER, '')
    const start = offset + piece.index + label.length + before.length
    const isHandle = value.includes('@') || scan.text[start - 1] === '@'
    if (value !== '' && !isHandle && !ELIDED.test(value)) readValue(scan, value, start)
  }
}

function readValue(scan: Scan, value: string, start: number): void {
  const hash = canonicalHash(value)
  if (hash) {
    scan.add(hash, start, start + value.length, 'payload', null)
    return
  }
  const whole = canonicalAddress(value)
  const match = whole ? null : /^([^:/?#]+)(?::(\d{1,5}))?([/?#].*)?$/.exec(value)
  const hostText = whole ? value : (match?.[1] ?? '')
  const host = whole ?? canonicalHost(hostText)
  if (!host) return
  const port = match?.[2] ? Number(match[2]) : null
  const bare = port === null && !scan.isDefanged(start, start + hostText.length)
  const isNetwork = isAddress(host.type) && /^\/\d{1,3}$/.test(match?.[3] ?? '')
  const isVersion =
    isAddress(host.type) && bare && VERSION_BEFORE.test(scan.text.slice(Math.max(0, start - 12), start))
  const isFile = host.type === 'domain-name' && bare && FILE_NAME.test(hostText)
  const isPath = scan.text[start - 1] === '/'
  if (!isNetwork && !isVersion && !isFile && !isPath)
    scan.add(host, start, start + hostText.length, 'landing', port)
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

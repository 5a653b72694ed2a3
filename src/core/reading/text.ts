import { isAddress } from '../../model/observable.js'
import type { Context, Observation } from '../../model/observation.js'
import { isAsciiLetter } from './codes.js'
import { contextsOf } from './context.js'
import { type Found, firstMention, type Scan } from './found.js'
import { Line } from './refang.js'
import { eachLine, eachToken } from './scan.js'
import { readToken } from './tokens.js'
import { Units } from './units.js'

/** Every indicator in a post, with its place. One observation a value: the first. Nothing reaches across a line. */
export function readText(text: string): Observation[] {
  POST.load(text)
  const scan: Scan = {
    text,
    post: POST,
    line: LINE,
    base: 0,
    index: null,
    hasRepeats: false,
    vetoed: null,
    found: [],
  }
  eachLine(POST.codes, POST.length, (start, end, needs) => {
    LINE.set(POST, start, end, needs)
    scan.base = start
    const before = scan.found.length
    eachToken(LINE.codes, LINE.start, LINE.end, (from, to, scheme, bits) =>
      readToken(scan, { text: LINE.text(from, to), start: from, bits }, scheme),
    )
    if (scan.found.length > before) placeOnLine(LINE, scan.found.slice(before))
  })
  const takesCare = scan.found.some(({ isDefanged }) => isDefanged)
  // What can be tapped is rather what the post points to: a page of a site, or, in a post that takes care elsewhere, a site.
  // Nor is an address that nobody defanged there what it reports, unless it is told that it is a server's: it may be a
  // victim's, a proxy's, a number to call.
  for (const { observation, link, isAnnounced, isTold } of scan.found) {
    const isPointedTo = !isAnnounced && (link === 'page' || (link === 'site' && takesCare))
    const isLoose = takesCare && !isTold && isAddress(observation.type) && observation.context === 'listed'
    if (isPointedTo || isLoose) observation.context = 'prose'
  }
  return scan.hasRepeats ? merged(scan) : scan.found.map(({ observation }) => observation)
}

const FIRMNESS: Context[] = ['prose', 'listed', 'defanged']

/** Each value once, where it stands first, as the firmest of its mentions says; a reference only if all are. */
function merged(scan: Scan): Observation[] {
  return scan.found.flatMap(({ observation: next }) => {
    const { observation: first } = firstMention(scan, next.value)!
    if (next === first) return [first]
    if (first.port === undefined && next.port !== undefined) first.port = next.port
    if (next.role === 'reference') return []
    if (FIRMNESS.indexOf(next.context) > FIRMNESS.indexOf(first.context)) first.context = next.context
    if (first.role === 'reference' || first.role === 'landing') first.role = next.role
    return []
  })
}

/** The post and the line that are being read: memory that is used again. */
const POST = new Units()
const LINE = new Line()

/** Gives each observation of a line its context, and the role that the words around it tell. */
function placeOnLine(line: Line, found: Found[]): void {
  if (!hasWords(line, found)) {
    for (const one of found) {
      one.observation.context = one.isDefanged ? 'defanged' : 'listed'
      one.isTold = true
    }
    return
  }
  contextsOf(line.text(line.start, line.end), found).forEach(({ context, role, isAnnounced, isTold }, n) => {
    const one = found[n]!
    const { observation } = one
    one.isAnnounced = isAnnounced
    one.isTold = isTold || observation.port !== undefined
    observation.context = context
    if (role !== null && (observation.role === 'landing' || role === 'reference')) observation.role = role
  })
}

/** Whether a line holds letters beside its values. Without, it is a list. */
function hasWords({ codes, start, end }: Line, found: Found[]): boolean {
  let at = start
  for (const value of found) {
    for (; at < start + value.start; at++) if (isLetter(codes[at]!)) return true
    at = Math.max(at, start + value.end)
  }
  for (; at < end; at++) if (isLetter(codes[at]!)) return true
  return false
}

const isLetter = (code: number): boolean =>
  code < 0x80 ? isAsciiLetter(code) : /\p{L}/u.test(String.fromCharCode(code))

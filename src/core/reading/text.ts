import { isAddress } from '../../model/observable.js'
import type { Context, Observation } from '../../model/observation.js'
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
  for (const { observation, link, isAnnounced } of scan.found)
    if (!isAnnounced && (link === 'page' || (link === 'site' && takesCare))) observation.context = 'prose'
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

/** Gives each observation of a line its context, and the role that the words before it tell. */
function placeOnLine(line: Line, found: Found[]): void {
  // What is defanged needs no more telling, unless it is an address (the words before it may call it a server) or
  // words stand on its line (they may take it back).
  const hasWords = found[0]!.start > FEW || found.at(-1)!.end + line.start < line.end - FEW
  if (!hasWords && found.every(({ isDefanged, observation }) => isDefanged && !isAddress(observation.type)))
    return
  contextsOf(line.text(line.start, line.end), found).forEach(({ context, role, isAnnounced }, n) => {
    const one = found[n]!
    const { observation } = one
    one.isAnnounced = isAnnounced
    observation.context = context
    if (role !== null && (observation.role === 'landing' || role === 'reference')) observation.role = role
  })
}

/** Punctuation at either end of a line is no longer than this. */
const FEW = 3

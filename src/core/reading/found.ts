import type { Observable } from '../../model/observable.js'
import type { Context, Observation, Role } from '../../model/observation.js'
import type { Line } from './refang.js'
import type { Units } from './units.js'

/** A post under the reader's eye. Offsets are into `line` until `add` takes them back to the post. */
export interface Scan {
  text: string
  post: Units
  line: Line
  /** Where the line begins in the post. */
  base: number
  /** The first mention of each value; made only once there are many (`firstMention`). */
  index: Map<string, Found> | null
  /** A value has been found more than once. */
  hasRepeats: boolean
  /** Addresses of which the post says that they are versions: plain mentions of them are none. */
  vetoed: Set<string> | null
  found: Found[]
}

export interface Found {
  observation: Observation
  /** Where it stands in the line. */
  start: number
  end: number
  isDefanged: boolean
  link: Link
  /** The words before it say what it is. */
  isAnnounced: boolean
  /** Of an address: it stands in a list, or what stands around it says that it is a server's. */
  isTold: boolean
}

/** How a value is written: of a host in a URL, how the URL is. */
export interface Told {
  role: Role
  port: number | null
  isDefanged: boolean
  link: Link
}

/** Whether it can be tapped, and leads to a site or to a page within. */
export type Link = 'none' | 'site' | 'page'

/** Notes a mention of a value, with its place; a further one only where it may say more. */
export function add(
  scan: Scan,
  { type, value }: Observable,
  start: number,
  end: number,
  { role, port, isDefanged, link }: Told,
): void {
  const { text, line, found } = scan
  const known = firstMention(scan, value)
  if (known?.isDefanged && (port === null || known.observation.port !== undefined)) return
  const from = line.from(start)
  const to = line.to(end)
  const context: Context = isDefanged ? 'defanged' : 'prose'
  const observation: Observation = {
    type,
    value,
    raw: text.slice(from, to),
    start: from,
    end: to,
    role,
    context,
  }
  if (port !== null) observation.port = port
  const one = {
    observation,
    start: start - line.start,
    end: end - line.start,
    isDefanged,
    link,
    isAnnounced: false,
    isTold: false,
  }
  if (known) scan.hasRepeats = true
  else scan.index?.set(value, one)
  found.push(one)
}

/** So many values are compared one by one faster than they are looked up. */
const FEW = 16

/** The first mention of a value so far. */
export function firstMention(scan: Scan, value: string): Found | undefined {
  const { found } = scan
  if (found.length > FEW) {
    scan.index ??= indexOf(found)
    return scan.index.get(value)
  }
  for (let n = 0; n < found.length; n++) if (found[n]!.observation.value === value) return found[n]
  return undefined
}

function indexOf(found: Found[]): Map<string, Found> {
  const index = new Map<string, Found>()
  for (const one of found) if (!index.has(one.observation.value)) index.set(one.observation.value, one)
  return index
}

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
  /** The first mention of each value that the post has yielded. */
  seen: Map<string, Found>
  /** Addresses of which the post says that they are versions: plain mentions of them are none. */
  vetoed: Set<string>
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
  { text, line, seen, found }: Scan,
  { type, value }: Observable,
  start: number,
  end: number,
  { role, port, isDefanged, link }: Told,
): void {
  const known = seen.get(value)
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
  }
  if (!known) seen.set(value, one)
  found.push(one)
}

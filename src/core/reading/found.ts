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
  /** Values that the post has already yielded, or that it says are none. */
  seen: Set<string>
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

/** Notes a value once, with its place. */
export function add(
  { text, line, seen, found }: Scan,
  { type, value }: Observable,
  start: number,
  end: number,
  { role, port, isDefanged, link }: Told,
): void {
  if (seen.has(value)) return
  seen.add(value)
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
  found.push({
    observation,
    start: start - line.start,
    end: end - line.start,
    isDefanged,
    link,
    isAnnounced: false,
  })
}

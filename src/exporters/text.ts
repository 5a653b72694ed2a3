import { stringify } from 'csv-stringify/sync'
import { dayOf } from '../core/time.js'
import { isUpperBound } from '../model/document.js'
import type { Artifact } from '../model/ports.js'
import type { Indicator } from '../model/snapshot.js'

/** One line each, LF, final newline. */
export function* lines(items: Iterable<string>): Iterable<string> {
  for (const item of items) yield `${item}\n`
}

/** The path of an artifact, without its ending: what is watched has a folder of its own. */
export const placeOf = (name: string): string => name.replace(/^watch-/, 'watch/')

/**
 * The day of the first report, for people; one that is only an upper bound says so.
 * @param exact what stands before a day that is none
 */
export const sayFirstReport = (
  { firstReported, basis }: Pick<Indicator, 'firstReported' | 'basis'>,
  exact = '',
): string => `${isUpperBound({ basis }) ? 'no later than ' : exact}${dayOf(firstReported)}`

/**
 * A CSV artifact (RFC 4180, LF). A cell that a spreadsheet would take for a formula gets a quote in front.
 * @param rows cells in the order of `columns`; null is an empty cell
 */
export function csvArtifact(path: string, columns: string[], rows: (string | number | null)[][]): Artifact {
  function* body(): Iterable<string> {
    yield stringify([columns])
    for (const row of rows) yield stringify([row], { escape_formulas: true })
  }
  return { path, mediaType: 'text/csv; charset=utf-8', entries: rows.length, body: body() }
}

/** A JSON array with one object a line, so that a change of one object is a change of one line. */
export function* jsonLines(items: Iterable<object>, head = '[', tail = ']'): Iterable<string> {
  yield `${head}\n`
  let previous: string | null = null
  for (const item of items) {
    if (previous !== null) yield `${previous},\n`
    previous = JSON.stringify(item)
  }
  if (previous !== null) yield `${previous}\n`
  yield `${tail}\n`
}

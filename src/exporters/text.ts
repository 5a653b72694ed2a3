import { stringify } from 'csv-stringify/sync'
import type { Artifact } from '../model/ports.js'

/** One line each, LF, final newline. */
export function* lines(items: Iterable<string>): Iterable<string> {
  for (const item of items) yield `${item}\n`
}

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

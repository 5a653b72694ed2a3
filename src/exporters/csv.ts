import { parse } from 'csv-parse/sync'
import { stringify } from 'csv-stringify/sync'
import type { Checker } from '../model/consumer.js'
import { lineGrammar, refuse } from './grammar.js'

/** A line of RFC 4180, quoted where it must be. */
export const csvLine = (cells: (string | number)[]): string => stringify([cells], { eof: false })

/**
 * A grammar of CSV files: the header, then rows of as many cells.
 * @param header what the first line that is no comment must be
 * @param entryOf what no other row may have too; throws a refusal
 */
export function csvGrammar<Column extends string>({
  columns,
  header = { test: (line) => line === columns.join(',') },
  comment = { test: () => false },
  entryOf,
  most,
}: {
  columns: readonly Column[]
  header?: Pick<RegExp, 'test'>
  comment?: Pick<RegExp, 'test'>
  entryOf: (row: Record<Column, string>) => string
  most?: number
}): () => Checker {
  const grammar = lineGrammar((line) => {
    const cells = cellsOf(line)
    if (cells.length !== columns.length) refuse(`${cells.length} columns instead of ${columns.length}`)
    if (comment.test(line)) return null
    return entryOf(
      Object.fromEntries(columns.map((column, i) => [column, cells[i]!])) as Record<Column, string>,
    )
  }, most)
  return () => {
    const rows = grammar()
    let hasHeader = false
    return {
      line(text) {
        if (hasHeader || comment.test(text)) return rows.line(text)
        hasHeader = true
        return header.test(text) ? null : `the header is not ${columns.join(',')}`
      },
      end: () => (hasHeader ? (rows.end?.() ?? null) : 'no header'),
    }
  }
}

function cellsOf(line: string): string[] {
  if (line === '') refuse('an empty line')
  try {
    return parse(line, { relax_column_count: true })[0]!
  } catch {
    return refuse('quotes that do not pair')
  }
}

/** @throws {Refusal} for a word that is none of those */
export function oneOf(words: readonly string[], word: string, column: string): void {
  if (!words.includes(word)) refuse(`${column} is ${word || 'empty'}, not one of ${words.join(', ')}`)
}

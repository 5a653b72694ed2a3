import { Readable } from 'node:stream'
import { CsvError, parse } from 'csv-parse'
import { FeedError } from '../../errors.js'
import { linesOf, MAX_LINE_BYTES } from './lines.js'

export interface CsvRecord {
  cells: string[]
  line: number
}

/**
 * Records of a CSV text (RFC 4180), with the number of the line each ends on.
 * @throws {FeedError} `input` for what is not CSV, naming file and line
 */
export async function* recordsOf(
  bytes: AsyncIterable<Uint8Array>,
  name: string,
  delimiter = ',',
): AsyncIterable<CsvRecord> {
  async function* text(): AsyncIterable<string> {
    for await (const line of linesOf(bytes, name)) yield `${line.text}\n`
  }
  const parser = parse({
    delimiter,
    relax_column_count: true,
    skip_empty_lines: true,
    info: true,
    max_record_size: MAX_LINE_BYTES,
  })
  const source = Readable.from(text())
  source.on('error', (error) => parser.destroy(error))
  source.pipe(parser)
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      record: string[]
      info: { lines: number }
    }>)
      yield { cells: record, line: info.lines }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    throw new FeedError(
      'input',
      `${name}:${(error as { lines?: number }).lines ?? '?'}: not CSV: ${error.message}`,
    )
  }
}

import { z } from 'zod'
import { parseTime } from '../../core/time.js'
import { FeedError, quote } from '../../errors.js'
import type { Document, Instant, Row } from '../../model/document.js'
import type { ListFormat, ListInput } from '../../model/ports.js'
import { listDate, listDocument, PART_ROWS, rowOrNull } from './draft.js'
import { Author } from './jsonl.js'
import { type CsvRecord, recordsOf } from './records.js'

const column = z.string().min(1)
const Options = z.strictObject({
  /** Columns that hold a value each. */
  values: z.array(column).min(1).default(['value']),
  /** A name and an address in one row belong together. */
  paired: z.boolean().default(false),
  delimiter: z.string().length(1).default(','),
  reported: column.optional(),
  reporter: column.optional(),
  url: column.optional(),
  first_seen: column.optional(),
  last_seen: column.optional(),
  whois: column.optional(),
  /** A word for the row as a whole, such as the brand it imitates: a tag of its document. */
  tag: column.optional(),
  /** Of times that state none, as `+09:00`; UTC where this does not say. */
  zone: z
    .string()
    .regex(/^[+-]\d\d:\d\d$/)
    .optional(),
})
export type CsvOptions = z.infer<typeof Options>

/**
 * A CSV with a header line, read by a map of columns. Rows that state the same time, reporter, link and tag are one
 * document.
 */
export const csv: ListFormat<CsvOptions> = {
  name: 'csv',
  summary: 'CSV with a header; a column map says which column holds what',
  options: Options,
  async *read(input, options) {
    let header: string[] | null = null
    let count = 0
    const parts = new Map<string, Document>()
    for await (const record of recordsOf(input.bytes, input.name, options.delimiter)) {
      if (header === null) {
        header = checkHeader(record, input, options)
        continue
      }
      const columns = header
      const document = rowOrNull(input, () => documentOf(record, columns, input, options))
      if (document === null) continue
      const part = parts.get(document.id)
      if (part) (part.body as { rows: Row[] }).rows.push(...(document.body as { rows: Row[] }).rows)
      else parts.set(document.id, document)
      if (++count % PART_ROWS === 0) {
        yield* parts.values()
        parts.clear()
      }
    }
    if (header === null) throw new FeedError('input', `${input.name}: empty; a header line is wanted`)
    yield* parts.values()
  },
}

function checkHeader({ cells, line }: CsvRecord, { name }: ListInput, options: CsvOptions): string[] {
  const { values, reported, reporter, url, first_seen, last_seen, whois, tag } = options
  for (const wanted of [...values, reported, reporter, url, first_seen, last_seen, whois, tag]) {
    if (wanted !== undefined && !cells.includes(wanted))
      throw new FeedError(
        'input',
        `${name}:${line}: column ${quote(wanted)} is missing; the header has ${cells.map((cell) => quote(cell, 30)).join(', ')}`,
      )
  }
  return cells
}

function documentOf(
  { cells, line }: CsvRecord,
  header: string[],
  input: ListInput,
  options: CsvOptions,
): Document {
  if (cells.length !== header.length)
    throw new FeedError(
      'input',
      `${input.name}:${line}: ${cells.length} columns where the header has ${header.length}: ${quote(cells.join(options.delimiter))}`,
    )
  const cell = (name: string | undefined): string =>
    name === undefined ? '' : (cells[header.indexOf(name)] ?? '').trim()
  const time = (name: string | undefined): Instant | null => {
    const text = cell(name)
    const parsed = text === '' ? null : timeIn(options.zone, text)
    if (text !== '' && parsed === null)
      throw new FeedError('input', `${input.name}:${line}: column ${quote(name)} is no date: ${quote(text)}`)
    return parsed
  }
  const [firstSeen, lastSeen, reported] = [
    time(options.first_seen),
    time(options.last_seen),
    time(options.reported),
  ]
  const whois = cell(options.whois)
  const row: Row = {
    cells: options.values.map(cell).filter((value) => value !== ''),
    ...(options.paired ? { pairRule: 'row' as const } : {}),
    ...(firstSeen ? { firstSeen } : {}),
    ...(lastSeen ? { lastSeen } : {}),
    ...(whois === '' ? {} : { whois }),
  }
  const author =
    cell(options.reporter) === '' ? null : (Author.safeParse(cell(options.reporter)).data ?? null)
  if (author === null && cell(options.reporter) !== '')
    throw new FeedError(
      'input',
      `${input.name}:${line}: column ${quote(options.reporter)} is no handle or name: ${quote(cell(options.reporter))}`,
    )
  const url = cell(options.url) || input.url
  const tag = cell(options.tag)
  // `-` stands for nothing.
  const tags = /[\p{L}\p{N}]/u.test(tag) ? [tag] : []
  const date = reported ? { publishedAt: reported, basis: 'stated' as const } : listDate(input)
  const key = [reported ?? input.sha256.slice(0, 32), author, url === input.url ? null : url, ...tags].filter(
    (part) => part !== null,
  )
  return listDocument(input, [row], {
    id: `list:${input.source}:${key.join(' ')}`,
    ...date,
    author,
    url,
    tags,
  })
}

/** A time as lists write it, also as `2021/09/01 10:06:00`; one that states no zone is in the list's. */
function timeIn(zone: string | undefined, text: string): Instant | null {
  const time = text.replace(/^(\d{4})\/(\d\d)\/(\d\d)/, '$1-$2-$3')
  return (zone === undefined ? null : parseTime(`${time}${zone}`)) ?? parseTime(time)
}

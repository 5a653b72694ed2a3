import { readCell } from '../core/read.js'
import { FeedError } from '../errors.js'
import { type Document, type Instant, isUpperBound, type Row } from '../model/document.js'
import { observableKey } from '../model/observable.js'
import type { ListInput, Own } from '../model/ports.js'
import { formatOf } from './formats/index.js'

/** What a list holds at one commit. */
export interface ListState {
  documents: Document[]
  /** Every row with the document it stands in, to tell which are new at the next commit. */
  rows: Set<string>
  /** Keys of every value. */
  values: Set<string>
  /** What of it is not read, for a person. */
  notices: string[]
}

/** Of a list before its first commit. */
export const EMPTY: ListState = { documents: [], rows: new Set(), values: new Set(), notices: [] }

export interface ListFile {
  name: string
  bytes: Uint8Array
  /** By which the format names what has no name of its own: all states of one list share it. */
  sha256: string
  url: string
  /** When it was committed; null: not known. */
  committedAt: Instant | null
  retrievedAt: Instant
  own: Own
}

/** A commit's file is no list: the list's fault, which the next commit may have mended. */
export class ListFault extends FeedError {
  constructor(message: string, options?: ErrorOptions) {
    super('source', message, options)
  }
}

interface ListConfig {
  name: string
  format: string
  options: Record<string, unknown>
  cumulative: boolean
  unreadable: { least: number; share: number }
}

/**
 * Reads a list as one commit has it.
 * @throws {ListFault} where it is none: what an upstream list gets wrong is not the operator's input
 */
export async function readState(config: ListConfig, file: ListFile): Promise<ListState> {
  const fault = faultOf(file.bytes)
  if (fault) throw new ListFault(`${file.name}: ${fault}`)
  const state: ListState = { documents: [], rows: new Set(), values: new Set(), notices: [] }
  const unreadable: Unreadable = { count: 0, first: '' }
  try {
    for await (const document of documentsOf(config, file, {
      notice: (text) => void state.notices.push(text),
      // What a cumulative list lacks is withdrawn: a row must not be lacking because it could not be read.
      ...(config.cumulative ? {} : { passOver: (error) => void noteUnreadable(unreadable, error) }),
    })) {
      state.documents.push(document)
      for (const row of rowsOf(document)) {
        state.rows.add(rowKey(document, row))
        for (const cell of row.cells) for (const key of keysOf(cell)) state.values.add(key)
      }
    }
  } catch (error) {
    if (error instanceof FeedError && error.code === 'input')
      throw new ListFault(error.message, { cause: error })
    throw error
  }
  if (unreadable.count > 0) state.notices.push(sayUnreadable(unreadable, config, file))
  return state
}

/** Rows that cannot be read, and what is wrong with the first. */
interface Unreadable {
  count: number
  first: string
}

function noteUnreadable(unreadable: Unreadable, { message }: Error): void {
  if (unreadable.count++ === 0) unreadable.first = message
}

/** @throws {ListFault} where so much of a list cannot be read that it must be another one */
function sayUnreadable(
  { count, first }: Unreadable,
  { unreadable }: ListConfig,
  { bytes }: ListFile,
): string {
  const lines = latin1(bytes).match(/^.*\S/gm)?.length ?? 0
  const said = `${count} of ${lines} lines cannot be read`
  if (count === lines || count > Math.max(unreadable.least, unreadable.share * lines))
    throw new ListFault(`${first}; ${said}, more than \`unreadable\` lets pass: nothing of it was taken`)
  return `${said} and were passed over, the first: ${first}`
}

/** What stands in a list's place where something went wrong with the file, by its first bytes and its marks. */
function faultOf(bytes: Uint8Array): string | null {
  const text = latin1(bytes)
  if (text.startsWith('version https://git-lfs.github.com/spec/v1'))
    return 'a Git LFS pointer instead of a list: the file lies in another storage, which is not read'
  if (/^(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|head|body)/i.test(text)) return 'a web page instead of a list'
  if (/^<{7} /m.test(text) && /^>{7} /m.test(text)) return 'a merge conflict was committed into it (<<<<<<<)'
  return null
}

const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')

/**
 * The format is not told the commit's date, so that it says itself which of its documents are undated: those are no
 * younger than the commit. A list date renews nothing; what a commit added is dated row by row.
 */
async function* documentsOf(
  config: ListConfig,
  file: ListFile,
  told: Pick<ListInput, 'notice' | 'passOver'>,
): AsyncIterable<Document> {
  const { format, options } = formatOf(config.format, config.options)
  async function* once() {
    yield file.bytes
  }
  const { name, sha256, url, committedAt, retrievedAt, own } = file
  const input = {
    name,
    source: config.name,
    sha256,
    bytes: once(),
    publishedAt: null,
    retrievedAt,
    url,
    own,
    ...told,
  }
  for await (const document of format.read(input, options)) {
    if (committedAt === null || !isUpperBound(document)) yield document
    else if (document.basis !== 'section-order')
      yield { ...document, publishedAt: committedAt, basis: 'list-date' }
    // Its place in the list may date it better than the commit does.
    else yield document.publishedAt < committedAt ? document : { ...document, publishedAt: committedAt }
  }
}

/**
 * What is new in a state, as documents of the rows that changed, dated by the commit where their values are new.
 * Posts as texts are handed over each time; the store knows them.
 * @param before null: not known, so that nothing is dated
 */
export function* changes(state: ListState, before: ListState | null, listedAt: Instant): Iterable<Document> {
  if (before === null) return yield* state.documents
  for (const document of state.documents) {
    if ('text' in document.body) yield document
    const changed = rowsOf(document).filter((row) => !before.rows.has(rowKey(document, row)))
    if (changed.length === 0) continue
    const rows = changed.flatMap((row) => datedRows(row, before.values, listedAt))
    yield { ...document, body: { rows } }
  }
}

/** A row whose values are not all new stands twice: whole, and once more with those that are, to date them alone. */
function datedRows(row: Row, known: Set<string>, listedAt: Instant): Row[] {
  // Of a new URL on a known host both are dated; the host's own, earlier date wins in the store.
  const isNew = (cell: string) => keysOf(cell).some((key) => !known.has(key))
  const cells = row.cells.filter(isNew)
  if (cells.length === 0) return [row]
  if (row.cells.every((cell) => isNew(cell) || keysOf(cell).length === 0)) return [{ ...row, listedAt }]
  return [row, { cells, listedAt }]
}

const rowsOf = ({ body }: Document): Row[] => ('rows' in body ? body.rows : [])
const rowKey = ({ id }: Document, row: Row): string => JSON.stringify([id, row])
const keysOf = (cell: string): string[] => readCell(cell).map(observableKey)

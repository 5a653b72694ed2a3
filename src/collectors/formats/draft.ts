import { FeedError } from '../../errors.js'
import type { Document, Row } from '../../model/document.js'
import type { ListInput } from '../../model/ports.js'

/** Rows a part of a document holds at most: what bounds memory on lists of any length. */
export const PART_ROWS = 2_000

type Told = Pick<Document, 'id' | 'publishedAt' | 'basis'> &
  Partial<Pick<Document, 'kind' | 'road' | 'author' | 'url' | 'references' | 'tags'>>

export type RowsDocument = Document & { body: { rows: Row[] } }

/** A document of list rows, with what the list as a whole says of it. */
export function listDocument(input: ListInput, rows: Row[], told: Told): RowsDocument {
  return {
    kind: 'list',
    road: 'list',
    author: null,
    url: input.url,
    references: [],
    tags: [],
    ...told,
    source: input.source,
    retrievedAt: input.retrievedAt,
    body: { rows },
  }
}

/** A document in parts of bounded size. */
export function* inParts(document: Document): Iterable<Document> {
  const rows = 'rows' in document.body ? document.body.rows : []
  for (let start = 0; start < rows.length; start += PART_ROWS)
    yield { ...document, body: { rows: rows.slice(start, start + PART_ROWS) } }
}

/** When a list without dates of its own was published, and how that is known. */
export function listDate(input: ListInput): Pick<Document, 'publishedAt' | 'basis'> {
  return input.publishedAt === null
    ? { publishedAt: input.retrievedAt, basis: 'retrieved' }
    : { publishedAt: input.publishedAt, basis: 'stated' }
}

/**
 * A row as `read` gives it; null where it cannot be read and the list goes on without it.
 * @throws {FeedError} `input` where the list does not
 */
export function rowOrNull<T>({ passOver }: ListInput, read: () => T): T | null {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof FeedError) || !passOver) throw error
    passOver(error)
    return null
  }
}

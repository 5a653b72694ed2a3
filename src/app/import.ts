import { createWriteStream, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { inBatches } from '../collectors/batches.js'
import { formatOf, guessFormatOf } from '../collectors/formats/index.js'
import { Author } from '../collectors/formats/jsonl.js'
import { GuardedShare } from '../core/budgets.js'
import { settled } from '../core/own.js'
import { dayOf, parseTime } from '../core/time.js'
import { FeedError, quote } from '../errors.js'
import type { Document } from '../model/document.js'
import { type Observable, observableKey } from '../model/observable.js'
import type { OpenFile, Store } from '../model/ports.js'
import { checkSource, readInto } from './collect.js'
import { type Progress, silent } from './progress.js'
import { openFile, readableFile, type Workspace } from './workspace.js'

export interface ImportOptions {
  format?: string | undefined
  formatOptions?: unknown
  source?: string | undefined
  /** The list's own date, where the list states none. */
  publishedAt?: string | undefined
  progress?: Progress
  stdin?: NodeJS.ReadableStream
}

export interface Imported {
  file: string
  format: string
  documents: number
  newDocuments: number
  observations: number
  newObservations: number
  /** Rows in which no name, address, URL or hash could be read: expressions, paths, what is no indicator. */
  unread: number
  /** Nothing says when it was published: what it holds counts as known, and makes nothing active. */
  undated: boolean
  /** What is not read on purpose, and why. */
  notices: string[]
}

/** Documents per transaction step; each holds at most 2,000 rows. */
const STEP = 2

/**
 * Imports files, or `-` for standard input: all of them or, if anything in any is wrong, nothing.
 * @throws {FeedError} `input` that names file, line and value
 */
export async function importFiles(
  workspace: Workspace,
  paths: string[],
  options: ImportOptions = {},
): Promise<Imported[]> {
  const source = options.source ?? 'import'
  checkSource(workspace.policy, source, 'usage')
  const publishedAt = options.publishedAt === undefined ? null : parseTime(options.publishedAt)
  if (options.publishedAt !== undefined && publishedAt === null)
    throw new FeedError(
      'usage',
      `--published-at: no time: ${quote(options.publishedAt)}; wanted: 2021-06-29 or 2021-06-29T12:00:00Z`,
    )
  const spool = new Spool()
  try {
    return await workspace.store().transaction(async () => {
      const imported: Imported[] = []
      const before = new KnownBefore(workspace.store())
      for (const path of paths) {
        const file = await spool.open(path, options.stdin ?? process.stdin)
        const isLast = imported.length === paths.length - 1
        imported.push(await importFile(workspace, file, { ...options, source, publishedAt, before, isLast }))
      }
      const found = imported.reduce((sum, { newDocuments }) => sum + newDocuments, 0)
      await workspace.store().recordRun(source, workspace.now(), 'ok', null, found)
      return imported
    })
  } finally {
    options.progress?.stop()
    spool.remove()
  }
}

type Resolved = Omit<ImportOptions, 'source' | 'publishedAt'> & {
  source: string
  publishedAt: string | null
  before: KnownBefore
  isLast: boolean
}

/** Which values the database knew before the import; each is to be asked for before the import brings it. */
class KnownBefore {
  readonly #store: Store
  readonly #known = new Map<string, boolean>()

  constructor(store: Store) {
    this.#store = store
  }

  async has({ type, value }: Observable): Promise<boolean> {
    const key = observableKey({ type, value })
    const known = this.#known.get(key) ?? (await this.#store.knows(type, value))
    this.#known.set(key, known)
    return known
  }
}

async function importFile(workspace: Workspace, file: OpenFile, options: Resolved): Promise<Imported> {
  const { progress = silent, source, publishedAt, before, isLast } = options
  const name = options.format ?? (await looksLike(file))
  const { format, options: formatOptions } = formatOf(name, options.formatOptions)
  let bytesRead = 0
  async function* counted() {
    for await (const chunk of file.bytes()) {
      bytesRead += chunk.length
      progress.update(file.name, bytesRead, file.size)
      yield chunk
    }
  }
  const notices: string[] = []
  const input = {
    name: file.name,
    source,
    sha256: file.sha256,
    bytes: counted(),
    publishedAt,
    retrievedAt: workspace.now(),
    url: null,
    notice: (text: string) => void notices.push(text),
    own: {
      namespace: workspace.policy.publisher.namespace,
      restores: async (observable: Observable) => !(await before.has(observable)),
    },
    beside: file.beside,
  }
  const count = { documents: 0, newDocuments: 0, observations: 0, newObservations: 0, unread: 0 }
  const seen = new Set<string>()
  const guarded = new GuardedShare(workspace.policy, dayOf(workspace.now()))
  let undated = false
  for await (const documents of inBatches(format.read(input, formatOptions), STEP)) {
    const items = documents.map((given) => {
      const document = given.road === 'feed' ? restored(given, workspace, source) : given
      // A document may name another source than the import's; it must be one that is configured.
      checkSource(
        workspace.policy,
        document.source,
        'input',
        `${file.name}: document ${quote(document.id)}: `,
      )
      return readInto(document, workspace)
    })
    for (const { document, reading } of items) guarded.add(document, reading)
    // A later file may be of our own: a format reads all it asks for before it hands anything over.
    if (!isLast)
      for (const { reading } of items) for (const one of reading.observations) await before.has(one)
    const refusal = guarded.refusal()
    if (refusal) throw new FeedError('refused', `${file.name}: ${refusal}; nothing was imported`)
    const committed = await workspace.store().commit(source, null, items)
    for (const { document, reading } of items) {
      seen.add(document.id)
      undated ||= document.basis === 'retrieved'
      count.observations += reading.observations.length
      count.unread += reading.unread
    }
    count.newDocuments += committed.newDocuments
    count.newObservations += committed.newObservations
  }
  if (seen.size === 0 && notices.length === 0)
    throw new FeedError('input', `${file.name}: empty: it holds no row and no document`)
  if (count.observations === 0 && count.unread > 0)
    throw new FeedError(
      'input',
      `${file.name}: none of its ${count.unread} rows holds a name, address, URL or hash; is it a list, and is ${name} its format?`,
    )
  return { file: file.name, format: name, ...count, documents: seen.size, undated, notices }
}

/** What a publication of ours told, as documents of this folder; a name that nobody could have is nobody's. */
function restored(document: Document, { policy }: Workspace, source: string): Document {
  const here = settled(document, policy, source)
  return { ...here, author: Author.safeParse(here.author).data ?? null }
}

async function looksLike(file: OpenFile): Promise<string> {
  const guess = await guessFormatOf(file)
  if (guess) return guess
  throw new FeedError('usage', `${file.name}: its format cannot be told from its first lines; give --format`)
}

/** What can be read only once, standard input and pipes, as files: to be looked at, summed and read like any other. */
class Spool {
  #folder: string | null = null
  #count = 0

  async open(path: string, stdin: NodeJS.ReadableStream): Promise<OpenFile> {
    const name = path === '-' ? 'standard input' : path
    if (path !== '-' && !readableFile(path, name).isPipe) return openFile(path, name)
    this.#folder ??= mkdtempSync(join(tmpdir(), 'moqhao-feed-'))
    const copy = join(this.#folder, String(++this.#count))
    const bytes = path === '-' ? stdin : Readable.from(readableFile(path, name).bytes())
    await pipeline(bytes, createWriteStream(copy, { mode: 0o600 }))
    return openFile(copy, name)
  }

  remove(): void {
    if (this.#folder) rmSync(this.#folder, { recursive: true, force: true })
  }
}

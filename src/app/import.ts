import { createWriteStream, mkdtempSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { inBatches } from '../collectors/archive.js'
import { formatOf, guessFormat } from '../collectors/formats/index.js'
import { read } from '../core/read.js'
import { parseTime } from '../core/time.js'
import { FeedError, quote } from '../errors.js'
import type { Document } from '../model/document.js'
import type { OpenFile } from '../model/ports.js'
import { type Progress, silent } from './progress.js'
import { openFile, type Workspace } from './workspace.js'

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
  if (!workspace.config.sources.some(({ name }) => name === source))
    throw new FeedError(
      'usage',
      `unknown source ${quote(source)}; configured: ${workspace.config.sources.map(({ name }) => name).join(', ')}`,
    )
  const publishedAt = options.publishedAt === undefined ? null : parseTime(options.publishedAt)
  if (options.publishedAt !== undefined && publishedAt === null)
    throw new FeedError(
      'usage',
      `--published-at: no time: ${quote(options.publishedAt)}; wanted: 2021-06-29 or 2021-06-29T12:00:00Z`,
    )
  const spool = paths.includes('-') ? await spoolInput(options.stdin ?? process.stdin) : null
  try {
    return await workspace.store().transaction(async () => {
      const imported: Imported[] = []
      for (const path of paths) {
        const file = path === '-' ? await openFile(spool!.path, 'standard input') : await openFile(path, path)
        imported.push(await importFile(workspace, file, { ...options, source, publishedAt }))
      }
      return imported
    })
  } finally {
    options.progress?.stop()
    if (spool) rmSync(spool.folder, { recursive: true, force: true })
  }
}

type Resolved = Omit<ImportOptions, 'source' | 'publishedAt'> & { source: string; publishedAt: string | null }

async function importFile(workspace: Workspace, file: OpenFile, options: Resolved): Promise<Imported> {
  const { progress = silent, source, publishedAt } = options
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
  const input = {
    name: file.name,
    source,
    sha256: file.sha256,
    bytes: counted(),
    publishedAt,
    retrievedAt: workspace.now(),
    url: null,
  }
  const count = { documents: 0, newDocuments: 0, observations: 0, newObservations: 0, unread: 0 }
  const seen = new Set<string>()
  for await (const documents of inBatches(format.read(input, formatOptions), STEP)) {
    const items = documents.map((document) => ({
      document: checked(document, workspace, file.name),
      reading: read(document, workspace.policy.profile),
    }))
    const committed = await workspace.store().commit(source, null, items)
    for (const { document, reading } of items) {
      seen.add(document.id)
      count.observations += reading.observations.length
      count.unread += reading.unread
    }
    count.newDocuments += committed.newDocuments
    count.newObservations += committed.newObservations
  }
  if (count.observations === 0 && count.unread > 0)
    throw new FeedError(
      'input',
      `${file.name}: none of its ${count.unread} rows holds a name, address, URL or hash; is it a list, and is ${name} its format?`,
    )
  return { file: file.name, format: name, ...count, documents: seen.size }
}

/** A document may name another source than the import's; it must be one that is configured. */
function checked(document: Document, { config }: Workspace, file: string): Document {
  if (config.sources.some(({ name }) => name === document.source)) return document
  throw new FeedError(
    'input',
    `${file}: document ${quote(document.id)}: unknown source ${quote(document.source)}; configured: ${config.sources.map(({ name }) => name).join(', ')}`,
  )
}

const HEAD_BYTES = 4_096

async function looksLike(file: OpenFile): Promise<string> {
  const decoder = new TextDecoder()
  for await (const chunk of file.bytes()) {
    const head = decoder.decode(chunk.subarray(0, HEAD_BYTES))
    if (chunk.subarray(0, HEAD_BYTES).includes(0))
      throw new FeedError('input', `${file.name}:1: a binary file (it holds NUL bytes); a text is wanted`)
    const guess = guessFormat(head)
    if (guess) return guess
    throw new FeedError(
      'usage',
      `${file.name}: its format cannot be told from its first lines; give --format`,
    )
  }
  throw new FeedError('input', `${file.name}: empty`)
}

/** Standard input as a file, so that it can be looked at, summed and read like any other. */
async function spoolInput(input: NodeJS.ReadableStream): Promise<{ path: string; folder: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'moqhao-feed-'))
  const path = join(folder, 'input')
  const handle = await open(path, 'wx', 0o600)
  await handle.close()
  await pipeline(input, createWriteStream(path))
  return { path, folder }
}

import { z } from 'zod'
import { FeedError, quote } from '../errors.js'
import type { Document } from '../model/document.js'
import type { Batch, CollectContext, Collector, ListInput, OpenFile } from '../model/ports.js'
import { inBatches } from './batches.js'
import { formatOf, formats, guessFormatOf } from './formats/index.js'
import { sourceFields } from './source.js'

const FormatName = z.enum(formats.map(({ name }) => name))
const Config = z.strictObject({
  type: z.literal('inbox'),
  ...sourceFields,
  path: z.string().min(1).default('inbox').describe('A folder in the working folder'),
  format: FormatName.nullable()
    .default(null)
    .describe('Of all its files; told from the first lines of each by default'),
  format_options: z
    .partialRecord(FormatName, z.record(z.string(), z.unknown()))
    .default({})
    .describe('By format: { "x-archive": { "handle": "ninoseki" } }'),
})
export type InboxConfig = z.infer<typeof Config>

/** What is hidden, or still being written by somebody. */
const NOT_READY = /^\.|\.(?:tmp|part)$/i
const NAMED_FAULTS = 5

/**
 * Files that somebody puts into a folder: each is read once, and again when it has changed. Of a file that is bad nothing
 * is taken; it is named, and tried again at the next run.
 */
export const inbox: Collector<InboxConfig> = {
  type: 'inbox',
  summary: 'files put into a folder of the working folder, in any format; no network, no key',
  remote: false,
  terms: { key: 'none', cost: 'none', limits: 'each file once, and again when it has changed' },
  config: Config,
  async *collect(config, context) {
    const names = (await context.list(config.path)).filter((name) => !NOT_READY.test(name)).sort()
    const before = JSON.parse(context.cursor ?? '{}') as Record<string, string>
    // Only what still lies there: a cursor does not grow with what has ever lain there.
    const read = new Map(Object.entries(before).filter(([name]) => names.includes(name)))
    const faults: string[] = []
    for (const name of names) {
      try {
        const file = await context.open(`${config.path}/${name}`)
        const state = `${file.sha256.slice(0, 32)} ${JSON.stringify([config.format, config.format_options])}`
        if (read.get(name) === state) continue
        const notices: string[] = []
        yield* readFile(config, context, file, notices)
        read.set(name, state)
        const notice = notices.map((text) => `${file.name}: ${text}`).join('; ')
        yield {
          documents: [],
          cursor: JSON.stringify(Object.fromEntries(read)),
          ...(notice ? { notice } : {}),
        }
      } catch (error) {
        faults.push(faultOf(error, `${config.path}/${name}`))
      }
    }
    if (faults.length > 0) throw new FeedError('source', sayFaults(faults, names.length))
  },
}

async function* readFile(
  config: InboxConfig,
  context: CollectContext,
  file: OpenFile,
  notices: string[],
): AsyncIterable<Batch> {
  const name = config.format ?? (await guessFormatOf(file))
  if (name === null)
    throw new FeedError(
      'input',
      `${file.name}: its format cannot be told from its first lines; set "format" of source ${config.name}`,
    )
  const { format, options } = formatOf(name, config.format_options[name])
  const documents = (notice: ListInput['notice']) =>
    format.read(
      {
        name: file.name,
        source: config.name,
        sha256: file.sha256,
        bytes: file.bytes(),
        publishedAt: null,
        retrievedAt: context.now,
        url: null,
        notice,
        own: context.own,
        beside: file.beside,
      },
      options,
    )
  const count = await checkAll(
    documents((text) => void notices.push(text)),
    config,
    file.name,
  )
  if (count === 0 && notices.length === 0)
    throw new FeedError('input', `${file.name}: empty: it holds no row and no document`)
  for await (const batch of inBatches(documents(() => {}))) {
    context.signal.throwIfAborted()
    yield { documents: batch, cursor: null }
  }
}

/**
 * Reads a file to its end before anything of it is taken. Whoever may write to the folder speaks with the trust of the
 * inbox, not with that of another source.
 * @returns the number of documents
 */
async function checkAll(
  documents: AsyncIterable<Document>,
  { name }: InboxConfig,
  file: string,
): Promise<number> {
  let count = 0
  for await (const { id, source } of documents) {
    count++
    if (source !== name)
      throw new FeedError(
        'input',
        `${file}: document ${quote(id)} names the source ${quote(source)}; what lies here is of ${name}: leave the field out`,
      )
  }
  return count
}

/** What is wrong with a file, or with reading it; what is our own fault is thrown on. */
function faultOf(error: unknown, path: string): string {
  if (error instanceof FeedError)
    return error.message.startsWith(path) ? error.message : `${path}: ${error.message}`
  const { syscall, code } = error as NodeJS.ErrnoException
  if (syscall === undefined) throw error
  return `${path}: cannot be read (${code})`
}

function sayFaults(faults: string[], files: number): string {
  const more = faults.length > NAMED_FAULTS ? `; and ${faults.length - NAMED_FAULTS} more` : ''
  return `${faults.length} of ${files} files not read, to be tried again: ${faults.slice(0, NAMED_FAULTS).join('; ')}${more}`
}

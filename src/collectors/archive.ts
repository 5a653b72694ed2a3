import { z } from 'zod'
import type { Batch, CollectContext, Collector, ListInput, OpenFile } from '../model/ports.js'
import { inBatches } from './batches.js'
import { formatOf } from './formats/index.js'
import { instant, listFields, sourceFields } from './source.js'

const Config = z.strictObject({
  type: z.literal('archive'),
  ...sourceFields,
  files: z.array(
    z.strictObject({
      path: z.string().min(1).describe('In the working folder, else in the package'),
      source: z
        .string()
        .optional()
        .describe('Source whose trust and licence apply; the entry itself by default'),
      ...listFields,
      published_at: instant.nullable().default(null).describe("The list's own date"),
      retrieved_at: instant.describe('When it was read: fixed, so that bytes are too'),
      url: z.string().nullable().default(null),
    }),
  ),
})
export type ArchiveConfig = z.infer<typeof Config>

/** Files that ship with the project. A file that has not changed since it was read is not read again. */
export const archive: Collector<ArchiveConfig> = {
  type: 'archive',
  summary: 'files that ship with the project or lie in the working folder; no network, no key',
  remote: false,
  terms: { key: 'none', cost: 'none', limits: 'a file that has not changed is not read again' },
  config: Config,
  async *collect(config, context) {
    const read = new Map(Object.entries(JSON.parse(context.cursor ?? '{}') as Record<string, string>))
    for (const entry of config.files) {
      const file = await context.open(entry.path)
      const state = `${file.sha256.slice(0, 16)} ${JSON.stringify([entry.source, entry.format, entry.options, entry.published_at, entry.url])}`
      if (read.get(entry.path) === state) continue
      const notices: string[] = []
      yield* readFile(config, entry, context, file, (text) => void notices.push(`${file.name}: ${text}`))
      read.set(entry.path, state)
      const notice = notices.join('; ')
      yield {
        documents: [],
        cursor: JSON.stringify(Object.fromEntries(read)),
        ...(notice ? { notice } : {}),
      }
    }
  },
}

async function* readFile(
  config: ArchiveConfig,
  entry: ArchiveConfig['files'][number],
  context: CollectContext,
  file: OpenFile,
  notice: ListInput['notice'],
): AsyncIterable<Batch> {
  const { format, options } = formatOf(entry.format, entry.options)
  const input = {
    name: file.name,
    source: entry.source ?? config.name,
    sha256: file.sha256,
    bytes: file.bytes(),
    publishedAt: entry.published_at,
    retrievedAt: entry.retrieved_at,
    url: entry.url,
    notice,
    own: context.own,
    beside: file.beside,
  }
  for await (const documents of inBatches(format.read(input, options))) {
    context.signal.throwIfAborted()
    yield { documents, cursor: null }
  }
}

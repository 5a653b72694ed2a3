import { z } from 'zod'
import { creditOf } from '../../core/credit.js'
import { fingerprint } from '../../core/ids.js'
import { parseTime, postLink, postTime, postUrl } from '../../core/time.js'
import { FeedError, quote } from '../../errors.js'
import type { Document } from '../../model/document.js'
import type { ListFormat } from '../../model/ports.js'
import { rowOrNull } from './draft.js'
import { type Line, linesOf } from './lines.js'
import { rowOfLine } from './plain.js'

const Options = z.strictObject({})

/** A handle or a name: letters, digits and little else, so that one person has one spelling and no power over a page. */
export const Author = z
  .string()
  .transform((text) => text.normalize('NFKC').trim().replace(/^@/, ''))
  .pipe(z.string().regex(/^[\p{L}\p{N}_][\p{L}\p{N}_ .&-]{0,63}$/u, 'no handle or name'))

/** One document a line, as `read` and `import` take it. */
export const JsonDocument = z.strictObject({
  id: z.union([z.string().min(1), z.number().int()]).transform(String),
  text: z.string(),
  kind: z.enum(['post', 'line']).default('post'),
  author: Author.optional(),
  source: z.string().min(1).optional(),
  published_at: z
    .string()
    .refine((text) => parseTime(text) !== null, {
      error: 'no time; wanted: 2021-06-29 or 2021-06-29T12:00:00Z',
    })
    .optional(),
  url: z.url({ protocol: /^https?$/ }).optional(),
  tags: z.array(z.string()).default([]),
})
export type JsonDocument = z.infer<typeof JsonDocument>

/** @throws {FeedError} `input` that names file, line, field and value */
export function parseJsonLine<T>(schema: z.ZodType<T>, { text, number }: Line, name: string): T {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new FeedError(
      'input',
      `${name}:${number}: not JSON: ${quote(text, 60)} (${(error as Error).message.split('\n')[0]})`,
    )
  }
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new FeedError(
    'input',
    `${name}:${number}: ${issue!.path.join('.') || 'document'}: ${issue!.message} in ${quote(text, 60)}`,
  )
}

export const parseJsonDocument = (line: Line, name: string): JsonDocument =>
  parseJsonLine(JsonDocument, line, name)

/** The model's document from one line of JSON. A link to a post names the post: by whatever road, one document. */
export function toDocument(json: JsonDocument, source: string, retrievedAt: string): Document {
  const link = json.url ? postLink(json.url) : null
  const id = link?.id ?? (/^\d{15,19}$/.test(json.id) ? json.id : null)
  const posted = id && postTime(id)
  const stated = json.published_at ? parseTime(json.published_at) : null
  return {
    // Two inboxes may both count from 1: what is no post id is known by its text too.
    id: posted ? `post:${id}` : `${source}:${json.id}:${fingerprint(json.text)}`,
    kind: json.kind === 'line' ? 'list' : 'post',
    source: json.source ?? source,
    road: 'inbox',
    author: creditOf(json.text, json.author ?? link?.handle ?? null),
    publishedAt: posted || stated || retrievedAt,
    basis: posted ? 'post-id' : stated ? 'stated' : 'retrieved',
    retrievedAt,
    url: json.url ?? (posted ? postUrl(null, id) : null),
    references: [],
    tags: json.tags,
    body:
      json.kind === 'line'
        ? { rows: [rowOfLine(json.text)].filter((row) => row !== null) }
        : { text: json.text },
  }
}

/** Documents as JSON, one a line: the inbox, and what other programs hand over. */
export const jsonl: ListFormat<z.infer<typeof Options>> = {
  name: 'jsonl',
  summary: 'one JSON document a line: {id, text, kind?, author?, source?, published_at?, url?, tags?}',
  options: Options,
  async *read(input) {
    for await (const line of linesOf(input.bytes, input.name)) {
      if (line.text.trim() === '') continue
      const json = rowOrNull(input, () => parseJsonDocument(line, input.name))
      if (json !== null) yield toDocument(json, input.source, input.retrievedAt)
    }
  },
}

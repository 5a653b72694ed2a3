import { type JsonDocument, parseJsonDocument, toDocument } from '../collectors/formats/jsonl.js'
import { linesOf } from '../collectors/formats/lines.js'
import { tweetFeedRow } from '../collectors/formats/tweetfeed.js'
import { evaluate } from '../core/evaluate.js'
import { fingerprint } from '../core/ids.js'
import { type Policy, sourceOf } from '../core/policy.js'
import { read } from '../core/read.js'
import { storedDocument, storedObservation } from '../core/stored.js'
import { dayOf, postTime, postUrl } from '../core/time.js'
import { FeedError } from '../errors.js'
import type { Document } from '../model/document.js'
import { observableKey } from '../model/observable.js'
import type { Reason, Verdict } from '../model/snapshot.js'
import { checkSource } from './collect.js'

/** What `read` says of one document. */
export interface ReadResult {
  id: string
  observations: {
    type: string
    value: string
    raw: string
    start: number
    end: number
    role: string
    family: string | null
    confidence: number
    verdict: Verdict
    reasons: Reason[]
  }[]
  pairs: { domain: string; ip: string }[]
}

/** Reads one document by itself: what stands in it, and what would become of it if nothing else were known. */
export function readDocument(document: Document, policy: Policy): ReadResult {
  const reading = read(document, policy.profile)
  const stored = storedDocument(document, reading.signals)
  const observations = reading.observations.map((one) => storedObservation(stored, one))
  observations.sort((a, b) => (observableKey(a) < observableKey(b) ? -1 : 1))
  const pairs = reading.pairs.map(({ domain, ip, rule }) => ({
    document: stored,
    domain,
    ip,
    rule,
    firstSeen: null,
    lastSeen: null,
  }))
  const judged = evaluate(
    { documents: [stored], observations, pairs, registrations: [] },
    policy,
    dayOf(document.publishedAt),
  )
  return {
    id: document.id,
    observations: distinct(reading.observations).map((one) => {
      const { verdict, confidence, reasons, evidence } = judged.get(observableKey(one))!
      const { type, value, raw, start, end, role } = one
      return {
        type,
        value,
        raw,
        start,
        end,
        role,
        family: evidence[0]?.family ?? null,
        confidence,
        verdict,
        reasons,
      }
    }),
    pairs: reading.pairs.map(({ domain, ip }) => ({ domain, ip })),
  }
}

/** Each value once; the cells of a list's row may repeat one. */
function distinct<T extends { value: string }>(observations: T[]): T[] {
  const seen = new Set<string>()
  return observations.filter(({ value }) => !seen.has(value) && seen.add(value))
}

/** Plain text is read whole, as one post. */
const MAX_TEXT_BYTES = 16_777_216

/**
 * Reads text (one post) or JSON lines (one document each), told apart by the first character.
 * @param source configured source for what names none; the trust of nobody without
 * @throws {FeedError} `input` that names file, line and value
 */
export async function* readStream(
  bytes: AsyncIterable<Uint8Array>,
  name: string,
  policy: Policy,
  { source = 'import', now }: { source?: string | undefined; now: string },
): AsyncIterable<ReadResult> {
  checkSource(policy, source, 'usage')
  const { head, all } = await peek(bytes)
  if (!/^\s*\{/.test(new TextDecoder().decode(head))) {
    const text = await wholeText(all, name)
    yield readDocument(textDocument(text, source, now), policy)
    return
  }
  for await (const line of linesOf(all, name)) {
    if (line.text.trim() === '') continue
    const json = parseJsonDocument(line, name)
    const document = lineDocument(json, toDocument(json, source, now), policy)
    checkSource(policy, document.source, 'input', `${name}:${line.number}: `)
    yield placed({ ...readDocument(document, policy), id: json.id }, json)
  }
}

/** Offsets of a line's values are within the line, where they stand there as they were read. */
function placed(result: ReadResult, { kind, text }: JsonDocument): ReadResult {
  if (kind === 'post') return result
  const observations = result.observations.map((one) => {
    const start = text.indexOf(one.raw)
    return start < 0 ? one : { ...one, start, end: start + one.raw.length }
  })
  return { ...result, observations }
}

/** A line of a source that is a TweetFeed is the post that it names; of any other it is a line. */
export function lineDocument(json: JsonDocument, document: Document, policy: Policy): Document {
  const format = (sourceOf(policy, document.source) as { format?: string }).format
  const row = json.kind === 'line' && format === 'tweetfeed' ? tweetFeedRow(json.text) : null
  if (!row) return document
  const { id, handle, tags, row: cells } = row
  const at = postTime(id)
  return {
    ...document,
    ...(at ? { publishedAt: at, basis: 'post-id' as const } : {}),
    id: `post:${id}`,
    kind: 'post',
    road: 'tweetfeed',
    author: handle,
    url: postUrl(handle, id),
    tags: [...document.tags, ...tags],
    body: { rows: [cells] },
  }
}

const isBlank = (bytes: Uint8Array): boolean => bytes.every((byte) => byte <= 0x20)

/** The first chunk of a stream that is not blank, and the stream with it still in front. */
async function peek(
  bytes: AsyncIterable<Uint8Array>,
): Promise<{ head: Uint8Array; all: AsyncIterable<Uint8Array> }> {
  const chunks = bytes[Symbol.asyncIterator]()
  const blank: Uint8Array[] = []
  let head = new Uint8Array()
  for (let next = await chunks.next(); !next.done; next = await chunks.next()) {
    head = Uint8Array.from(next.value)
    if (!isBlank(head)) break
    blank.push(head)
    head = new Uint8Array()
  }
  async function* all() {
    yield* blank
    yield head
    yield* { [Symbol.asyncIterator]: () => chunks }
  }
  return { head, all: all() }
}

async function wholeText(bytes: AsyncIterable<Uint8Array>, name: string): Promise<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let [text, size] = ['', 0]
  try {
    for await (const chunk of bytes) {
      size += chunk.length
      if (size > MAX_TEXT_BYTES)
        throw new FeedError(
          'input',
          `${name}: a text of more than ${MAX_TEXT_BYTES} bytes, the limit; give it as JSON lines, one document each`,
        )
      text += decoder.decode(chunk, { stream: true })
    }
    return text + decoder.decode()
  } catch (error) {
    if (error instanceof FeedError) throw error
    throw new FeedError('input', `${name}: not UTF-8 text; convert it to UTF-8`, { cause: error })
  }
}

function textDocument(text: string, source: string, now: string): Document {
  return {
    id: `text:${fingerprint(text)}`,
    kind: 'post',
    source,
    road: 'inbox',
    author: null,
    publishedAt: now,
    basis: 'retrieved',
    retrievedAt: now,
    url: null,
    references: [],
    tags: [],
    body: { text },
  }
}

import type { z } from 'zod'
import { FeedError, quote } from '../../errors.js'
import type { ListInput } from '../../model/ports.js'
import { textOf } from './encoding.js'

/** A bundle or an event is parsed whole: 20,000 indicators of ours are 80 MB. */
export const MAX_JSON_BYTES = 268_435_456

/** @throws {FeedError} `input` for a file beyond the limit */
export async function wholeText({ bytes, name }: Pick<ListInput, 'bytes' | 'name'>): Promise<string> {
  let size = 0
  async function* limited(): AsyncIterable<Uint8Array> {
    for await (const chunk of bytes) {
      size += chunk.length
      if (size > MAX_JSON_BYTES)
        throw new FeedError('input', `${name}: more than ${MAX_JSON_BYTES} bytes, the limit; split it`)
      yield chunk
    }
  }
  const parts: string[] = []
  for await (const text of textOf(limited(), name)) parts.push(text)
  return parts.join('')
}

/** @throws {FeedError} `input` for what is no JSON */
export function parsedJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new FeedError('input', `${name}: not JSON: ${quote((error as Error).message, 160)}`)
  }
}

/** The property that is wrong, how, and its value, unless it is one to get lost in. */
export function sayIssue({ issues: [issue] }: z.ZodError, value: unknown): string {
  const at = issue!.path.reduce<unknown>(
    (inner, key) => (inner as Record<PropertyKey, unknown> | null | undefined)?.[key],
    value,
  )
  return `${issue!.path.join('.') || 'object'}: ${issue!.message}${typeof at === 'object' || at === undefined ? '' : `: ${quote(at)}`}`
}

import { FeedError, quote } from '../../errors.js'
import { textOf } from './encoding.js'

/** No line of a list or of a document is longer; what is, is an attack or not a text. */
export const MAX_LINE_BYTES = 1_048_576

export interface Line {
  text: string
  number: number
}

/**
 * Lines of a text, without their ends (LF, CRLF). Memory is bounded by the longest line allowed.
 * @throws {FeedError} `input` for a line over the limit, a binary file, or bytes that are no text
 */
export async function* linesOf(bytes: AsyncIterable<Uint8Array>, name: string): AsyncIterable<Line> {
  let rest = ''
  let number = 0
  for await (const text of textOf(bytes, name)) {
    const lines = `${rest}${text}`.split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) yield { text: chomp(line), number: ++number }
    if (rest.length > MAX_LINE_BYTES)
      throw new FeedError(
        'input',
        `${name}:${number + 1}: a line of more than ${MAX_LINE_BYTES} characters, the limit; it begins ${quote(rest, 40)}`,
      )
  }
  if (rest !== '') yield { text: chomp(rest), number: ++number }
}

const chomp = (line: string): string => (line.endsWith('\r') ? line.slice(0, -1) : line)

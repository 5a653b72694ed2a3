import { FeedError, quote } from '../../errors.js'

/** No line of a list or of a document is longer; what is, is an attack or not a text. */
export const MAX_LINE_BYTES = 1_048_576

export interface Line {
  text: string
  number: number
}

/**
 * Lines of a UTF-8 text, without their ends (LF, CRLF) and without a byte order mark. Memory is bounded by the longest
 * line allowed.
 * @throws {FeedError} `input` for a line over the limit, a binary file, or bytes that are not UTF-8
 */
export async function* linesOf(bytes: AsyncIterable<Uint8Array>, name: string): AsyncIterable<Line> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let rest = ''
  let number = 0
  const decode = (chunk?: Uint8Array): string => {
    if (chunk?.includes(0))
      throw new FeedError(
        'input',
        `${name}:${number + 1}: a binary file (it holds NUL bytes); a text is wanted`,
      )
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined })
    } catch {
      throw new FeedError(
        'input',
        `${name}:${number + 1}: not UTF-8 text at or after this line; convert it to UTF-8`,
      )
    }
  }
  for await (const chunk of bytes) {
    const lines = `${rest}${decode(chunk)}`.split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) yield { text: chomp(line), number: ++number }
    if (rest.length > MAX_LINE_BYTES)
      throw new FeedError(
        'input',
        `${name}:${number + 1}: a line of more than ${MAX_LINE_BYTES} characters, the limit; it begins ${quote(rest, 40)}`,
      )
  }
  rest += decode()
  if (rest !== '') yield { text: chomp(rest), number: ++number }
}

const chomp = (line: string): string => (line.endsWith('\r') ? line.slice(0, -1) : line)

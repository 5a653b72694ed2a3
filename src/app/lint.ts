import { consumers } from '../exporters/consumers.js'

/** A line that the consumer would refuse or misread. */
export interface Fault {
  /** From 1. */
  line: number
  text: string
  message: string
}

/** Characters of a line shown; a line may be of any length. */
const MOST_SHOWN = 200

/**
 * Judges a file by the grammar of a consumer; besides, what every one of them wants: UTF-8 without a byte order mark, LF
 * alone, an end of line behind the last one.
 * @param as name of a consumer's format
 */
export async function lint(
  bytes: AsyncIterable<Uint8Array>,
  as: string,
): Promise<{ lines: number; faults: Fault[] }> {
  const checker = consumers.find(({ name }) => name === as)!.grammar()
  const faults: Fault[] = []
  let number = 0
  let rest = ''
  const note = (text: string, message: string | null | undefined) => {
    if (message)
      faults.push({ line: number, text: text.slice(0, MOST_SHOWN), message: message.slice(0, MOST_SHOWN) })
  }
  const check = (text: string) => {
    number++
    note(text, wellFormed(text) ?? checker.line(text))
  }
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  for await (const chunk of bytes) {
    const lines = `${rest}${decoder.decode(chunk, { stream: true })}`.split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) check(line)
  }
  rest += decoder.decode()
  if (rest !== '') {
    check(rest)
    note(rest, 'no end of line behind the last line')
  }
  note('', checker.end?.())
  return { lines: number, faults }
}

function wellFormed(line: string): string | null {
  if (line.startsWith('\ufeff')) return 'a byte order mark'
  if (line.endsWith('\r')) return 'CR before the end of the line (CRLF); the lists have LF alone'
  if (line.includes('\ufffd')) return 'bytes that are no UTF-8'
  return null
}

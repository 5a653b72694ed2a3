import { FeedError, quote } from '../errors.js'
import { consumers } from '../exporters/consumers.js'
import { plainGrammars } from '../exporters/lists.js'
import type { Checker } from '../model/consumer.js'

/** A line that the consumer would refuse or misread. */
export interface Fault {
  /** From 1. */
  line: number
  text: string
  message: string
}

export interface Linted {
  lines: number
  /** Faults in all; `faults` holds the first of them. */
  total: number
  faults: Fault[]
}

/** Characters of a line shown; a line may be of any length. */
const MOST_SHOWN = 200
/** No consumer takes a longer line; a grammar need not look at one. */
const MAX_LINE = 16_384
/** Faults told; a file of another kind has as many as lines. */
const MOST_FAULTS = 1_000

/**
 * Judges a file by the grammar of a consumer; besides, what every one of them wants: UTF-8 without a byte order mark, LF
 * alone, an end of line behind the last one.
 * @param as name of a consumer's format or of a plain list
 */
export async function lint(bytes: AsyncIterable<Uint8Array>, as: string): Promise<Linted> {
  const checker = grammarOf(as)()
  const faults: Fault[] = []
  let total = 0
  let number = 0
  let rest = ''
  const note = (text: string, message: string | null | undefined) => {
    if (!message) return
    total++
    if (faults.length < MOST_FAULTS)
      faults.push({ line: number, text: text.slice(0, MOST_SHOWN), message: message.slice(0, MOST_SHOWN) })
  }
  const check = (text: string) => {
    number++
    note(
      text,
      text.length > MAX_LINE
        ? `a line of more than ${MAX_LINE} characters`
        : (wellFormed(text) ?? checker.line(text)),
    )
  }
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  for await (const chunk of bytes) {
    const [first = '', ...others] = decoder.decode(chunk, { stream: true }).split('\n')
    // Of a line without end only the beginning is kept: that it is too long is all that will be said of it.
    if (rest.length <= MAX_LINE) rest += first
    for (const next of others) {
      check(rest)
      rest = next
    }
  }
  rest += decoder.decode()
  if (rest !== '') {
    check(rest)
    note(rest, 'no end of line behind the last line')
  }
  note('', checker.end?.())
  return { lines: number, total, faults }
}

/** @throws {FeedError} `usage` for a name that neither a consumer nor a plain list has */
function grammarOf(name: string): () => Checker {
  const grammar = plainGrammars.get(name) ?? consumers.find((one) => one.name === name)?.grammar
  if (!grammar) throw new FeedError('usage', `no format ${quote(name)}; known: ${lintable.join(', ')}`)
  return grammar
}

/** Names of formats that a file can be judged by. */
export const lintable: string[] = [...plainGrammars.keys(), ...consumers.map(({ name }) => name)]

function wellFormed(line: string): string | null {
  if (line.startsWith('\ufeff')) return 'a byte order mark'
  if (line.endsWith('\r')) return 'CR before the end of the line (CRLF); the lists have LF alone'
  if (line.includes('\ufffd')) return 'bytes that are no UTF-8'
  return null
}

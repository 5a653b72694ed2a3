import { FeedError, quote } from '../../errors.js'
import { type Line, MAX_LINE_BYTES } from './lines.js'

/** No file whose list begins later has a head that we know. */
const LONGEST_HEAD = 256

/**
 * The objects of a list in JSON, each as its text with the number of the line it begins on. What stands before the list
 * must be as wanted. Memory is bounded by the longest object allowed.
 * @throws {FeedError} `input` for another head, an object over the limit, or a list that does not end
 */
export async function* elementsOf(
  texts: AsyncIterable<string>,
  name: string,
  wanted: { head: RegExp; is: string },
): AsyncIterable<Line> {
  const nesting = new Nesting()
  let open = ''
  let [line, begun] = [1, 1]
  for await (const text of withHead(texts, name, wanted)) {
    let start = 0
    for (let at = 0; at < text.length; at++) {
      const char = text[at]!
      if (char === '\n') line++
      const step = nesting.next(char)
      if (step > 0 && nesting.depth === 2) {
        start = at
        begun = line
      } else if (step < 0 && nesting.depth === 1) {
        yield { text: open + text.slice(start, at + 1), number: begun }
        open = ''
      }
    }
    if (nesting.depth > 1) open += text.slice(start)
    if (open.length > MAX_LINE_BYTES)
      throw new FeedError(
        'input',
        `${name}:${begun}: an object of more than ${MAX_LINE_BYTES} characters, the limit; it begins ${quote(open, 40)}`,
      )
  }
  if (nesting.depth !== 0)
    throw new FeedError('input', `${name}:${line}: ends inside its list: cut short, or brackets do not match`)
}

/** The text, once what stands before its list is seen to be as wanted. */
async function* withHead(
  texts: AsyncIterable<string>,
  name: string,
  { head, is }: { head: RegExp; is: string },
): AsyncIterable<string> {
  let seen: string | null = ''
  for await (const text of texts) {
    if (seen === null) {
      yield text
      continue
    }
    seen += text
    const start = seen.indexOf('[')
    if (start < 0 && seen.length <= LONGEST_HEAD) continue
    if (start < 0 || !head.test(seen.slice(0, start))) break
    yield seen
    seen = null
  }
  if (seen !== null) throw new FeedError('input', `${name}:1: not ${is}; it begins ${quote(seen.trim(), 60)}`)
}

/** Follows JSON character by character: how deep it is in lists and objects. */
class Nesting {
  depth = 0
  private isString = false
  private isEscaped = false

  /** 1 where a character opens a list or an object, -1 where it closes one. */
  next(char: string): -1 | 0 | 1 {
    if (this.isString) {
      if (this.isEscaped) this.isEscaped = false
      else if (char === '\\') this.isEscaped = true
      else if (char === '"') this.isString = false
      return 0
    }
    if (char === '"') this.isString = true
    const step = char === '[' || char === '{' ? 1 : char === ']' || char === '}' ? -1 : 0
    this.depth += step
    return step
  }
}

import { AMPERSAND, BRACKET, CLASS, CLOSING, FOLDED, isOf, NEEDS, OPENING } from './characters.js'

/** Replacements of one pass, ascending, four numbers each: where it begins and ends in the output, then in the input. */
type Edits = number[]
const OUT_END = 1
const IN_START = 2
const IN_END = 3
const FIELDS = 4

/** Text with its defanging undone, and the way back to where each part of it came from. */
export class Refanged {
  readonly source: string
  readonly text: string
  private readonly passes: Edits[]

  /** @param passes edits of each pass, the last pass first */
  constructor(source: string, text: string, passes: Edits[]) {
    this.source = source
    this.text = text
    this.passes = passes
  }

  /** Offset in the source at which the character at `at` of `text` begins. */
  from(at: number): number {
    let offset = at
    for (const edits of this.passes) offset = startBefore(offset, edits)
    return offset
  }

  /** Offset in the source at which the character before `at` of `text` ends. */
  to(at: number): number {
    let offset = at
    for (const edits of this.passes) offset = endBefore(offset, edits)
    return offset
  }

  /** Whether a part of the text was written in another way. */
  isEdited(start: number, end: number): boolean {
    return (
      this.passes.length > 0 &&
      this.source.slice(this.from(start), this.to(end)) !== this.text.slice(start, end)
    )
  }
}

/**
 * Undoes what people do to indicators so that nobody taps them: brackets around dots, colons and slashes, escapes,
 * full-width and mathematical letters, HTML escapes, invisible characters. Linear in the length of the text;
 * idempotent; never joins across a line. Schemes (`hxxp`) stay as written: they are read as tokens.
 * @param needs the classes of the characters in it, where they are known (`eachLine`)
 */
export function refang(source: string, needs = needsOf(source)): Refanged {
  if (needs === 0) return new Refanged(source, source, [])
  const passes: Edits[] = []
  let text = source
  const pass = (undo: (rewriter: Rewriter) => void) => {
    const rewriter = new Rewriter(text)
    undo(rewriter)
    if (rewriter.edits.length === 0) return
    passes.unshift(rewriter.edits)
    text = rewriter.finish()
  }
  let left = needs
  if ((left & FOLDED) !== 0) {
    pass(fold)
    left = needsOf(text)
  }
  if ((left & AMPERSAND) !== 0) pass(unescapeHtml)
  // An escape may have hidden a bracket.
  if (((left | needs) & (BRACKET | AMPERSAND)) !== 0) pass(unbracket)
  return new Refanged(source, text, passes)
}

/** Where the last edit that begins at or before an offset of the output stands; below 0: there is none. */
function editAt(edits: Edits, at: number): number {
  let low = 0
  let high = edits.length / FIELDS
  while (low < high) {
    const middle = (low + high) >> 1
    if (edits[middle * FIELDS]! <= at) low = middle + 1
    else high = middle
  }
  return (low - 1) * FIELDS
}

function startBefore(at: number, edits: Edits): number {
  const n = editAt(edits, at)
  if (n < 0) return at
  const outEnd = edits[n + OUT_END]!
  return at < outEnd ? edits[n + IN_START]! : at - outEnd + edits[n + IN_END]!
}

function endBefore(at: number, edits: Edits): number {
  const n = editAt(edits, at - 1)
  if (n < 0) return at
  const outEnd = edits[n + OUT_END]!
  return at <= outEnd ? edits[n + IN_END]! : at - outEnd + edits[n + IN_END]!
}

function needsOf(text: string): number {
  let bits = 0
  for (let at = 0; at < text.length; at++) bits |= CLASS[text.charCodeAt(at)]!
  return bits & NEEDS
}

/** Builds a text with replacements, and notes them. */
class Rewriter {
  readonly text: string
  readonly edits: Edits = []
  /** Up to where the input has been dealt with. */
  done = 0
  private out = ''
  private last = ''

  constructor(text: string) {
    this.text = text
  }

  /** The character before an offset, as it stands in the output. */
  before(start: number): string {
    return start > this.done ? this.text[start - 1]! : this.last
  }

  replace(start: number, end: number, plain: string): void {
    this.out += this.text.slice(this.done, start)
    this.last = plain === '' ? this.before(start) : plain.at(-1)!
    this.edits.push(this.out.length, this.out.length + plain.length, start, end)
    this.out += plain
    this.done = end
  }

  finish(): string {
    return this.out + this.text.slice(this.done)
  }
}

const INVISIBLE = /^[\u00ad\u200b-\u200f\u2060-\u206f\ufeff]$/
/** Numbers in circles, in parentheses, with a full stop: they count the lines of a list and are no part of a name. */
const ENUMERATOR = /^[\u2460-\u249b\u24ea-\u24ff\u3251-\u325f\u32b1-\u32bf\u{1f100}-\u{1f10c}]$/u
/** Nothing becomes longer than this; what NFKC spells out at more length is no part of a name. */
const MAX_EXPANSION = 4

function fold(rewriter: Rewriter): void {
  const { text } = rewriter
  for (let at = 0; at < text.length; at++) {
    if ((CLASS[text.charCodeAt(at)]! & FOLDED) === 0) continue
    const char = String.fromCodePoint(text.codePointAt(at)!)
    const plain = folded(char)
    if (plain !== char && plain.length <= MAX_EXPANSION) rewriter.replace(at, at + char.length, plain)
    at += char.length - 1
  }
}

function folded(char: string): string {
  if (INVISIBLE.test(char)) return ''
  return ENUMERATOR.test(char) ? ' ' : char.normalize('NFKC')
}

const ENTITIES: Record<string, string> = { gt: '>', lt: '<', quot: '"' }
const ESCAPED = /&(?:amp;)*(?:(gt|lt|quot);|(?<=amp;))/g

function unescapeHtml(rewriter: Rewriter): void {
  for (const { 0: match, 1: name, index } of rewriter.text.matchAll(ESCAPED))
    rewriter.replace(index, index + match.length, name === undefined ? '&' : ENTITIES[name]!)
}

/** Brackets of which people also write but one half. */
const HALF_OPENING = '[({'
const HALF_CLOSING = '])}'
const MOST_BRACKETS = 4

/**
 * The grammar: `open{1,4} ("." | "dot" | "ドット" | "。") close{1,4}` with at most one space beside each bracket, or half a
 * bracket or an escape beside a dot, or `。`; each between two labels. Colons and slashes in brackets likewise.
 */
function unbracket(rewriter: Rewriter): void {
  const { text } = rewriter
  for (let at = 0; at < text.length; at++) {
    const its = CLASS[text.charCodeAt(at)]!
    if ((its & BRACKET) === 0) continue
    const isReplaced =
      (its & OPENING) !== 0
        ? replaceBracketed(rewriter, at) ||
          (HALF_OPENING.includes(text[at]!) && replaceDot(rewriter, at, at + 1))
        : (its & CLOSING) !== 0
          ? HALF_CLOSING.includes(text[at]!) &&
            at > rewriter.done &&
            replaceDot(rewriter, at - 1, at - 1, at + 1)
          : text[at] === '。'
            ? replaceFullStop(rewriter, at)
            : replaceDot(rewriter, at, at + 1)
    if (isReplaced) at = rewriter.done - 1
  }
}

/** Puts a dot in the place of a part that holds one, where labels stand on both sides. */
function replaceDot(rewriter: Rewriter, start: number, at: number, end = at + 1): boolean {
  const { text } = rewriter
  if (text[at] !== '.' || !isLabel(rewriter.before(start)) || !isLabel(text[end])) return false
  rewriter.replace(start, end, '.')
  return true
}

/** Between two labels `。` is a dot; after a name it ends the sentence. */
function replaceFullStop(rewriter: Rewriter, at: number): boolean {
  if (!isAsciiLabel(rewriter.before(at)) || !isAsciiLabel(rewriter.text[at + 1])) return false
  rewriter.replace(at, at + 1, '.')
  return true
}

function replaceBracketed(rewriter: Rewriter, first: number): boolean {
  const { text } = rewriter
  const found = bracketed(text, first)
  if (!found) return false
  const { inner, end } = found
  // One space before a bracket belongs to it, as one after it does.
  const start = first - 1 > rewriter.done && isBlank(text, first - 1) ? first - 1 : first
  const before = rewriter.before(start)
  if (inner === '.' ? !isLabel(before) || !isLabel(text[end]) : !/[a-z0-9:/.]/i.test(before)) return false
  rewriter.replace(start, end, inner)
  return true
}

/** What stands in brackets at an offset, in one spelling, and where the brackets and a space after them end. */
function bracketed(text: string, first: number): { inner: string; end: number } | null {
  let at = first
  for (let n = 0; n < MOST_BRACKETS && isOf(OPENING, text, at); n++) at = skipBlank(text, at + 1)
  const [written, inner] = INNER.find(([written]) => text.startsWith(written, at)) ?? spelledOut(text, at)
  if (inner === undefined) return null
  at += written!.length
  let end = at
  for (let n = 0; n < MOST_BRACKETS && isOf(CLOSING, text, skipBlank(text, end)); n++)
    end = skipBlank(text, end) + 1
  return end === at ? null : { inner, end: skipBlank(text, end) }
}

const INNER: [written: string, inner: string][] = [
  ['.', '.'],
  ['。', '.'],
  ['ドット', '.'],
  ['://', '://'],
  [':', ':'],
  ['/', '/'],
]
const spelledOut = (text: string, at: number): [written: string, inner: string] | [] => {
  const word = text.slice(at, at + 3)
  return word.toLowerCase() === 'dot' ? [word, '.'] : []
}

const isBlank = (text: string, at: number): boolean => text[at] === ' ' || text[at] === '\t'
const skipBlank = (text: string, at: number): number => (isBlank(text, at) ? at + 1 : at)

/** Whether a character can end or begin a label: a letter or a digit of any script. */
const isLabel = (char: string | undefined): boolean =>
  isAsciiLabel(char) || (char !== undefined && char > '\x7f' && /[\p{L}\p{N}]/u.test(char))

function isAsciiLabel(char: string | undefined): boolean {
  if (char === undefined) return false
  const code = char.charCodeAt(0) | 0x20
  return (code >= 0x61 && code <= 0x7a) || (char >= '0' && char <= '9')
}

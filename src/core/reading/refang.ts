import { AMPERSAND, BRACKET, CLASS, FOLDED, FULL_STOP, NEEDS } from './characters.js'
import { COLON, DOT, SLASH, SPACE_CODE } from './codes.js'
import { type Edits, endBefore, startBefore, touches } from './edits.js'
import { ESCAPED, folded, MAX_EXPANSION, unescaped } from './fold.js'
import { dottedFullStops } from './full-stops.js'
import { fits, markAt, NOTHING } from './marks.js'
import { Units } from './units.js'

/** Text with its defanging undone, and the way back to where each part of it came from. */
export interface Refanged {
  text: string
  /** Offset in the source at which the character at `at` of `text` begins. */
  from: (at: number) => number
  /** Offset in the source at which the character before `at` of `text` ends. */
  to: (at: number) => number
}

/**
 * Undoes what people do to indicators so that nobody taps them: brackets around dots, colons and slashes, escapes,
 * full-width and mathematical letters, HTML escapes, invisible characters. Linear in the length of the text;
 * idempotent; never joins across a line. Schemes (`hxxp`) stay as written: they are read as tokens.
 */
export function refang(source: string): Refanged {
  SOURCE.load(source)
  const needs = needsOf(SOURCE.codes, SOURCE.length)
  if (needs === 0) return { text: source, from: same, to: same }
  REFANGED.set(SOURCE, 0, SOURCE.length, needs)
  const { passes } = REFANGED
  return {
    text: REFANGED.text(0, REFANGED.end),
    from: (at) => through(passes, at, startBefore),
    to: (at) => through(passes, at, endBefore),
  }
}

const same = (at: number): number => at

/** An offset of the output, taken back through all passes. */
function through(passes: Edits[], at: number, back: (at: number, edits: Edits) => number): number {
  let offset = at
  for (const edits of passes) offset = back(offset, edits)
  return offset
}

function needsOf(codes: Uint16Array, length: number): number {
  let bits = 0
  for (let at = 0; at < length; at++) bits |= CLASS[codes[at]!]!
  return bits & NEEDS
}

/** One line of a post with its defanging undone. Its units are the post's own where nothing had to be undone. */
export class Line {
  codes: Uint16Array = new Uint16Array(0)
  start = 0
  end = 0
  private readonly own = new Units()
  private post = this.own
  private units = this.own
  /** Where the line begins in the post; where nothing was undone, offsets are the post's already. */
  private base = 0
  /** Edits of each pass, the last pass first. */
  passes: Edits[] = []

  /** @param needs what is to be undone in it, of `NEEDS` */
  set(post: Units, start: number, end: number, needs: number): void {
    this.post = post
    this.passes = []
    this.use(post, start, end, 0)
    if (needs === 0) return
    this.own.reserve((end - start) * ((needs & FOLDED) === 0 ? 1 : MAX_EXPANSION))
    let left = needs
    if ((needs & FOLDED) !== 0) {
      this.fold(start)
      left |= needsOf(this.codes, this.end)
    }
    if ((left & AMPERSAND) !== 0) this.unescape(start)
    // An escape may have hidden a bracket.
    if ((left & (BRACKET | AMPERSAND)) !== 0) this.unbracket(start)
    if ((left & FULL_STOP) !== 0) this.joinLabels(start)
  }

  private use(units: Units, start: number, end: number, base: number): void {
    this.units = units
    this.codes = units.codes
    this.start = start
    this.end = end
    this.base = base
  }

  /** From a pass on, the line stands in units of its own; the next pass reads and writes the same ones. */
  private finish(edits: Edits, length: number, base: number): void {
    this.use(this.own, 0, length, base)
    if (edits.length > 0) this.passes.unshift(edits)
  }

  /** Offset in the post at which the unit at `at` begins. */
  from(at: number): number {
    return this.base + through(this.passes, at, startBefore)
  }

  /** Offset in the post at which the unit before `at` ends. */
  to(at: number): number {
    return this.base + through(this.passes, at, endBefore)
  }

  text(start: number, end: number): string {
    return this.units.text(start, end)
  }

  /** Whether a part of the line was written in another way. */
  isEdited(start: number, end: number): boolean {
    let [from, to] = [start, end]
    for (const edits of this.passes) {
      if (touches(edits, from, to)) return true
      from = startBefore(from, edits)
      to = endBefore(to, edits)
    }
    return false
  }

  /** Characters as NFKC knows them, without the invisible ones. */
  private fold(base: number): void {
    const { codes, start, end, post } = this
    const { codes: own } = this.own
    const edits: Edits = []
    let out = 0
    for (let at = start; at < end; at++) {
      const code = codes[at]!
      if ((CLASS[code]! & FOLDED) === 0) {
        own[out++] = code
        continue
      }
      const size = code >= 0xd800 && code < 0xdc00 && at + 1 < end ? 2 : 1
      const char = post.text(at, at + size)
      const plain = char === '／' && !isInUrl(own, out) ? ' ' : folded(char)
      if (plain !== char) edits.push(out, out + plain.length, at - start, at - start + size)
      for (let n = 0; n < plain.length; n++) own[out++] = plain.charCodeAt(n)
      at += size - 1
    }
    this.finish(edits, out, base)
  }

  private unescape(base: number): void {
    const { codes, start, end } = this
    const { codes: own } = this.own
    const edits: Edits = []
    let out = 0
    let done = 0
    const copyTo = (offset: number) => {
      while (done < offset) own[out++] = codes[start + done++]!
    }
    for (const { 0: match, 1: name, index } of this.text(start, end).matchAll(ESCAPED)) {
      copyTo(index)
      edits.push(out, out + 1, index, index + match.length)
      own[out++] = (name === undefined ? '&' : unescaped(name)).charCodeAt(0)
      done = index + match.length
    }
    copyTo(end - start)
    this.finish(edits, out, base)
  }

  /** Puts dots, colons and slashes in the place of the marks that stand for them. */
  private unbracket(base: number): void {
    const { codes, start, end } = this
    const { codes: own } = this.own
    const classes = CLASS
    const edits: Edits = []
    let out = 0
    /** Up to here the output is of replacements. */
    let done = 0
    for (let at = start; at < end; at++) {
      const code = codes[at]!
      if ((classes[code]! & BRACKET) !== 0) {
        const mark = markAt(codes, at, end, out > done ? own[out - 1]! : NOTHING)
        const first = out - (mark?.back ?? 0)
        if (
          mark &&
          fits(mark, first > 0 ? own[first - 1]! : NOTHING, mark.next < end ? codes[mark.next]! : NOTHING)
        ) {
          const { plain, back, next } = mark
          edits.push(first, first + plain.length, at - back - start, next - start)
          out = first
          for (let n = 0; n < plain.length; n++) own[out++] = plain.charCodeAt(n)
          done = out
          at = next - 1
          continue
        }
      }
      own[out++] = code
    }
    this.finish(edits, out, base)
  }

  /** Makes dots of the `。` that stand for them. */
  private joinLabels(base: number): void {
    const { codes, start, end } = this
    const offsets = dottedFullStops(this.text(start, end))
    if (offsets.length === 0) return
    const { codes: own } = this.own
    for (let at = start; at < end; at++) own[at - start] = codes[at]!
    for (const offset of offsets) own[offset] = DOT
    this.finish(
      offsets.flatMap((offset) => [offset, offset + 1, offset, offset + 1]),
      end - start,
      base,
    )
  }
}

const LONGEST_HOST = 260

/** What `refang` works in: memory that is used again. */
const SOURCE = new Units()
const REFANGED = new Line()

/** Whether a `/` at the end of what has been read would be of a URL; elsewhere `／` stands between two values. */
function isInUrl(codes: Uint16Array, length: number): boolean {
  for (
    let at = length - 1;
    at >= 0 && at > length - LONGEST_HOST && codes[at]! > SPACE_CODE && codes[at]! < 0x7f;
    at--
  )
    if (codes[at] === COLON) return codes[at + 1] === SLASH || at === length - 1
  return false
}

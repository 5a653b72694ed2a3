import { canonicalName } from './canonical.js'
import { AMPERSAND, BRACKET, CLASS, CLOSING, FOLDED, FULL_STOP, NEEDS, OPENING } from './characters.js'
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
  const post = new Units()
  post.load(source)
  const line = new Line()
  line.set(post, 0, post.length, needsOf(post.codes, post.length))
  return { text: line.text(0, line.end), from: (at) => line.from(at), to: (at) => line.to(at) }
}

function needsOf(codes: Uint16Array, length: number): number {
  let bits = 0
  for (let at = 0; at < length; at++) bits |= CLASS[codes[at]!]!
  return bits & NEEDS
}

/** Replacements of one pass, ascending, four numbers each: where it begins and ends in the output, then in the input. */
type Edits = number[]
const OUT_END = 1
const IN_START = 2
const IN_END = 3
const FIELDS = 4

/** What NFKC spells out at more length than this is no part of a name. */
const MAX_EXPANSION = 4

/** One line of a post with its defanging undone. Its units are the post's own where nothing had to be undone. */
export class Line {
  codes: Uint16Array = new Uint16Array(0)
  start = 0
  end = 0
  private post = new Units()
  private units = new Units()
  private readonly own = new Units()
  /** Where the line begins in the post; where nothing was undone, offsets are the post's already. */
  private base = 0
  /** Edits of each pass, the last pass first. */
  private passes: Edits[] = []

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
    let offset = at
    for (const edits of this.passes) offset = startBefore(offset, edits)
    return this.base + offset
  }

  /** Offset in the post at which the unit before `at` ends. */
  to(at: number): number {
    let offset = at
    for (const edits of this.passes) offset = endBefore(offset, edits)
    return this.base + offset
  }

  text(start: number, end: number): string {
    return this.units.text(start, end)
  }

  /** Whether a part of the line was written in another way. */
  isEdited(start: number, end: number): boolean {
    if (this.passes.length === 0) return false
    const from = this.from(start)
    if (this.to(end) - from !== end - start) return true
    for (let at = start; at < end; at++)
      if (this.post.codes[from + at - start] !== this.codes[at]) return true
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
      const plain = folded(char)
      const isFolded = plain !== char && plain.length <= MAX_EXPANSION
      const folds = isFolded ? plain : char
      if (isFolded) edits.push(out, out + plain.length, at - start, at - start + size)
      for (let n = 0; n < folds.length; n++) own[out++] = folds.charCodeAt(n)
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

  /** Makes dots of `。` between two labels. Beside a whole name with dots of its own it ends the sentence. */
  private joinLabels(base: number): void {
    const { codes, start, end } = this
    const { codes: own } = this.own
    const edits: Edits = []
    /** Up to here the output has dots that were `。`. */
    let joined = 0
    for (let at = start; at < end; at++) {
      const [out, code] = [at - start, codes[at]!]
      const isDot =
        code === IDEOGRAPHIC_FULL_STOP &&
        out > 0 &&
        isAsciiLabel(own[out - 1]!) &&
        at + 1 < end &&
        isAsciiLabel(codes[at + 1]!) &&
        !isNameBefore(own, joined, out) &&
        !isNameAfter(codes, at + 1, end)
      own[out] = isDot ? DOT : code
      if (!isDot) continue
      joined = out + 1
      edits.push(out, out + 1, out, out + 1)
    }
    this.finish(edits, end - start, base)
  }
}

const ENTITIES: Record<string, string> = {
  gt: '>',
  lt: '<',
  quot: '"',
  '#39': "'",
  '#46': '.',
  '#47': '/',
  '#58': ':',
}
/** `&gt;`, `&amp;gt;`, `&#46;`, `&#x2e;`, `&amp;`: what a web page makes of plain characters. */
const ESCAPED = /&(?:(?:amp|#38|#x26);)*(?:(gt|lt|quot|#39|#46|#47|#58|#x2e|#x2f|#x3a);|(?<=;))/gi
const unescaped = (name: string): string =>
  ENTITIES[name.toLowerCase().replace(/^#x(..)$/, (_, hex: string) => `#${Number.parseInt(hex, 16)}`)]!

const INVISIBLE = /^[\u00ad\u200b-\u200f\u2060-\u206f\ufeff]$/
/**
 * What counts the lines of a list, points to a footnote or stands for a word: numbers in circles, in parentheses, raised,
 * Roman; `ℹ`, `™`, `㈱`. NFKC makes letters and digits of them, but they are no part of a name.
 */
const SIGNS =
  /^[\u00aa\u00b2\u00b3\u00b9\u00ba\u00bc-\u00be\u2070\u2074-\u2079\u2080-\u2089\u2100\u2101\u2103\u2105\u2106\u2109\u2116\u2120-\u2122\u2139\u2150-\u218b\u2460-\u249b\u24ea-\u24ff\u3200-\u33ff\u{1f100}-\u{1f10c}]$/u

function folded(char: string): string {
  if (INVISIBLE.test(char)) return ''
  return SIGNS.test(char) ? ' ' : char.normalize('NFKC')
}

/** What stands for a dot, a colon or slashes. */
interface Mark {
  plain: '.' | ':' | '/' | '://'
  /** How many units before it belong to it. */
  back: 0 | 1
  /** Where it ends. */
  next: number
}

const NOTHING = 0
const DOT = 0x2e
const COLON = 0x3a
const SLASH = 0x2f
const BACKSLASH = 0x5c
const CARET = 0x5e
const IDEOGRAPHIC_FULL_STOP = 0x3002
const MOST_BRACKETS = 4

/**
 * The grammar: `open{1,4} ("." | "dot" | "ドット" | "。" | ":" | "/" | "://") close{1,4}` with at most one space beside each
 * bracket; half a bracket or an escape beside a dot.
 * @param before the unit before it, if it was not put there
 */
function markAt(codes: Uint16Array, at: number, end: number, before: number): Mark | null {
  const code = codes[at]!
  const isBeforeDot = at + 1 < end && codes[at + 1] === DOT
  const dot = (back: 0 | 1, next: number): Mark => ({ plain: '.', back, next })
  if (code === BACKSLASH || code === CARET) return isBeforeDot ? dot(0, at + 2) : null
  const isHalf = code < 0x80 && code !== LESS && code !== GREATER
  if ((CLASS[code]! & CLOSING) !== 0) return isHalf && before === DOT ? dot(1, at + 1) : null
  return bracketed(codes, at, end, isBlank(before) ? 1 : 0) ?? (isHalf && isBeforeDot ? dot(0, at + 2) : null)
}

const LESS = 0x3c
const GREATER = 0x3e

function bracketed(codes: Uint16Array, first: number, end: number, back: 0 | 1): Mark | null {
  const skipBlank = (at: number) => (at < end && isBlank(codes[at]!) ? at + 1 : at)
  const isOf = (bits: number, at: number) => at < end && (CLASS[codes[at]!]! & bits) !== 0
  let at = first
  for (let n = 0; n < MOST_BRACKETS && isOf(OPENING, at); n++) at = skipBlank(at + 1)
  const inner = innerAt(codes, at, end)
  if (!inner) return null
  const [plain, length] = inner
  at += length
  let next = at
  for (let n = 0; n < MOST_BRACKETS && isOf(CLOSING, skipBlank(next)); n++) next = skipBlank(next) + 1
  return next === at ? null : { plain, back, next: skipBlank(next) }
}

type Inner = [plain: Mark['plain'], length: number]
const SPELLED: [spelled: string, ...Inner][] = [
  ['dot', '.', 3],
  ['ドット', '.', 3],
  ['。', '.', 1],
]
const SCHEME_END: Inner = ['://', 3]
const BARE = new Map<number, Inner>([
  [DOT, ['.', 1]],
  [COLON, [':', 1]],
  [SLASH, ['/', 1]],
])

/** What brackets may hold, and how long it is. */
function innerAt(codes: Uint16Array, at: number, end: number): Inner | null {
  if (at >= end) return null
  const isSpelled = (text: string) => {
    for (let n = 0; n < text.length; n++) {
      const code = codes[at + n]!
      if (at + n >= end || (code < 0x80 ? code | 0x20 : code) !== text.charCodeAt(n)) return false
    }
    return true
  }
  const bare = BARE.get(codes[at]!)
  if (bare) return codes[at] === COLON && isSpelled('://') ? SCHEME_END : bare
  const spelled = SPELLED.find(([text]) => isSpelled(text))
  return spelled ? [spelled[1], spelled[2]] : null
}

/** A dot stands between two labels; colons and slashes after a part of a URL. */
function fits({ plain }: Mark, before: number, after: number): boolean {
  if (plain === '.') return isLabel(before) && isLabel(after)
  return isAsciiLabel(before) || before === COLON || before === SLASH || before === DOT
}

const LONGEST_NAME = 253

/** Most names that are registered directly have no more labels than this: `name.co.jp`, `name.duckdns.org`. */
const FEW_LABELS = 4

/** Whether a name ends here, with dots of its own. */
function isNameBefore(codes: Uint16Array, from: number, to: number): boolean {
  let at = to
  while (at > from && to - at < LONGEST_NAME && isNamePart(codes[at - 1]!)) at--
  const labels = String.fromCharCode(...codes.subarray(at, to))
    .split('.')
    .slice(-FEW_LABELS)
  return labels.some((_, n) => isName(labels.slice(n).join('.')))
}

function isNameAfter(codes: Uint16Array, from: number, to: number): boolean {
  let at = from
  while (at < to && at - from < LONGEST_NAME && codes[at]! > 0x20 && codes[at]! < 0x7f) at++
  return isName(
    /^[\w.-]*/.exec(String.fromCharCode(...codes.subarray(from, at)).replace(/[[\](){}]/g, ''))![0],
  )
}

const isNamePart = (code: number): boolean => isAsciiLabel(code) || code === DOT || code === HYPHEN
const HYPHEN = 0x2d
const isName = (text: string): boolean => text.includes('.') && canonicalName(text) !== null

const isBlank = (code: number): boolean => code === 0x20 || code === 0x09

/** Whether a unit can end or begin a label: a letter or a digit of any script. */
const isLabel = (code: number): boolean =>
  isAsciiLabel(code) || (code > 0x7f && /[\p{L}\p{N}]/u.test(String.fromCharCode(code)))

function isAsciiLabel(code: number): boolean {
  const lower = code | 0x20
  return (lower >= 0x61 && lower <= 0x7a) || (code >= 0x30 && code <= 0x39)
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

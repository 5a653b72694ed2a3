import {
  CLASS,
  EDGE_AFTER,
  EDGE_BEFORE,
  ELIDING,
  FOLDED,
  FOREIGN,
  HEX,
  NEEDS,
  SIGN,
  SPACE,
  TOKEN,
} from './characters.js'
import {
  AMPERSAND_CODE,
  COLON,
  DOT,
  FULL_WIDTH_COLON,
  IDEOGRAPHIC_FULL_STOP,
  KATAKANA_DO,
  MIDDLE_DOT,
  NEWLINE,
  NUMBER_SIGN,
  OPENING_BRACKET,
  SLASH,
  SMALL_A,
  SMALL_D,
} from './codes.js'

/** Full-width, half-width, one-dot leader, small: dots by another number. */
const DOT_LIKE = new Set([0xff0e, 0xff61, 0x2024, 0xfe52])
/** No indicator without a dot or two colons is shorter: an MD5. */
const SHORTEST_HASH = 32
/** Colons of an IPv6 address are at most this far apart, brackets among them. */
const IPV6_GROUP = 8

/**
 * Tells each line of a text that could hold an indicator: one with a dot that is none of prose, with two colons close
 * together, or with a run of hex digits as long as a hash. Most lines of a post are prose, and are passed over here.
 * @param tell gets where the line begins and ends, and what `refang` must undo in it (`NEEDS`)
 */
export function eachLine(
  codes: Uint16Array,
  length: number,
  tell: (start: number, end: number, needs: number) => void,
): void {
  const classes = CLASS
  let start = 0
  let bits = 0
  let mayHold = false
  let colon = -IPV6_GROUP
  for (let at = 0; at < length; at++) {
    const code = codes[at]!
    const its = classes[code]!
    bits |= its
    if ((its & SIGN) === 0) continue
    if (code === NEWLINE) {
      if (mayHold || holdsHash(codes, start, at)) tell(start, at, bits & NEEDS)
      start = at + 1
      bits = 0
      mayHold = false
      colon = at - IPV6_GROUP
    } else if (code === COLON || code === FULL_WIDTH_COLON) {
      mayHold ||= at - colon <= IPV6_GROUP
      colon = at
    } else mayHold ||= isDot(codes, at, length)
  }
  if (mayHold || holdsHash(codes, start, length)) tell(start, length, bits & NEEDS)
}

/** Whether what stands at an offset could be a dot within a name, however it is written. */
function isDot(codes: Uint16Array, at: number, length: number): boolean {
  const code = codes[at]!
  const next = at + 1 < length ? codes[at + 1]! : NEWLINE
  const before = at > 0 ? codes[at - 1]! : NEWLINE
  // One that a space follows ends a sentence, unless it stands in brackets.
  if (code === DOT)
    return (CLASS[next]! & SPACE) === 0 || (CLASS[before]! & TOKEN) === 0 || before === OPENING_BRACKET
  if (code === IDEOGRAPHIC_FULL_STOP) return isLabelOrFolded(next)
  if (code === AMPERSAND_CODE) return next === NUMBER_SIGN || next === SMALL_A
  if (DOT_LIKE.has(code)) return true
  const inner = (CLASS[next]! & SPACE) === 0 ? next : at + 2 < length ? codes[at + 2]! : NEWLINE
  return (inner | 0x20) === SMALL_D || inner === KATAKANA_DO || (CLASS[inner]! & FOLDED) !== 0
}

/** Whether it could be a letter or a digit of a label, of whatever width. */
const isLabelOrFolded = (code: number): boolean =>
  (code < 0x250 && code !== NEWLINE) ||
  (code >= 0xff01 && code <= 0xff5e) ||
  (code >= 0xd800 && code < 0xe000) ||
  (code >= 0x200b && code <= 0x200f)

/** A run of that many hex digits has one at every so-manieth place: one look at each of these is enough. */
function holdsHash(codes: Uint16Array, start: number, end: number): boolean {
  const classes = CLASS
  for (let at = start + SHORTEST_HASH - 1; at < end; at += SHORTEST_HASH) {
    let first = at
    while (at - first < SHORTEST_HASH && first >= start && (classes[codes[first]!]! & HEX) !== 0) first--
    if (first === at) continue
    let next = at + 1
    while (next < end && next - first <= SHORTEST_HASH && (classes[codes[next]!]! & HEX) !== 0) next++
    if (next - first > SHORTEST_HASH) return true
  }
  return false
}

/**
 * Tells each run of characters that names, addresses, URLs and hashes are written with, where it could hold one: with a
 * dot, two colons, or as long as a hash.
 * @param tell gets where the run begins and ends, where `://` stands in it first (-1: nowhere), and the classes of all
 * its characters
 */
export function eachToken(
  codes: Uint16Array,
  from: number,
  to: number,
  tell: (start: number, end: number, scheme: number, bits: number) => void,
): void {
  const classes = CLASS
  for (let at = from; at < to; at++) {
    let its = classes[codes[at]!]!
    if ((its & TOKEN) === 0) continue
    const start = at
    let bits = 0
    let dots = 0
    let colons = 0
    let scheme = -1
    let isForeign = false
    for (;;) {
      bits |= its
      if ((its & SIGN) !== 0) {
        const code = codes[at]!
        if (code === DOT) {
          if (dots++ > 0 && codes[at - 1] === DOT) bits |= ELIDING
        } else if (code === COLON) {
          colons++
          if (scheme < 0 && at + 2 < to && codes[at + 1] === SLASH && codes[at + 2] === SLASH) {
            scheme = at
            // Right after a scheme nothing is glued: what stands there is a name, in whatever script.
            if (at + 3 < to && isCjk(codes[at + 3]!)) {
              isForeign = true
              bits |= FOREIGN
            }
          }
        }
      }
      if (++at >= to) break
      its = classes[codes[at]!]!
      if (isForeign && codes[at] === SLASH && at > scheme + 2) isForeign = false
      if ((its & TOKEN) === 0 && !(isForeign && isCjk(codes[at]!))) break
    }
    if (dots > 0 || colons > 1 || at - start >= SHORTEST_HASH) tell(start, at, scheme, bits)
  }
}

/** Kana, Han and Hangul letters. */
const isCjk = (code: number): boolean =>
  (code >= 0x3041 && code <= 0x30ff && code !== MIDDLE_DOT) ||
  (code >= 0x3400 && code <= 0x9fff) ||
  (code >= 0xac00 && code <= 0xd7a3)

/** First offset from `start` on that is not punctuation at the edge of a value. */
export function skipBefore(codes: Uint16Array, start: number, end: number): number {
  let at = start
  while (at < end && (CLASS[codes[at]!]! & EDGE_BEFORE) !== 0) at++
  return at
}

/** Offset after the last character that is not punctuation at the edge of a value. */
export function trimAfter(codes: Uint16Array, start: number, end: number): number {
  let at = end
  while (at > start && (CLASS[codes[at - 1]!]! & EDGE_AFTER) !== 0) at--
  return at
}

import {
  CLASS,
  EDGE_AFTER,
  EDGE_BEFORE,
  ELIDING,
  HEX,
  isOf,
  isSpace,
  NEEDS,
  SIGN,
  TOKEN,
} from './characters.js'

const NEWLINE = 0x0a
const DOT = 0x2e
const SLASH = 0x2f
const COLON = 0x3a
const IDEOGRAPHIC_FULL_STOP = 0x3002
const KATAKANA_TO = 0x30c8
/** No indicator without a dot or two colons is shorter: an MD5. */
const SHORTEST_HASH = 32
/** Groups of an IPv6 address are at most this far apart. */
const IPV6_GROUP = 5

/**
 * Tells each line of a text that could hold an indicator: one with a dot that is none of prose, with two colons close
 * together, or with a run of hex digits as long as a hash. Most lines of a post are prose, and are passed over here.
 * @param tell gets where the line begins and ends, and what `refang` must undo in it (`NEEDS`)
 */
export function eachLine(text: string, tell: (start: number, end: number, needs: number) => void): void {
  const { length } = text
  let start = 0
  let bits = 0
  let mayHold = false
  let colon = -IPV6_GROUP
  for (let at = 0; at < length; at++) {
    const code = text.charCodeAt(at)
    const its = CLASS[code]!
    bits |= its
    if ((its & SIGN) === 0) continue
    if (code === NEWLINE) {
      if (mayHold || holdsHash(text, start, at)) tell(start, at, bits & NEEDS)
      start = at + 1
      bits = 0
      mayHold = false
      colon = at - IPV6_GROUP
    } else if (code === COLON) {
      mayHold ||= at - colon <= IPV6_GROUP
      colon = at
    } else mayHold ||= isDot(text, at, code)
  }
  if (mayHold || holdsHash(text, start, length)) tell(start, length, bits & NEEDS)
}

/** Whether what stands at an offset could be a dot within a name, however it is written. */
function isDot(text: string, at: number, code: number): boolean {
  if (code === DOT)
    return !isSpace(text, at + 1) || at === 0 || !isOf(TOKEN, text, at - 1) || text[at - 1] === '['
  if (code === IDEOGRAPHIC_FULL_STOP) return isJoined(text, at)
  if (code === KATAKANA_TO) return text.startsWith('ドット', at - 2)
  if (code > 0x7f) return true
  return (text.charCodeAt(at + 1) | 0x20) === 0x6f && (text.charCodeAt(at + 2) | 0x20) === 0x74
}

/** Whether what follows a `。` could be a label: a letter or a digit, of whatever width. */
function isJoined(text: string, at: number): boolean {
  const next = text.charCodeAt(at + 1)
  return (
    next < 0x250 ||
    (next >= 0xff01 && next <= 0xff5e) ||
    (next >= 0xd800 && next < 0xe000) ||
    (next >= 0x200b && next <= 0x200f)
  )
}

/** A run of that many hex digits has one at every so-manieth place: one look at each of these is enough. */
function holdsHash(text: string, start: number, end: number): boolean {
  for (let at = start + SHORTEST_HASH - 1; at < end; at += SHORTEST_HASH) {
    if (!isOf(HEX, text, at)) continue
    let first = at
    let next = at + 1
    while (first > start && at - first < SHORTEST_HASH && isOf(HEX, text, first - 1)) first--
    while (next < end && next - first < SHORTEST_HASH && isOf(HEX, text, next)) next++
    if (next - first >= SHORTEST_HASH) return true
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
  text: string,
  tell: (start: number, end: number, scheme: number, bits: number) => void,
): void {
  const { length } = text
  for (let at = 0; at < length; at++) {
    let its = CLASS[text.charCodeAt(at)]!
    if ((its & TOKEN) === 0) continue
    const start = at
    let bits = 0
    let dots = 0
    let colons = 0
    let scheme = -1
    for (;;) {
      bits |= its
      if ((its & SIGN) !== 0) {
        const code = text.charCodeAt(at)
        if (code === DOT) {
          if (dots++ > 0 && text.charCodeAt(at - 1) === DOT) bits |= ELIDING
        } else if (code === COLON) {
          colons++
          if (scheme < 0 && text.charCodeAt(at + 1) === SLASH && text.charCodeAt(at + 2) === SLASH)
            scheme = at
        }
      }
      if (++at === length) break
      its = CLASS[text.charCodeAt(at)]!
      if ((its & TOKEN) === 0) break
    }
    if (dots > 0 || colons > 1 || at - start >= SHORTEST_HASH) tell(start, at, scheme, bits)
  }
}

/** First offset from `start` on that is not punctuation at the edge of a value. */
export function skipBefore(text: string, start: number, end: number): number {
  let at = start
  while (at < end && isOf(EDGE_BEFORE, text, at)) at++
  return at
}

/** Offset after the last character that is not punctuation at the edge of a value. */
export function trimAfter(text: string, start: number, end: number): number {
  let at = end
  while (at > start && isOf(EDGE_AFTER, text, at - 1)) at--
  return at
}

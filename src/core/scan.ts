const TOKEN = 1
const EDGE_BEFORE = 2
const EDGE_AFTER = 4

/** What each character up to U+25FF may be; the marks by which people elide count as part of a token. */
const CLASS = new Uint8Array(0x2600)
const classify = (characters: string, bits: number) => {
  for (const character of characters) CLASS[character.charCodeAt(0)]! |= bits
}
classify("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-:/?#@!$&'()*+,;=%~[]…○●◯×", TOKEN)
classify(".,;:!?'()[]*&=+~$-", EDGE_BEFORE)
classify(".,;:!?'()[]*&=+~$#@-", EDGE_AFTER)

// Letters of scripts that are written with spaces: Latin, Greek, Cyrillic. Japanese is glued to what it surrounds.
for (let code = 0xc0; code < 0x530; code++) CLASS[code]! |= TOKEN

const DOT = 0x2e
const COLON = 0x3a
const SLASH = 0x2f
/** No indicator without a dot or two colons is shorter: an MD5. */
const SHORTEST_HASH = 32

/**
 * Tells each run of characters that names, addresses, URLs and hashes are written with, where it could hold one: with a
 * dot, two colons, or as long as a hash.
 * @param tell gets where the run begins and ends, and where `://` stands in it first (-1: nowhere)
 */
export function eachToken(text: string, tell: (start: number, end: number, scheme: number) => void): void {
  const { length } = text
  for (let at = 0; at < length; at++) {
    if (!isToken(text.charCodeAt(at))) continue
    const start = at
    let dots = 0
    let colons = 0
    let scheme = -1
    for (; at < length; at++) {
      const code = text.charCodeAt(at)
      if (!isToken(code)) break
      if (code === DOT) dots++
      else if (code === COLON) {
        colons++
        if (scheme < 0 && text.charCodeAt(at + 1) === SLASH && text.charCodeAt(at + 2) === SLASH) scheme = at
      }
    }
    if (dots > 0 || colons > 1 || at - start >= SHORTEST_HASH) tell(start, at, scheme)
  }
}

const isToken = (code: number): boolean => code < CLASS.length && (CLASS[code]! & TOKEN) !== 0

/** First offset from `start` on that is not punctuation at the edge of a value. */
export function skipBefore(text: string, start: number, end: number): number {
  let at = start
  while (at < end && (CLASS[text.charCodeAt(at)]! & EDGE_BEFORE) !== 0) at++
  return at
}

/** Offset after the last character that is not punctuation at the edge of a value. */
export function trimAfter(text: string, start: number, end: number): number {
  let at = end
  while (at > start && (CLASS[text.charCodeAt(at - 1)]! & EDGE_AFTER) !== 0) at--
  return at
}

const NEWLINE = 0x0a
const LETTER_D = 0x64
const HEX = new Uint8Array(0x80)
for (const digit of '0123456789abcdefABCDEF') HEX[digit.charCodeAt(0)] = 1

/**
 * Tells each line of a text that could hold an indicator: one with a dot of some kind, with two colons close together,
 * or with a run of hex digits as long as a hash. Most lines of a post are prose, and are passed over here.
 */
export function eachLine(text: string, tell: (start: number, end: number) => void): void {
  const { length } = text
  let start = 0
  let mayHold = false
  let hex = 0
  let colon = -9
  for (let at = 0; at <= length; at++) {
    const code = at === length ? NEWLINE : text.charCodeAt(at)
    if (code === NEWLINE) {
      if (mayHold) tell(start, at)
      start = at + 1
      mayHold = false
      hex = 0
      colon = -9
    } else if (code < 0x80) {
      hex = HEX[code] === 1 ? hex + 1 : 0
      if (code === DOT || hex >= SHORTEST_HASH) mayHold = true
      else if (code === COLON) {
        if (at - colon <= 5) mayHold = true
        colon = at
      } else if ((code | 0x20) === LETTER_D && /^dot/i.test(text.slice(at, at + 3))) mayHold = true
    } else if (
      code === 0xff0e ||
      code === 0xff61 ||
      (code === 0x3002 && isJoined(text, at)) ||
      (code === 0x30c8 && text.startsWith('ドット', at - 2))
    )
      mayHold = true
  }
}

/** Whether what stands on both sides of a `。` could be labels: a letter or a digit, of whatever width. */
function isJoined(text: string, at: number): boolean {
  const next = text.charCodeAt(at + 1)
  return (
    next < 0x250 ||
    (next >= 0xff01 && next <= 0xff5e) ||
    (next >= 0xd800 && next < 0xe000) ||
    (next >= 0x200b && next <= 0x200f)
  )
}

/** A run of characters that names, addresses, URLs and hashes are written with. */
export interface Token {
  start: number
  end: number
  /** Where `://` stands in it for the first time; -1: nowhere. */
  scheme: number
}

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

/** The tokens of a text that could hold an indicator: one with a dot, two colons, a `://`, or as long as a hash. */
export function* tokensOf(text: string): Iterable<Token> {
  const { length } = text
  for (let at = 0; at < length; at++) {
    if (!isToken(text.charCodeAt(at))) continue
    const start = at
    let [dots, colons, scheme] = [0, 0, -1]
    for (; at < length; at++) {
      const code = text.charCodeAt(at)
      if (!isToken(code)) break
      if (code === DOT) dots++
      else if (code === COLON) {
        colons++
        if (scheme < 0 && text.charCodeAt(at + 1) === SLASH && text.charCodeAt(at + 2) === SLASH) scheme = at
      }
    }
    if (dots > 0 || colons > 1 || at - start >= SHORTEST_HASH) yield { start, end: at, scheme }
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

/**
 * What a UTF-16 code unit may be, by its number: one table for every pass over a text. Most of a post is prose, and is
 * passed over at one look a character.
 */
export const CLASS = new Uint16Array(0x10000)

/** Part of a run that names, addresses, URLs and hashes are written with; the marks of eliding are such a part. */
export const TOKEN = 1
/** Punctuation that may stand at the edge of a value without belonging to it. */
export const EDGE_BEFORE = 2
export const EDGE_AFTER = 4
/** With some of these a line may hold an indicator; without, it cannot. */
export const SIGN = 8
export const HEX = 16
/** Of a run: what its reader must look at more closely. */
export const ELIDING = 32
export const COLON_OR_EQUALS = 64
export const AT_SIGN = 128
/** Told by `eachToken` alone: a name in Japanese, Chinese or Korean letters stands right after a scheme. */
export const FOREIGN = 0x10000
/** Of a line: what `refang` has to undo in it. */
export const BRACKET = 256
export const AMPERSAND = 512
export const FOLDED = 1024
export const FULL_STOP = 32_768
/** What such a line needs, as `eachLine` tells it. */
export const NEEDS = BRACKET | AMPERSAND | FOLDED | FULL_STOP
/** Brackets by which way they open. */
export const OPENING = 2048
export const CLOSING = 4096
/** Between the values of a run that holds several. */
export const SEPARATOR = 8192
/** Ends a word. */
export const SPACE = 16_384

const classify = (bits: number, characters: string) => {
  for (const character of characters) CLASS[character.charCodeAt(0)]! |= bits
}
const classifyRanges = (bits: number, ...ranges: [first: number, last: number][]) => {
  for (const [first, last] of ranges) for (let code = first; code <= last; code++) CLASS[code]! |= bits
}

classify(TOKEN, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-:/?#@!$&'()*+,;=%~[]")
// Letters of scripts that are written with spaces: Latin, Greek, Cyrillic. Japanese is glued to what it surrounds.
classifyRanges(TOKEN, [0xc0, 0x52f])
classify(TOKEN | ELIDING, '…○●◯×*')
classify(EDGE_BEFORE, ".,;:!?'()[]*&=+~$-")
classify(EDGE_AFTER, ".,;:!?'()[]*&=+~$#@-")
classify(COLON_OR_EQUALS, ':=')
classify(AT_SIGN, '@')
classify(SEPARATOR, ",;()=&'+")
classify(SIGN, '\n.:：&。．｡․﹒[({<【〔［（｛＜')
classify(HEX, '０１２３４５６７８９ａｂｃｄｅｆＡＢＣＤＥＦ')
classify(HEX, '0123456789abcdefABCDEF')
classify(BRACKET, '\\^')
classify(FULL_STOP, '。')
classify(BRACKET | OPENING, '[({<【〔（［｛＜')
classify(BRACKET | CLOSING, '])}>】〕）］｝＞')
classify(AMPERSAND, '&')
classify(SPACE, ' \t\n\r\u3000')
// What NFKC, or nobody's eye, tells from what it stands for: full-width, circled, ligatures, invisible characters.
classify(FOLDED, 'ĲĳĿŀŉſ\u3000\ufeff')
classifyRanges(
  FOLDED,
  [0xa0, 0xbf],
  [0x1c4, 0x1cc],
  [0x1f1, 0x1f3],
  [0x2b0, 0x2e4],
  [0x1d2c, 0x1d6a],
  [0x2000, 0x206f],
  [0x2070, 0x209c],
  [0x2100, 0x214f],
  [0x2150, 0x218b],
  [0x2460, 0x24ff],
  [0x3200, 0x33ff],
  [0xfb00, 0xfb4f],
  [0xfe10, 0xfe6f],
  [0xff01, 0xffee],
)
// First halves of mathematical letters, and of letters in circles and squares.
classify(FOLDED, '\ud835\ud83c')
// In prose these enclose; NFKC would make parts of URLs of them.
for (const bracket of '（［｛＜）］｝＞') CLASS[bracket.charCodeAt(0)]! &= ~FOLDED

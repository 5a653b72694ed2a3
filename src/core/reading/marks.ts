import { CLASS, CLOSING, OPENING } from './characters.js'
import { BACKSLASH, CARET, COLON, DOT, GREATER, isAsciiLetter, LESS, SLASH } from './codes.js'

/** What stands for a dot, a colon or slashes. */
export interface Mark {
  plain: '.' | ':' | '/' | '//' | '://'
  /** How many units before it belong to it. */
  back: 0 | 1
  /** Where it ends. */
  next: number
}

export const NOTHING = 0
const MOST_BRACKETS = 4

/**
 * The grammar: `open{1,4} ("." | "dot" | "ドット" | "。" | ":" | "/" | "://") close{1,4}` with at most one space beside each
 * bracket; half a bracket or an escape beside a dot.
 * @param before the unit before it, if it was not put there
 */
export function markAt(codes: Uint16Array, at: number, end: number, before: number): Mark | null {
  const code = codes[at]!
  const isBeforeDot = at + 1 < end && codes[at + 1] === DOT
  const dot = (back: 0 | 1, next: number): Mark => ({ plain: '.', back, next })
  if (code === BACKSLASH || code === CARET) return isBeforeDot ? dot(0, at + 2) : null
  const isHalf = code < 0x80 && code !== LESS && code !== GREATER
  if ((CLASS[code]! & CLOSING) !== 0) return isHalf && before === DOT ? dot(1, at + 1) : null
  return bracketed(codes, at, end, isBlank(before) ? 1 : 0) ?? (isHalf && isBeforeDot ? dot(0, at + 2) : null)
}

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
const SLASHES: Inner = ['//', 2]
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
      if (at + n >= end || (code >= 0x41 && code <= 0x5a ? code | 0x20 : code) !== text.charCodeAt(n))
        return false
    }
    return true
  }
  const bare = BARE.get(codes[at]!)
  if (bare) return isSpelled('://') ? SCHEME_END : isSpelled('//') ? SLASHES : bare
  const spelled = SPELLED.find(([text]) => isSpelled(text))
  return spelled ? [spelled[1], spelled[2]] : null
}

/** A dot stands between two labels; colons and slashes after a part of a URL. */
export function fits({ plain }: Mark, before: number, after: number): boolean {
  if (plain === '.') return isLabel(before) && isLabel(after)
  return isAsciiLabel(before) || before === COLON || before === SLASH || before === DOT
}

const isBlank = (code: number): boolean => code === 0x20 || code === 0x09

/** Whether a unit can end or begin a label: a letter or a digit of any script. */
const isLabel = (code: number): boolean =>
  isAsciiLabel(code) || (code > 0x7f && /[\p{L}\p{N}]/u.test(String.fromCharCode(code)))

const isAsciiLabel = (code: number): boolean => isAsciiLetter(code) || (code >= 0x30 && code <= 0x39)

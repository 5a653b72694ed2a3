/** Code units that the reader knows by name. */
export const NEWLINE = 0x0a
export const CARRIAGE_RETURN = 0x0d
export const SPACE_CODE = 0x20
export const NUMBER_SIGN = 0x23
export const AMPERSAND_CODE = 0x26
export const HYPHEN = 0x2d
export const DOT = 0x2e
export const SLASH = 0x2f
export const COLON = 0x3a
export const LESS = 0x3c
export const GREATER = 0x3e
export const OPENING_BRACKET = 0x5b
export const BACKSLASH = 0x5c
export const CARET = 0x5e
export const SMALL_A = 0x61
export const SMALL_D = 0x64
export const TILDE = 0x7e
export const ELLIPSIS = 0x2026
export const IDEOGRAPHIC_FULL_STOP = 0x3002
export const KATAKANA_DO = 0x30c9
export const MIDDLE_DOT = 0x30fb
export const FULL_WIDTH_COLON = 0xff1a

export function isAsciiLetter(code: number): boolean {
  const lower = code | 0x20
  return lower >= 0x61 && lower <= 0x7a
}

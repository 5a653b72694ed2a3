/** What NFKC spells out at more length than this is no part of a name. */
export const MAX_EXPANSION = 4

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
export const ESCAPED = /&(?:(?:amp|#38|#x26);)*(?:(gt|lt|quot|#39|#46|#47|#58|#x2e|#x2f|#x3a);|(?<=;))/gi
export const unescaped = (name: string): string =>
  ENTITIES[name.toLowerCase().replace(/^#x(..)$/, (_, hex: string) => `#${Number.parseInt(hex, 16)}`)]!

const INVISIBLE = /^[\u00ad\u200b-\u200f\u2060-\u206f\ufeff]$/
/**
 * What counts the lines of a list, points to a footnote or stands for a word: numbers in circles, in parentheses, raised,
 * Roman; `ℹ`, `™`, `㈱`. NFKC makes letters and digits of them, but they are no part of a name.
 */
const SIGNS =
  /^[\u00aa\u00b2\u00b3\u00b9\u00ba\u00bc-\u00be\u2070\u2074-\u2079\u2080-\u2089\u2100\u2101\u2103\u2105\u2106\u2109\u2116\u2120-\u2122\u2139\u2150-\u218b\u2460-\u249b\u24ea-\u24ff\u3200-\u33ff\u{1f100}-\u{1f10c}]$/u

/** A character as it is meant. */
export function folded(char: string): string {
  if (INVISIBLE.test(char)) return ''
  if (SIGNS.test(char)) return ' '
  const plain = char.normalize('NFKC')
  return plain.length <= MAX_EXPANSION ? plain : char
}

/** Text with its defanging undone, and where each of its characters came from. */
export interface Refanged {
  text: string
  /** `from[i]` and `to[i]` are the offsets in the source that character `i` of `text` stands for. */
  from: Int32Array
  to: Int32Array
}

/** What a match becomes, given the character before it in the output and the one after it; null: it stays. */
type Replace = (match: RegExpExecArray, before: string, after: string) => string | null

/** Everything that is not ASCII, and needs a look: full-width, mathematical and invisible characters. */
const NOT_ASCII = /[^\p{ASCII}\p{Script=Han}\p{Script=Hiragana}ァ-ヶー]/gu
const INVISIBLE = /^[\u00ad\u200b-\u200f\u2060\ufeff]$/
const ENTITY = /&(?:amp;)*(?:(gt|lt|quot);|(?<=amp;))/g
const ENTITIES: Record<string, string> = { gt: '>', lt: '<', quot: '"' }
/** A dot, colon or slash in up to four brackets, each with at most one space beside it; on one line. */
const BRACKETED =
  /[ \t]?(?:[[({<【〔][ \t]?){1,4}(\.|dot|ドット|。|:\/\/|:|\/)(?:[ \t]?[\])}>】〕]){1,4}[ \t]?/.source
/** Half a bracket, or an escape, on one side of a dot. */
const HALF_BRACKETED = /[[({]\.|\.[\])}]|[\\^]\./.source
const DEFANGED = new RegExp(`${BRACKETED}|${HALF_BRACKETED}|。`, 'giu')
const LABEL = /[\p{L}\p{N}]/u
const ASCII_LABEL = /[a-z0-9]/i

/**
 * Undoes what people do to indicators so that nobody taps them: brackets around dots, colons and slashes, escapes,
 * full-width and mathematical letters, HTML escapes, invisible characters. Linear in the length of the text;
 * idempotent; never joins across a line. Schemes (`hxxp`) stay as written: they are read as tokens.
 */
export function refang(source: string): Refanged {
  const offsets = Int32Array.from({ length: source.length + 1 }, (_, n) => n)
  const whole: Refanged = { text: source, from: offsets.subarray(0, -1), to: offsets.subarray(1) }
  return [NFKC, UNESCAPE, UNBRACKET].reduce(
    (text, [pattern, replace]) => rewrite(text, pattern, replace),
    whole,
  )
}

/** Nothing becomes longer than this; the few characters that NFKC spells out at more length are no part of a name. */
const MAX_EXPANSION = 4

const NFKC: [RegExp, Replace] = [
  NOT_ASCII,
  ([char]) => {
    const plain = INVISIBLE.test(char) ? '' : char.normalize('NFKC')
    return plain.length <= MAX_EXPANSION ? plain : char
  },
]

const UNESCAPE: [RegExp, Replace] = [ENTITY, ([, name]) => (name === undefined ? '&' : ENTITIES[name]!)]

const UNBRACKET: [RegExp, Replace] = [
  DEFANGED,
  ([match, inner], before, after) => {
    if (inner === ':' || inner === '/' || inner === '://') return /[a-z0-9:/.]/i.test(before) ? inner : null
    // Between two labels `。` is a dot; after a name it ends the sentence.
    if (match === '。') return ASCII_LABEL.test(before) && ASCII_LABEL.test(after) ? '.' : null
    return LABEL.test(before) && LABEL.test(after) ? '.' : null
  },
]

function rewrite(input: Refanged, pattern: RegExp, replace: Replace): Refanged {
  const { text } = input
  pattern.lastIndex = 0
  let match = pattern.exec(text)
  if (!match) return input
  const pieces: string[] = []
  const from = new Int32Array(text.length * MAX_EXPANSION)
  const to = new Int32Array(text.length * MAX_EXPANSION)
  let [length, done, before] = [0, 0, '']
  const copy = (end: number) => {
    if (end === done) return
    pieces.push(text.slice(done, end))
    from.set(input.from.subarray(done, end), length)
    to.set(input.to.subarray(done, end), length)
    length += end - done
    before = text[end - 1]!
    done = end
  }
  for (; match; match = pattern.exec(text)) {
    const end = match.index + match[0].length
    copy(match.index)
    const plain = replace(match, before, text[end] ?? '')
    if (plain === null) {
      copy(match.index + 1)
      pattern.lastIndex = done
      continue
    }
    pieces.push(plain)
    from.fill(input.from[match.index]!, length, length + plain.length)
    to.fill(input.to[end - 1]!, length, length + plain.length)
    length += plain.length
    before = plain.at(-1) ?? before
    done = end
  }
  copy(text.length)
  return { text: pieces.join(''), from: from.subarray(0, length), to: to.subarray(0, length) }
}

/** Text with its defanging undone, and the way back to where each part of it came from. */
export interface Refanged {
  text: string
  /** Offset in the source at which the character at `at` of `text` begins. */
  from: (at: number) => number
  /** Offset in the source at which the character before `at` of `text` ends. */
  to: (at: number) => number
}

/** Replacements that changed lengths, ascending: of each, where it begins and ends in the output, then in the input. */
type Edits = number[]
const OUT_START = 0
const OUT_END = 1
const IN_START = 2
const IN_END = 3
const FIELDS = 4

/** What a match becomes, given the characters around it; null: it stays. */
type Replace = (match: RegExpExecArray, before: string, after: string) => string | null
type Stage = [pattern: RegExp, replace: Replace]

/** What NFKC, or nobody's eye, tells from what it stands for: full-width, mathematical, invisible characters. */
const FOLDED =
  /[\u00a0-\u00bf\u0132\u0133\u013f\u0140\u0149\u017f\u01c4-\u01cc\u01f1-\u01f3\u02b0-\u02e4\u1d2c-\u1d6a\u2000-\u206f\u2070-\u209c\u2100-\u214f\u2150-\u218b\u2460-\u24ff\u3000\u3200-\u33ff\ufb00-\ufb4f\ufe10-\ufe6f\ufeff\uff01-\uffee]|\ud835[\udc00-\udfff]|\ud83c[\udd00-\uddff]/g
const INVISIBLE = /^[\u00ad\u200b-\u200f\u2060-\u206f\ufeff]$/
/** Nothing becomes longer than this; what NFKC spells out at more length is no part of a name. */
const MAX_EXPANSION = 4
const FOLD: Stage = [
  FOLDED,
  ([char]) => {
    const plain = INVISIBLE.test(char) ? '' : char.normalize('NFKC')
    return plain.length <= MAX_EXPANSION ? plain : null
  },
]

const ENTITIES: Record<string, string> = { gt: '>', lt: '<', quot: '"' }
const UNESCAPE: Stage = [
  /&(?:amp;)*(?:(gt|lt|quot);|(?<=amp;))/g,
  ([, name]) => (name === undefined ? '&' : ENTITIES[name]!),
]

/** A dot, colon or slash in up to four brackets, each with at most one space beside it; on one line. */
const BRACKETED =
  /(?:[[({<【〔][ \t]?){1,4}(\.|[dD][oO][tT]|ドット|。|:\/\/|:|\/)(?:[ \t]?[\])}>】〕]){1,4}[ \t]?/.source
/** Half a bracket, or an escape, on one side of a dot. */
const HALF_BRACKETED = /[[({]\.|\.[\])}]|[\\^]\./.source
/** Whether a character can end or begin a label: a letter or a digit of any script. */
const isLabel = (char: string): boolean => isAsciiLabel(char) || (char > '\x7f' && /[\p{L}\p{N}]/u.test(char))

function isAsciiLabel(char: string): boolean {
  const code = char.charCodeAt(0) | 0x20
  return (code >= 0x61 && code <= 0x7a) || (char >= '0' && char <= '9')
}

const UNBRACKET: Stage = [
  new RegExp(`${BRACKETED}|${HALF_BRACKETED}|。`, 'g'),
  ([match, inner], before, after) => {
    if (inner === ':' || inner === '/' || inner === '://') return /[a-z0-9:/.]/i.test(before) ? inner : null
    // Between two labels `。` is a dot; after a name it ends the sentence.
    if (match === '。') return isAsciiLabel(before) && isAsciiLabel(after) ? '.' : null
    return isLabel(before) && isLabel(after) ? '.' : null
  },
]

/** The stages in their order, each with what a text it concerns must hold. */
const STAGES = [
  { needed: /[^\x00-\x7f]/, stage: FOLD },
  { needed: /&/, stage: UNESCAPE },
  { needed: /[[({<【〔\\^。]|\.[\])}]/, stage: UNBRACKET },
]

/**
 * Undoes what people do to indicators so that nobody taps them: brackets around dots, colons and slashes, escapes,
 * full-width and mathematical letters, HTML escapes, invisible characters. Linear in the length of the text;
 * idempotent; never joins across a line. Schemes (`hxxp`) stay as written: they are read as tokens.
 */
export function refang(source: string): Refanged {
  let text = source
  const stages: Edits[] = []
  for (const { needed, stage } of STAGES) {
    if (!needed.test(text)) continue
    const edits: Edits = []
    text = rewrite(text, stage, edits)
    if (edits.length > 0) stages.unshift(edits)
  }
  if (stages.length === 0) return { text, from: same, to: same }
  return {
    text,
    from: (at) => {
      let offset = at
      for (const edits of stages) offset = startBefore(offset, edits)
      return offset
    },
    to: (at) => {
      let offset = at
      for (const edits of stages) offset = endBefore(offset, edits)
      return offset
    },
  }
}

const same = (at: number): number => at

function rewrite(text: string, [pattern, replace]: Stage, edits: Edits): string {
  pattern.lastIndex = 0
  let match = pattern.exec(text)
  if (!match) return text
  let out = ''
  let done = 0
  let before = ''
  for (; match; match = pattern.exec(text)) {
    let start = match.index
    const end = start + match[0].length
    if (start > done) before = text[start - 1]!
    // One space before a bracket belongs to it, as one after it does.
    const isSpaced = start > done + 1 && (before === ' ' || before === '\t') && match[1] !== undefined
    if (isSpaced) before = text[start - 2]!
    const plain = replace(match, before, text[end] ?? '')
    if (plain === null) {
      pattern.lastIndex = match.index + 1
      continue
    }
    if (isSpaced) start--
    out += text.slice(done, start)
    if (plain.length !== end - start) edits.push(out.length, out.length + plain.length, start, end)
    out += plain
    before = plain.at(-1) ?? before
    done = end
  }
  return out + text.slice(done)
}

/** Where the last edit that begins at or before an offset of the output stands; below 0: there is none. */
function editAt(edits: Edits, at: number): number {
  let low = 0
  let high = edits.length / FIELDS
  while (low < high) {
    const middle = (low + high) >> 1
    if (edits[middle * FIELDS + OUT_START]! <= at) low = middle + 1
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

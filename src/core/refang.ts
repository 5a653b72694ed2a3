/** Text with its defanging undone, and where each of its characters came from. */
export interface Refanged {
  text: string
  /** `from[i]` and `to[i]` are the offsets in the source that character `i` of `text` stands for. */
  from: Int32Array
  to: Int32Array
}

const INVISIBLE = /[\u00ad\u200b-\u200f\u2060\ufeff]/
const ENTITIES: [string, string][] = [
  ['&gt;', '>'],
  ['&lt;', '<'],
  ['&amp;', '&'],
  ['&quot;', '"'],
]
const OPEN = '[({<【（［｛〔'
const CLOSE = '\\])}>】）］｝〕'
/** A dot, colon or slash in brackets, with at most one space on either side of each part; on one line. */
const BRACKETED = new RegExp(
  `[ \\t]?[${OPEN}][ \\t]?(\\.|dot|ドット|。|．|:\\/\\/|:|：|\\/)[ \\t]?[${CLOSE}][ \\t]?`,
  'iuy',
)
/** Half a bracket, or an escape, on one side of a dot. */
const HALF_BRACKETED = /(?:[[({]\.|\.[\])}]|[\\^]\.)/uy
const LABEL_END = /[a-z0-9\]]/i
const LABEL_START = /[a-z0-9]/i

/**
 * Undoes what people do to indicators so that nobody taps them: brackets around dots, colons and slashes, escapes,
 * full-width and mathematical letters, HTML escapes, invisible characters. Linear in the length of the text;
 * idempotent; never joins across a line. Schemes (`hxxp`) stay as written: they are read as tokens.
 */
export function refang(source: string): Refanged {
  const out: string[] = []
  const from: number[] = []
  const to: number[] = []
  const put = (text: string, start: number, end: number) => {
    for (const unit of text.split('')) {
      out.push(unit)
      from.push(start)
      to.push(end)
    }
  }
  let i = 0
  while (i < source.length) {
    const char = source[i]!
    const code = source.charCodeAt(i)
    if (code < 0x80 && !' \t[({<&\\^.'.includes(char)) {
      put(char, i, i + 1)
      i++
      continue
    }
    const before = out[out.length - 1] ?? ''
    BRACKETED.lastIndex = i
    const bracketed = BRACKETED.exec(source)
    if (bracketed) {
      const inner = bracketed[1]!.normalize('NFKC').toLowerCase()
      const plain = inner === 'dot' || inner === 'ドット' || inner === '。' ? '.' : inner
      const after = source[i + bracketed[0].length] ?? ''
      if (
        plain === '.' ? LABEL_END.test(before) && (LABEL_START.test(after) || after > '\x7f') : before !== ''
      ) {
        put(plain, i, i + bracketed[0].length)
        i += bracketed[0].length
        continue
      }
    }
    HALF_BRACKETED.lastIndex = i
    const half = HALF_BRACKETED.exec(source)
    if (half && LABEL_END.test(before) && LABEL_START.test(source[i + half[0].length] ?? '')) {
      put('.', i, i + half[0].length)
      i += half[0].length
      continue
    }
    const entity = char === '&' ? ENTITIES.find(([written]) => source.startsWith(written, i)) : undefined
    if (entity) {
      put(entity[1], i, i + entity[0].length)
      i += entity[0].length
    } else if (code < 0x80) {
      put(char, i, i + 1)
      i++
    } else if (INVISIBLE.test(char)) {
      i++
    } else if (char === '。' || char === '｡') {
      // Between two ASCII labels it is a dot; after a name it ends the sentence.
      put(LABEL_END.test(before) && LABEL_START.test(source[i + 1] ?? '') ? '.' : ' ', i, i + 1)
      i++
    } else {
      const point = String.fromCodePoint(source.codePointAt(i)!)
      put(point.normalize('NFKC'), i, i + point.length)
      i += point.length
    }
  }
  return { text: out.join(''), from: Int32Array.from(from), to: Int32Array.from(to) }
}

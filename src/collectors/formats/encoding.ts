import { isAscii, isUtf8 } from 'node:buffer'
import { TextDecoder } from 'node:util'
import { FeedError } from '../../errors.js'

/** Encodings of what people save and send, by their WHATWG labels, and what a person calls them. */
const ENCODINGS = { 'utf-8': 'UTF-8', 'utf-16le': 'UTF-16', 'utf-16be': 'UTF-16', shift_jis: 'CP932' }
type Encoding = keyof typeof ENCODINGS

/**
 * A text, decoded, without its byte order mark. It is UTF-16 where a mark says so; else UTF-8 where the first character
 * that is not ASCII is; else CP932 where it reads as Japanese. Memory is bounded by the chunks and by the piece looked at.
 * @throws {FeedError} `input` for a binary file, or bytes that its encoding does not have
 */
export async function* textOf(bytes: AsyncIterable<Uint8Array>, name: string): AsyncIterable<string> {
  const decoder = new Decoder(name)
  for await (const chunk of bytes) yield decoder.decode(chunk, false)
  yield decoder.decode(NOTHING, true)
}

const NOTHING = new Uint8Array(0)

class Decoder {
  private encoding: Encoding | null = null
  private decoder: TextDecoder | null = null
  /** From the first byte that is not ASCII on, while the encoding cannot be told. */
  private held: Uint8Array = NOTHING
  private isStart = true
  private line = 1
  private readonly name: string

  constructor(name: string) {
    this.name = name
  }

  decode(chunk: Uint8Array, isEnd: boolean): string {
    if (this.decoder) return this.checked(this.strictly(this.decoder, chunk, isEnd))
    const bytes = this.held.length === 0 ? chunk : Buffer.concat([this.held, chunk])
    const plain = asciiLength(bytes)
    const ascii = Buffer.from(bytes.subarray(0, plain)).toString('latin1')
    this.held = bytes.subarray(plain)
    this.isStart &&= plain === 0
    this.encoding = encodingOf(this.held, this.isStart, isEnd)
    if (this.encoding === null) return this.checked(ascii)
    this.decoder = new TextDecoder(this.encoding, { fatal: true, ignoreBOM: !this.isStart })
    return this.checked(ascii + this.strictly(this.decoder, this.held, isEnd))
  }

  private strictly(decoder: TextDecoder, bytes: Uint8Array, isEnd: boolean): string {
    try {
      return decoder.decode(bytes, { stream: !isEnd })
    } catch {
      const isWide = this.encoding?.startsWith('utf-16')
      throw !isWide && bytes.includes(0) ? this.binary() : this.undecodable()
    }
  }

  private checked(text: string): string {
    if (text.includes('\0')) throw this.binary()
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.line++
    return text
  }

  private binary(): FeedError {
    return new FeedError(
      'input',
      `${this.name}:${this.line}: a binary file (it holds NUL bytes); a text is wanted`,
    )
  }

  private undecodable(): FeedError {
    return new FeedError(
      'input',
      `${this.name}:${this.line}: not ${ENCODINGS[this.encoding!]} text at or after this line; convert it to UTF-8`,
    )
  }
}

function asciiLength(bytes: Uint8Array): number {
  if (isAscii(bytes)) return bytes.length
  return bytes.findIndex((byte) => byte >= 0x80)
}

const LONGEST_CHARACTER = 4
/** How much of a text that is not UTF-8 is looked at. */
const SAMPLE = 16_384

/**
 * The encoding of a text, from its first byte that is not ASCII on; null: not to be told from so little. What is none of
 * those known is taken for UTF-8, which its decoder will refuse.
 */
function encodingOf(head: Uint8Array, isStart: boolean, isWhole: boolean): Encoding | null {
  if (head.length === 0 || (head.length < LONGEST_CHARACTER && !isWhole)) return null
  if (isStart && head[0] === 0xff && head[1] === 0xfe) return 'utf-16le'
  if (isStart && head[0] === 0xfe && head[1] === 0xff) return 'utf-16be'
  // A text that begins as UTF-8 and goes on as something else is damaged, not CP932.
  if (beginsAsUtf8(head)) return 'utf-8'
  if (head.length < SAMPLE && !isWhole) return null
  return isJapanese(head.subarray(0, SAMPLE)) ? 'shift_jis' : 'utf-8'
}

function beginsAsUtf8(bytes: Uint8Array): boolean {
  const lead = bytes[0]!
  const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4
  return isUtf8(bytes.subarray(0, length))
}

/** Two characters side by side with lead bytes of kana and common kanji: what neither Latin-1 nor EUC nor Big5 holds. */
const COMMON_PAIR = /(?:[\x81-\x9f][\x40-\x7e\x80-\xfc]){2}/
const KANA_OR_KANJI = /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u
/** Control characters and those of private use, but for tabs and ends of lines. */
const NO_TEXT = /[^\P{C}\t\r\n]/u

function isJapanese(bytes: Uint8Array): boolean {
  if (!COMMON_PAIR.test(Buffer.from(bytes).toString('latin1'))) return false
  try {
    // The sample may end inside a character.
    const text = new TextDecoder('shift_jis', { fatal: true }).decode(bytes, { stream: true })
    return KANA_OR_KANJI.test(text) && !NO_TEXT.test(text)
  } catch {
    return false
  }
}

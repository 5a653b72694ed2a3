import fc from 'fast-check'
import { expect, it, test } from 'vitest'
import { csv } from '../../src/collectors/formats/csv.js'
import { guessFormatOf } from '../../src/collectors/formats/index.js'
import { linesOf } from '../../src/collectors/formats/lines.js'
import { bytesOf, parse } from '../helpers.js'

/** CP932 of every character that one or two of its bytes make, the least first. */
const CP932 = (() => {
  const decoder = new TextDecoder('shift_jis')
  const table = new Map<string, number[]>()
  const learn = (...bytes: number[]) => {
    const text = decoder.decode(Uint8Array.from(bytes))
    if ([...text].length === 1 && !/[\p{C}\ufffd]/u.test(text) && !table.has(text)) table.set(text, bytes)
  }
  for (let byte = 0x20; byte < 0xe0; byte++) learn(byte)
  for (let lead = 0x81; lead <= 0xfc; lead++)
    for (let trail = 0x40; trail <= 0xfc; trail++) learn(lead, trail)
  for (const control of '\t\r\n') table.set(control, [control.charCodeAt(0)])
  return table
})()

const ENCODE = {
  'UTF-8': (text: string) => new TextEncoder().encode(text),
  'UTF-8 with a mark': (text: string) => new TextEncoder().encode(`\ufeff${text}`),
  'UTF-16 LE': (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le'),
  'UTF-16 BE': (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16(),
  CP932: (text: string) => Uint8Array.from([...text].flatMap((char) => CP932.get(char) ?? [0x3f])),
}

async function* cut(bytes: Uint8Array, sizes: number[]): AsyncIterable<Uint8Array> {
  let at = 0
  for (let n = 0; at < bytes.length; n++) {
    const size = sizes[n % sizes.length]!
    yield bytes.subarray(at, at + size)
    at += size
  }
}

async function linesIn(bytes: AsyncIterable<Uint8Array>): Promise<string[]> {
  const lines: string[] = []
  for await (const { text } of linesOf(bytes, 'list')) lines.push(text)
  return lines
}

/** The lines of a text, in the other way. */
const split = (text: string): string[] =>
  (text.match(/[^\n]*\n|[^\n]+$/g) ?? []).map((line) => line.replace(/\r?\n$|\r$/, ''))

const chunking = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 8 })
const anyText = fc.string({ unit: 'grapheme', maxLength: 60 }).filter((text) => !/^\ufeff|\0/.test(text))
const japanese = fc
  .array(fc.constantFrom(...CP932.keys()), { maxLength: 60 })
  .map((chars) => `evil.com\t銀行を騙る\r\n${chars.join('')}`)

test.each([
  ['UTF-8', anyText],
  ['UTF-8 with a mark', anyText],
  ['UTF-16 LE', anyText],
  ['UTF-16 BE', anyText],
  ['CP932', japanese],
] as const)('%s: the lines are those of the text, however the bytes arrive', async (encoding, texts) => {
  await fc.assert(
    fc.asyncProperty(texts, chunking, async (text, sizes) => {
      expect(await linesIn(cut(ENCODE[encoding](text), sizes))).toEqual(split(text))
    }),
    { numRuns: 300 },
  )
})

it.each(['UTF-8', 'UTF-16 LE', 'UTF-16 BE', 'CP932'] as const)(
  '%s: what is cut off inside a character is refused, however the bytes arrive',
  async (encoding) => {
    await fc.assert(
      fc.asyncProperty(chunking, async (sizes) => {
        const whole = ENCODE[encoding]('a.com 銀行を騙る\nb.com 佐川急便')
        await expect(linesIn(cut(whole.subarray(0, -1), sizes))).rejects.toMatchObject({
          code: 'input',
          message: expect.stringMatching(/^list:[12]: not (?:UTF-8|UTF-16|CP932) text at or after this line/),
        })
      }),
      { numRuns: 100 },
    )
  },
)

const latin1 = (text: string) => Buffer.from(text, 'latin1')
const EUC_JP = [0xb6, 0xe4, 0xb9, 0xd4, 0xa4, 0xf2, 0xa4, 0xab, 0xa4, 0xbf, 0xa4, 0xeb]

test.each([
  ['Latin-1 (é)', latin1('caf\u00e9\n'), 'not UTF-8'],
  ['Latin-1 whose letters make characters of CP932', latin1('\u00e9l\u00e8ve.com\n'), 'not UTF-8'],
  ['Latin-1 capitals', latin1('\u00c4rzte \u00d6sterreich\n'), 'not UTF-8'],
  ['Windows-1252 quotes', latin1('\u0093a\u0094 b\n'), 'not UTF-8'],
  ['EUC-JP', Uint8Array.from(EUC_JP), 'not UTF-8'],
  [
    'UTF-8 that goes on as CP932',
    Buffer.concat([ENCODE['UTF-8']('銀行を騙る\n'), ENCODE.CP932('銀行を騙る\n')]),
    'not UTF-8',
  ],
  [
    'CP932 that goes on as UTF-8',
    Buffer.concat([ENCODE.CP932('銀行を騙る\n'), ENCODE['UTF-8']('佐川急便\n')]),
    'not UTF-8',
  ],
  [
    'CP932 with a control character',
    Buffer.concat([ENCODE.CP932('銀行を騙る'), Uint8Array.of(0x1b)]),
    'not UTF-8',
  ],
  ['CP932 and NUL', Buffer.concat([ENCODE.CP932('銀行を騙る'), Buffer.alloc(1)]), 'a binary file'],
  ['an image', Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0]), 'a binary file'],
  ['UTF-32', Uint8Array.from([0xff, 0xfe, 0, 0, 0x61, 0, 0, 0]), 'a binary file'],
  ['UTF-16 without a mark', Buffer.from('evil.com\n', 'utf16le'), 'a binary file'],
  ['UTF-16 with half a pair', Buffer.from('\ufeffa\n\ud83d\n', 'utf16le'), 'not UTF-16'],
])('%s is refused with file and line', async (_, bytes, message) => {
  for (const size of [1, 3, bytes.length])
    await expect(linesIn(cut(bytes, [size]))).rejects.toMatchObject({
      code: 'input',
      message: expect.stringMatching(new RegExp(`^list:[12]: ${message}`)),
    })
})

it('what goes wrong after much text names the line it is near', async () => {
  const bytes = Buffer.concat([
    ENCODE.CP932(`${'銀行を騙る\n'.repeat(20_000)}`),
    Uint8Array.from([0x81, 0x0a]),
  ])
  await expect(linesIn(cut(bytes, [4_096]))).rejects.toThrow(/^list:1\d{4}: not CP932 text/)
})

it('a mark inside a text is a character of it', async () => {
  expect(await linesIn(bytesOf('a\ufeffb\n'))).toEqual(['a\ufeffb'])
})

it.each(['UTF-16 LE', 'CP932'] as const)('a CSV as %s is read and its format told', async (encoding) => {
  const bytes = ENCODE[encoding](
    'date,URL,description\r\n2021/09/01 10:06:00,https://a.example/,三井住友カード\r\n',
  )
  const [document] = await parse(csv, '', { values: ['URL'], tag: 'description' }, { bytes: bytesOf(bytes) })
  expect(document!.tags).toEqual(['三井住友カード'])
  const file = {
    name: 'list',
    sha256: '',
    size: bytes.length,
    beside: async () => null,
    bytes: () => cut(bytes, [7]),
  }
  expect(await guessFormatOf(file)).toBe('jpcert')
})

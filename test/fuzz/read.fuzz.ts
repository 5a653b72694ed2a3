// npm run fuzz [-- SECONDS]: random texts, shaped like what people and adversaries write, through the reader, until the
// time is over. Any crash, hang or broken invariant ends it with the text that did it, and the seed to repeat it.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { rowOfLine } from '../../src/collectors/formats/plain.js'
import { canonicalHash, canonicalHost, canonicalUrl } from '../../src/core/canonical.js'
import { read } from '../../src/core/read.js'
import { refang } from '../../src/core/refang.js'
import { post, profile } from '../helpers.js'

const SECONDS = Number(process.env.FUZZ_SECONDS ?? 60)
/** A text of some hundred characters takes well under a millisecond; this much would be a hang in the making. */
const SLOWEST_MS = 250

const piece = fc.oneof(
  fc.constantFrom(
    '.',
    '[.]',
    '(dot)',
    ' [ . ] ',
    '\\.',
    '。',
    '．',
    '[',
    ']',
    '(',
    ')',
    '://',
    '[:]//',
    ':',
    '/',
    '&gt;',
    '&amp;',
    '\n',
    ' ',
    '…',
    '○',
    '*',
    '@',
    '→',
    '#',
  ),
  fc.constantFrom(
    'hxxp',
    'http',
    'https',
    'ttp',
    'h**p',
    'duckdns',
    'org',
    'com',
    'xyz',
    'co',
    'jp',
    'www',
    'xn--',
    'IP',
    'C2',
    'MoqHao',
    'not',
    '参考',
    'です',
    'RT @a:',
  ),
  fc.nat(999).map(String),
  fc.stringMatching(/^[a-z]{1,12}$/),
  fc.stringMatching(/^[0-9a-f]{30,66}$/),
  fc.ipV4(),
  fc.ipV6(),
  fc.domain(),
  fc.webUrl(),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.string({ unit: 'binary', maxLength: 8 }),
)
const text = fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(''))

/** The letters and digits of a value stand in the text, in their order. */
function isMadeOf(value: string, source: string): boolean {
  const wanted = value.toLowerCase().replace(/[^a-z0-9]/g, '')
  const given = source.normalize('NFKC').toLowerCase()
  let at = 0
  for (const char of wanted) {
    at = given.indexOf(char, at) + 1
    if (at === 0) return false
  }
  return true
}

it(
  `${SECONDS} s of random texts: no crash, no hang, no broken invariant`,
  () => {
    const until = Date.now() + SECONDS * 1000
    let runs = 0
    while (Date.now() < until) {
      fc.assert(
        fc.property(text, (source) => {
          const started = performance.now()
          const { observations, pairs } = read(post(source), profile)
          expect(performance.now() - started).toBeLessThan(SLOWEST_MS)
          const once = refang(source).text
          expect(refang(once).text).toBe(once)
          const values = new Set(observations.map(({ value }) => value))
          expect(values.size).toBe(observations.length)
          for (const { type, value, raw, start, end } of observations) {
            expect(source.slice(start, end)).toBe(raw)
            const again =
              type === 'url'
                ? canonicalUrl(value)?.url
                : type === 'file'
                  ? canonicalHash(value)
                  : canonicalHost(value)
            expect(again).toEqual({ type, value })
            if (type === 'domain-name' && !value.includes('xn--')) expect(isMadeOf(value, raw)).toBe(true)
          }
          for (const { domain, ip } of pairs) expect(values.has(domain) && values.has(ip)).toBe(true)
          rowOfLine(source)
        }),
        { numRuns: 1_000 },
      )
      runs += 1_000
    }
    console.log(`fuzz: ${runs} texts in ${SECONDS} s`)
  },
  (SECONDS + 60) * 1000,
)

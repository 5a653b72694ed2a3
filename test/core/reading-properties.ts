import fc from 'fast-check'
import { expect } from 'vitest'
import { rowOfLine } from '../../src/collectors/formats/plain.js'
import { canonicalHash, canonicalHost, canonicalUrl, hostOfUrl } from '../../src/core/canonical.js'
import { read } from '../../src/core/read.js'
import { refang } from '../../src/core/reading/refang.js'
import { readText } from '../../src/core/reading/text.js'
import { post, profile } from '../helpers.js'
import { DOTS, defangedHost, defangedUrl, FRAMES, ipv4, name, sha256, url } from './grammar.js'

/** What must hold of the reader for any text: `npm test` tries each some thousand times, `npm run fuzz` for minutes. */

const frame = fc.constantFrom(...FRAMES)
const written = <T>(value: fc.Arbitrary<T>, write: (value: T) => fc.Arbitrary<string>) =>
  value.chain((one) => fc.tuple(fc.constant(one), write(one)))

/** Spaces beside brackets and invisible characters may lie on either side of an end. */
const EDGES = /^[\s\u200b\u00ad]+|[\s\u200b\u00ad]+$/g

function foundIn(value: string, written: string, [before, after]: [string, string]): string[] {
  const text = `${before}${written}${after}`
  const found = readText(text)
  expect(found.map((one) => one.value)).toContain(value)
  const { start, end, raw } = found.find((one) => one.value === value)!
  expect(raw).toBe(text.slice(start, end))
  expect(raw.replace(EDGES, '')).toBe(written.replace(EDGES, ''))
  return found.map((one) => one.value)
}

const piece = fc.constantFrom(
  ...[
    '[',
    ']',
    '(',
    ')',
    '.',
    'dot',
    ' ',
    'a',
    'b1',
    ':',
    '/',
    '&gt;',
    '&amp;',
    '&#46;',
    '&#38;',
    '&#x2e;',
    '#46;',
  ],
  ...[
    '\\',
    '。',
    '．',
    'ａ',
    '\u200b',
    '\ufdfa',
    '＆ａｍｐ；',
    '&lt;',
    '<',
    '>',
    '[.]',
    '[:]',
    '\n',
    '①',
    'com',
    'ℹ',
    '²',
  ],
)

const fragment = fc.oneof(
  fc.oneof(name, ipv4).chain(defangedHost),
  url.chain(defangedUrl),
  frame.map((sides) => sides.join(' ')),
  fc.constantFrom(...DOTS),
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
const text = fc.array(fragment, { maxLength: 60 }).map((pieces) => pieces.join(''))

/** A text of some hundred characters takes well under a millisecond; this much would be a hang in the making. */
const SLOWEST_MS = 250

const canonical = (type: string, value: string) =>
  type === 'url' ? canonicalUrl(value)?.url : type === 'file' ? canonicalHash(value) : canonicalHost(value)

export const properties = {
  'a name or an address, defanged by any rule, in any frame, is all that is found, with its place':
    fc.property(written(fc.oneof(name, ipv4), defangedHost), frame, ([value, written], frame) => {
      expect(foundIn(value, written, frame)).toEqual([value])
    }),
  'a URL, defanged by any rule, in any frame, is found with its place': fc.property(
    written(url, defangedUrl),
    frame,
    ([value, written], frame) => {
      foundIn(value, written, frame)
    },
  ),
  'a hash in any frame is all that is found, with its place': fc.property(
    written(sha256, (hash) => fc.constantFrom(hash, hash.toUpperCase())),
    frame,
    ([value, written], frame) => {
      expect(foundIn(value, written, frame)).toEqual([value])
    },
  ),
  'refanging again changes nothing': fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
    const once = refang(pieces.join('')).text
    expect(refang(once).text).toBe(once)
  }),
  'canonical values are their own canonical spelling': fc.property(
    fc.oneof(name, ipv4, fc.ipV6(), fc.domain(), url, fc.webUrl(), sha256).map((text) => text.toUpperCase()),
    (text) => {
      for (const type of ['url', 'file', 'host']) {
        const once = canonical(type, text)
        if (once) expect(canonical(type, once.value)).toEqual(once)
      }
    },
  ),
  'of any text, what is put out stands in it, once, with its place, in canonical spelling': fc.property(
    text,
    (source) => {
      const started = performance.now()
      const { observations, pairs } = read(post(source), profile)
      expect(performance.now() - started).toBeLessThan(SLOWEST_MS)
      expect(refang(refang(source).text).text).toBe(refang(source).text)
      const values = new Set(observations.map(({ value }) => value))
      expect(values.size).toBe(observations.length)
      for (const { type, value, raw, start, end } of observations) {
        expect(source.slice(start, end)).toBe(raw)
        expect(canonical(type, value)).toEqual({ type, value })
        if (type === 'url') expect(values.has(hostOfUrl(value).value) || source.includes('@')).toBe(true)
        const spelled = type === 'url' ? value.replace(/^(?:http|ws)s?/, '') : value
        // Neither punycode nor hex groups are written as they are read.
        if (type !== 'ipv6-addr' && !/xn--|%|\[/.test(value))
          expect([value, isMadeOf(spelled, raw)]).toEqual([value, true])
      }
      for (const { domain, ip } of pairs) expect(values.has(domain) && values.has(ip)).toBe(true)
      rowOfLine(source)
    },
  ),
}

/** Letters and digits of a value, in their order, among those of a text. */
function isMadeOf(value: string, source: string): boolean {
  const given = source.normalize('NFKC').toLowerCase()
  let at = 0
  for (const char of value.toLowerCase().replace(/[^a-z0-9]/g, '')) {
    at = given.indexOf(char, at) + 1
    if (at === 0) return false
  }
  return true
}

// npm run fuzz: measures time, so apart from the tests. It compares the machine with itself: no limit in seconds.
import { expect, test } from 'vitest'
import { guessFormat } from '../../src/collectors/formats/index.js'
import { rowOfLine } from '../../src/collectors/formats/plain.js'
import { PatternError, readPattern } from '../../src/collectors/formats/stix-pattern.js'
import { read, readCell } from '../../src/core/read.js'
import { readText } from '../../src/core/reading/text.js'
import { post, profile } from '../helpers.js'

const MEGABYTE = 1_048_576
const PART = 8
/** Too short to tell growth from a stop of the garbage collector, milliseconds of CPU. */
const TOO_SHORT = 150

/** Milliseconds of CPU, which a busy neighbour does not lengthen as it does those on the wall. */
function cost(work: () => unknown): number {
  const started = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(started)
  return (user + system) / 1_000
}

/**
 * Eight times the text costs about eight times the work, where a square law would cost sixty-four times: the line
 * is drawn at the middle of the two, thrice the straight one. The best of up to three tries counts, because what
 * disturbs a measurement only ever adds to it.
 *
 * @param what names the work in the failure
 * @param workOn the work on a text of about `size`, in any unit
 */
function expectLinear(what: string, size: number, workOn: (size: number) => () => unknown): void {
  const whole = workOn(size)
  const part = workOn(Math.ceil(size / PART))
  let [ofWhole, ofPart] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  for (let tries = 0; tries < 3; tries++) {
    ofWhole = Math.min(ofWhole, cost(whole))
    if (ofWhole < TOO_SHORT) return
    ofPart = Math.min(ofPart, cost(part))
    if (ofWhole < 3 * PART * ofPart) return
  }
  expect.fail(`${what}: ${Math.round(ofWhole)} ms, and ${Math.round(ofPart)} ms for an eighth of the text`)
}
const PIECES = [
  ...'.:/?#@!$&\'()*+,;=%~[]{}<>|\\^`"-_ \t\n',
  ...'a0f。．・…○●「」→ｱ\u200bé',
  '[.]',
  '(dot)',
  ' [ . ] ',
  '[[',
  ']]',
  '[:]//',
  '&amp;',
  '&gt;',
  '\\.',
  '://',
  'http://',
  'hxxp://',
  'hxxp[:]//',
  'http://a.',
  'a.',
  'a-',
  'a.com ',
  'a.com,',
  'a.com/',
  '1.',
  '1.1.',
  '1.2.3.4 ',
  '1.2.3.4:',
  'a:',
  '::',
  'f:',
  'IP:',
  'v1.',
  'xn--',
  'moqhao ',
  '#moqhao',
  'not moqhao ',
  'a@',
  '@a.com ',
  'abcdefghij.duckdns.org\n',
  '1.2.3.4\n',
  'see ',
  '参考',
  '版 ',
  'RT @a: ',
  '　',
  '①',
  '𝐚',
  'www.',
  '.com',
  '..',
  '\r\n',
  '\n\n',
  '／',
  'a。com。',
  'aa。',
  '1.a.com\n',
  '～a.com～',
  '~~a.com~~ ',
  '●a.com\n',
  '[//]',
  '&#46;',
  '&#38;',
  'a.com → 1.2.3.4, ',
  'moqhao njrat a.com\n',
  '◆moqhao a.com\n◆フィッシング b.com\n',
  'http://a@b.com/?u=http://',
  '{"ip":"1.2.3.4"}',
  '"a.com",',
]

const filled = (piece: string, size: number) => piece.repeat(Math.ceil(size / piece.length)).slice(0, size)

const READERS: [what: string, read: (text: string) => unknown][] = [
  ['post', (text) => read(post(text), profile)],
  ['with an end', (text) => readText(`${text}a`)],
  ['cell', readCell],
  ['line', (text) => rowOfLine(`${text}a`)],
]

test.each(PIECES)('the cost of %j grows with its length, to a megabyte', (piece) => {
  for (const [what, reader] of READERS) {
    expectLinear(what, MEGABYTE, (size) => {
      const text = filled(piece, size)
      return () => reader(text)
    })
  }
  expectLinear('guess', 4_096, (size) => {
    const text = filled(piece, size)
    return () => guessFormat(text)
  })
})

// What repeats may also follow, or stand between, something else.
const AROUND: [before: string, piece: string, after: string][] = [
  ['x.com 。 ', 'a', ''],
  ['x.com 。 ', '…', ''],
  ['a', ' ', 'b'],
  ['a ', '# ', '\u2028b'],
  ['a ', '# ', '\rb'],
  ['hxxp://', 'a', '。com'],
  ['moqhao njrat ', 'a.com ', '#njrat'],
  ['~~', 'a.com ', '~~'],
]

test.each(AROUND)(
  'the cost of %j, many %j, %j grows with its length, to a megabyte',
  (before, piece, after) => {
    for (const [what, reader] of READERS) {
      expectLinear(what, MEGABYTE, (size) => {
        const text = before + filled(piece, size) + after
        return () => reader(text)
      })
    }
  },
)

const COUNT = 40_000
const address = (n: number) => `31.${n % 199}.${(n >> 8) % 250}.${n % 251}`
const LINES: [what: string, line: (n: number) => string][] = [
  ['lines of a name and an address', (n) => `h${n}x.top → ${address(n)}\n`],
  ['names and addresses on a line', (n) => (n % 2 ? `h${n}x.top → ${address(n)} ` : `h${n}x.top `)],
  ['addresses of one name', (n) => (n === 0 ? 'h0.top → ' : `${address(n)}, `)],
  ['names of two families', (n) => `${n % 2 ? '#MoqHao' : '#njRAT'} h${n}x.top\n`],
  ['mentions of few names', (n) => `h${n % 7}x.top h${n % 5}x[.]top\n`],
  ['names after one line break', (n) => (n === 0 ? 'x[.]\n' : `h${n}-abc.top `)],
  ['mentions of one pair', () => 'abcdefghij.duckdns.org → 1.2.3.4\n'],
]

test.each(LINES)('the cost of %s grows with their number, to forty thousand', (what, line) => {
  expectLinear(what, COUNT, (size) => {
    const text = Array.from({ length: size }, (_, n) => line(n)).join('')
    return () => expect(read(post(text), profile).observations.length).toBeGreaterThan(0)
  })
})

const HOST = "domain-name:value = 'a.com'"
const AT = "domain-name:resolves_to_refs[*].value = '1.2.3.4'"
const PATTERNS: [before: string, piece: string, after: string][] = [
  ['[', `${HOST} OR `, `${HOST}]`],
  ['[', `${HOST} AND `, `${HOST}]`],
  ['[', `${HOST} AND ${AT} OR `, `${HOST}]`],
  ['[', `${AT} AND `, `${HOST}]`],
  ['[', `(${HOST} OR ${AT}) AND `, `${HOST}]`],
  ['[domain-name:value IN (', "'a.com', ", "'a.com')]"],
  ['', `[${HOST}] FOLLOWEDBY `, `[${HOST}]`],
  ['(', `[${HOST}]OR`, `[${HOST}])`],
  ['(', "[a:b='']OR", "[a:b=''])"],
  ["[url:value = '", 'a', "']"],
  ["[url:value = '", "\\'", "']"],
  ["[url:value = '", '\\', ''],
  ["[url:value = '", 'a', ''],
  ['[', 'a:b', ''],
  ['[a:', "'a'", ''],
  ['[a:', "b'", ''],
  ['[a:', '[*]', ''],
  ['[a:', '[', ''],
  ['', '(', ''],
  ['', ' ', ''],
  ['', "t'", ''],
  ['', '1.2.3.4/32', ''],
]

test.each(PATTERNS)(
  'the cost of the pattern %j, many %j, %j grows with its length, to a megabyte',
  (before, piece, after) => {
    expectLinear('pattern', MEGABYTE - before.length - after.length, (size) => {
      const pattern = before + piece.repeat(Math.floor(size / piece.length)) + after
      return () => {
        try {
          readPattern(pattern)
        } catch (error) {
          expect(error).toBeInstanceOf(PatternError)
        }
      }
    })
  },
)

// npm run fuzz: bounds in seconds, so apart from the tests, none of which depends on the speed of a machine.
import { expect, it, test } from 'vitest'
import { guessFormat } from '../../src/collectors/formats/index.js'
import { rowOfLine } from '../../src/collectors/formats/plain.js'
import { read, readCell } from '../../src/core/read.js'
import { readText } from '../../src/core/reading/text.js'
import { post, profile } from '../helpers.js'

const MEGABYTE = 1_048_576
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

test.each(PIECES)('a megabyte of %j is read in under a second', (piece) => {
  const text = piece.repeat(Math.ceil(MEGABYTE / piece.length)).slice(0, MEGABYTE)
  for (const [what, work] of [
    ['post', () => read(post(text), profile)],
    ['with an end', () => readText(`${text}a`)],
    ['cell', () => readCell(text)],
    ['line', () => rowOfLine(`${text}a`)],
    ['guess', () => guessFormat(text.slice(0, 4_096))],
  ] as const) {
    const started = performance.now()
    work()
    expect([what, performance.now() - started < 1_000]).toEqual([what, true])
  }
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

test.each(AROUND)('%j, a megabyte of %j, %j is read in under a second', (before, piece, after) => {
  const text = before + piece.repeat(Math.ceil(MEGABYTE / piece.length)) + after
  for (const work of [() => read(post(text), profile), () => readCell(text), () => rowOfLine(text)]) {
    const started = performance.now()
    work()
    expect(performance.now() - started).toBeLessThan(1_000)
  }
})

const COUNT = 40_000
const address = (n: number) => `31.${n % 199}.${(n >> 8) % 250}.${n % 251}`
test.each([
  ['lines of a name and an address', (n: number) => `h${n}x.top → ${address(n)}\n`],
  ['names and addresses on a line', (n: number) => (n % 2 ? `h${n}x.top → ${address(n)} ` : `h${n}x.top `)],
  ['addresses of one name', (n: number) => (n === 0 ? 'h0.top → ' : `${address(n)}, `)],
  ['names of two families', (n: number) => `${n % 2 ? '#MoqHao' : '#njRAT'} h${n}x.top\n`],
  ['mentions of few names', (n: number) => `h${n % 7}x.top h${n % 5}x[.]top\n`],
])('forty thousand distinct %s are read and paired in seconds', (_, line) => {
  const text = Array.from({ length: COUNT }, (_, n) => line(n)).join('')
  const started = performance.now()
  expect(read(post(text), profile).observations.length).toBeGreaterThan(0)
  expect(performance.now() - started).toBeLessThan(3_000)
})

it('a long second line of names is no slower than the first', () => {
  const started = performance.now()
  readText(`x[.]\n${Array.from({ length: 40_000 }, (_, n) => `h${n}-abc.top`).join(' ')}`)
  expect(performance.now() - started).toBeLessThan(1_500)
})

it('twenty thousand lines of names and addresses are paired in seconds', () => {
  const text = 'abcdefghij.duckdns.org → 1.2.3.4\n'.repeat(20_000)
  const started = performance.now()
  expect(read(post(text), profile).observations.length).toBe(2)
  expect(performance.now() - started).toBeLessThan(2_000)
})

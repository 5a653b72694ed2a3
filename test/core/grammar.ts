import fc from 'fast-check'
import { canonicalHost, canonicalUrl } from '../../src/core/canonical.js'

/** Values, and the ways in which people write them: what the property tests and the fuzz run are made of. */

const label = fc.stringMatching(/^[a-z]([a-z0-9-]{0,10}[a-z0-9])?$/)
const suffix = fc.constantFrom('duckdns.org', 'com', 'top', 'xyz', 'co.jp', 'hopto.org', 'ddns.net')

export const name = fc
  .tuple(fc.array(label, { minLength: 1, maxLength: 3 }), suffix)
  .map(([labels, suffix]) => `${labels.join('.')}.${suffix}`)
  .filter(
    (one) =>
      canonicalHost(one) !== null &&
      !/^(?:com|jp|net|org|io|kr|cn|android|(?!www)(.)\1{2,}|example|hoge|foo|random|yourdomain|domain)\./.test(
        one,
      ),
  )

export const ipv4 = fc
  .tuple(fc.integer({ min: 1, max: 223 }), fc.nat(255), fc.nat(255), fc.nat(255))
  .map((octets) => octets.join('.'))

const path = fc.constantFrom('/', '/index.php', '/a/B/c.apk', '/?id=1&x=Y', '/login#top')
export const url = fc
  .tuple(fc.constantFrom('http', 'https'), fc.oneof(name, ipv4), fc.constantFrom('', ':8080'), path)
  .map(([scheme, host, port, path]) => `${scheme}://${host}${port}${path}`)
  .filter((one) => canonicalUrl(one)?.url.value === one)

export const sha256 = fc.stringMatching(/^[0-9a-f]{64}$/).filter((hash) => !/^(.)\1*$/.test(hash))

/** One way each to write a dot that nobody taps. */
export const DOTS = [
  '[.]',
  '(.)',
  '{.}',
  '<.>',
  '【.】',
  '〔.〕',
  '[[.]]',
  '[dot]',
  '(dot)',
  '{dot}',
  '[DOT]',
  '( dot )',
  '[ドット]',
  '[。]',
  '[ . ]',
  ' [.] ',
  ' ( . ) ',
  '[.',
  '.]',
  '(.',
  '.)',
  '\\.',
  '^.',
  '．',
  '［．］',
  '&#46;',
  '\u200b.',
  '.\u00ad',
] // prettier-ignore

/** Where dots are defanged: everywhere, or only at one. */
const everyDot = (host: string, dot: string) => host.replaceAll('.', () => dot)
const firstDot = (host: string, dot: string) => host.replace('.', () => dot)
const lastDot = (host: string, dot: string) => host.replace(/\.(?=[^.]*$)/, () => dot)

const SCHEMES: Record<string, string[]> = {
  http: ['http', 'hxxp', 'hXXp', 'HXXP', 'h**p', 'ttp', 'htxp', 'hxtp'],
  https: ['https', 'hxxps', 'hXXps', 'h**ps', 'ttps'],
}
const COLONS = ['://', '[:]//', '[://]', '[:][/][/]', '：//', '：／／']

const FULL_WIDTH = (text: string) =>
  text.replace(/[!-~]/g, (char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0))
const BOLD = (text: string) =>
  text.replace(/[a-z]/g, (char) => String.fromCodePoint(0x1d41a + char.charCodeAt(0) - 0x61))
const upper = (text: string) => text.toUpperCase()

/** A host as somebody might write it. */
export const defangedHost = (host: string) =>
  fc.oneof(
    fc
      .tuple(fc.constantFrom(...DOTS), fc.constantFrom(everyDot, firstDot, lastDot))
      .map(([dot, where]) => where(host, dot)),
    fc.constantFrom(FULL_WIDTH(host), BOLD(host), upper(host), everyDot(host, '。')),
  )

export function defangedUrl(text: string): fc.Arbitrary<string> {
  const [, scheme, host, tail] = /^(\w+):\/\/([^:/]+)(.*)$/.exec(text)!
  return fc
    .tuple(
      fc.constantFrom(...SCHEMES[scheme!]!),
      fc.constantFrom(...COLONS),
      fc.constantFrom('[.]', '(.)', '[dot]', '[ . ]', '\\.', '．'),
      fc.constantFrom(everyDot, firstDot, lastDot),
    )
    .map(([written, colon, dot, where]) => `${written}${colon}${where(host!, dot)}${tail}`)
}

/** What people write around a value. */
export const FRAMES: [before: string, after: string][] = [
  ['', ''],
  ['配布先は', 'です'],
  ['新しい誘導先: ', ' を確認'],
  ['本日のMoqHao\n', '\n#MoqHao'],
  ['#MoqHao ', ' #スミッシング'],
  ['「', '」'],
  ['『', '』に誘導されます'],
  ['“', '”'],
  ['"', '",'],
  ["'", "'"],
  ['`', '`'],
  ['«', '»'],
  ['《', '》'],
  ['（', '）'],
  ['(', ').'],
  ['**', '**'],
  ['<', '>'],
  ['&lt;', '&gt;'],
  ['・', '\n・続報あり'],
  ['① ', ' ② なし'],
  ['- ', '\n- more to come'],
  ['1) ', '\n2) none'],
  ['→ ', '、注意してください。'],
  ['👉', '👈'],
  ['⚠️', '⚠️'],
  ['| ', ' | MoqHao |'],
  ['\t', '\tMoqHao'],
  ['IOC: ', ', seen today'],
  ['URL=', ';'],
  ['値：', '。'],
  ['MoqHao landing page ', ' (2021-06-20 10:15 JST)'],
  ['It was seen at ', '! Do not tap'],
  ['\u3000', '\u3000'],
  ['→', '←これ'],
  ['\ufeff', '\u200e'],
]

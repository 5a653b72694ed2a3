import { expect, test } from 'vitest'
import { readPattern } from '../../src/collectors/formats/stix-pattern.js'

const on = (domain: string, ip: string) => ({ domain, ip })

test.each<[pattern: string, values: string[], pairs?: object[], inexact?: number]>([
  ["[domain-name:value = 'a.com']", ['a.com']],
  ["[ domain-name:value='a.com' ]", ['a.com']],
  ["[ipv4-addr:value = '1.1.1.1' OR ipv6-addr:value = '2001:db8::1']", ['1.1.1.1', '2001:db8::1']],
  ["[ipv4-addr:value IN ('1.1.1.1', '2.2.2.2')]", ['1.1.1.1', '2.2.2.2']],
  ["[url:value = 'http://a.com/it\\'s\\\\here']", ["http://a.com/it's\\here"]],
  ["[file:hashes.'SHA-256' = 'ab' AND file:hashes.MD5 = 'cd' AND file:name = 'x.apk']", ['ab', 'cd']],
  // Observations, however they are joined and qualified.
  [
    "([url:value = 'http://a.com/'] FOLLOWEDBY [domain-name:value = 'b.com'] REPEATS 5 TIMES) WITHIN 600 SECONDS",
    ['http://a.com/', 'b.com'],
  ],
  [
    "[domain-name:value = 'a.com'] AND [domain-name:value = 'b.com'] START t'2020-01-01T00:00:00Z' STOP t'2021-01-01T00:00:00Z'",
    ['a.com', 'b.com'],
  ],
  // One machine.
  [
    "[domain-name:value = 'a.com' AND domain-name:resolves_to_refs[*].value = '1.1.1.1']",
    ['a.com', '1.1.1.1'],
    [on('a.com', '1.1.1.1')],
  ],
  [
    "[(domain-name:value = 'a.com' AND domain-name:resolves_to_refs[0].value = '1.1.1.1') OR (domain-name:value = 'b.com' AND domain-name:resolves_to_refs[*].value = '2.2.2.2')]",
    ['a.com', 'b.com', '1.1.1.1', '2.2.2.2'],
    [on('a.com', '1.1.1.1'), on('b.com', '2.2.2.2')],
  ],
  [
    "[(domain-name:value = 'a.com' OR domain-name:value = 'b.com') AND domain-name:resolves_to_refs[*].value = '1.1.1.1']",
    ['a.com', 'b.com', '1.1.1.1'],
    [on('a.com', '1.1.1.1'), on('b.com', '1.1.1.1')],
  ],
  // Two machines.
  [
    "[domain-name:value = 'a.com'] AND [domain-name:resolves_to_refs[*].value = '1.1.1.1']",
    ['a.com', '1.1.1.1'],
  ],
  // As MISP writes them.
  [
    "[network-traffic:dst_ref.type = 'ipv4-addr' AND network-traffic:dst_ref.value = '1.1.1.1' AND network-traffic:dst_port = 8080]",
    ['1.1.1.1:8080'],
  ],
  ["[network-traffic:dst_ref.value = '2001:db8::1' AND network-traffic:dst_port = 53]", ['[2001:db8::1]:53']],
  [
    "[(network-traffic:dst_ref.value = '1.1.1.1' AND network-traffic:dst_port = 1) OR network-traffic:dst_ref.value = '2.2.2.2']",
    ['1.1.1.1:1', '2.2.2.2'],
  ],
  // Ranges of one.
  ["[ipv4-addr:value = '1.1.1.1/32' OR ipv6-addr:value = '2001:db8::1/128']", ['1.1.1.1', '2001:db8::1']],
  // What is not this one.
  ["[ipv4-addr:value = '1.1.1.0/24']", [], [], 1],
  ["[ipv6-addr:value = '2001:db8::/32']", [], [], 1],
  ["[domain-name:value != 'a.com' AND url:value = 'http://b.com/']", ['http://b.com/'], [], 1],
  ["[domain-name:value <> 'a.com']", [], [], 1],
  ["[domain-name:value NOT = 'a.com']", [], [], 1],
  ["[domain-name:value NOT IN ('a.com', 'b.com')]", [], [], 1],
  ["[domain-name:value LIKE '%.com']", [], [], 1],
  ["[url:value MATCHES '^http://a']", [], [], 1],
  ["[ipv4-addr:value ISSUBSET '1.1.1.0/24']", [], [], 1],
  ["[domain-name:value > 'a.com']", [], [], 1],
  // What is no value here.
  ['[NOT EXISTS file:name AND EXISTS file:size AND file:size > -5]', []],
  [
    "[email-message:from_ref.value = 'a@b.com' OR file:extensions.'windows-pebinary-ext'.sections[*].entropy > 7.1]",
    [],
  ],
  ["[windows-registry-key:key = 'HKEY\\\\a' AND x-misp:b = true AND artifact:payload_bin = b'YQ==']", []],
])('%s', (pattern, values, pairs = [], inexact = 0) => {
  expect(readPattern(pattern)).toEqual({ values, pairs, inexact })
})

test.each([
  '',
  '[',
  '[]',
  '()',
  'a.com',
  "[domain-name:value = 'a.com'",
  "[domain-name:value = 'a.com]",
  "[domain-name:value = 'a.com'] x",
  "[domain-name:value == 'a.com']",
  "[domain-name:value 'a.com']",
  "[value = 'a.com']",
  '[domain-name:value = ]',
  '[domain-name:value IN ()]',
  "[domain-name:value = 'a.com' AND]",
  "[domain-name:value = 'a.com'] WITHIN 5 DAYS",
  "[domain-name:value = 'a.com'] REPEATS TIMES",
  "[domain-name:value = 'a.com';]",
  `${'('.repeat(70)}[domain-name:value = 'a.com']${')'.repeat(70)}`,
])('%s is no pattern', (pattern) => {
  expect(() => readPattern(pattern)).toThrow('no STIX pattern')
})

test('a pattern of very many names on very many addresses says which stands where no more', () => {
  const any = (path: string, count: number, value: (n: number) => string) =>
    `(${Array.from({ length: count }, (_, n) => `${path} = '${value(n)}'`).join(' OR ')})`
  const { values, pairs } = readPattern(
    `[${any('domain-name:value', 2_000, (n) => `h${n}.com`)} AND ${any('domain-name:resolves_to_refs[*].value', 2_000, (n) => `1.1.${n >> 8}.${n & 255}`)}]`,
  )
  expect([values.length, pairs.length]).toEqual([4_000, 0])
})

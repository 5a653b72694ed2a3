import { describe, expect, it, test } from 'vitest'
import { read, readCell } from '../../src/core/read.js'
import { readText } from '../../src/core/reading/text.js'
import { post, profile } from '../helpers.js'

const values = (text: string) => readText(text).map(({ value }) => value)

describe('what people really write is read', () => {
  test.each([
    ['hxxp://hbuwelnvsn.duckdns[.]org', ['http://hbuwelnvsn.duckdns.org/', 'hbuwelnvsn.duckdns.org']],
    ['hXXps[:]//evil[.]com/Path/A.apk?x=Y', ['https://evil.com/Path/A.apk?x=Y', 'evil.com']],
    ['h**p://evil(.)com', ['http://evil.com/', 'evil.com']],
    ['ttps://evil{.}com/', ['https://evil.com/', 'evil.com']],
    ['ttp://evil.com/', ['http://evil.com/', 'evil.com']],
    ['websocket://evil.com/ws', ['ws://evil.com/ws', 'evil.com']],
    ['evil[dot]com evil2(dot)com evil3 [ . ] com', ['evil.com', 'evil2.com', 'evil3.com']],
    ['evil\\.com evil^.net', ['evil.com', 'evil.net']],
    ['evil[.com evil.]net', ['evil.com', 'evil.net']],
    ['docomo[.]uyhj.xyz', ['docomo.uyhj.xyz']],
    ['103.80.134[.]153', ['103.80.134.153']],
    ['abc。duckdns。org です。', ['abc.duckdns.org']],
    ['新しい配布先はabcdefghij.duckdns.orgです', ['abcdefghij.duckdns.org']],
    ['「abcdefghij.duckdns.org」“evil.com”', ['abcdefghij.duckdns.org', 'evil.com']],
    ['ｅｖｉｌ．ｃｏｍ 𝐞𝐯𝐢𝐥𝟐.𝐜𝐨𝐦', ['evil.com', 'evil2.com']],
    ['ev\u200bil\u00ad.com', ['evil.com']],
    ['evil.com -&gt; 1.2.3.4', ['evil.com', '1.2.3.4']],
    ['evil.com→1.2.3.4', ['evil.com', '1.2.3.4']],
    ['IP:1.2.3.4', ['1.2.3.4']],
    ['1.2.3.4:28855', ['1.2.3.4']],
    ['EVIL.COM.', ['evil.com']],
    ['2001:DB8:0:0::1 ::ffff:1.2.3.4', ['2001:db8::1', '1.2.3.4']],
    ['E3B0C44298FC1C149AFBF4C8996FB924', ['e3b0c44298fc1c149afbf4c8996fb924']],
    ['http://evil.com/...', ['evil.com']],
    [
      'http://user-site.com/a,http://b-site.com/c',
      ['http://user-site.com/a', 'user-site.com', 'http://b-site.com/c', 'b-site.com'],
    ],
  ])('%s', (text, expected) => {
    expect(values(text)).toEqual(expected)
  })

  it('keeps the place and the spelling of what it found', () => {
    const text = '配布先 hxxp://ABCDEFGHIJ.duckdns[.]org/a → 1.2.3[.]4:28855'
    const [url, name, address] = readText(text)
    expect(url).toMatchObject({
      value: 'http://abcdefghij.duckdns.org/a',
      raw: 'hxxp://ABCDEFGHIJ.duckdns[.]org/a',
    })
    expect(name).toMatchObject({ value: 'abcdefghij.duckdns.org', raw: 'ABCDEFGHIJ.duckdns[.]org' })
    expect(address).toMatchObject({ value: '1.2.3.4', raw: '1.2.3[.]4', port: 28855 })
    for (const { raw, start, end } of [url!, name!, address!]) expect(text.slice(start, end)).toBe(raw)
  })
})

test.each([
  '○○.duckdns.org',
  '**.duckdns.org',
  'http://.....duckdns.org',
  '.duckdns.org',
  'duckdns.org',
  'co.jp',
  'foo_bar.duckdns.org',
  'v1.1.4.1',
  'version 1.2.3.4',
  '12:30:45',
  '256.1.1.1',
  '01.2.3.4',
  '1.2.3.4.5',
  '10.0.0.0/8',
  'main.js',
  'update.apk',
  'index.php',
  'readme.md',
  'script.sh',
  'someone@evil.com',
  '@evil.com',
  '4.3.2.1.in-addr.arpa',
  'e3b0c44298fc1c',
  'a.b',
  '0056.0151.0121.0114',
  '0x5bf076a8',
  'foo.invalidtld',
  'http://xn--0.a.duckdns.org/',
])('nothing is read from %s', (text) => {
  expect(values(text)).toEqual([])
})

test.each([
  ['1.2.3.4:80', ['1.2.3.4']],
  ['http://1.2.3.4', ['http://1.2.3.4/', '1.2.3.4']],
  ['xn--666-xw1e1b58vhor.com', ['xn--666-xw1e1b58vhor.com']],
  ['六合宝典666.com', ['xn--666-xw1e1b58vhor.com']],
  ['^[a-z]{1}\\-[a-z]{1,3}\\.top$', []],
  ['apple\\-icloud\\.[a-z]{3}\\-japan\\.com', []],
  ['/apk_b.php', []],
  ['two.com words.com', []],
])('a list cell is one value or nothing: %s', (cell, expected) => {
  expect(readCell(cell).map(({ value }) => value)).toEqual(expected)
})

describe('pairs', () => {
  const pairs = (text: string) =>
    read(post(text), profile).pairs.map(({ domain, ip, rule }) => `${domain} ${ip} ${rule}`)

  it('one address over several names', () => {
    expect(pairs('IP:1.2.3.4\na.evil.com\nb.evil.com')).toEqual([
      'a.evil.com 1.2.3.4 one-address',
      'b.evil.com 1.2.3.4 one-address',
    ])
  })
  it('line by line', () => {
    expect(pairs('a.evil.com → 1.2.3.4\nb.evil.com → 5.6.7.8')).toEqual([
      'a.evil.com 1.2.3.4 arrow',
      'b.evil.com 5.6.7.8 arrow',
    ])
  })
  it('nothing is guessed where it is ambiguous', () => {
    expect(pairs('a.evil.com b.evil.com 1.2.3.4 5.6.7.8')).toEqual([])
  })

  const name = 'abcdefghij.duckdns[.]org'
  test.each([
    `${name} was requested from 81.2.69.142 tonight`,
    `new landing ${name}, seen through my proxy 81.2.69.142`,
    `new landing ${name}, honeypot IP: 81.2.69.142`,
    `${name} / 81.2.69.142 told me so`,
    `${name}: call 81.2.69.142 or write to us at 81.2.69.142`,
    `新しい配布先 ${name} 被害者のIP: 81.2.69.142`,
    `新しい配布先 ${name} ハニーポット 81.2.69.142 に届いた`,
    `${name} を確認。お電話は 81.2.69.142 まで`,
    `偽サイト ${name}、81.2.69.142 からアクセスした`,
    `악성 URL ${name} 피해자 81.2.69.142 신고`,
    `${name} 문의 전화 81.2.69.142 로 연락`,
    `악성 URL ${name} 프록시 IP: 81.2.69.142 로 확인`,
    `恶意域名 ${name},受害者 81.2.69.142 访问过`,
    `恶意 URL ${name} 联系电话 81.2.69.142`,
    `恶意 URL ${name} 代理 IP: 81.2.69.142 访问`,
    'abcdefghij.duckdns.org と 81.2.69.142 を見た',
  ])('one address as a plain word is paired with nothing: %s', (text) => {
    expect(pairs(`#MoqHao ${text}`)).toEqual([])
  })
  test.each([
    `${name} and 81.2.69[.]142`,
    `${name}\n81.2.69.142`,
    `${name} 81.2.69.142`,
    `IOC: ${name}, 81.2.69.142 stay safe`,
    `${name} listens at 81.2.69.142:8080 now`,
    `${name} with IP: 81.2.69.142 now`,
    `${name} resolves to 81.2.69.142 today`,
    `${name} A record 81.2.69.142 since noon`,
    `${name} (81.2.69.142) is up`,
    `${name} → 81.2.69.142 を確認`,
    `81.2.69.142 ← ${name} を確認`,
    `${name} のIPアドレスは81.2.69.142です`,
    `${name} は 81.2.69.142 で稼働中`,
    `配布先 ${name}（81.2.69.142）を確認`,
    `配布先 ${name} を確認、IPアドレス：81.2.69.142 です`,
    `악성 URL ${name} 확인, IP주소: 81.2.69.142 입니다`,
    `악성 URL ${name} 는 81.2.69.142 입니다`,
    `恶意域名 ${name} 解析到 81.2.69.142 今天`,
    `恶意域名 ${name} 的IP地址是 81.2.69.142 请注意`,
    'abcdefghij.duckdns.org is new, the address is 81.2.69.142 today',
  ])('one address that is told of is what the names stand on: %s', (text) => {
    expect(pairs(`#MoqHao ${text}`)).toEqual(['abcdefghij.duckdns.org 81.2.69.142 one-address'])
  })
  it('what a post says with care of one address, and in passing of another, is its word on the first', () => {
    const text = `配布先 ${name} (31.1.2[.]3) 被害者は 81.2.69.142`
    expect(pairs(text)).toEqual(['abcdefghij.duckdns.org 31.1.2.3 one-address'])
  })
})

it('notes which words of the profile stand in a text, and nothing else of it', () => {
  const { signals } = read(
    post('New #MoqHao / Roaming Mantis, not FakeSpy. xmoqhaox', { tags: ['#njRAT'] }),
    profile,
  )
  expect(signals).toEqual(['other:njRAT:njrat', 'term:moqhao', 'term:roaming mantis'])
})

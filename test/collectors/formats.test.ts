import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, test } from 'vitest'
import { PACKAGE_ROOT } from '../../src/app/workspace.js'
import { csv } from '../../src/collectors/formats/csv.js'
import { guessFormat } from '../../src/collectors/formats/index.js'
import { jsonl } from '../../src/collectors/formats/jsonl.js'
import { maltrail } from '../../src/collectors/formats/maltrail.js'
import { plain } from '../../src/collectors/formats/plain.js'
import { teamCymru } from '../../src/collectors/formats/team-cymru.js'
import { tweetFeedRow, tweetfeed } from '../../src/collectors/formats/tweetfeed.js'
import { lastIdBefore, postTime } from '../../src/core/time.js'
import type { Document, Row } from '../../src/model/document.js'
import { bytesOf, parse } from '../helpers.js'

it('plain: one value a line, comments apart', async () => {
  const [document] = await parse(
    plain,
    '\ufeff# head\r\nevil.com\r\n\r\n1.2.3.4 # C2\n! note\nhttp://evil.com/#fragment\n',
  )
  expect(document).toMatchObject({ kind: 'list', basis: 'retrieved', author: null })
  expect(document!.body).toEqual({
    rows: [{ cells: ['evil.com'] }, { cells: ['1.2.3.4'] }, { cells: ['http://evil.com/#fragment'] }],
  })
})

it('plain: a list of any length comes in parts of one document', async () => {
  const parts = await parse(plain, Array.from({ length: 5000 }, (_, n) => `h${n}.com\n`).join(''))
  expect(parts.map(({ body }) => (body as { rows: unknown[] }).rows.length)).toEqual([2000, 2000, 1000])
  expect(new Set(parts.map(({ id }) => id)).size).toBe(1)
})

it('csv: rows of one day are one document', async () => {
  const options = { values: ['ip'], reported: 'day', whois: 'who', last_seen: 'seen' }
  const text =
    'ip,who,day,seen\n1.2.3.4,"ZEN, US",2021-04-03,\n5.6.7.8,,2021-04-03,2021-05-01\n9.9.9.1,,2021-05-01,\n'
  const documents = await parse(csv, text, options)
  expect(documents.map(({ publishedAt, basis }) => [publishedAt, basis])).toEqual([
    ['2021-04-03T00:00:00.000Z', 'stated'],
    ['2021-05-01T00:00:00.000Z', 'stated'],
  ])
  expect(documents[0]!.body).toEqual({
    rows: [
      { cells: ['1.2.3.4'], whois: 'ZEN, US' },
      { cells: ['5.6.7.8'], lastSeen: '2021-05-01T00:00:00.000Z' },
    ],
  })
})

test.each([
  ['2021/09/01 00:30:00', '2021-08-31T15:30:00.000Z'],
  ['2021-09-01 00:30', '2021-08-31T15:30:00.000Z'],
  ['2021-09-01T00:30:00Z', '2021-09-01T00:30:00.000Z'],
  ['2021-09-01', '2021-09-01T00:00:00.000Z'],
])('csv: %s in a list of zone +09:00 is %s', async (day, instant) => {
  const options = { values: ['ip'], reported: 'day', zone: '+09:00' }
  expect(await parse(csv, `ip,day\n1.2.3.4,${day}\n`, options)).toMatchObject([{ publishedAt: instant }])
})

test.each([
  [
    'value,day\n1.2.3.4,2021-04-03\n',
    { values: ['ip'] },
    'list:1: column "ip" is missing; the header has "value", "day"',
  ],
  [
    'ip,day\n1.2.3.4,tomorrow\n',
    { values: ['ip'], reported: 'day' },
    'list:2: column "day" is no date: "tomorrow"',
  ],
  ['ip,day\n1.2.3.4\n', { values: ['ip'] }, 'list:2: 1 columns where the header has 2: "1.2.3.4"'],
  ['ip\n"1.2.3.4\n', { values: ['ip'] }, 'not CSV'],
  ['', { values: ['ip'] }, 'list: empty; a header line is wanted'],
])('csv: %j is refused with file, line and value', async (text, options, message) => {
  await expect(parse(csv, text, options)).rejects.toThrow(message)
})

it('team-cymru: each row a pair, seen on its day', async () => {
  const [document] = await parse(
    teamCymru,
    'domain,ip_address,last_seen\nabcdefghij.duckdns.org,103.80.134.180,2021-06-29\n',
    {},
    { publishedAt: '2021-07-01T00:00:00.000Z' },
  )
  expect(document).toMatchObject({ publishedAt: '2021-07-01T00:00:00.000Z', basis: 'stated' })
  expect(document!.body).toEqual({
    rows: [
      {
        cells: ['abcdefghij.duckdns.org', '103.80.134.180'],
        pairRule: 'row',
        lastSeen: '2021-06-29T00:00:00.000Z',
      },
    ],
  })
})

const LIST_DATE = '2026-08-23T00:00:00.000Z'
const VIRUSTOTAL = 'https://www.virustotal.com/gui/ip-address'
/** A post of a day, by its snowflake. */
const postOf = (day: string, handle = 'ninoseki') =>
  `https://twitter.com/${handle}/status/${lastIdBefore(`${day}T00:00:00.001Z`)}`
const section = (references: string[], ...values: string[]) =>
  [...references.map((url) => `# Reference: ${url}`), '', ...values, ''].join('\n')
const sections = (...given: string[]) => parse(maltrail, given.join('\n'), {}, { publishedAt: LIST_DATE })
const datesOf = (documents: Document[]) =>
  documents.map(({ publishedAt, basis }) => `${publishedAt.slice(0, 10)} ${basis}`)
const names = (count: number) => Array.from({ length: count }, (_, n) => `h${n}.com`)

it('maltrail: a section is a post, and paired by its one address', async () => {
  const [single, pivot, undated] = await sections(
    '# Copyright (c) 2014-2026 Maltrail developers\n',
    section([postOf('2019-04-08')], 'softbank-b.com'),
    section(
      [`${VIRUSTOTAL}/87.120.36.215/relations`],
      'docokda.com',
      'xn--666-xw1e1b58vhor.com    # was: 六合宝典666.com',
    ),
    section(['https://securelist.com/roaming-mantis-part-iv/90332/'], 'shaoye11.hopto.org', '^[a-z]\\-top$'),
  )
  expect(single).toMatchObject({ author: 'ninoseki', basis: 'post-id' })
  expect(pivot!.body).toEqual({
    rows: [
      { cells: ['87.120.36.215'] },
      { cells: ['docokda.com', '87.120.36.215'], pairRule: 'relations-reference' },
      { cells: ['xn--666-xw1e1b58vhor.com', '87.120.36.215'], pairRule: 'relations-reference' },
    ],
  })
  expect(undated).toMatchObject({
    id: 'test:04d960e4d16daaa21fb3184566c03c02',
    author: null,
    basis: 'list-date',
    publishedAt: LIST_DATE,
    url: 'https://securelist.com/roaming-mantis-part-iv/90332/',
  })
})

describe('maltrail: what nothing dates lies between its dated neighbours', () => {
  const undated = (name: string) => section([`https://example.com/${name}`], `${name}.com`)
  const dated = (day: string) => section([postOf(day)], `on-${day}.com`)
  it('is no later than the next below', async () => {
    const found = await sections(
      undated('a'),
      dated('2021-03-01'),
      undated('b'),
      undated('c'),
      dated('2021-04-01'),
    )
    expect(datesOf(found)).toEqual([
      '2021-03-01 section-order',
      '2021-03-01 post-id',
      '2021-04-01 section-order',
      '2021-04-01 section-order',
      '2021-04-01 post-id',
    ])
    expect(found.map(({ body }) => (body as { rows: Row[] }).rows[0]!.cells[0])).toEqual([
      'a.com',
      'on-2021-03-01.com',
      'b.com',
      'c.com',
      'on-2021-04-01.com',
    ])
  })
  it('is not older than the one above, where they stand out of order', async () => {
    expect(datesOf(await sections(dated('2021-07-28'), undated('a'), dated('2019-03-16')))).toEqual([
      '2021-07-28 post-id',
      '2021-07-28 section-order',
      '2019-03-16 post-id',
    ])
  })
  it('has the date of the list where none stands below, and never a later one', async () => {
    expect(datesOf(await sections(dated('2021-03-01'), undated('a')))).toEqual([
      '2021-03-01 post-id',
      '2026-08-23 list-date',
    ])
    expect(datesOf(await sections(undated('a'), dated('2027-01-01')))[0]).toBe('2026-08-23 section-order')
  })
  it('has the date of the list where very much waits for one below', async () => {
    const found = await sections(section([], ...names(20_001)), undated('a'), dated('2021-03-01'))
    expect(datesOf(found)).toEqual(['2026-08-23 list-date', '2021-03-01 section-order', '2021-03-01 post-id'])
  })
  test.each([
    ['https://team-cymru.com/blog/2022/04/07/moqhao-part-2/', '2026-08-23 section-order'],
    ['https://example.com/2022-04-07-moqhao', '2026-08-23 section-order'],
    ['https://example.com/files/2022/04/07', '2026-08-23 section-order'],
    ['https://example.com/2022/13/07/', '2026-08-23 list-date'],
    ['https://example.com/2022/04/moqhao', '2026-08-23 list-date'],
    ['https://example.com/?day=/2022/04/07/', '2026-08-23 list-date'],
  ])('a page that has its day in its path only bounds its section from below: %s', async (url, expected) => {
    expect(datesOf(await sections(section([url], 'evil.com')))).toEqual([expected])
  })
})

describe('maltrail: who said it', () => {
  const [post, later, page] = [
    postOf('2021-03-01'),
    postOf('2021-03-05', 'KesaGataMe0'),
    'https://example.com/report',
  ]
  const end = section([postOf('2021-04-01')], 'end.com')
  test.each<[string, string[], number, string, string | null]>([
    ['one post', [post], 15, '2021-03-01 post-id', 'ninoseki'],
    ['one post, told twice', [post, `${post}/photo/1`], 15, '2021-03-01 post-id', 'ninoseki'],
    ['several posts', [later, post], 15, '2021-03-01 section-earliest', 'ninoseki'],
    ['more than a post holds', [post], 16, '2021-04-01 section-order', null],
    ['more than several posts hold', [post, later], 16, '2021-04-01 section-order', null],
    ['a post and a report', [post, page], 1, '2021-04-01 section-order', null],
    ['a post and an address', [post, `${VIRUSTOTAL}/1.2.3.4/relations`], 1, '2021-04-01 section-order', null],
    [
      'a post and a page with a day',
      [post, 'https://example.com/2021/03/20/'],
      1,
      '2021-04-01 section-order',
      null,
    ],
  ])('%s', async (_, references, count, dated, author) => {
    const [found] = await sections(section(references, ...names(count)), end)
    expect(datesOf([found!])).toEqual([dated])
    expect(found).toMatchObject({
      author,
      references,
      url: expect.stringMatching(/^https:\/\/x\.com\/ninoseki\//),
    })
  })
  it('a section is no older than the latest post that it cites, and dates those above it by that', async () => {
    const old = section([postOf('2021-02-01')], 'old.com')
    const undated = section([page], 'undated.com')
    const found = await sections(undated, section([post, later, page], 'evil.com'), old)
    expect(datesOf(found)).toEqual([
      '2021-03-05 section-order',
      '2021-03-05 section-order',
      '2021-02-01 post-id',
    ])
    // With none below it is the list's own all the same, in whichever state of the list it is read.
    expect(datesOf(await sections(section([post, page], 'evil.com')))).toEqual(['2026-08-23 section-order'])
  })
})

describe('maltrail: addresses of the pages that a section cites', () => {
  const rows = async (...references: string[]) => {
    const [document] = await sections(section(references, 'evil.com'))
    return (document!.body as { rows: Row[] }).rows.map(({ cells, pairRule }) => [cells.join(' '), pairRule])
  }
  const paired = [
    ['1.2.3.4', undefined],
    ['evil.com 1.2.3.4', 'relations-reference'],
  ]
  const validin = 'https://app.validin.com/axon?'
  test.each([
    [`${VIRUSTOTAL}/1.2.3.4/relations`],
    [`${VIRUSTOTAL}/1.2.3.4/detection`],
    [`${validin}find=1.2.3.4&type=ip4`],
    [`${validin}source=DNS&limit=1000&type=ip&find=1.2.3.4`],
  ])('one is what the names stand on: %s', async (url) => {
    expect(await rows(url)).toEqual(paired)
    expect(await rows(url, `${VIRUSTOTAL}/1.2.3.4/relations`)).toEqual(paired)
  })
  it('several are values, and pair nothing', async () => {
    expect(await rows(`${VIRUSTOTAL}/1.2.3.4/relations`, `${validin}find=5.6.7.8`)).toEqual([
      ['1.2.3.4', undefined],
      ['5.6.7.8', undefined],
      ['evil.com', undefined],
    ])
  })
  test.each([
    [`${validin}find=1.2.3.4/30&type=ip4`],
    [`${validin}find=1.2.3.4%2F30`],
    [`${validin}find=abc.de&type=dom`],
    [`${validin}x=find=1.2.3.4`],
    [`${VIRUSTOTAL}/999.2.3.4/relations`],
  ])('a range, a name and what is none give no value: %s', async (url) => {
    expect(await rows(url)).toEqual([['evil.com', undefined]])
  })
  it('a range beside an address: on which of them the names stand is not said', async () => {
    expect(await rows(`${VIRUSTOTAL}/1.2.3.4/relations`, `${validin}find=1.2.3.4/30`)).toEqual([
      ['1.2.3.4', undefined],
      ['evil.com', undefined],
    ])
  })
})

it('tweetfeed: the rows of a post are that post', async () => {
  const rows = [
    '2021-09-19 18:52:11,NaomiSuzuki_,domain,xzdkhbuadv.duckdns.org,,https://twitter.com/NaomiSuzuki_/status/1439663629909979140',
    '2021-09-19 18:52:11,NaomiSuzuki_,ip,128.14.75.88,#moqhao #apk,https://twitter.com/NaomiSuzuki_/status/1439663629909979140',
    '2021-08-30 10:41:24,other,url,https://a.com/x,y,z,#phishing,https://twitter.com/other/status/1432292360566697991',
  ].join('\n')
  const documents = await parse(tweetfeed, rows)
  expect(documents).toMatchObject([
    {
      id: 'post:1439663629909979140',
      kind: 'post',
      author: 'NaomiSuzuki_',
      publishedAt: '2021-09-19T18:52:11.684Z',
      basis: 'post-id',
      tags: ['#moqhao', '#apk'],
    },
    { id: 'post:1432292360566697991', body: { rows: [{ cells: ['https://a.com/x,y,z'] }] } },
  ])
  expect(await parse(tweetfeed, rows, { users: ['naomisuzuki_'] })).toHaveLength(1)
  await expect(parse(tweetfeed, 'nonsense\n')).rejects.toThrow('list:1: not a TweetFeed row')
})

it.each([
  'https://x.com/i/web/status/1439663629909979140',
  'https://twitter.com/i/status/1439663629909979140',
])('tweetfeed: a link without a handle, %s, is the post, by whom the row names', async (link) => {
  expect(await parse(tweetfeed, `2021-09-19 18:52:11,ninoseki,ip,1.2.3.4,,${link}\n`)).toMatchObject([
    {
      id: 'post:1439663629909979140',
      road: 'tweetfeed',
      author: 'ninoseki',
      url: 'https://x.com/ninoseki/status/1439663629909979140',
    },
  ])
})

it('tweetfeed: rows that name two people for one post are two documents of it, whatever their order', async () => {
  const rows = ['b', 'a', 'b'].map(
    (user) => `2021-09-19 18:52:11,${user},ip,1.2.3.4,,https://x.com/b/status/1439663629909979140\n`,
  )
  const documents = await parse(tweetfeed, rows.join(''))
  expect(documents.map(({ id, author }) => [id, author])).toEqual([
    ['post:1439663629909979140', 'b'],
    ['post:1439663629909979140', 'a'],
  ])
})

it('tweetfeed: the time by post id agrees with the row to within 60 s in all 1,907 rows of the archive', () => {
  const path = join(PACKAGE_ROOT, 'archive/tweetfeed/four-researchers-2021-08_2021-09.csv')
  const rows = readFileSync(path, 'utf8').trimEnd().split('\n').map(tweetFeedRow)
  const seconds = rows.map((row) => Math.abs(Date.parse(postTime(row!.id)!) - Date.parse(row!.date!)) / 1_000)
  expect(seconds).toHaveLength(1_907)
  expect(seconds.filter((apart) => apart <= 60).length / seconds.length).toBeGreaterThanOrEqual(0.999)
  expect(Math.max(...seconds)).toBeLessThan(1)
})

it('jsonl: a link to a post names the post, by whatever road', async () => {
  const [document] = await parse(
    jsonl,
    '{"id":"a1","text":"evil[.]com","url":"https://x.com/ninoseki/status/1439663629909979140"}\n',
  )
  expect(document).toMatchObject({
    id: 'post:1439663629909979140',
    author: 'ninoseki',
    publishedAt: '2021-09-19T18:52:11.684Z',
    basis: 'post-id',
  })
})

it('jsonl: a link that names nobody credits nobody', async () => {
  const [document] = await parse(
    jsonl,
    '{"id":"a1","text":"evil[.]com","url":"https://x.com/i/web/status/1439663629909979140"}\n',
  )
  expect(document).toMatchObject({ id: 'post:1439663629909979140', road: 'inbox', author: null })
})

test.each([
  ['{"id":"a1"}', 'list:1: text: Invalid input'],
  ['{"id":"a1","text":"x"}\n{"id":', 'list:2: not JSON: "{\\"id\\":"'],
  ['{"id":"a1","text":"x","published_at":"soon"}', 'list:1: published_at: no time'],
  ['{"id":"a1","text":"x","colour":"red"}', 'list:1: document: Unrecognized key: "colour"'],
])('jsonl: %s is refused with file, line and field', async (text, message) => {
  await expect(parse(jsonl, text)).rejects.toThrow(message)
})

test.each([
  ['a binary file', new Uint8Array([0x50, 0x4b, 3, 4, 0, 0]), 'list:1: a binary file'],
  ['Latin-1', new Uint8Array([0x65, 0xe9, 0x0a]), 'list:1: not UTF-8 text'],
  [
    'a line over the limit',
    new TextEncoder().encode(`evil.com\n${'a'.repeat(1_048_577)}`),
    'list:2: a line of more than 1048576 characters',
  ],
])('%s is refused', async (_, bytes, message) => {
  await expect(parse(plain, '', {}, { bytes: bytesOf(bytes) })).rejects.toThrow(message)
})

test.each([
  ['{"id":1}', 'jsonl'],
  ['domain,ip_address,last_seen\nx', 'team-cymru'],
  ['# Copyright (c) 2014-2026 Maltrail developers', 'maltrail'],
  ['2021-09-19 18:52:11,a,ip,1.2.3.4,,https://twitter.com/a/status/1', 'tweetfeed'],
  ['evil.com\n1.2.3.4', 'plain'],
  ['a,b\n1,2', null],
])('the format of %j is told from its beginning', (head, format) => {
  expect(guessFormat(head)).toBe(format)
})

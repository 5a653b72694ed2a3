import { expect, it, test } from 'vitest'
import { guessFormat } from '../../src/collectors/formats/index.js'
import { jpcert } from '../../src/collectors/formats/jpcert.js'
import { read } from '../../src/core/read.js'
import { parse, profile } from '../helpers.js'

const LIST = [
  'date,URL,description',
  '2021/09/01 10:06:00,https://ajzlgiuzay.duckdns.org/,NTT docomo',
  '2021/09/01 10:06:00,https://bbjqvuqqyx.duckdns.org/,NTT docomo',
  '2021/09/01 10:06:00,https://smbc.example.com/,三井住友カード',
  '2021/09/01 08:59:59,https://login.example.net/?a=1,-',
  ' ,"https://etc.example.org/a,b",ETC利用照会サービス',
  '2021/09/02 11:00:00,hhttps://typo.example.org/,au',
  '',
].join('\n')

const PUBLISHED = '2022-08-31T00:00:00.000Z'

it('rows of one time and brand are one document, dated by the row in Japanese time and not by the commit', async () => {
  const documents = await parse(jpcert, LIST, {}, { publishedAt: PUBLISHED })
  expect(
    documents.map(({ publishedAt, tags, body }) => [
      publishedAt,
      tags,
      (body as { rows: unknown[] }).rows.length,
    ]),
  ).toEqual([
    ['2021-09-01T01:06:00.000Z', ['NTT docomo'], 2],
    ['2021-09-01T01:06:00.000Z', ['三井住友カード'], 1],
    ['2021-08-31T23:59:59.000Z', [], 1],
    // JPCERT/CC has left the time out: known is only when the list came out.
    [PUBLISHED, ['ETC利用照会サービス'], 1],
    ['2021-09-02T02:00:00.000Z', ['au'], 1],
  ])
  expect(documents.every(({ basis, author }) => basis === 'stated' && author === null)).toBe(true)
  expect(new Set(documents.map(({ id }) => id)).size).toBe(5)
})

it('a row is the same document in whichever edition of the list it stands', async () => {
  const ids = async (sha: string) =>
    (await parse(jpcert, LIST, {}, { sha256: sha.repeat(64) })).map(({ id }) => id)
  const [first, second] = [await ids('a'), await ids('b')]
  expect(first.filter((id) => !second.includes(id))).toHaveLength(1) // the row without a time
})

it('the brand supports a sign and is none; a scheme that is none is unread', async () => {
  const readings = (await parse(jpcert, LIST)).map((document) => read(document, profile))
  expect(readings[0]!.signals).toEqual(['brand:docomo'])
  expect(readings[0]!.observations.map(({ value }) => value)).toEqual([
    'https://ajzlgiuzay.duckdns.org/',
    'ajzlgiuzay.duckdns.org',
    'https://bbjqvuqqyx.duckdns.org/',
    'bbjqvuqqyx.duckdns.org',
  ])
  expect(readings.map(({ unread }) => unread)).toEqual([0, 0, 0, 0, 1])
})

test.each([
  ['date,url,description\n', 'list:1: column "URL" is missing'],
  [
    'date,URL,description\n2021/13/01 10:00:00,https://a.example/,x\n',
    'list:2: column "date" is no date: "2021/13/01 10:00:00"',
  ],
  [
    'date,URL,description\n2021/09/01 10:00:00,https://a.example/?x=1,2,3\n',
    'list:2: 4 columns where the header has 3',
  ],
])('%j is refused with file, line and value', async (text, message) => {
  await expect(parse(jpcert, text)).rejects.toMatchObject({
    code: 'input',
    message: expect.stringContaining(message),
  })
})

it('is told from its header', () => {
  expect(guessFormat(LIST)).toBe('jpcert')
})

import fc from 'fast-check'
import { expect, it, test } from 'vitest'
import { formatOf, guessFormat } from '../../src/collectors/formats/index.js'
import { xArchive } from '../../src/collectors/formats/x-archive.js'
import { documentsOf, Page } from '../../src/collectors/x-shapes.js'
import { NOW, parse } from '../helpers.js'

const ID = '1439663629909979140'
const LINKED = {
  url: 'https://t.co/abc',
  expanded_url: 'https://abcdefghij.duckdns.org/',
  display_url: 'abcdefghij.duckdns.org',
  indices: ['8', '31'],
}
const tweet = (told: object = {}) => ({
  tweet: {
    edit_info: { initial: { editTweetIds: [ID], editsRemaining: '5', isEditEligible: false } },
    retweeted: false,
    source: '<a href="https://mobile.twitter.com">Twitter Web App</a>',
    entities: { hashtags: [{ text: 'MoqHao', indices: ['0', '7'] }], symbols: [], urls: [LINKED] },
    id_str: ID,
    id: ID,
    created_at: 'Sun Sep 19 18:52:11 +0000 2021',
    full_text: '#MoqHao https://t.co/abc &gt; "a[0]" \\ }',
    lang: 'ja',
    ...told,
  },
})
const fileOf = (...tweets: object[]) => `window.YTD.tweets.part0 = ${JSON.stringify(tweets, null, 2)}`
const OWNER = { handle: 'ninoseki' }

it('a post is the very document that the API gives', async () => {
  const page = Page.parse({
    data: [
      {
        id: ID,
        text: '#MoqHao https://t.co/abc &gt; "a[0]" \\ }',
        author_id: '7',
        entities: {
          urls: [{ url: LINKED.url, expanded_url: LINKED.expanded_url }],
          hashtags: [{ tag: 'MoqHao' }],
        },
      },
    ],
    includes: { users: [{ id: '7', username: 'ninoseki' }] },
  })
  const documents = await parse(xArchive, fileOf(tweet()), OWNER)
  expect(documents).toEqual(documentsOf(page, { source: 'test', road: 'x-archive', retrievedAt: NOW }))
  expect(documents).toMatchObject([
    {
      id: `post:${ID}`,
      author: 'ninoseki',
      publishedAt: '2021-09-19T18:52:11.684Z',
      basis: 'post-id',
      url: `https://x.com/ninoseki/status/${ID}`,
      tags: ['#MoqHao'],
      body: { text: '#MoqHao https://abcdefghij.duckdns.org/ &gt; "a[0]" \\ }' },
    },
  ])
})

test.each([
  ['an older archive', fileOf(tweet()).replace('YTD.tweets.part0', 'YTD.tweet.part12')],
  [
    'a file with a mark, CRLF and an end of statement',
    `\ufeff${fileOf(tweet()).replaceAll('\n', '\r\n')};\r\n`,
  ],
  ['a file in one line', `window.YTD.tweets.part0 = ${JSON.stringify([tweet()])}`],
  ['a post with none but its id and text', fileOf({ tweet: { id_str: ID, full_text: 'x' } })],
])('%s is read', async (_, text) => {
  expect(await parse(xArchive, text, { handle: '@ninoseki' })).toMatchObject([
    { id: `post:${ID}`, author: 'ninoseki' },
  ])
})

it('an account without posts gives none', async () => {
  expect(await parse(xArchive, 'window.YTD.tweets.part0 = [ ]', OWNER)).toEqual([])
})

it('an edited post is the first version, with what the later one says', async () => {
  const later = (BigInt(ID) + (600_000n << 22n)).toString()
  const edit_info = { edit: { initialTweetId: ID, editControlInitial: { editTweetIds: [ID, later] } } }
  const [document] = await parse(xArchive, fileOf(tweet({ id_str: later, edit_info })), OWNER)
  expect(document).toMatchObject({
    id: `post:${ID}`,
    publishedAt: '2021-09-19T18:52:11.684Z',
    edition: '2021-09-19T19:02:11.684Z',
  })
})

it('a repost is credited to whom it repeats, a picture to where it stands', async () => {
  const media = [
    { url: 'https://t.co/pic', expanded_url: 'https://twitter.com/a/status/1/photo/1', type: 'photo' },
  ]
  const [document] = await parse(
    xArchive,
    fileOf(tweet({ full_text: 'RT @KesaGataMe0: #MoqHao https://t.co/pic', entities: { media } })),
    OWNER,
  )
  expect(document).toMatchObject({
    author: 'KesaGataMe0 via ninoseki',
    body: { text: 'RT @KesaGataMe0: #MoqHao https://twitter.com/a/status/1/photo/1' },
  })
})

const CUT = fileOf(tweet(), tweet()).slice(0, -20)

test.each([
  ['', 'list:1: not data/tweets.js of an X archive (window.YTD.tweets.part0 = [ … ]); it begins ""'],
  ['[]', 'list:1: not data/tweets.js'],
  ['x'.repeat(10_000), 'list:1: not data/tweets.js'],
  ['window.YTD.note_tweet.part0 = []', 'it begins "window.YTD.note_tweet.part0 = []"'],
  ['window.YTD.deleted_tweets.part0 = []', 'it begins "window.YTD.deleted_tweets.part0 = []"'],
  ['window.YTD.tweets.part0 = [[', 'list:1: ends inside its list'],
  ['window.YTD.tweets.part0 = []]', 'list:1: ends inside its list'],
  [CUT, `list:${CUT.split('\n').length}: ends inside its list: cut short`],
  ['window.YTD.tweets.part0 = [\n\n{"tweet":}]', 'list:3: not JSON: "{\\"tweet\\":}"'],
  ['window.YTD.tweets.part0 = [\n{"post":1}]', 'list:2: tweet: Invalid input'],
  [fileOf(tweet(), tweet({ id_str: '1e3' })), 'tweet.id_str: Invalid string'],
  [fileOf(tweet({ full_text: undefined })), 'list:2: tweet.full_text: Invalid input'],
  [
    `window.YTD.tweets.part0 = [\n{"tweet":"${'x'.repeat(1_100_000)}`,
    'list:2: an object of more than 1048576 characters, the limit; it begins "{\\"tweet',
  ],
])('%.80j is refused with file, line and value', async (text, message) => {
  await expect(parse(xArchive, text, OWNER)).rejects.toMatchObject({
    code: 'input',
    message: expect.stringContaining(message),
  })
})

test.each([
  [{}, 'options of format x-archive: handle: wanted: the handle of the account whose archive it is'],
  [{ handle: 'two words' }, 'options of format x-archive: handle: no handle of X'],
])('options %j are refused', (options, message) => {
  expect(() => formatOf('x-archive', options)).toThrow(message)
})

it('is told from its beginning', () => {
  expect(guessFormat(fileOf(tweet()))).toBe('x-archive')
})

it('any posts come out as they went in, however the bytes arrive', async () => {
  const text = fc.string({ unit: fc.constantFrom(...'ab"\\[]{}\n銀😀'), maxLength: 20 })
  await fc.assert(
    fc.asyncProperty(
      fc.array(text, { maxLength: 5 }),
      fc.integer({ min: 1, max: 40 }),
      async (texts, size) => {
        const bytes = new TextEncoder().encode(
          fileOf(...texts.map((full_text) => ({ tweet: { id_str: ID, full_text } }))),
        )
        async function* chunks() {
          for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
        }
        const documents = await parse(xArchive, '', OWNER, { bytes: chunks() })
        expect(documents.map(({ body }) => (body as { text: string }).text)).toEqual(texts)
      },
    ),
    { numRuns: 200 },
  )
})

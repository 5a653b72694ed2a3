import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { formatOf, guessFormat } from '../../src/collectors/formats/index.js'
import { xArchive } from '../../src/collectors/formats/x-archive.js'
import { documentsOf, Page } from '../../src/collectors/x-shapes.js'
import type { OpenFile } from '../../src/model/ports.js'
import { bytesOf, NOW, parse } from '../helpers.js'

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

test.each([
  ['made with one touch', { full_text: 'RT @KesaGataMe0: #MoqHao evil[.]com and mo…' }],
  ['typed', { full_text: 'RT @KesaGataMe0: #MoqHao evil[.]com' }],
  ['of an older shape', { retweeted_status: { id_str: '1' } }],
])('a repost %s is passed over, and counted', async (_, told) => {
  const notices: string[] = []
  const notice = (text: string) => void notices.push(text)
  const documents = await parse(xArchive, fileOf(tweet(told), tweet(), tweet(told)), OWNER, { notice })
  expect(documents).toHaveLength(1)
  expect(notices).toEqual([
    '2 reposts passed over: an archive has them cut short, and does not say which post they repeat',
  ])
})

it('what repeats somebody further on is credited to whom it repeats, a picture to where it stands', async () => {
  const media = [
    { url: 'https://t.co/pic', expanded_url: 'https://twitter.com/a/status/1/photo/1', type: 'photo' },
  ]
  const [document] = await parse(
    xArchive,
    fileOf(tweet({ full_text: 'again RT @KesaGataMe0: #MoqHao https://t.co/pic', entities: { media } })),
    OWNER,
  )
  expect(document).toMatchObject({
    author: 'KesaGataMe0 via ninoseki',
    body: { text: 'again RT @KesaGataMe0: #MoqHao https://twitter.com/a/status/1/photo/1' },
  })
})

describe('long posts', () => {
  const LONG = `#MoqHao ${'とても長い'.repeat(30)}`
  const [CUT, WHOLE] = [`${LONG}… https://t.co/self`, `${LONG}\n\nevil[.]com & https://t.co/abc`]
  const note = (told: object = {}, core: object = {}) => ({
    noteTweet: {
      noteTweetId: '1439663629900000000',
      updatedAt: '2021-09-19T18:52:11.000Z',
      createdAt: '2021-09-19T18:52:11.000Z',
      lifecycle: { value: '1', name: 'Published', originalName: 'Published', annotations: {} },
      core: {
        styletags: [],
        urls: [
          {
            expandedUrl: LINKED.expanded_url,
            shortUrl: LINKED.url,
            displayUrl: '',
            fromIndex: '0',
            toIndex: '9',
          },
        ],
        text: WHOLE,
        mentions: [],
        cashtags: [],
        hashtags: ['MoqHao'],
        ...core,
      },
      ...told,
    },
  })
  const later = (seconds: number) => (BigInt(ID) + (BigInt(seconds * 1_000) << 22n)).toString()

  /** What is read of `note-tweet.js` with other files beside it. */
  async function read(notes: object[], files: Record<string, string>) {
    const notices: string[] = []
    const beside = async (name: string): Promise<OpenFile | null> => {
      const text = files[name]
      return text === undefined
        ? null
        : { name, sha256: '', size: text.length, bytes: () => bytesOf(text), beside }
    }
    const text = `window.YTD.note_tweet.part0 = ${JSON.stringify(notes, null, 2)}`
    const notice = (said: string) => void notices.push(said)
    return { documents: await parse(xArchive, text, OWNER, { beside, notice }), notices }
  }

  it('have their whole text, as the very documents that the API gives', async () => {
    // The link stands after the cut: the post itself does not know where it leads.
    const cut = tweet({ full_text: CUT, entities: { hashtags: [{ text: 'MoqHao' }] } })
    const { documents, notices } = await read([note()], {
      'tweets.js': fileOf(tweet({ id_str: later(1) }), cut),
    })
    const [short] = await parse(xArchive, fileOf(cut), OWNER)
    expect(documents).toEqual([
      { ...short, body: { text: `${LONG}\n\nevil[.]com & https://abcdefghij.duckdns.org/` } },
    ])
    expect(notices).toEqual([])
  })

  it('are found in whichever file their posts stand', async () => {
    const files = {
      'tweets.js': fileOf(tweet({ full_text: 'short' })),
      'tweets-part1.js': fileOf(tweet({ id_str: later(1), edit_info: undefined, full_text: CUT })),
      'tweets-part2.js': fileOf(tweet({ id_str: later(3_600), edit_info: undefined, full_text: CUT })),
    }
    const notes = [note(), note({ createdAt: '2021-09-19T19:52:11.000Z' })]
    const { documents } = await read(notes, files)
    expect(documents.map(({ id }) => id)).toEqual([`post:${later(1)}`, `post:${later(3_600)}`])
  })

  test.each([
    ['has another beginning', [note({}, { text: `New: ${WHOLE}` })], ID, 1],
    ['is of another time', [note()], later(11), 1],
    ['is one of two', [note(), note({ createdAt: '2021-09-19T18:52:13.000Z' })], ID, 2],
  ])("a text that %s is no post's", async (_, notes, id_str, left) => {
    const { documents, notices } = await read(notes, {
      'tweets.js': fileOf(tweet({ id_str, full_text: CUT })),
    })
    expect(documents).toEqual([])
    expect(notices).toEqual([
      `${left} of ${left} long posts passed over: no post beside it, or more than one, has their time and beginning`,
    ])
  })

  it('that answer somebody are found, though only the post names whom', async () => {
    const answer = tweet({ full_text: `@a @b_2 ${CUT}` })
    const { documents } = await read([note()], { 'tweets.js': fileOf(answer) })
    expect(documents).toHaveLength(1)
  })

  it('without a word are not told apart by it', async () => {
    const { documents } = await read([note()], {
      'tweets.js': fileOf(tweet({ full_text: 'https://t.co/a' })),
    })
    expect(documents).toEqual([])
  })

  it('are refused where nothing says whose they are', async () => {
    await expect(read([note()], {})).rejects.toMatchObject({
      code: 'input',
      message:
        'list: long posts without their ids, which data/tweets.js of the same archive has: put it beside this file',
    })
  })

  it('a fault of the file beside is told of that file', async () => {
    await expect(read([note()], { 'tweets.js': fileOf({ tweet: { id_str: 'x' } }) })).rejects.toThrow(
      'tweets.js:2: tweet.',
    )
  })
})

const CUT = fileOf(tweet(), tweet()).slice(0, -20)

test.each([
  [
    '',
    'list:1: not data/tweets.js or data/note-tweet.js of an X archive (window.YTD.tweets.part0 = [ … ]); it begins ""',
  ],
  ['[]', 'list:1: not data/tweets.js'],
  ['x'.repeat(10_000), 'list:1: not data/tweets.js'],
  ['window.YTD.note_tweets.part0 = []', 'it begins "window.YTD.note_tweets.part0 = []"'],
  ['window.YTD.deleted_tweets.part0 = []', 'it begins "window.YTD.deleted_tweets.part0 = []"'],
  ['window.YTD.tweets.part0 = [[', 'list:1: ends inside its list'],
  ['window.YTD.tweets.part0 = []]', 'list:1: ends inside its list'],
  [CUT, `list:${CUT.split('\n').length}: ends inside its list: cut short`],
  ['window.YTD.tweets.part0 = [\n\n{"tweet":}]', 'list:3: not JSON: "{\\"tweet\\":}"'],
  ['window.YTD.tweets.part0 = [\n{"post":1}]', 'list:2: document: neither tweet nor noteTweet'],
  [
    'window.YTD.note_tweet.part0 = [\n{"noteTweet":{"createdAt":"soon","core":{"text":""}}}]',
    'list:2: noteTweet.createdAt: no time',
  ],
  [
    'window.YTD.note_tweet.part0 = [\n{"noteTweet":{"createdAt":"2023-11-21T08:11:13.000Z"}}]',
    'list:2: noteTweet.core: Invalid input',
  ],

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
  expect(guessFormat('window.YTD.note_tweet.part0 = [ ]')).toBe('x-archive')
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

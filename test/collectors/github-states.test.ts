import { expect, it, test } from 'vitest'
import { readState } from '../../src/collectors/github-states.js'
import { quote } from '../../src/errors.js'
import { NAMESPACE, NOW } from '../helpers.js'

const ROW = '2021-09-19 18:52:11,ninoseki,ip,1.2.3.4,,https://x.com/ninoseki/status/1439663629909979140'
const ODD = '2021-09-19 18:52:11,ninoseki,sha512,abc,,https://x.com/ninoseki/status/1439663629909979140'
const times = (count: number, line: string): string[] => Array.from({ length: count }, () => line)

const stateOf = (lines: string[], told: object = {}, committedAt: string | null = null) =>
  readState(
    {
      name: 'f',
      format: 'tweetfeed',
      options: {},
      cumulative: false,
      unreadable: { least: 1, share: 0.01 },
      ...told,
    },
    {
      name: 'list',
      bytes: new TextEncoder().encode(lines.map((line) => `${line}\n`).join('')),
      sha256: 'a'.repeat(64),
      url: 'https://github.com/o/r',
      committedAt,
      retrievedAt: NOW,
      own: { namespace: NAMESPACE, restores: () => false },
    },
  )

test.each([
  ['one of a few', [ROW, ODD, ROW], '1 of 3 lines cannot be read and were passed over, the first: list:2: '],
  [
    'one in a hundred',
    [...times(297, ROW), '', ...times(3, ODD)],
    '3 of 300 lines cannot be read and were passed over, the first: list:299: ',
  ],
])('%s that cannot be read are passed over, and the first is named', async (_, lines, notice) => {
  const { documents, notices } = await stateOf(lines)
  expect(documents.map(({ id }) => id)).toEqual(['post:1439663629909979140'])
  expect(notices).toEqual([
    `${notice}not a TweetFeed row (date,user,type,value,tags,tweet_url): ${quote(ODD)}`,
  ])
})

test.each([
  ['more than one in a hundred', [...times(296, ROW), ...times(4, ODD)], {}, 'list:297: not a TweetFeed row'],
  ['two of a few', [ODD, ROW, ODD], {}, '2 of 3 lines cannot be read, more than `unreadable` lets pass'],
  ['the only line', [ODD], {}, '1 of 1 lines cannot be read'],
  [
    'one, where the source says none may',
    [ROW, ODD],
    { unreadable: { least: 0, share: 0 } },
    'list:2: not a TweetFeed row',
  ],
  ['one of a cumulative list', [ROW, ODD], { cumulative: true }, 'list:2: not a TweetFeed row'],
])('%s: nothing of the list is taken', async (_, lines, told, message) => {
  await expect(stateOf(lines, told)).rejects.toMatchObject({
    code: 'source',
    message: expect.stringContaining(message),
  })
})

test.each([
  [
    'csv',
    'ip,day\n1.2.3.4,2021-04-03\n5.6.7.8,soon',
    { values: ['ip'], reported: 'day' },
    'list:3: column "day" is no date: "soon"',
  ],
  [
    'csv',
    'ip,day\n1.2.3.4,2021-04-03\n5.6.7.8',
    { values: ['ip'] },
    'list:3: 1 columns where the header has 2',
  ],
  ['jsonl', '{"id":"a","text":"1.2.3.4"}\n{"id":', {}, 'list:2: not JSON'],
])('the same goes for %s: %j', async (format, text, options, message) => {
  const { documents, notices } = await stateOf(text.split('\n'), { format, options })
  expect(documents).toHaveLength(1)
  expect(notices).toEqual([expect.stringContaining(message)])
})

it('a file that is not CSV at all, or has another header, is refused whole', async () => {
  const options = { values: ['ip'] }
  await expect(stateOf(['day', '2021-04-03'], { format: 'csv', options })).rejects.toThrow(
    'column "ip" is missing',
  )
})

it('a commit dates what its list does not, and bounds what a list dates by its order', async () => {
  const post = 'https://x.com/ninoseki/status/1439663629909979140'
  const lines = [
    '# Reference: https://example.com/a',
    'between.com',
    `# Reference: ${post}`,
    'dated.com',
    '# Reference: https://example.com/b',
    'last.com',
    `# Reference: ${post}`,
    '# Reference: https://example.com/b',
    'of-a-post.com',
  ]
  const datesAt = async (committedAt: string) => {
    const { documents } = await stateOf(lines, { format: 'maltrail' }, committedAt)
    return documents.map(({ publishedAt, basis }) => `${publishedAt.slice(0, 10)} ${basis}`)
  }
  expect(await datesAt('2021-09-30T00:00:00.000Z')).toEqual([
    '2021-09-19 section-order',
    '2021-09-19 post-id',
    '2021-09-19 section-order',
    '2021-09-30 section-order',
  ])
  expect(await datesAt('2021-09-01T00:00:00.000Z')).toEqual([
    '2021-09-01 section-order',
    '2021-09-19 post-id',
    '2021-09-01 section-order',
    '2021-09-01 section-order',
  ])
})

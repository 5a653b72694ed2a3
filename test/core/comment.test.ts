import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { commentOf, creditsIn } from '../../src/core/comment.js'
import { Basis, isUpperBound } from '../../src/model/document.js'
import type { Report } from '../../src/model/snapshot.js'

const report = (told: Partial<Report> & { name?: string } = {}): Report => {
  const { name = 'ninoseki', ...rest } = told
  return {
    document: 'post:1439663629909979140',
    source: 'x-researchers',
    reporter: { key: name.toLowerCase(), name, kind: 'individual', pinned: false },
    url: 'https://x.com/ninoseki/status/1439663629909979140',
    publishedAt: '2021-06-29T12:00:00.000Z',
    basis: 'post-id',
    firstSeen: null,
    lastSeen: null,
    ...rest,
  }
}

it.each([
  [
    report(),
    'Reported by ninoseki, 2021-06-29T12:00:00.000Z, https://x.com/ninoseki/status/1439663629909979140 (post:1439663629909979140 from x-researchers)',
  ],
  [
    report({ url: null }),
    'Reported by ninoseki, 2021-06-29T12:00:00.000Z (post:1439663629909979140 from x-researchers)',
  ],
  [
    report({ name: 'Müller & 鈴木 Co.', basis: 'list-date', document: 'list:a:50 % b', url: 'see below' }),
    'Reported by Müller & 鈴木 Co., no later than 2021-06-29T12:00:00.000Z (list:a:50%20%25%20b from x-researchers)',
  ],
])('one report is one line', (one, line) => {
  expect(commentOf([one])).toBe(line)
})

it('says the same report once, and no more than MISP has room for', () => {
  expect(commentOf([report(), report()]).split('\n')).toHaveLength(1)
  const long = `https://x.com/${'あ'.repeat(400)}`
  const many = Array.from({ length: 1000 }, (_, n) => report({ document: `post:${n}`, url: long }))
  const comment = commentOf(many)
  expect(Buffer.byteLength(comment)).toBeLessThan(65_535)
  const told = creditsIn(comment).map(({ document }) => document)
  expect(told.length).toBeGreaterThan(40)
  expect(told).toEqual(many.slice(0, told.length).map(({ document }) => document))
})

/** Letters of several scripts, and what else stands in names. */
const name = fc
  .array(fc.constantFrom(...'aZé鈴Жא9.&-_ ,()', ', ', 'Reported by', 'no later than', 'http://x'), {
    minLength: 1,
  })
  .map((parts) => parts.join('').replace(/ +/g, ' ').trim())
  .filter((text) => text !== '')
const time = fc
  .date({ min: new Date('1990-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString())
/** As anybody may have written it. */
const anything = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom(' ', '\n', ')', '%', '%2', ' (', '\u2028'),
)
const reports = fc.array(
  fc
    .record({
      name,
      publishedAt: time,
      basis: fc.constantFrom(...Basis.options),
      url: fc.option(fc.webUrl({ withQueryParameters: true, withFragments: true })),
      source: fc.stringMatching(/^[a-z0-9-]{1,9}$/),
      document: fc.array(anything, { minLength: 1 }).map((parts) => `list:${parts.join('')}`),
    })
    .map(report),
  { minLength: 1, maxLength: 5 },
)

describe('what is written', () => {
  it('is read back', () => {
    fc.assert(
      fc.property(reports, (all) => {
        const credits = all.map((one) => ({
          reporter: one.reporter.name,
          publishedAt: one.publishedAt,
          isUpperBound: isUpperBound(one),
          url: one.url,
          document: one.document,
          source: one.source,
        }))
        const distinct = [...new Map(credits.map((one) => [JSON.stringify(one), one])).values()]
        expect(creditsIn(commentOf(all))).toEqual(distinct)
      }),
    )
  })

  it('is one line a report and names nobody else, whatever a name, a link or an id holds', () => {
    const line = fc.constantFrom(
      '\nReported by B, 2021-06-29T12:00:00.000Z (post:2)',
      '\r',
      '\u2028',
      ', ',
      ' (post:1)',
    )
    const hostile = fc.array(fc.oneof(anything, line), { minLength: 1 }).map((parts) => `x${parts.join('')}`)
    fc.assert(
      fc.property(hostile, hostile, hostile, (one, tail, id) => {
        const comment = commentOf([report({ name: one, url: `https://${tail}`, document: id })])
        const [credit, ...more] = creditsIn(comment)
        expect([comment.split('\n').length, more]).toEqual([1, []])
        expect(credit).toMatchObject({ publishedAt: '2021-06-29T12:00:00.000Z', document: id })
        expect(credit!.reporter).toBe(one.replace(/[\s\p{Cc}]+/gu, ' ').trim())
      }),
    )
  })
})

it.each([
  '',
  'Withdrawn',
  'seen in the wild',
  'Reported by ninoseki',
  'Reported by ninoseki, yesterday (post:1)',
  'Reported by ninoseki, 2021-06-29T12:00:00.000Z (50%zz)',
])('%j is no comment of ours', (text) => {
  expect(creditsIn(text)).toEqual([])
})

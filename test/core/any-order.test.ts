import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Workspace } from '../../src/app/workspace.js'
import { snapshot } from '../../src/core/snapshot.js'
import { dayEnd } from '../../src/core/time.js'
import { type Document, Road } from '../../src/model/document.js'
import { commit, post, workspace } from '../helpers.js'

const DAY = '2021-09-01'

/** Values of every fate: spelt as the campaign's, of others, of brands, of CDNs, of nobody. */
const VALUES = [
  'abcdefghij.duckdns.org',
  'bbcdefghij.duckdns.org',
  'a111a.top',
  'e-sagawa.com',
  'some-phish.com',
  'nttdocomo.co.jp',
  '31.1.2.3',
  '31.1.2.4:28855',
  '103.80.134.150',
  '104.16.1.1',
  'http://some-phish.com/a',
]
const WORDS = [
  '#MoqHao',
  '#FakeSpy',
  '#njRAT',
  'XLoader',
  'Windows',
  'docomo',
  '不在通知',
  '→',
  '\n',
  '\n\n',
  'IP:',
]

const text = fc
  .array(fc.oneof(fc.constantFrom(...VALUES), fc.constantFrom(...WORDS)), { minLength: 1, maxLength: 8 })
  .map((parts) => parts.map((part) => part.replace('.', '[.]')).join(' '))

const aPost: fc.Arbitrary<Document> = fc
  .record({
    id: fc.integer({ min: 1, max: 6 }),
    source: fc.constantFrom('x-researchers', 'tweetfeed', 'import'),
    road: fc.constantFrom(...Road.options),
    author: fc.constantFrom('ninoseki', 'KesaGataMe0', 'somebody', 'ninoseki via somebody', null),
    url: fc.constantFrom('https://x.com/ninoseki/status/1', 'https://x.com/i/status/1', null),
    day: fc.integer({ min: 1, max: 28 }),
    tags: fc.subarray(['#MoqHao', '#phishing', '#FakeSpy']),
    text,
    edition: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
  })
  .map(({ id, source, road, author, url, day, tags, text, edition }) =>
    post(text, {
      id: `post:${id}`,
      source,
      road,
      author,
      url,
      publishedAt: `2021-08-${String(day).padStart(2, '0')}T00:00:00.000Z`,
      tags,
      ...(edition
        ? {
            edition: `2021-08-29T00:0${edition}:00.000Z`,
            body: { text: `${id} ${edition} a111a[.]top #MoqHao` },
          }
        : {}),
    }),
  )

const aList: fc.Arbitrary<Document> = fc
  .record({
    id: fc.integer({ min: 1, max: 3 }),
    source: fc.constantFrom('maltrail', 'team-cymru', 'import'),
    author: fc.constantFrom('ninoseki', 'somebody', null),
    basis: fc.constantFrom('stated' as const, 'list-date' as const),
    rows: fc.array(
      fc.uniqueArray(fc.constantFrom(...VALUES), { minLength: 1, maxLength: 2 }).map((cells) => ({
        cells,
        pairRule: 'row' as const,
      })),
      { minLength: 1, maxLength: 4 },
    ),
  })
  .map(({ id, source, author, basis, rows }) => ({
    ...post(''),
    road: 'list' as const,
    id: `list:${id}`,
    kind: 'list' as const,
    source,
    author,
    basis,
    publishedAt: '2021-08-10T00:00:00.000Z',
    body: { rows },
  }))

/** Names that one generator spelt, enough for a set. */
const GENERATED = Array.from(
  { length: 24 },
  (_, n) => `${'qzxvwk'.slice(n % 5)}${'hjgfdb'.slice(0, (n % 5) + 1)}${'bcdfghjklmnpqrstvwxzqjkz'[n]}.top`,
)
const RESOLUTIONS = 'https://www.virustotal.com/gui/ip-address/31.1.2.3/relations'

/** Sections of a list that mixes families, and what trusted lists say of the same infrastructure. */
const aSection: fc.Arbitrary<Document> = fc
  .record({
    id: fc.integer({ min: 4, max: 7 }),
    source: fc.constantFrom('maltrail', 'maltrail', 'sekoia'),
    references: fc.subarray([RESOLUTIONS, 'https://x.com/ninoseki/status/1']),
    basis: fc.constantFrom('stated' as const, 'list-date' as const),
    values: fc.oneof(
      fc.constant(GENERATED),
      fc.subarray(GENERATED, { minLength: 1 }),
      fc.subarray(['31.1.2.3', '31.1.2.4:28855', '31.1.2.5', ...GENERATED.slice(0, 3)], { minLength: 1 }),
    ),
    listedAt: fc.option(fc.constant('2021-08-11T00:00:00.000Z'), { nil: undefined }),
  })
  .map(({ id, source, references, basis, values, listedAt }) => ({
    ...post(''),
    road: 'list' as const,
    id: `list:${id}`,
    kind: 'list' as const,
    source,
    author: null,
    url: null,
    references,
    basis,
    publishedAt: '2021-08-10T00:00:00.000Z',
    body: { rows: values.map((value) => ({ cells: [value], ...(listedAt ? { listedAt } : {}) })) },
  }))

const bytes = async (here: Workspace): Promise<string> => {
  const taken = snapshot(await here.store().facts(dayEnd(DAY)), here.policy, DAY, [])
  return JSON.stringify([taken.record, { ...taken.snapshot, stamps: [...taken.snapshot.stamps] }], null, 1)
}

it('the same documents, in any order, twice or once, give the same snapshot to the byte', async () => {
  const documents = fc.array(fc.oneof(aPost, aList, aSection), { minLength: 2, maxLength: 10 })
  const shuffled = documents.chain((all) =>
    fc.record({
      all: fc.constant(all),
      again: fc
        .tuple(fc.shuffledSubarray(all, { minLength: all.length }), fc.shuffledSubarray(all))
        .map(([whole, some]) => [...whole, ...some]),
    }),
  )
  await fc.assert(
    fc.asyncProperty(shuffled, async ({ all, again }) => {
      const [one, other] = [workspace(), workspace()]
      await commit(one, ...all)
      await commit(other, ...again)
      expect(await bytes(other)).toBe(await bytes(one))
    }),
    { numRuns: 100 },
  )
}, 120_000)

import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { snapshotAsOf } from '../../src/app/publish.js'
import { readDocument } from '../../src/app/read.js'
import { evaluate } from '../../src/core/evaluate.js'
import { dayEnd } from '../../src/core/time.js'
import type { Document } from '../../src/model/document.js'
import { commit, post, workspace } from '../helpers.js'

/** Verdicts by value, of documents that are all there is. */
async function verdicts(...documents: Document[]): Promise<Record<string, string>> {
  const here = workspace()
  await commit(here, ...documents)
  const judged = evaluate(await here.store().facts(dayEnd('2026-11-23')), here.policy, '2026-11-23')
  return Object.fromEntries(
    [...judged.values()].map(({ observable, verdict }) => [observable.value, verdict]),
  )
}

let serial = 1_430_000_000_000_000_000n
const by = (author: string, text: string, told: Partial<Document> = {}): Document => {
  serial += 1_000_000_000n
  return post(text, { id: `post:${serial}`, author, publishedAt: '2021-08-24T00:00:00.000Z', ...told })
}

describe('trust', () => {
  it('a named researcher and an era pattern publish', async () => {
    expect(await verdicts(by('ninoseki', 'abcdefghij.duckdns[.]org'))).toEqual({
      'abcdefghij.duckdns.org': 'publish',
    })
  })
  it('a pattern alone waits', async () => {
    expect(await verdicts(by('somebody', 'abcdefghij.duckdns[.]org'))).toEqual({
      'abcdefghij.duckdns.org': 'quarantine',
    })
  })
  it('one stranger who names the campaign waits, two do not', async () => {
    expect(await verdicts(by('somebody', '#MoqHao evil-one[.]com'))).toEqual({ 'evil-one.com': 'quarantine' })
    expect(
      await verdicts(by('somebody', '#MoqHao evil-one[.]com'), by('another', '#MoqHao evil-one[.]com')),
    ).toEqual({ 'evil-one.com': 'publish' })
  })
  it('one person counts once, however often and under whatever handle', async () => {
    expect(
      await verdicts(by('somebody', '#MoqHao evil[.]com'), by('SomeBody', '#MoqHao evil[.]com')),
    ).toEqual({ 'evil.com': 'quarantine' })
  })
  it('a named researcher without any sign is of no concern', async () => {
    expect(
      await verdicts(by('KesaGataMe0', 'hxxps://cmdc-oacb[.]com 155.235.250.137', { tags: ['#phishing'] })),
    ).toEqual({
      'https://cmdc-oacb.com/': 'unrelated',
      'cmdc-oacb.com': 'unrelated',
      '155.235.250.137': 'unrelated',
    })
  })
  it('an era that is over gives no sign', async () => {
    const late = by('somebody', 'abcdefghij.duckdns[.]org', { publishedAt: '2025-03-17T00:00:00.000Z' })
    expect(await verdicts(late)).toEqual({ 'abcdefghij.duckdns.org': 'unrelated' })
  })
  it('a tag of another family speaks against', async () => {
    expect(await verdicts(by('ninoseki', 'abcdefghij.duckdns[.]org', { tags: ['#njRAT'] }))).toEqual({
      'abcdefghij.duckdns.org': 'unrelated',
    })
  })
  it('both families named: a person must look', async () => {
    expect(await verdicts(by('ninoseki', '#MoqHao #FakeSpy evil[.]com'))).toEqual({
      'evil.com': 'quarantine',
    })
  })
})

describe('what one more report can do', () => {
  it('weak spellings wait, whoever repeats them: two named researchers, or one and a stranger', async () => {
    const late = { publishedAt: '2026-11-20T00:00:00.000Z' }
    const one = by('KesaGataMe0', 'docomo sms フィッシング mypage.fghij[.]com', late)
    expect(await verdicts(one, by('ninoseki', 'sms mypage.fghij[.]com', late))).toEqual({
      'mypage.fghij.com': 'quarantine',
    })
    expect(await verdicts(one, by('somebody', 'docomo sms mypage.fghij[.]com', late))).toEqual({
      'mypage.fghij.com': 'quarantine',
    })
  })
  it('a list that mixes families and the people it cites are not enough, however many', async () => {
    const section = (author: string): Document => ({
      ...by(author, ''),
      kind: 'list',
      source: 'maltrail',
      body: { rows: [{ cells: ['fa-r.example-post.com'] }] },
    })
    expect(await verdicts(...['ninoseki', 'papa_anniekey', 'KesaGataMe0'].map(section))).toEqual({
      'fa-r.example-post.com': 'quarantine',
    })
  })
  it('two strangers who repeat a spelling are no sign of their own', async () => {
    const texts = ['不在 docomo abcdefghij.duckdns[.]org', '不在 docomo abcdefghij.duckdns[.]org']
    expect(await verdicts(...texts.map((text, n) => by(`stranger${n}`, text)))).toEqual({
      'abcdefghij.duckdns.org': 'quarantine',
    })
  })
  it('documents that name two families stay held back, however many they are', async () => {
    const mixed = '#MoqHao #FakeSpy evil[.]top'
    expect(await verdicts(by('s1', mixed), by('s2', mixed), by('ninoseki', mixed))).toEqual({
      'evil.top': 'quarantine',
    })
  })
  it('never lowers a confidence', async () => {
    const early = by('ninoseki', 'jnb-ab[.]com', { publishedAt: '2020-03-01T00:00:00.000Z' })
    const later = by('somebody', 'jnb-ab[.]com', { publishedAt: '2021-01-01T00:00:00.000Z' })
    expect(await verdicts(early)).toEqual({ 'jnb-ab.com': 'publish' })
    expect(await verdicts(early, later)).toEqual({ 'jnb-ab.com': 'publish' })
  })
  it('a stranger alone does not bring back what has expired', async () => {
    const here = workspace()
    await commit(
      here,
      by('ninoseki', '#MoqHao abcdefghij.duckdns[.]org → 31.1.2[.]3'),
      by('somebody', '#MoqHao abcdefghij.duckdns[.]org → 31.1.2[.]3', {
        publishedAt: '2026-11-20T00:00:00.000Z',
      }),
    )
    const active = async () =>
      (await snapshotAsOf(here, '2026-11-23')).snapshot.indicators.filter(({ status }) => status === 'active')
    expect(await active()).toEqual([])
    await commit(here, by('another', '#MoqHao 31.1.2[.]3', { publishedAt: '2026-11-21T00:00:00.000Z' }))
    expect((await active()).map(({ value }) => value)).toEqual(['31.1.2.3'])
  })
})

describe('addresses', () => {
  it('an attributed name on it publishes an address of a named researcher', async () => {
    expect(await verdicts(by('ninoseki', 'abcdefghij.duckdns[.]org → 31.1.2[.]3'))).toEqual({
      'abcdefghij.duckdns.org': 'publish',
      '31.1.2.3': 'publish',
    })
  })
  it('so does a port of the command servers', async () => {
    expect(await verdicts(by('ninoseki', '#MoqHao C2 31.1.2.3:28844'))).toEqual({ '31.1.2.3': 'publish' })
  })
  it('a campaign name alone does not', async () => {
    expect(await verdicts(by('ninoseki', '#MoqHao 31.1.2.3'))).toEqual({ '31.1.2.3': 'watch' })
  })
  it('a CDN front end is never listed, whoever says so', async () => {
    expect(await verdicts(by('ninoseki', '#MoqHao abcdefghij.duckdns[.]org → 104.16.1.1'))).toMatchObject({
      '104.16.1.1': 'never',
    })
  })
  it('evidence goes one hop, not two', async () => {
    const found = await verdicts(
      by('ninoseki', 'abcdefghij.duckdns[.]org → 31.1.2.3'),
      by('ninoseki', 'shop.example-a.com → 31.1.2.3'),
    )
    expect(found).toMatchObject({ '31.1.2.3': 'publish', 'shop.example-a.com': 'unrelated' })
  })
})

test.each([
  '192.168.0.1',
  '8.8.8.8',
  '1.1.1.1',
  '0.0.0.0',
  '127.0.0.1',
  '100.64.0.1',
  '224.0.0.1',
  '255.255.255.255',
  'raw.githubusercontent.com',
  'nttdocomo.co.jp',
  'www.sagawa-exp.co.jp',
  't.co',
  'i.imgur.com',
  'bit.ly',
  'urlscan.io',
  'google.com',
  '64:ff9b::808:808',
  '2002::1',
  'fe80::1',
])('never, from the most trusted list: %s', async (value) => {
  const list: Document = {
    ...post(''),
    id: 'list:1',
    kind: 'list',
    source: 'team-cymru',
    author: null,
    body: { rows: [{ cells: [value] }] },
  }
  expect(await verdicts(list)).toEqual({ [value]: 'never' })
})

it('a decision wins, but not over special-purpose addresses', async () => {
  const here = workspace()
  const decision = { reason: 'test', by: 'me', date: '2021-01-01', until: '' }
  const decisions = [
    { ...decision, type: 'ipv4-addr' as const, value: '8.8.8.8', decision: 'confirm' as const },
    { ...decision, type: 'ipv4-addr' as const, value: '192.168.0.1', decision: 'confirm' as const },
    { ...decision, type: 'domain-name' as const, value: 'abcdefghij.duckdns.org', decision: 'deny' as const },
    {
      ...decision,
      type: 'domain-name' as const,
      value: 'bbcdefghij.duckdns.org',
      decision: 'deny' as const,
      until: '2021-06-01',
    },
  ]
  await commit(
    here,
    by('ninoseki', '8.8.8[.]8 192.168.0[.]1 abcdefghij.duckdns[.]org bbcdefghij.duckdns[.]org'),
  )
  const judged = evaluate(
    await here.store().facts(dayEnd('2026-11-23')),
    { ...here.policy, decisions },
    '2026-11-23',
  )
  expect(
    Object.fromEntries([...judged.values()].map(({ observable, verdict }) => [observable.value, verdict])),
  ).toEqual({
    '8.8.8.8': 'publish',
    '192.168.0.1': 'never',
    'abcdefghij.duckdns.org': 'never',
    'bbcdefghij.duckdns.org': 'publish',
  })
})

it('the same documents in any order give the same facts and verdicts', async () => {
  const texts = [
    '#MoqHao evil[.]com',
    'abcdefghij.duckdns[.]org → 31.1.2.3',
    '31.1.2.3 bbcdefghij.duckdns.org',
    '#MoqHao evil[.]com 9.9.9.10',
  ]
  const documents = texts.flatMap((text, n) => [by(['ninoseki', 'a', 'b'][n % 3]!, text), by('c', text)])
  const expected = await verdicts(...documents)
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray(documents, { minLength: documents.length }), async (shuffled) => {
      expect(await verdicts(...shuffled)).toEqual(expected)
    }),
    { numRuns: 10 },
  )
})

it('a line of an undated list is published by the day on which it was listed, and lives by it', async () => {
  const here = workspace()
  const list = post('', {
    id: 'team-cymru:list',
    kind: 'list',
    road: 'list',
    source: 'team-cymru',
    author: null,
    publishedAt: '2026-09-01T00:00:00.000Z',
    basis: 'list-date',
    body: {
      rows: [
        { cells: ['early.com', '31.1.2.3'], pairRule: 'row', listedAt: '2026-06-01T08:00:00.000Z' },
        { cells: ['late.com', '31.1.2.3'], pairRule: 'row', listedAt: '2026-06-20T08:00:00.000Z' },
      ],
    },
  })
  await commit(here, list)
  const told = async (day: string) => {
    const { snapshot } = await snapshotAsOf(here, day)
    const { indicators, resolutions } = snapshot
    return {
      values: indicators.map(
        (one) => `${one.value} ${one.status} ${one.firstReported.slice(0, 10)} ${one.evidence[0]!.basis}`,
      ),
      pairs: resolutions.map((one) => `${one.domain} ${one.firstReported.slice(0, 10)}`),
    }
  }
  expect(await told('2026-05-31')).toEqual({ values: [], pairs: [] })
  expect(await told('2026-06-10')).toEqual({
    values: ['31.1.2.3 active 2026-06-01 listed', 'early.com active 2026-06-01 listed'],
    pairs: ['early.com 2026-06-01'],
  })
  expect(await told('2026-07-10')).toEqual({
    values: [
      '31.1.2.3 active 2026-06-01 listed',
      'early.com active 2026-06-01 listed',
      'late.com active 2026-06-20 listed',
    ],
    pairs: ['early.com 2026-06-01', 'late.com 2026-06-20'],
  })
})

it('read judges one document by itself, with reasons', () => {
  const { policy } = workspace()
  const [name] = readDocument(post('New site: abcdefghij.duckdns[.]org'), policy).observations
  expect(name).toMatchObject({
    verdict: 'publish',
    family: 'MoqHao',
    confidence: 75,
    raw: 'abcdefghij.duckdns[.]org',
    start: 10,
  })
  expect(name!.reasons.map(({ rule }) => rule)).toEqual(['pattern', 'reporter', 'trust'])
})

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { decide } from '../../src/app/decide.js'
import { publishFeeds } from '../../src/app/publish.js'
import type { Document } from '../../src/model/document.js'
import { commit, folder, post, workspace } from '../helpers.js'

const feed = (dir: string, name: string) => readFileSync(join(dir, 'feeds', name), 'utf8')
const lines = (dir: string, name: string) => feed(dir, name).split('\n').filter(Boolean)
const on = (dir: string, day: string) => workspace({ dir, now: `${day}T12:00:00.000Z` })
const report = (id: string, day: string, text = '#MoqHao abcdefghij.duckdns[.]org → 31.1.2.3'): Document =>
  post(text, { id: `post:${id}`, publishedAt: `${day}T08:00:00.000Z` })

const bundled = (dir: string) =>
  JSON.parse(feed(dir, 'stix/bundle.json')) as {
    objects: {
      id: string
      type: string
      name?: string
      modified?: string
      created?: string
      valid_until?: string
      pattern?: string
    }[]
  }
const indicator = (dir: string, name: string) =>
  bundled(dir).objects.find((object) => object.type === 'indicator' && object.name === name)

it('is published, expires, revives; only what changes changes', async () => {
  const dir = folder()
  const first = on(dir, '2022-06-01')
  await commit(first, report('1', '2022-06-01'))
  await publishFeeds(first)
  expect(lines(dir, 'ips.txt')).toEqual(['31.1.2.3'])
  const published = indicator(dir, '31.1.2.3')!
  expect(published).toMatchObject({
    created: '2022-06-01T00:00:00.000Z',
    modified: '2022-06-01T00:00:00.000Z',
  })

  expect((await publishFeeds(on(dir, '2022-06-10'))).published.written).toEqual([])

  // What names it by itself says nothing of the address, which lives no longer for it.
  const named = on(dir, '2022-06-25')
  await commit(named, report('2', '2022-06-25', '#MoqHao abcdefghij.duckdns[.]org'))
  await publishFeeds(named)
  const reported = { modified: '2022-06-25T00:00:00.000Z', valid_until: '2022-07-25T08:00:00.000Z' }
  expect(indicator(dir, 'abcdefghij.duckdns.org')).toMatchObject(reported)
  expect(indicator(dir, '31.1.2.3')).toEqual(published)

  const expired = await publishFeeds(on(dir, '2022-07-17'))
  expect(expired.published).toMatchObject({ version: 3, asOf: '2022-07-17' })
  expect(lines(dir, 'ips.txt')).toEqual([])
  expect(lines(dir, 'ips-all.txt')).toEqual(['31.1.2.3'])
  expect(lines(dir, 'domains.txt')).toEqual(['abcdefghij.duckdns.org'])
  expect(indicator(dir, '31.1.2.3')).toMatchObject({
    id: published.id,
    created: published.created,
    modified: '2022-07-17T00:00:00.000Z',
    valid_until: '2022-07-16T08:00:00.000Z',
  })
  expect(indicator(dir, 'abcdefghij.duckdns.org')).toMatchObject(reported)

  await publishFeeds(on(dir, '2022-07-26'))
  expect(lines(dir, 'domains.txt')).toEqual([])

  const later = on(dir, '2022-08-20')
  await commit(later, report('3', '2022-08-20'))
  await publishFeeds(later)
  expect(lines(dir, 'ips.txt')).toEqual(['31.1.2.3'])
  expect(lines(dir, 'domains.txt')).toEqual(['abcdefghij.duckdns.org'])
  expect(indicator(dir, '31.1.2.3')).toMatchObject({
    id: published.id,
    valid_from: '2022-08-20T08:00:00.000Z',
    valid_until: '2022-10-04T08:00:00.000Z',
    modified: '2022-08-20T00:00:00.000Z',
  })
})

it('names live with the address they stand on, which each new one renews; those of an earlier period stay gone', async () => {
  const dir = folder()
  const [ADDRESS, FIRST, SECOND] = ['31.1.2.3', 'abcdefghij.duckdns.org', 'bbcdefghij.duckdns.org']
  const another = (id: string, day: string) => report(id, day, '#MoqHao bbcdefghij.duckdns[.]org → 31.1.2.3')
  const first = on(dir, '2022-06-01')
  await commit(first, report('1', '2022-06-01'))
  await publishFeeds(first)
  const untouched = ['domains.txt', 'ips.txt', 'indicators.csv', 'stix/bundle.json', 'dns/rpz-names.zone']
  // Past the thirty days of its own.
  const older = await publishFeeds(on(dir, '2022-07-05'))
  expect(older.published.written.filter((path) => untouched.includes(path))).toEqual([])
  expect(lines(dir, 'domains.txt')).toEqual([FIRST])

  const second = on(dir, '2022-07-10')
  await commit(second, another('2', '2022-07-10'))
  await publishFeeds(second)
  for (const value of [ADDRESS, FIRST, SECOND])
    expect(indicator(dir, value)).toMatchObject({
      modified: '2022-07-10T00:00:00.000Z',
      valid_until: '2022-08-24T08:00:00.000Z',
    })
  await publishFeeds(on(dir, '2022-08-25'))
  expect([...lines(dir, 'ips.txt'), ...lines(dir, 'domains.txt')]).toEqual([])

  const later = on(dir, '2022-10-01')
  await commit(later, another('3', '2022-10-01'))
  await publishFeeds(later)
  expect(lines(dir, 'ips.txt')).toEqual([ADDRESS])
  expect(lines(dir, 'domains.txt')).toEqual([SECOND])
})

it('a denied value leaves every list, stands in delisted.csv, and does not come back', async () => {
  const dir = folder()
  const first = on(dir, '2022-06-01')
  await commit(first, report('1', '2022-06-01'))
  await publishFeeds(first)
  decide(on(dir, '2022-06-02'), '31.1.2[.]3', { decision: 'deny', reason: 'a hospital, "=cmd"', by: 'me' })
  await publishFeeds(on(dir, '2022-06-02'))
  for (const name of [
    'ips.txt',
    'ips-all.txt',
    'indicators.csv',
    'pairs.csv',
    'stix/bundle.json',
    'indicators.json',
  ])
    expect(feed(dir, name)).not.toContain('31.1.2.3')
  expect(lines(dir, 'delisted.csv')).toEqual([
    'type,value,decision,reason,date',
    'ipv4-addr,31.1.2.3,deny,"a hospital, ""=cmd""",2022-06-02',
  ])
  const again = on(dir, '2022-06-03')
  await commit(again, report('3', '2022-06-03'))
  await publishFeeds(again)
  expect(lines(dir, 'ips.txt')).toEqual([])
  expect(lines(dir, 'delisted.csv')).toHaveLength(2)
})

it('a reporter who is withdrawn takes along what only he said', async () => {
  const dir = folder()
  const first = on(dir, '2022-06-01')
  await commit(first, report('1', '2022-06-01'))
  await publishFeeds(first)
  decide(on(dir, '2022-06-02'), 'ninoseki', {
    decision: 'withdraw',
    reason: 'account taken over',
    by: 'me',
    type: 'reporter',
  })
  await publishFeeds(on(dir, '2022-06-02'))
  expect(lines(dir, 'domains.txt')).toEqual([])
  expect(lines(dir, 'delisted.csv').slice(1)).toEqual([
    'ipv4-addr,31.1.2.3,withdraw,reporter withdrawn: account taken over,2022-06-02',
    'domain-name,abcdefghij.duckdns.org,withdraw,reporter withdrawn: account taken over,2022-06-02',
  ])
  expect((await publishFeeds(on(dir, '2022-06-05'))).published.written).toEqual([])
})

it('older evidence that comes later moves the first report', async () => {
  const dir = folder()
  const here = on(dir, '2022-06-01')
  await commit(here, report('1', '2022-06-01'))
  expect((await publishFeeds(here)).snapshot.indicators[0]!.firstReported).toBe('2022-06-01T08:00:00.000Z')
  await commit(here, report('2', '2022-05-20'))
  expect((await publishFeeds(here)).snapshot.indicators[0]!.firstReported).toBe('2022-05-20T08:00:00.000Z')
})

it('post text is published nowhere, and a hostile one breaks out of nothing', async () => {
  const dir = folder()
  const here = on(dir, '2022-06-01')
  const text = `#MoqHao SECRET-WORDS =HYPERLINK("http://x") ' \\ \u202e ::set-output abcdefghij.duckdns[.]org hxxp://evil[.]com/it's"<b>,\\`
  await commit(here, {
    ...report('1', '2022-06-01', text),
    tags: ['#=cmd|x'],
    references: ['javascript:alert(1)'],
  })
  const { snapshot } = await publishFeeds(here)
  expect(snapshot.indicators.map(({ value }) => value)).toContain('abcdefghij.duckdns.org')
  for (const name of [
    'indicators.csv',
    'indicators.json',
    'stix/bundle.json',
    'sightings.csv',
    'quarantine.csv',
    'ledger/published.jsonl',
    'README.md',
  ])
    expect(feed(dir, name)).not.toMatch(/SECRET|HYPERLINK|set-output|\u202e/)
})

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { decide } from '../../src/app/decide.js'
import { publishFeeds, snapshotAsOf } from '../../src/app/publish.js'
import { verify } from '../../src/app/verify.js'
import { creditsIn } from '../../src/core/comment.js'
import { misp } from '../../src/index.js'
import type { Document } from '../../src/model/document.js'
import { commit, folder, post, workspace } from '../helpers.js'

const on = (dir: string, day: string) => workspace({ dir, now: `${day}T12:00:00.000Z` })
const report = (id: string, day: string, text: string, told: Partial<Document> = {}): Document =>
  post(text, {
    id: `post:${id}`,
    publishedAt: `${day}T08:00:00.000Z`,
    url: `https://x.com/${told.author ?? 'ninoseki'}/status/${id}`,
    ...told,
  })
const golden = (name: string) => join(import.meta.dirname, `../golden/misp/${name}.json`)

const read = (dir: string, name: string) => readFileSync(join(dir, 'feeds/misp', name), 'utf8')
const manifest = (dir: string) => misp.Manifest.parse(JSON.parse(read(dir, 'manifest.json')))
const text = (dir: string, month: string) => {
  const [uuid] = Object.entries(manifest(dir)).find(([, { info }]) => info.endsWith(month))!
  return read(dir, `${uuid}.json`)
}
type Attribute = misp.Attribute & { event: string; in: string }
/** All attributes of the feed, by UUID. */
function attributes(dir: string): Map<string, Attribute> {
  const found = new Map<string, Attribute>()
  for (const uuid of Object.keys(manifest(dir))) {
    const { Event } = misp.Event.parse(JSON.parse(read(dir, `${uuid}.json`)))
    const event = Event.info.slice(-7)
    for (const one of Event.Attribute) found.set(one.uuid, { ...one, event, in: 'event' })
    for (const object of Event.Object)
      for (const one of object.Attribute) found.set(one.uuid, { ...one, event, in: object.name })
  }
  return found
}
const of = (dir: string, value: string, within = 'event') =>
  [...attributes(dir).values()].filter((one) => one.value === value && one.in === within)
const epoch = (day: string) => String(Date.parse(`${day}T00:00:00Z`) / 1000)
const files = (dir: string) =>
  Object.fromEntries(readdirSync(join(dir, 'feeds/misp')).map((name) => [name, read(dir, name)]))
const clean = async (dir: string) => expect((await verify(join(dir, 'feeds'))).findings).toEqual([])

const ALL =
  '#MoqHao abcdefghij.duckdns[.]org → 31.1.2.3 hxxp://evil-one[.]com/a?b=1 C2: [2a0d:5600:24::1]:28844 e3b0c44298fc1c149afbf4c8996fb924'
const ADDRESS = '31.1.2.3'

it('the states of an attribute: active, expired, revived, withdrawn, returned', async () => {
  const dir = folder()
  const first = on(dir, '2022-06-01')
  await commit(first, report('1532000000000000000', '2022-06-01', ALL))
  await publishFeeds(first)
  await expect(text(dir, '2022-06')).toMatchFileSnapshot(golden('1-active'))
  const [active] = of(dir, ADDRESS)
  const hash = createHash('md5').update(ADDRESS).digest('hex')
  expect(read(dir, 'hashes.csv')).toContain(hash)
  await clean(dir)

  const alone = on(dir, '2022-06-25')
  await commit(alone, report('1540000000000000000', '2022-06-25', '#MoqHao abcdefghij.duckdns[.]org'))
  await publishFeeds(alone)

  await publishFeeds(on(dir, '2022-07-17'))
  await expect(text(dir, '2022-06')).toMatchFileSnapshot(golden('2-expired'))
  for (const one of [...of(dir, ADDRESS), ...of(dir, ADDRESS, 'domain-ip')])
    expect(one).toMatchObject({ to_ids: false, deleted: false, timestamp: epoch('2022-07-17') })
  // The name on it was reported since, by itself, and lives longer; a pair of theirs says no more than it did.
  expect(of(dir, 'abcdefghij.duckdns.org')).toMatchObject([{ to_ids: true, timestamp: epoch('2022-06-25') }])
  expect(of(dir, 'abcdefghij.duckdns.org', 'domain-ip')).toMatchObject([
    { to_ids: true, timestamp: epoch('2022-06-01') },
  ])
  await clean(dir)

  const later = on(dir, '2022-08-20')
  await commit(later, report('1560000000000000000', '2022-08-20', ALL))
  await publishFeeds(later)
  await expect(text(dir, '2022-06')).toMatchFileSnapshot(golden('3-revived'))
  await expect(text(dir, '2022-08')).toMatchFileSnapshot(golden('3-revived-again'))
  expect(of(dir, ADDRESS).map(({ event, to_ids, timestamp }) => [event, to_ids, timestamp])).toEqual([
    ['2022-06', true, epoch('2022-08-20')],
    ['2022-08', true, epoch('2022-08-20')],
  ])
  // A pair stands in the event of its first report, and says who reported it since.
  expect(new Set(of(dir, ADDRESS, 'domain-ip').map(({ event }) => event))).toEqual(new Set(['2022-06']))
  expect(creditsIn(of(dir, ADDRESS, 'domain-ip')[0]!.comment)).toHaveLength(2)
  await clean(dir)

  decide(on(dir, '2022-08-21'), ADDRESS, { decision: 'deny', reason: 'a hospital', by: 'me' })
  await publishFeeds(on(dir, '2022-08-21'))
  await expect(text(dir, '2022-06')).toMatchFileSnapshot(golden('4-withdrawn'))
  for (const one of [...of(dir, ADDRESS), ...of(dir, ADDRESS, 'domain-ip')])
    expect(one).toMatchObject({
      to_ids: false,
      deleted: true,
      timestamp: epoch('2022-08-21'),
      comment: 'No longer listed here',
    })
  expect(read(dir, 'hashes.csv')).not.toContain(hash)
  expect((await publishFeeds(on(dir, '2022-08-22'))).published.written).toEqual([])
  await clean(dir)

  writeFileSync(join(dir, 'decisions.csv'), 'type,value,decision,reason,by,date,until\n')
  await publishFeeds(on(dir, '2022-08-25'))
  await expect(text(dir, '2022-06')).toMatchFileSnapshot(golden('5-returned'))
  expect(of(dir, ADDRESS)[0]).toEqual({ ...active, timestamp: epoch('2022-08-25') })
  expect((await publishFeeds(on(dir, '2022-08-26'))).published.written).toEqual([])
  await clean(dir)
})

it('of two publications with one new indicator in between, what is new or says something else has a newer timestamp', async () => {
  const dir = folder()
  const first = on(dir, '2022-06-01')
  await commit(
    first,
    report('1', '2022-06-01', ALL),
    report('2', '2022-05-20', '#MoqHao cbcdefghij.duckdns[.]org'),
  )
  await publishFeeds(first)
  const [before, then, may] = [attributes(dir), manifest(dir), text(dir, '2022-05')]
  const second = on(dir, '2022-06-02')
  await commit(second, report('3', '2022-06-02', '#MoqHao bbcdefghij.duckdns[.]org → 31.1.2.3'))
  await publishFeeds(second)
  const after = attributes(dir)
  const grown = [...after.values()].filter(({ uuid, timestamp }) => timestamp !== before.get(uuid)?.timestamp)
  expect(grown.map((one) => [one.in, one.value, before.has(one.uuid)])).toEqual([
    // Reported once more.
    ['event', ADDRESS, true],
    ['event', 'bbcdefghij.duckdns.org', false],
    ['domain-ip', 'bbcdefghij.duckdns.org', false],
    ['domain-ip', ADDRESS, false],
  ])
  for (const one of grown) expect(one.timestamp).toBe(epoch('2022-06-02'))
  for (const one of before.values())
    if (!grown.some(({ uuid }) => uuid === one.uuid)) expect(after.get(one.uuid)).toEqual(one)
  // MISP fetches the one event anew, and the other not.
  const newer = Object.entries(manifest(dir)).filter(([uuid, one]) => one.timestamp !== then[uuid]?.timestamp)
  expect(newer.map(([, { date, timestamp }]) => [date, timestamp])).toEqual([
    ['2022-06-01', epoch('2022-06-02')],
  ])
  expect(text(dir, '2022-05')).toBe(may)
  const written = files(dir)
  expect((await publishFeeds(on(dir, '2022-06-03'))).published.written).toEqual([])
  expect(files(dir)).toEqual(written)
})

it('two publications of one day that change one end of a pair each grow the pair and its event twice', async () => {
  const dir = folder()
  const first = on(dir, '2022-06-01')
  await commit(first, report('1', '2022-06-01', '#MoqHao abcdefghij.duckdns[.]org → 31.1.2.3'))
  await publishFeeds(first)
  await publishFeeds(on(dir, '2022-08-01'))
  const stamps = () => {
    const { Event } = misp.Event.parse(JSON.parse(text(dir, '2022-06')))
    const [pair] = Event.Object
    return [Event, pair!, ...pair!.Attribute].map(({ timestamp }) => timestamp)
  }
  const [day, second, third, , fifth] = [0, 1, 2, 3, 4].map((n) => String(Number(epoch('2022-08-02')) + n))
  expect(stamps()).toEqual(['2022-08-01', '2022-08-01', '2022-08-01', '2022-08-01'].map(epoch))
  const later = on(dir, '2022-08-02')
  await commit(later, report('2', '2022-08-02', '#MoqHao C2: 31.1.2.3:28844'))
  await publishFeeds(later)
  expect(stamps()).toEqual([day, day, epoch('2022-08-01'), day])
  await commit(later, report('3', '2022-08-02', '#MoqHao abcdefghij.duckdns[.]org'))
  await publishFeeds(later)
  // Of the attributes each has changed once on this day: by them alone, MISP would look into neither.
  // The event is later than that of August, which changed too.
  expect(stamps()).toEqual([third, second, day, day])
  decide(later, '31.1.2.3', { decision: 'deny', reason: 'no', by: 'me' })
  await publishFeeds(on(dir, '2022-08-02'))
  expect(stamps()).toEqual([fifth, third, second, second])
  expect((await publishFeeds(on(dir, '2022-08-02'))).published.written).toEqual([])
  await clean(dir)
})

describe('what its author took back', () => {
  const VALUE = 'abcdefghij.duckdns.org'
  const takeBack = (dir: string, day: string, id: string) =>
    on(dir, day)
      .store()
      .withdrawDocuments([`post:${id}`], { at: `${day}T10:00:00.000Z`, reason: 'the post was deleted' })

  it('is deleted, and nobody is named', async () => {
    const dir = folder()
    const first = on(dir, '2022-06-01')
    await commit(first, report('1', '2022-06-01', ALL, { author: 'KesaGataMe0' }))
    await publishFeeds(first)
    expect(Object.values(files(dir)).join()).toContain('KesaGataMe0')
    await takeBack(dir, '2022-06-02', '1')
    await publishFeeds(on(dir, '2022-06-02'))
    expect(Object.values(files(dir)).join()).not.toMatch(/KesaGataMe0|post:1|status\/1/)
    const all = [...attributes(dir).values()]
    expect(all.length).toBeGreaterThan(5)
    for (const one of all)
      expect(one).toMatchObject({ deleted: true, to_ids: false, timestamp: epoch('2022-06-02') })
    expect(read(dir, 'hashes.csv')).toBe('')
    expect(readFileSync(join(dir, 'feeds/ledger/published.jsonl'), 'utf8')).not.toMatch(/KesaGataMe0|post:1/)
    await clean(dir)
    expect((await publishFeeds(on(dir, '2022-06-03'))).published.written).toEqual([])
  })

  it('stays where others report it, without his name', async () => {
    const dir = folder()
    const first = on(dir, '2022-06-02')
    await commit(
      first,
      report('1', '2022-06-01', ALL, { author: 'KesaGataMe0' }),
      report('2', '2022-06-02', ALL),
    )
    await publishFeeds(first)
    const uuids = [...attributes(dir).keys()]
    await takeBack(dir, '2022-06-03', '1')
    await publishFeeds(on(dir, '2022-06-03'))
    expect(Object.values(files(dir)).join()).not.toMatch(/KesaGataMe0|post:1/)
    expect([...attributes(dir).keys()]).toEqual(uuids)
    for (const one of attributes(dir).values()) {
      expect(creditsIn(one.comment).map(({ reporter }) => reporter)).toEqual(['ninoseki'])
      expect(one).toMatchObject({ deleted: false, timestamp: epoch('2022-06-03') })
    }
    await clean(dir)
  })

  it('an earlier day knows nothing of it', async () => {
    const dir = folder()
    const first = on(dir, '2022-06-01')
    await commit(first, report('1', '2022-06-01', `#MoqHao ${VALUE}`))
    await publishFeeds(first)
    decide(on(dir, '2022-06-05'), VALUE, { decision: 'deny', reason: 'no', by: 'me' })
    await publishFeeds(on(dir, '2022-06-05'))
    const stateOn = async (day: string) =>
      (await snapshotAsOf(on(dir, '2022-06-06'), day)).snapshot.listings.flatMap(({ values }) =>
        values.map(({ state, modified }) => [state, modified.slice(0, 10)]),
      )
    expect(await stateOn('2022-06-05')).toEqual([['withdrawn', '2022-06-05']])
    expect(await stateOn('2022-06-04')).toEqual([['active', '2022-06-04']])
    expect(await stateOn('2022-05-31')).toEqual([])
  })
})

it('two first publications are the same, in whichever order the reports came', async () => {
  const reports = [
    report('1', '2022-06-01', ALL),
    report('2', '2022-06-02', ALL, { author: 'KesaGataMe0' }),
    report('3', '2022-05-02', '#MoqHao abcdefghij.duckdns[.]org → 31.1.2.3'),
  ]
  const published = await Promise.all(
    [reports, reports.toReversed()].map(async (all) => {
      const here = on(folder(), '2022-06-03')
      await commit(here, ...all)
      await publishFeeds(here)
      return files(here.dir)
    }),
  )
  expect(published[1]).toEqual(published[0])
})

it('of a date that is only an upper bound, it says so, and states no first and last sign', async () => {
  const here = on(folder(), '2022-06-03')
  const listed = report('1', '2022-06-01', '#MoqHao abcdefghij.duckdns[.]org', { basis: 'list-date' })
  await commit(here, listed)
  await publishFeeds(here)
  const [one] = of(here.dir, 'abcdefghij.duckdns.org')
  expect(one).toMatchObject({
    to_ids: false,
    comment: expect.stringContaining(', no later than 2022-06-01T'),
  })
  expect(Object.keys(one!)).not.toContain('first_seen')
  expect(Object.keys(one!)).not.toContain('last_seen')
})

it('a feed of nothing is a manifest of nothing', async () => {
  const dir = folder()
  await publishFeeds(on(dir, '2022-06-01'))
  expect(files(dir)).toEqual({ 'manifest.json': '{\n}\n', 'hashes.csv': '' })
  await clean(dir)
})

it('a change of the tags is one of every event, and of no attribute', async () => {
  const dir = folder()
  const first = on(dir, '2022-06-01')
  await commit(first, report('1', '2022-06-01', ALL))
  await publishFeeds(first)
  const before = attributes(dir)
  const second = on(dir, '2022-06-02')
  second.policy.profile.misp.tags.push({ name: 'circl:topic="finance"', colour: '#3c7700' })
  second.policy.publisher.tlp = 'clear'
  await publishFeeds(second)
  expect(attributes(dir)).toEqual(before)
  expect(Object.values(manifest(dir)).map(({ timestamp }) => timestamp)).toEqual([epoch('2022-06-02')])
})

it('what may not be redistributed is in no event, and a source that may be no longer is not named', async () => {
  const dir = folder()
  const first = on(dir, '2022-06-01')
  const source = first.policy.sources.find(({ name }) => name === 'x-researchers')!
  await commit(
    first,
    report('1', '2022-06-01', ALL),
    report('2', '2022-05-01', '#MoqHao bbcdefghij.duckdns[.]org', { id: 'x-researchers/post:2' }),
  )
  await publishFeeds(first)
  expect(Object.values(manifest(dir)).map(({ info }) => info)).toEqual([
    `MoqHao indicators - ${source.title} - 2022-06`,
  ])
  const second = on(dir, '2022-06-02')
  second.policy.sources.find(({ name }) => name === 'x-researchers')!.redistribute = false
  await publishFeeds(second, { force: 'to see' })
  expect(Object.values(manifest(dir)).map(({ info }) => info)).toEqual(['MoqHao indicators - 2022-06'])
  expect([...attributes(dir).values()].every(({ deleted }) => deleted)).toBe(true)
  await clean(dir)
})

it('reaches a reader who goes by the dates of the manifest alone, as the connector of OpenCTI does: each change, once', async () => {
  const dir = folder()
  let last = 0
  /** Months of the events that it takes: by date, each only if it is later than the last one taken. */
  const taken = () => {
    const events = Object.values(manifest(dir)).sort((a, b) => Number(a.timestamp) - Number(b.timestamp))
    return events.flatMap(({ info, timestamp }) => {
      if (Number(timestamp) <= last) return []
      last = Number(timestamp)
      return [info.slice(-7)]
    })
  }
  const day = on(dir, '2022-09-01')
  for (const [month, id, name] of [
    ['2022-06', '1532000000000000000', 'abcdefghij'],
    ['2022-07', '1543000000000000000', 'bbcdefghij'],
    ['2022-08', '1554000000000000000', 'cbcdefghij'],
  ] as const)
    await commit(day, report(id, `${month}-20`, `#MoqHao ${name}.duckdns[.]org`))
  await publishFeeds(day)
  expect(taken()).toEqual(['2022-06', '2022-07', '2022-08'])

  await commit(day, report('1532000000000000001', '2022-06-21', '#MoqHao dbcdefghij.duckdns[.]org'))
  await publishFeeds(day)
  expect(taken()).toEqual(['2022-06'])
  await publishFeeds(day)
  expect(taken()).toEqual([])

  await publishFeeds(on(dir, '2022-09-25'))
  expect(taken()).toEqual(['2022-08'])
  await clean(dir)
})

it('what is deleted in one event and lives in another is looked for in both, until it expires: not every reader looks at `deleted`', async () => {
  const dir = folder()
  const august = on(dir, '2022-08-02')
  await commit(
    august,
    report('1', '2022-07-30', '#MoqHao abcdefghij.duckdns[.]org'),
    report('2', '2022-08-01', '#MoqHao abcdefghij.duckdns[.]org'),
  )
  await publishFeeds(august)
  await august.store().withdrawDocuments(['post:1'], { at: '2022-08-02T13:00:00.000Z', reason: 'deleted' })
  await publishFeeds(on(dir, '2022-08-03'))
  const states = () =>
    of(dir, 'abcdefghij.duckdns.org').map(({ event, deleted, to_ids }) => [event, deleted, to_ids])
  expect(states().sort()).toEqual([
    ['2022-07', true, true],
    ['2022-08', false, true],
  ])
  await publishFeeds(on(dir, '2022-09-20'))
  expect(states().sort()).toEqual([
    ['2022-07', true, false],
    ['2022-08', false, false],
  ])
  await clean(dir)
})

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { decide } from '../../src/app/decide.js'
import { publishFeeds } from '../../src/app/publish.js'
import { type Part, partsOf } from '../../src/core/parts.js'
import { feedOf } from '../../src/exporters/stix/feed.js'
import { graph } from '../../src/exporters/stix/objects.js'
import { Bundle, type StixObject, stix } from '../../src/index.js'
import type { Document } from '../../src/model/document.js'
import { cli, commit, folder, post, workspace } from '../helpers.js'

const { OPENCTI_EXTENSION } = stix

const on = (dir: string, day: string) => workspace({ dir, now: `${day}T12:00:00.000Z` })
const report = (id: string, day: string, text: string): Document =>
  post(text, {
    id: `post:${id}`,
    publishedAt: `${day}T08:00:00.000Z`,
    url: `https://x.com/ninoseki/status/${id}`,
  })
const text = (dir: string, name: string) => readFileSync(join(dir, `feeds/stix/${name}.json`), 'utf8')
const objects = (dir: string, name: string): StixObject[] => Bundle.parse(JSON.parse(text(dir, name))).objects
const indicators = (dir: string, name: string) =>
  objects(dir, name).filter((one): one is stix.Indicator => one.type === 'indicator')
const named = (dir: string, name: string, value: string) =>
  indicators(dir, name).find((one) => one.name === value)
const golden = (name: string) => join(import.meta.dirname, `../golden/stix/${name}.json`)

const ALL =
  '#MoqHao abcdefghij.duckdns[.]org → 31.1.2.3 hxxp://evil-one[.]com/a?b=1 C2: [2a0d:5600:24::1]:28844 e3b0c44298fc1c149afbf4c8996fb924'
const NAME_ALONE = '#MoqHao abcdefghij.duckdns[.]org'
const ADDRESS = '31.1.2.3'

it('the four states of an indicator, and its return after a withdrawal', async () => {
  const dir = folder()
  const first = on(dir, '2022-06-01')
  await commit(first, report('1532000000000000000', '2022-06-01', ALL))
  await publishFeeds(first)
  await expect(text(dir, 'bundle')).toMatchFileSnapshot(golden('1-active'))
  await expect(text(dir, 'misp')).toMatchFileSnapshot(golden('1-active-misp'))
  const active = named(dir, 'bundle', ADDRESS)!
  expect(named(dir, 'active', ADDRESS)).toEqual(active)
  expect(named(dir, 'misp', ADDRESS)).toEqual({
    ...active,
    valid_until: undefined,
    description:
      'Reported by ninoseki, 2022-06-01T08:00:00.000Z, https://x.com/ninoseki/status/1532000000000000000 (post:1532000000000000000 from x-researchers)',
  })
  expect(indicators(dir, 'misp').map(({ pattern }) => pattern)).toContain(
    `[domain-name:value = 'abcdefghij.duckdns.org' AND domain-name:resolves_to_refs[*].value = '${ADDRESS}']`,
  )
  expect(indicators(dir, 'revoked')).toEqual([])

  const alone = on(dir, '2022-06-25')
  await commit(alone, report('1540000000000000000', '2022-06-25', NAME_ALONE))
  await publishFeeds(alone)
  expect(named(dir, 'bundle', ADDRESS)).toEqual(active)

  await publishFeeds(on(dir, '2022-07-17'))
  await expect(text(dir, 'bundle')).toMatchFileSnapshot(golden('2-expired'))
  const expired = named(dir, 'bundle', ADDRESS)!
  expect(expired).toMatchObject({
    id: active.id,
    created: active.created,
    modified: '2022-07-17T00:00:00.000Z',
    valid_until: '2022-07-16T08:00:00.000Z',
  })
  expect([active, expired].map((one) => one.extensions[OPENCTI_EXTENSION].detection)).toEqual([true, false])
  // What MISP would take for live is not for it; the name, which was reported since and lives longer, is.
  for (const name of ['active', 'misp']) {
    expect(text(dir, name)).not.toContain(ADDRESS)
    expect(named(dir, name, 'abcdefghij.duckdns.org')).toBeDefined()
  }
  expect(indicators(dir, 'revoked')).toEqual([])

  const later = on(dir, '2022-08-20')
  await commit(later, report('1560000000000000000', '2022-08-20', ALL))
  await publishFeeds(later)
  await expect(text(dir, 'bundle')).toMatchFileSnapshot(golden('3-revived'))
  expect(named(dir, 'bundle', ADDRESS)).toMatchObject({
    id: active.id,
    created: active.created,
    modified: '2022-08-20T00:00:00.000Z',
    valid_from: '2022-08-20T08:00:00.000Z',
    valid_until: '2022-10-04T08:00:00.000Z',
    extensions: { [OPENCTI_EXTENSION]: { detection: true } },
  })

  decide(on(dir, '2022-08-21'), ADDRESS, { decision: 'deny', reason: 'a hospital', by: 'me' })
  decide(on(dir, '2022-08-21'), 'never-published.duckdns.org', { decision: 'deny', reason: 'no', by: 'me' })
  await publishFeeds(on(dir, '2022-08-21'))
  await expect(text(dir, 'revoked')).toMatchFileSnapshot(golden('4-revoked'))
  for (const name of ['bundle', 'active', 'misp']) expect(text(dir, name)).not.toContain(ADDRESS)
  expect(indicators(dir, 'revoked')).toMatchObject([
    {
      id: active.id,
      revoked: true,
      created: active.created,
      modified: '2022-08-21T00:00:00.000Z',
      pattern: active.pattern,
    },
  ])
  expect((await publishFeeds(on(dir, '2022-08-23'))).published.written).toEqual([])

  const again = on(dir, '2022-08-25')
  writeFileSync(join(dir, 'decisions.csv'), 'type,value,decision,reason,by,date,until\n')
  const reopened = on(dir, '2022-08-25')
  await again.close()
  await publishFeeds(reopened)
  await expect(text(dir, 'bundle')).toMatchFileSnapshot(golden('5-returned'))
  const returned = named(dir, 'bundle', ADDRESS)!
  expect(returned).toMatchObject({
    created: '2022-08-25T00:00:00.000Z',
    modified: '2022-08-25T00:00:00.000Z',
  })
  expect(returned.id).not.toBe(active.id)
  // What is final stays so, and the value is not delisted any more.
  await expect(text(dir, 'revoked')).toMatchFileSnapshot(golden('4-revoked'))
  expect(readFileSync(join(dir, 'feeds/delisted.csv'), 'utf8')).not.toContain(ADDRESS)
  expect((await publishFeeds(on(dir, '2022-08-26'))).published.written).toEqual([])

  decide(on(dir, '2022-08-27'), ADDRESS, { decision: 'withdraw', reason: 'after all', by: 'me' })
  await publishFeeds(on(dir, '2022-08-27'))
  expect(indicators(dir, 'revoked').map(({ id, modified }) => [id, modified])).toEqual([
    [active.id, '2022-08-21T00:00:00.000Z'],
    [returned.id, '2022-08-27T00:00:00.000Z'],
  ])
})

/** Objects by id, as consumers would compare them. */
const byId = (dir: string, name: string) =>
  new Map<string, StixObject>(objects(dir, name).map((one) => [one.id, one]))
const modifiedOf = (one: StixObject | undefined) => (one && 'modified' in one ? one.modified : undefined)

it('of two publications with one new indicator in between, the new and what it changes have a new modified', async () => {
  const dir = folder()
  const first = on(dir, '2022-06-01')
  await commit(first, report('1532000000000000000', '2022-06-01', ALL))
  await publishFeeds(first)
  const before = byId(dir, 'bundle')
  const second = on(dir, '2022-06-02')
  await commit(
    second,
    report('1532300000000000000', '2022-06-02', '#MoqHao bbcdefghij.duckdns[.]org → 31.1.2.3'),
  )
  await publishFeeds(second)
  const after = byId(dir, 'bundle')
  expect([...before.keys()].filter((id) => !after.has(id))).toEqual([])
  const isNew = (id: string) => !before.has(id)
  const label = (one: StixObject) =>
    `${one.type} ${'name' in one ? one.name : 'relationship_type' in one ? one.relationship_type : ''}`.trim()
  const grown = [...after].filter(([id, one]) => isNew(id) || modifiedOf(one) !== modifiedOf(before.get(id)))
  expect(grown.filter(([id]) => !isNew(id)).map(([, one]) => label(one))).toEqual([
    // Reported once more; a day longer live it and what stands on it.
    `indicator ${ADDRESS}`,
    'indicator evil-one.com',
    'indicator abcdefghij.duckdns.org',
    'indicator http://evil-one.com/a?b=1',
    'report MoqHao indicators of moqhao-feed',
  ])
  expect(
    grown
      .filter(([id]) => isNew(id))
      .map(([, one]) => label(one))
      .sort(),
  ).toEqual([
    'domain-name',
    'indicator bbcdefghij.duckdns.org',
    'relationship based-on',
    'relationship indicates',
    'relationship resolves-to',
    'sighting',
  ])
  for (const [, one] of grown)
    if (one.type === 'indicator') expect(one.modified).toBe('2022-06-02T00:00:00.000Z')
  // What did not grow did not change.
  for (const [id, one] of after)
    if (!grown.some(([other]) => other === id)) expect(one).toEqual(before.get(id))
})

it('with TLP 2.0 every object is marked and, where it was published before, has grown', async () => {
  const dir = folder()
  const first = on(dir, '2022-06-01')
  await commit(first, report('1532000000000000000', '2022-06-01', ALL))
  await publishFeeds(first)
  const before = byId(dir, 'bundle')
  const { publisher } = JSON.parse(
    readFileSync(join(import.meta.dirname, '../../feed.config.json'), 'utf8'),
  ) as { publisher: object }
  writeFileSync(join(dir, 'feed.config.json'), JSON.stringify({ publisher: { ...publisher, tlp: 'clear' } }))
  await publishFeeds(on(dir, '2022-06-02'))
  for (const one of objects(dir, 'bundle')) {
    if (one.type === 'marking-definition') expect(one.id).toBe(stix.TLP_CLEAR)
    else {
      expect(one.object_marking_refs).toEqual([stix.TLP_CLEAR])
      if ('modified' in one) expect(one.modified > modifiedOf(before.get(one.id))!).toBe(true)
    }
  }
  expect((await publishFeeds(on(dir, '2022-06-03'))).published.written).toEqual([])
})

it('a bundle that is too large is split by month of first report, and each part is a bundle', async () => {
  const dir = folder()
  const here = on(dir, '2022-07-10')
  await commit(
    here,
    report('1532000000000000000', '2022-06-01', ALL),
    report('1543000000000000000', '2022-07-02', '#MoqHao bbcdefghij.duckdns[.]org → 31.1.2.3'),
  )
  const { snapshot } = await publishFeeds(here)
  const shown = (parts: Part[]) =>
    parts.map(({ month, indicators, resolutions }) => [month, indicators.length, resolutions.length])
  expect(shown(partsOf(snapshot.indicators, snapshot.resolutions, 7))).toEqual([[null, 7, 3]])
  const parts = partsOf(snapshot.indicators, snapshot.resolutions, 6)
  expect(shown(parts)).toEqual([
    ['2022-06', 6, 2],
    ['2022-07', 1, 1],
  ])
  const [, july] = parts.map((part) => [...graph(feedOf(snapshot), part)])
  expect(
    Bundle.safeParse({ type: 'bundle', id: `bundle--${snapshot.publisher.namespace}`, objects: july }).error,
  ).toBe(undefined)
  // The address is of June; it is the same object in both.
  const whole = byId(dir, 'bundle')
  expect(july!.filter(({ type }) => type === 'ipv4-addr')).toHaveLength(1)
  for (const one of july!) expect(one).toEqual(whole.get(one.id))
})

it('each profile is exported by its name', async () => {
  const dir = folder()
  for (const [name, file] of [
    ['stix', 'bundle'],
    ['stix-active', 'active'],
    ['stix-misp', 'misp'],
    ['stix-revoked', 'revoked'],
  ]) {
    const { code } = await cli(['export', '--dir', dir, '--only', name!, '-o', dir])
    expect(code).toBe(0)
    expect(Bundle.safeParse(JSON.parse(readFileSync(join(dir, `stix/${file}.json`), 'utf8'))).success).toBe(
      true,
    )
  }
})

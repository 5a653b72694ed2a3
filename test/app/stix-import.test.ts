import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { beforeAll, describe, expect, it } from 'vitest'
import { importFiles } from '../../src/app/import.js'
import { publishFeeds } from '../../src/app/publish.js'
import { cli, commit, folder, lastingFolder, post, smallArchive, workspace } from '../helpers.js'

const END = '9999-01-01T00:00:00.000Z'
const rows = (path: string): Record<string, string>[] => parse(readFileSync(path, 'utf8'), { columns: true })
const pick = (dir: string, file: string, columns: string[]) =>
  rows(join(dir, 'feeds', file))
    .map((row) =>
      columns
        .map((column) => row[column]!.slice(0, column.endsWith('reported') ? 10 : undefined))
        .join(' | '),
    )
    .sort()
const hashes = (dir: string) =>
  readdirSync(join(dir, 'feeds'), { recursive: true })
    .map(String)
    .filter((path) => statSync(join(dir, 'feeds', path)).isFile() && path !== 'status.json')
    .sort()
    .map(
      (path) =>
        `${path} ${createHash('sha256')
          .update(readFileSync(join(dir, 'feeds', path)))
          .digest('hex')}`,
    )
const factsOf = (dir: string) => workspace({ dir }).store().facts(END)
const importInto = (dir: string, ...files: string[]) => cli(['import', '--dir', dir, ...files])
/** All that holds the publication, in a format. */
const allOf = (dir: string, format: string): string[] =>
  format === 'stix'
    ? [bundleOf(dir)]
    : readdirSync(join(dir, 'feeds/misp'))
        .filter((name) => /^[0-9a-f-]{36}\.json$/.test(name))
        .map((name) => join(dir, 'feeds/misp', name))
const bundleOf = (dir: string, name = 'bundle') => join(dir, `feeds/stix/${name}.json`)

describe('the publication of the bundled archive', () => {
  const original = lastingFolder()
  beforeAll(async () => {
    expect((await cli(['run', '--dir', smallArchive(original)])).code).toBe(0)
  })

  it.each(['stix', 'misp'])(
    'as %s, read into an empty database and published again is the same: indicators, reporters, days, pairs',
    async (format) => {
      const dir = folder()
      const { code, stderr } = await importInto(dir, ...allOf(original, format))
      const restored = [...stderr.matchAll(/(\d+) values that this feed published itself restored/g)]
      expect([code, restored.reduce((sum, [, count]) => sum + Number(count), 0)]).toEqual([
        0,
        format === 'stix' ? 842 : expect.any(Number),
      ])
      expect((await cli(['publish', '--dir', dir])).code).toBe(0)
      const INDICATORS = [
        'type',
        'value',
        'status',
        'first_reported',
        'last_reported',
        'last_seen',
        'valid_from',
        'valid_until',
        'reporters',
        'sources',
      ]
      const known = pick(original, 'indicators.csv', INDICATORS)
      expect(known).toHaveLength(842)
      expect(pick(dir, 'indicators.csv', INDICATORS)).toEqual(known)
      const documents = new Map((await factsOf(original)).documents.map((one) => [one.id, one]))
      for (const restored of (await factsOf(dir)).documents) {
        const { kind, author, sources, publishedAt, url } = documents.get(restored.id)!
        expect(restored).toMatchObject({ kind, author, sources, publishedAt, url })
      }
      const PAIRS = ['domain', 'ip', 'first_reported', 'last_reported', 'last_seen', 'reporters', 'sources']
      expect(pick(original, 'pairs.csv', PAIRS)).toHaveLength(327)
      expect(pick(dir, 'pairs.csv', PAIRS)).toEqual(pick(original, 'pairs.csv', PAIRS))
    },
  )

  it.each(['stix', 'misp'])('as %s, read into the database that it is of changes nothing', async (format) => {
    const dir = folder()
    cpSync(original, dir, { recursive: true })
    const [facts, published] = [await factsOf(dir), hashes(dir)]
    expect((await importInto(dir, ...allOf(dir, format))).code).toBe(0)
    expect(await factsOf(dir)).toEqual(facts)
    expect((await cli(['publish', '--dir', dir])).code).toBe(0)
    expect(hashes(dir)).toEqual(published)
  })

  it.each(['stix', 'misp'])(
    'restored from %s, and then collected in truth, is as if it had been collected alone',
    async (format) => {
      const dir = folder()
      await importInto(dir, ...allOf(original, format))
      expect((await factsOf(dir)).documents.length).toBeGreaterThan(100)
      expect((await cli(['run', '--dir', smallArchive(dir)])).code).toBe(0)
      expect(await factsOf(dir)).toEqual(await factsOf(original))
      expect(hashes(dir)).toEqual(hashes(original))
    },
  )

  it('lies in the inbox for nothing', async () => {
    const dir = folder()
    mkdirSync(join(dir, 'inbox'))
    cpSync(bundleOf(original), join(dir, 'inbox/echo.json'))
    const { stdout } = await cli(['collect', '--dir', dir, 'inbox'])
    expect(stdout).toContain('842 values that this feed published itself passed over')
    expect((await factsOf(dir)).documents).toEqual([])
  })
})

/** What three posts of two people say, published: addresses with a word and a pair, a URL and its host. */
async function published() {
  const dir = folder()
  const here = workspace({ dir, now: '2022-06-02T12:00:00.000Z' })
  const by = (author: string, id: string, day: string, text: string) =>
    post(text, {
      id: `post:${id}`,
      author,
      publishedAt: `${day}T08:00:00.000Z`,
      url: `https://x.com/${author}/status/${id}`,
    })
  await commit(
    here,
    by('ninoseki', '1532000000000000000', '2022-06-01', '#MoqHao C2: 31.1.2.9:28844'),
    by(
      'ninoseki',
      '1532000000000000001',
      '2022-06-01',
      '#MoqHao abcdefghij.duckdns[.]org → 31.1.2.3 hxxp://evil-one[.]com/a',
    ),
    by('KesaGataMe0', '1532000000000000002', '2022-06-02', '#MoqHao abcdefghij.duckdns[.]org → 31.1.2.3'),
    by('KesaGataMe0', '1532000000000000003', '2022-06-02', '#MoqHao abcdefghij.duckdns[.]org'),
  )
  await publishFeeds(here)
  return dir
}
const NOW = '2022-06-02T12:00:00.000Z'
const SAID = ['type', 'value', 'status', 'first_reported', 'reporters']

it('every reporter of a value is restored, and a command server that a post calls one', async () => {
  const [original, dir] = [await published(), folder()]
  const here = workspace({ dir, now: NOW })
  await importFiles(here, [bundleOf(original)])
  await publishFeeds(here)
  const known = pick(original, 'indicators.csv', SAID)
  expect(known).toEqual(
    expect.arrayContaining([
      expect.stringContaining('31.1.2.9'),
      expect.stringMatching(/abcdefghij.*ninoseki.*KesaGataMe0/),
    ]),
  )
  expect(pick(dir, 'indicators.csv', SAID)).toEqual(known)
  expect(pick(dir, 'pairs.csv', ['domain', 'ip', 'reporters'])).toEqual(
    pick(original, 'pairs.csv', ['domain', 'ip', 'reporters']),
  )
  const { documents } = await factsOf(dir)
  expect(documents.map(({ id, kind, author, sources }) => [id, kind, author, sources])).toContainEqual([
    'post:1532000000000000002',
    'post',
    'KesaGataMe0',
    ['x-researchers'],
  ])
})

it('evidence without a link stands in the bundle too, each document of it', async () => {
  const [dir, restored] = [folder(), workspace({ now: NOW })]
  const here = workspace({ dir, now: NOW })
  for (const id of ['inbox:1:a', 'inbox:2:b'])
    await commit(here, post('#MoqHao evil-one[.]com', { id, source: 'inbox', basis: 'stated', url: null }))
  await publishFeeds(here)
  await importFiles(restored, [bundleOf(dir)])
  const { documents } = await restored.store().facts(END)
  expect(documents.map(({ id, sources, url }) => [id, sources, url])).toEqual([
    ['inbox:1:a', ['inbox'], null],
    ['inbox:2:b', ['inbox'], null],
  ])
})

it('what one import brings besides does not count as known before it', async () => {
  const [original, dir] = [await published(), folder()]
  const foreign = join(dir, 'foreign.txt')
  writeFileSync(foreign, 'abcdefghij.duckdns.org\n')
  const here = workspace({ dir, now: NOW })
  const [, , own] = await importFiles(here, [foreign, bundleOf(original, 'misp'), bundleOf(original)])
  expect(own!.notices).toEqual([
    expect.stringMatching(/^\d values that this feed published itself restored$/),
  ])
  const alone = workspace({ now: NOW })
  await importFiles(alone, [bundleOf(original)])
  const of = async (one: typeof here) =>
    (await one.store().facts(END)).observations.filter(({ document }) => document.kind === 'post')
  expect(await of(here)).toEqual(await of(alone))
})

it('whatever file of a publication is read into the database that it is of, nothing changes', async () => {
  const dir = await published()
  const here = workspace({ dir, now: NOW })
  const facts = await here.store().facts(END)
  for (const name of ['bundle', 'active', 'misp'])
    expect(await importFiles(here, [bundleOf(dir, name)])).toMatchObject([{ documents: 0 }])
  expect(await here.store().facts(END)).toEqual(facts)
})

it('a value that is known, by whatever word, is not restored; what is not, is, by itself', async () => {
  const [original, dir] = [await published(), folder()]
  const here = workspace({ dir, now: NOW })
  await commit(here, post('evil-one.com', { id: 'post:1', tags: [] }))
  const [imported] = await importFiles(here, [bundleOf(original)])
  expect(imported!.notices).toEqual([
    '1 values that this feed published itself passed over: its own word is no evidence',
    expect.stringMatching(/restored$/),
  ])
  const { observations } = await here.store().facts(END)
  expect(observations.filter(({ value }) => value === 'evil-one.com')).toMatchObject([
    { document: { id: 'post:1' } },
  ])
  expect(observations.filter(({ value }) => value === 'http://evil-one.com/a')).toHaveLength(1)
  // And once more: now all of it is known.
  const facts = await here.store().facts(END)
  const [again] = await importFiles(here, [bundleOf(original)])
  expect(again).toMatchObject({ documents: 0, newDocuments: 0 })
  expect(await here.store().facts(END)).toEqual(facts)
})

it('a known address gets no name from a publication, nor the name an address', async () => {
  const [original, here] = [await published(), workspace({ now: NOW })]
  await commit(here, post('31.1.2.3', { id: 'post:1' }))
  await importFiles(here, [bundleOf(original)])
  const { observations, pairs } = await here.store().facts(END)
  expect(observations.filter(({ value }) => value === '31.1.2.3')).toMatchObject([
    { document: { id: 'post:1' } },
  ])
  expect(observations.some(({ value }) => value === 'abcdefghij.duckdns.org')).toBe(true)
  expect(pairs).toEqual([])
})

it('a document that is known by itself takes nothing from a publication, before or after', async () => {
  const original = await published()
  const real = post('#MoqHao abcdefghij.duckdns[.]org', {
    id: 'post:1532000000000000001',
    url: 'https://x.com/ninoseki/status/1532000000000000001',
  })
  const [before, after, alone] = [workspace({ now: NOW }), workspace({ now: NOW }), workspace({ now: NOW })]
  await commit(before, real)
  await importFiles(before, [bundleOf(original)])
  await importFiles(after, [bundleOf(original)])
  await commit(after, real)
  await commit(alone, real)
  const of = async (one: typeof before) => {
    const { documents, observations, pairs } = await one.store().facts(END)
    const isIt = ({ document }: { document: { id: string } }) => document.id === real.id
    return [documents.filter(({ id }) => id === real.id), observations.filter(isIt), pairs.filter(isIt)]
  }
  expect(await of(before)).toEqual(await of(alone))
  expect(await of(after)).toEqual(await of(alone))
})

it('a source that is not configured here is that of the import, and its reporter an author', async () => {
  const dir = folder()
  const text = readFileSync(bundleOf(await published()), 'utf8').replaceAll('"x-researchers"', '"gone"')
  writeFileSync(join(dir, 'own.json'), text)
  const here = workspace({ dir, now: NOW })
  await importFiles(here, [join(dir, 'own.json')])
  const { documents } = await here.store().facts(END)
  expect(documents.map(({ sources, author }) => [sources, author])).toContainEqual([['import'], 'ninoseki'])
})

describe("others' bundles", () => {
  const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
  const AT = '2022-06-01T00:00:00.000Z'
  const indicator = (pattern: string, told: object = {}) => ({
    type: 'indicator',
    id: `indicator--${uuid(1)}`,
    created: AT,
    modified: AT,
    labels: ['moqhao'],
    pattern,
    ...told,
  })
  const write = (dir: string, name: string, ...objects: object[]) => {
    const path = join(dir, name)
    writeFileSync(path, JSON.stringify({ type: 'bundle', objects }))
    return path
  }

  it('are heard like any list: one stranger who names the campaign publishes nothing', async () => {
    const dir = folder()
    const here = workspace({ dir, now: NOW })
    const path = write(dir, 'foreign.json', indicator("[domain-name:value = 'some-name-x.com']"))
    expect(await importFiles(here, [path])).toMatchObject([
      { format: 'stix', newDocuments: 1, newObservations: 1 },
    ])
    await publishFeeds(here)
    expect(pick(dir, 'indicators.csv', ['value'])).toEqual([])
    expect(readFileSync(join(dir, 'feeds/quarantine.csv'), 'utf8')).toContain('some-name-x')
  })

  it('imported again bring nothing new; a newer version of an object is still that object', async () => {
    const dir = folder()
    const here = workspace({ dir, now: NOW })
    const path = write(dir, 'foreign.json', indicator("[domain-name:value = 'some-name-x.com']"))
    await importFiles(here, [path])
    expect(await importFiles(here, [path])).toMatchObject([
      { documents: 1, newDocuments: 0, newObservations: 0 },
    ])
    const newer = write(
      dir,
      'newer.json',
      indicator("[domain-name:value IN ('some-name-x.com', 'some-name-y.com')]", {
        modified: '2022-06-02T00:00:00Z',
        labels: ['moqhao', 'more'],
        external_references: [{ source_name: 'blog', url: 'https://blog.example/' }],
      }),
    )
    expect(await importFiles(here, [newer])).toMatchObject([
      { documents: 1, newDocuments: 0, newObservations: 1 },
    ])
    expect((await here.store().facts(END)).documents).toHaveLength(1)
  })

  it('are taken whole or not at all', async () => {
    const dir = folder()
    const here = workspace({ dir, now: NOW })
    const good = write(dir, 'good.json', indicator("[domain-name:value = 'some-name-x.com']"))
    const bad = write(
      dir,
      'bad.json',
      indicator("[domain-name:value = 'some-name-y.com']"),
      indicator('[', { id: `indicator--${uuid(2)}` }),
    )
    const worse = write(dir, 'worse.json', indicator("[domain-name:value = 'y.com']"), {
      type: 'indicator',
      id: 'x',
    })
    for (const path of [bad, worse])
      await expect(importFiles(here, [good, path])).rejects.toMatchObject({ code: 'input' })
    expect((await here.store().facts(END)).documents).toEqual([])
  })
})

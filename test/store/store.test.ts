import { appendFileSync, cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import fc from 'fast-check'
import { expect, it, onTestFinished, test } from 'vitest'
import { PACKAGE_ROOT } from '../../src/app/workspace.js'
import { read } from '../../src/core/read.js'
import { addMs } from '../../src/core/time.js'
import { type Document, Road, type Row } from '../../src/model/document.js'
import { openStore } from '../../src/store/sqlite.js'
import { folder, NOW, post, profile } from '../helpers.js'

const MIGRATIONS = join(PACKAGE_ROOT, 'migrations')

function store(path = join(folder(), 'feed.db'), migrations = MIGRATIONS) {
  const opened = openStore(path, migrations)
  onTestFinished(() => opened.close())
  return opened
}

const item = (document: Document) => ({ document, reading: read(document, profile) })

it('keeps a batch and its cursor together, or neither', async () => {
  const here = store()
  await here.commit('x', 'one', [item(post('evil.com'))])
  const broken = item(post('evil.net', { id: 'post:2' }))
  broken.reading.observations[0]!.type = 'nonsense' as 'url'
  await expect(here.commit('x', 'two', [broken])).rejects.toThrow()
  expect(await here.cursor('x')).toBe('one')
  expect((await here.facts('9999')).documents.map(({ id }) => id)).toEqual([post('').id])
})

it('tells the posts that were billed today, and counts those of the month, each once a day', async () => {
  const here = store()
  const billed = async (source: string, day: string, ...posts: string[]) =>
    here.commit(source, null, [], { reads: { day, posts } })
  await billed('x', '2026-10-31', '1')
  await billed('x', '2026-11-23', '1', '2')
  await billed('x', '2026-11-24', '2', '3', '3')
  await billed('x', '2026-11-24', '3')
  await billed('another', '2026-11-24', '4')
  expect(await here.reads('x', '2026-11-24')).toEqual({ today: ['2', '3'], month: 4 })
})

it('knows posts of any age, but none that is withdrawn', async () => {
  const here = store()
  for (const id of ['post:1', 'x/post:2', 'post:3', 'post:none'])
    await here.commit('x', null, [item(post('evil.com', { id }))])
  await here.withdrawDocuments(['post:3'], { at: NOW, reason: 'gone' })
  expect((await here.posts()).sort()).toEqual(['post:1', 'x/post:2'])
})

it('keeps of registrations those of names that are held, by then, or by what they end with; each check once', async () => {
  const here = store()
  const found = ['evil.com', 'other.com', 'org'].map((domain) => ({
    domain,
    source: 'x',
    checkedAt: '2026-11-20T00:00:00.000Z',
    retrievedAt: NOW,
    registeredAt: '2026-11-01T00:00:00.000Z',
    registrar: 'R',
    nameServers: ['ns1.x.com', 'ns2.x.com'],
    addresses: ['31.7.7.7'],
  }))
  const domainOf = (name: string) => (name.includes('.') ? name.split('.').slice(-2).join('.') : null)
  const tell = (...told: typeof found) =>
    here.commit('x', null, [item(post('hxxp://www.evil[.]com/'))], {
      registrations: { found: told, domainOf },
    })
  await tell(...found)
  expect(await here.registrations()).toEqual([found[0]])
  const later = { ...found[0]!, retrievedAt: addMs(NOW, 1) }
  await tell(later, { ...later, checkedAt: NOW, registrar: null as unknown as string })
  expect(await here.registrations()).toEqual([found[0], { ...later, checkedAt: NOW, registrar: null }])
})

it('facts as of a day know no registration that was asked for, or read, later', async () => {
  const here = store()
  const day = (n: number) => `2026-11-0${n}T00:00:00.000Z`
  const told = (domain: string, checked: number, read: number) => ({
    domain,
    source: 'x',
    checkedAt: day(checked),
    retrievedAt: day(read),
    registeredAt: null,
    registrar: null,
    nameServers: [],
    addresses: ['31.7.7.7'],
  })
  await here.commit('x', null, [], {
    registrations: { found: [told('b.com', 1, 2), told('a.com', 1, 3), told('a.com', 2, 3)] },
  })
  const known = async (before: string, knownBefore?: string) =>
    (await here.facts(before, knownBefore)).registrations.map(
      ({ domain, checkedAt }) => `${domain} ${checkedAt.slice(8, 10)}`,
    )
  expect(await known(day(1))).toEqual([])
  expect(await known(day(2))).toEqual(['a.com 01', 'b.com 01'])
  expect(await known(day(9))).toEqual(['a.com 01', 'a.com 02', 'b.com 01'])
  expect(await known(day(9), day(3))).toEqual(['b.com 01'])
})

it('two answers to one question about a name end in the same, whichever comes first', async () => {
  const [none, one] = [
    { registeredAt: null, registrar: null, nameServers: [], addresses: [], retrievedAt: NOW },
    {
      registeredAt: '2026-11-01T00:00:00.000Z',
      registrar: 'R',
      nameServers: ['ns1.x.com'],
      addresses: ['31.7.7.7'],
      retrievedAt: addMs(NOW, 1),
    },
  ].map((told) => ({ domain: 'a.com', source: 'x', checkedAt: NOW, ...told }))
  for (const found of [
    [none!, one!],
    [one!, none!],
  ]) {
    const here = store()
    await here.commit('x', null, [], { registrations: { found } })
    expect(await here.registrations()).toEqual([{ ...one, retrievedAt: NOW }])
  }
})

it('a transaction around commits keeps all of them or none', async () => {
  const here = store()
  const work = here.transaction(async () => {
    await here.commit('x', null, [item(post('evil.com'))])
    throw new Error('the second file is broken')
  })
  await expect(work).rejects.toThrow('second file')
  expect((await here.facts('9999')).documents).toEqual([])
})

it('several roads to one post end in the same facts, in whichever order they come', async () => {
  const rows = post('', {
    source: 'tweetfeed',
    author: 'NaomiSuzuki_',
    tags: ['#a'],
    body: { rows: [{ cells: ['abcdefghij.duckdns.org'] }] },
  })
  const roads = [
    post('#MoqHao abcdefghij.duckdns[.]org 1.2.3.4'),
    rows,
    { ...rows, author: 'naomisuzuki_', retrievedAt: '2020-01-01T00:00:00.000Z', tags: ['#b'] },
    post('short', {
      publishedAt: '2020-01-01T00:00:00.000Z',
      basis: 'stated',
      references: ['https://b.example/'],
    }),
  ]
  const facts = async (documents: Document[]) => {
    const here = store()
    for (const document of documents) await here.commit(document.source, null, [item(document)])
    return here.facts('9999')
  }
  const expected = await facts(roads)
  expect(expected.documents).toMatchObject([
    { sources: ['tweetfeed', 'x-researchers'], basis: 'stated', signals: ['term:moqhao'] },
  ])
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray(roads, { minLength: roads.length }), async (shuffled) => {
      expect(await facts(shuffled)).toEqual(expected)
    }),
    { numRuns: 12 },
  )
})

const permutations = <T>(items: T[]): T[][] =>
  items.length === 0
    ? [[]]
    : items.flatMap((first, n) => permutations(items.toSpliced(n, 1)).map((rest) => [first, ...rest]))

const came = (road: Road, author: string | null, url = `https://x.com/${author ?? 'i'}/status/1`) =>
  post('abcdefghij.duckdns[.]org', { road, source: road, author, url })

// Names in the order opposite to the roads', so that the least of them would be the wrong one.
const [X, ARCHIVE, TWEETFEED, INBOX, LIST] = Road.options.map((road, n) => came(road, `${5 - n}th`)) as [
  Document,
  Document,
  Document,
  Document,
  Document,
]

test.each<[string, Document[], Document]>([
  ['X, before all others', [X, ARCHIVE, TWEETFEED, INBOX, LIST], X],
  ["the account's archive, before TweetFeed", [ARCHIVE, TWEETFEED, INBOX, LIST], ARCHIVE],
  ['TweetFeed, before the inbox', [TWEETFEED, INBOX, LIST], TWEETFEED],
  ['the inbox, before a list', [INBOX, LIST], INBOX],
  ['the least of several on one road', [came('inbox', 'b'), came('inbox', 'a'), LIST], came('inbox', 'a')],
  ['who is named at all', [came('x-api', null), INBOX, LIST], INBOX],
  [
    'of nobody, the best link',
    [came('x-api', null, 'https://x.com/i/status/2'), came('list', null)],
    came('x-api', null, 'https://x.com/i/status/2'),
  ],
])(
  'the author and the link of a post are by %s, in whichever order they come',
  async (_, documents, best) => {
    for (const order of permutations(documents)) {
      const here = store()
      for (const document of order) await here.commit(document.source, null, [item(document)])
      expect((await here.facts('9999')).documents).toMatchObject([{ author: best.author, url: best.url }])
    }
  },
)

const AT = (day: number) => `2021-09-${day}T00:00:00.000Z`
const sectionOf = (basis: Document['basis'], day: number, author: string | null = null) =>
  post('', {
    id: 'list:a',
    kind: 'list',
    road: 'list',
    author,
    publishedAt: AT(day),
    basis,
    body: { rows: [{ cells: ['evil.com'] }] },
  })

test.each<[string, Document[], object]>([
  [
    "a section that once held more than a post is nobody's, and of no post's day",
    [sectionOf('post-id', 10, 'ninoseki'), sectionOf('section-order', 20), sectionOf('section-order', 15)],
    { author: null, publishedAt: AT(15), basis: 'section-order' },
  ],
  [
    'of two upper bounds the earlier one holds',
    [sectionOf('list-date', 12), sectionOf('section-order', 20)],
    { publishedAt: AT(12), basis: 'list-date' },
  ],
  [
    'what a list states is better than when it was read',
    [sectionOf('stated', 12), sectionOf('list-date', 20)],
    { publishedAt: AT(12), basis: 'stated' },
  ],
])('%s, in whichever order they come', async (_, documents, expected) => {
  for (const order of permutations(documents)) {
    const here = store()
    for (const document of order) await here.commit(document.source, null, [item(document)])
    expect((await here.facts('9999')).documents).toMatchObject([expected])
  }
})

it('what came back from a publication gives way to the document itself, in whichever order they come', async () => {
  const told = post('', { road: 'feed', tags: ['#told'], body: { rows: [{ cells: ['told.com'] }] } })
  const real = post('real.com')
  for (const order of permutations([told, told, real, real])) {
    const here = store()
    for (const document of order) await here.commit(document.source, null, [item(document)])
    expect((await here.facts('9999')).observations.map(({ value }) => value)).toEqual(['real.com'])
  }
  const withdrawn = store()
  const reason = { at: NOW, reason: 'deleted by its author' }
  await withdrawn.commit('x', null, [item(told)])
  await withdrawn.withdrawDocuments([told.id], reason)
  await withdrawn.commit('x', null, [item(real)])
  expect((await withdrawn.facts('9999')).observations).toMatchObject([
    { value: 'real.com', withdrawn: reason },
    { value: 'told.com', withdrawn: reason },
  ])
})

it('of a database from before roads were known, only what X alone has told keeps its author', () => {
  const dir = folder()
  const path = join(dir, 'feed.db')
  const older = join(dir, 'migrations')
  cpSync(MIGRATIONS, older, { recursive: true, filter: (name) => !/00(?:0[5-9]|10)_/.test(name) })
  openStore(path, older).close()
  const db = new Database(path)
  onTestFinished(() => void db.close())
  for (const [key, id] of [
    [1, 'post:1'],
    [2, 'post:2'],
    [3, 'post:3'],
  ])
    db.prepare(
      "INSERT INTO documents (key, id, kind, published_at, basis, links, tags, signals) VALUES (?, ?, 'post', '2021', 'post-id', '[]', '[]', '[]')",
    ).run(key, id)
  db.exec(
    "INSERT INTO retrievals VALUES (1, 'x', '2026'), (2, 'x', '2026'), (2, 'other', '2026'), (3, 'other', '2026')",
  )
  db.exec("INSERT INTO reads VALUES ('x', '2026-11-01', '1'), ('x', '2026-11-01', '2')")
  openStore(path, MIGRATIONS).close()
  expect(db.prepare('SELECT id, road, basis FROM documents ORDER BY id').raw().all()).toEqual([
    ['post:1', 'x-api', 'post-id'],
    ['post:2', 'list', 'post-id'],
    ['post:3', 'list', 'post-id'],
  ])
})

it('facts as of a day know nothing published later', async () => {
  const here = store()
  await here.commit('x', null, [
    item(post('evil.com')),
    item(post('evil.net', { id: 'post:2', publishedAt: '2022-01-01T00:00:00.000Z' })),
  ])
  expect((await here.facts('2022-01-01T00:00:00.000Z')).observations.map(({ value }) => value)).toEqual([
    'evil.com',
  ])
})

it('a line of an undated list, and a pair, count from the day on which both were listed', async () => {
  const here = store()
  const at = (month: number) => `2026-0${month}-01T00:00:00.000Z`
  const rows = (basis: Document['basis'], ...given: Row[]) =>
    item(
      post('', {
        kind: 'list',
        road: 'list',
        author: null,
        publishedAt: at(5),
        basis,
        body: { rows: given },
      }),
    )
  const pair = { pairRule: 'row' as const }
  const document = rows(
    'list-date',
    { cells: ['early.com', '1.2.3.4'], ...pair, listedAt: at(3) },
    { cells: ['late.com', '1.2.3.4'], ...pair, listedAt: at(7) },
    { cells: ['undated.com', '1.2.3.4'], ...pair },
  )
  await here.commit('x', null, [document])
  const facts = async (month: number) => {
    const { documents, observations, pairs } = await here.facts(at(month))
    return [
      documents.map(({ publishedAt, basis }) => `${publishedAt.slice(0, 7)} ${basis}`),
      observations.map(({ value, document }) => `${value} ${document.publishedAt.slice(0, 7)}`),
      pairs.map(({ domain, document }) => `${domain} ${document.publishedAt.slice(0, 7)}`),
    ]
  }
  const [early, undated, late] = ['early.com 2026-03', 'undated.com 2026-05', 'late.com 2026-07']
  const ip = '1.2.3.4 2026-03'
  expect(await facts(3)).toEqual([[], [], []])
  expect(await facts(4)).toEqual([['2026-03 listed'], [early, ip], [early]])
  expect(await facts(6)).toEqual([['2026-05 list-date'], [early, undated, ip], [early, undated]])
  expect(await facts(8)).toEqual([['2026-05 list-date'], [early, late, undated, ip], [early, late, undated]])

  const stated = store()
  await stated.commit('x', null, [rows('stated', { cells: ['early.com'], listedAt: at(3) })])
  expect((await stated.facts(at(4))).documents).toEqual([])
  expect((await stated.facts(at(6))).observations).toMatchObject([{ document: { publishedAt: at(5) } }])
})

it('what was read later is not known by its day of listing either', async () => {
  const here = store()
  const list = post('', {
    kind: 'list',
    road: 'list',
    publishedAt: '2026-05-01T00:00:00.000Z',
    basis: 'list-date',
    retrievedAt: '2026-05-02T00:00:00.000Z',
    body: { rows: [{ cells: ['early.com'], listedAt: '2026-03-01T00:00:00.000Z' }] },
  })
  await here.commit('x', null, [item(list)])
  const known = async (before: string) => (await here.facts('2026-04-01', before)).documents.length
  expect([await known('2026-04-02'), await known('2026-05-03')]).toEqual([0, 1])
})

it('forgets the text of old posts, and nothing else', async () => {
  const path = join(folder(), 'feed.db')
  const here = store(path)
  await here.commit('x', null, [
    item(post('evil.com')),
    item(post('evil.net', { id: 'post:2', publishedAt: '2026-11-01T00:00:00.000Z' })),
  ])
  expect(await here.forgetText('2026-08-01T00:00:00.000Z')).toBe(1)
  expect((await here.facts('9999')).observations).toHaveLength(2)
})

it('one run at a time; the lock of a dead process is taken over', async () => {
  const path = join(folder(), 'feed.db')
  const [one, two] = [store(path), store(path)]
  const { release } = await one.lock(`${hostname()}:${process.pid}`, NOW, 60_000)
  await expect(two.lock(`${hostname()}:1`, NOW, 60_000)).rejects.toMatchObject({ code: 'locked' })
  await release()
  await two.lock(`${hostname()}:999999999`, NOW, 60_000)
  await one.lock(`${hostname()}:${process.pid}`, NOW, 60_000)
})

it('a lock holds for as long after each renewal, then it expires; what others have taken stays theirs', async () => {
  const path = join(folder(), 'feed.db')
  const [one, two] = [store(path), store(path)]
  const at = (minutes: number) => addMs(NOW, minutes * 60_000)
  const first = await one.lock('elsewhere:1', NOW, 3_600_000)
  await first.renew(at(50))
  await expect(two.lock('elsewhere:2', at(109), 3_600_000)).rejects.toMatchObject({ code: 'locked' })
  const second = await two.lock('elsewhere:2', at(110), 3_600_000)
  await first.renew(at(120))
  await first.release()
  await expect(one.lock('elsewhere:1', at(169), 3_600_000)).rejects.toThrow('elsewhere:2')
  await second.release()
  await one.lock('elsewhere:1', at(169), 3_600_000)
})

test.each([
  [
    'a newer one',
    (db: Database.Database) => void db.exec("INSERT INTO migrations VALUES ('9999_later.sql', 'x')"),
    'made by a newer moqhao-feed',
  ],
  [
    'an altered migration',
    (db: Database.Database) => void db.exec("UPDATE migrations SET sha256 = 'x'"),
    'has changed since it was applied',
  ],
])('refuses to open %s', (_, change, message) => {
  const path = join(folder(), 'feed.db')
  openStore(path, MIGRATIONS).close()
  const db = new Database(path)
  change(db)
  db.close()
  expect(() => openStore(path, MIGRATIONS)).toThrow(message)
})

it('refuses what is no database of ours, and leaves it alone', () => {
  const dir = folder()
  writeFileSync(join(dir, 'text.db'), 'not a database, but a text of some length'.repeat(30))
  expect(() => openStore(join(dir, 'text.db'), MIGRATIONS)).toThrow('is not an SQLite database')
  const other = new Database(join(dir, 'other.db'))
  other.exec('CREATE TABLE birds (name TEXT)')
  other.close()
  expect(() => openStore(join(dir, 'other.db'), MIGRATIONS)).toThrow('not one of moqhao-feed')
  expect(() => openStore(join(dir, 'none', 'feed.db'), MIGRATIONS)).toThrow('folder does not exist')
})

it('a later migration is applied to an older database', () => {
  const dir = folder()
  const path = join(dir, 'feed.db')
  openStore(path, MIGRATIONS).close()
  mkdirSync(join(dir, 'migrations'))
  cpSync(MIGRATIONS, join(dir, 'migrations'), { recursive: true })
  appendFileSync(join(dir, 'migrations', '9000_birds.sql'), 'CREATE TABLE birds (name TEXT) STRICT;')
  openStore(path, join(dir, 'migrations')).close()
  const db = new Database(path)
  onTestFinished(() => void db.close())
  expect(db.prepare('SELECT count(*) FROM migrations').pluck().get()).toBe(readdirSync(MIGRATIONS).length + 1)
})

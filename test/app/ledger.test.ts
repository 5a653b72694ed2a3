import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { collect } from '../../src/app/collect.js'
import { decide } from '../../src/app/decide.js'
import { explain } from '../../src/app/explain.js'
import { publishFeeds, snapshotAsOf } from '../../src/app/publish.js'
import { restore } from '../../src/app/restore.js'
import type { Workspace } from '../../src/app/workspace.js'
import { defang, undefang } from '../../src/core/defang.js'
import type { Document } from '../../src/model/document.js'
import type { Registration } from '../../src/model/ports.js'
import { commit, folder, post, workspace } from '../helpers.js'

const report = (id: string, day: string, text: string, told: Partial<Document> = {}): Document =>
  post(text, {
    id: `post:${id}`,
    publishedAt: `${day}T08:00:00.000Z`,
    retrievedAt: `${day}T09:00:00.000Z`,
    ...told,
  })

const on = (dir: string, day: string) => workspace({ dir, now: `${day}T12:00:00.000Z` })

/** Every published file by path. */
function published(dir: string): Record<string, string> {
  const feeds = join(dir, 'feeds')
  const paths = readdirSync(feeds, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
  return Object.fromEntries(paths.map((path) => [path.slice(feeds.length + 1), readFileSync(path, 'utf8')]))
}

/** A folder that has nothing but what another one published. */
function successor(of: string, only = ''): string {
  const dir = folder()
  cpSync(join(of, 'feeds', only), join(dir, 'feeds', only), { recursive: true })
  return dir
}

const DAY = '2022-06-03'

/** All that a document can go through: two roads, an edit, a withdrawn value, a deleted post, a quarantined value. */
async function eventful(): Promise<Workspace> {
  const here = on(folder(), DAY)
  const pair =
    '#MoqHao abcdefghij.duckdns[.]org → 31.1.2.3 hxxp://evil-one[.]com/a?b=1 e3b0c44298fc1c149afbf4c8996fb924'
  await commit(
    here,
    report('1', '2022-06-01', pair),
    report('1', '2022-06-01', pair, { source: 'tweetfeed', retrievedAt: `${DAY}T10:00:00.000Z` }),
    report('2', '2022-06-02', '#MoqHao bbcdefghij.duckdns[.]org cbcdefghij.duckdns[.]org'),
    report('2', '2022-06-02', '#MoqHao cbcdefghij.duckdns[.]org', { edition: `${DAY}T07:00:00.000Z` }),
    report('3', '2022-06-02', '#MoqHao dbcdefghij.duckdns[.]org', { author: 'someone_else' }),
    report('4', '2022-06-02', '#MoqHao ebcdefghij.duckdns[.]org'),
    report('5', '2022-06-02', 'nothing of it: unrelated-name[.]com'),
  )
  await here
    .store()
    .withdrawDocuments(['post:4'], { at: `${DAY}T11:00:00.000Z`, reason: 'the post was deleted' })
  return here
}

describe('the ledger', () => {
  it('rebuilds the database: what is published from it is the same to the byte', async () => {
    const here = await eventful()
    await publishFeeds(here)
    const dir = successor(here.dir, 'ledger')
    const there = on(dir, DAY)
    expect(await restore(there, there.feeds)).toMatchObject({ newDocuments: 3 })
    await publishFeeds(there)
    expect(published(dir)).toEqual(published(here.dir))
  })

  it('of the archive that ships likewise, and the next run begins where the last one ended', async () => {
    const here = on(folder(), DAY)
    const names = here.policy.sources
      .filter(({ type, name }) => type === 'archive' && name !== 'import')
      .map(({ name }) => name)
    await collect(here, { names })
    await publishFeeds(here)
    const there = on(successor(here.dir), DAY)
    const { documents, newDocuments, cursors } = await restore(there, there.feeds)
    expect([newDocuments, cursors]).toEqual([documents, names.toSorted()])
    expect((await publishFeeds(there)).published.written).toEqual([])
    const { sources } = await collect(there, { names })
    expect(sources.map((one) => [one.state, one.newDocuments])).toEqual(names.map(() => ['ok', 0]))
    // Again changes nothing.
    expect(await restore(there, there.feeds)).toEqual({ documents, newDocuments: 0, cursors: [] })
    expect((await publishFeeds(there)).published.written).toEqual([])
  })

  it('holds no text, nothing of what is unrelated, no handle of a deleted post, and no value that can be scraped', async () => {
    const here = await eventful()
    await publishFeeds(here)
    const ledger = Object.entries(published(here.dir))
      .filter(([path]) => /^ledger\/\d/.test(path))
      .map(([, text]) => text)
      .join('')
    const lines = ledger
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(lines.map(({ id }) => id)).toEqual(['post:1', 'post:2', 'post:3'])
    expect(ledger).not.toMatch(/"text"|unrelated-name|→|31\.1\.2\.3|duckdns\.org|evil-one\.com/)
    expect(ledger).toContain('"value":"hxxp://evil-one[.]com/a?b=1"')
  })

  it('keeps what was published and then deleted, without saying by whom', async () => {
    const dir = folder()
    const first = on(dir, '2022-06-02')
    await commit(first, report('4', '2022-06-02', '#MoqHao ebcdefghij.duckdns[.]org', { tags: ['#MoqHao'] }))
    await publishFeeds(first)
    const here = on(dir, DAY)
    await here
      .store()
      .withdrawDocuments(['post:4'], { at: `${DAY}T11:00:00.000Z`, reason: 'the post was deleted' })
    await publishFeeds(here)
    const files = published(dir)
    for (const [path, text] of Object.entries(files)) expect([path, text]).not.toContain('ninoseki/status')
    expect(JSON.parse(files['ledger/2022-06.jsonl']!)).toMatchObject({
      id: 'post:4',
      links: [],
      tags: [],
      withdrawn: 'the post was deleted',
    })
    expect(files['ledger/2022-06.jsonl']).not.toContain('ninoseki')
    const there = on(successor(dir), DAY)
    await restore(there, there.feeds)
    expect((await publishFeeds(there)).published.written).toEqual([])
  })

  it('of two instances merges into the same, whichever comes first', async () => {
    const [one, two] = [on(folder(), DAY), on(folder(), DAY)]
    const shared = '#MoqHao abcdefghij.duckdns[.]org → 31.1.2.3'
    await commit(
      one,
      report('1', '2022-06-01', shared),
      report('2', '2022-06-02', '#MoqHao bbcdefghij.duckdns[.]org'),
    )
    await commit(
      two,
      report('1', '2022-06-01', shared, { source: 'tweetfeed', author: 'zed' }),
      report('3', '2022-05-02', '#MoqHao cbcdefghij.duckdns[.]org'),
    )
    await two.store().withdrawDocuments(['post:3'], { at: `${DAY}T11:00:00.000Z`, reason: 'gone' })
    for (const here of [one, two]) await publishFeeds(here)
    const merged = await Promise.all(
      [
        [one, two],
        [two, one],
        [two, one, two, one],
      ].map(async (order) => {
        const here = on(folder(), DAY)
        for (const { feeds } of order) await restore(here, feeds)
        await publishFeeds(here)
        return published(here.dir)
      }),
    )
    expect(merged[0]!['domains.txt']).toBe('abcdefghij.duckdns.org\nbbcdefghij.duckdns.org\n')
    expect(merged[1]).toEqual(merged[0])
    expect(merged[2]).toEqual(merged[0])
  })

  const registration = (domain: string, more: Partial<Registration> = {}): Registration => ({
    domain,
    source: 'tweetfeed',
    checkedAt: `${DAY}T06:00:00.000Z`,
    retrievedAt: `${DAY}T07:00:00.000Z`,
    registeredAt: '2022-05-30T10:20:30.000Z',
    registrar: 'NameSilo, LLC',
    nameServers: ['ns1.some-host.com'],
    addresses: ['2a00::1', '31.1.2.3'],
    ...more,
  })
  const tell = (here: Workspace, ...found: Registration[]) =>
    here.store().commit('tweetfeed', null, [], { registrations: { found } })
  /** A name that is published only since it stood on an address that two other documents vouch for. */
  async function tied(): Promise<Workspace> {
    const here = await eventful()
    await commit(
      here,
      report('6', '2022-06-02', '#MoqHao 31.1.2[.]3:28866'),
      report('8', '2022-06-02', '#MoqHao 31.1.2[.]3:28866', { author: 'KesaGataMe0' }),
      report('7', '2022-06-02', 'www.qxzvkw[.]top'),
    )
    return here
  }

  it('holds what was told of the names in it, defanged; of nothing else, and no file where there is none', async () => {
    const without = await eventful()
    await publishFeeds(without)
    const path = 'ledger/registrations.jsonl'
    expect(published(without.dir)).not.toHaveProperty(path)
    const here = await tied()
    await tell(
      here,
      registration('qxzvkw.top'),
      registration('evil-one.com', { registeredAt: null, registrar: null }),
      registration('unrelated-name.com', { addresses: ['31.9.9.9'] }),
      registration('qxzvkw.top', { source: 'configured-no-more' }),
    )
    await publishFeeds(here)
    expect(published(here.dir)[path]).toBe(
      `${[
        '{"domain":"evil-one[.]com","source":"tweetfeed","checked_at":"2022-06-03T06:00:00.000Z","retrieved_at":"2022-06-03T07:00:00.000Z","name_servers":["ns1[.]some-host[.]com"],"addresses":["2a00[:][:]1","31[.]1[.]2[.]3"]}',
        '{"domain":"qxzvkw[.]top","source":"tweetfeed","checked_at":"2022-06-03T06:00:00.000Z","retrieved_at":"2022-06-03T07:00:00.000Z","registered_at":"2022-05-30T10:20:30.000Z","registrar":"NameSilo, LLC","name_servers":["ns1[.]some-host[.]com"],"addresses":["2a00[:][:]1","31[.]1[.]2[.]3"]}',
      ].join('\n')}\n`,
    )
  })

  it('brings back what was told of names: what that publishes is the same to the byte', async () => {
    const here = await tied()
    await tell(here, registration('qxzvkw.top'), registration('evil-one.com', { registrar: null }))
    await publishFeeds(here)
    expect(published(here.dir)['domains.txt']).toContain('www.qxzvkw.top\n')
    const there = on(successor(here.dir, 'ledger'), DAY)
    await restore(there, there.feeds)
    expect(await there.store().registrations()).toEqual(await here.store().registrations())
    await publishFeeds(there)
    expect(published(there.dir)).toEqual(published(here.dir))
    const { changes } = await explain(there, 'www.qxzvkw.top')
    expect(changes.map(({ what, verdict }) => `${what}: ${verdict}`)).toEqual([
      'by decide --deny: never',
      'if post:7 were withdrawn: unrelated',
      'if all reports by ninoseki were withdrawn: unrelated',
    ])
  })

  it('of two instances merges what was told of names, whichever comes first', async () => {
    const [one, two] = [await tied(), await tied()]
    const later = registration('qxzvkw.top', { checkedAt: `${DAY}T08:00:00.000Z` })
    await tell(one, registration('qxzvkw.top', { registrar: 'Another' }), registration('evil-one.com'))
    await tell(two, registration('qxzvkw.top', { addresses: ['31.1.2.3'] }), later)
    for (const here of [one, two]) await publishFeeds(here)
    const merged = await Promise.all(
      [
        [one, two],
        [two, one],
      ].map(async (order) => {
        const here = on(folder(), DAY)
        for (const { feeds } of order) await restore(here, feeds)
        await publishFeeds(here)
        return published(here.dir)
      }),
    )
    expect(merged[0]!['ledger/registrations.jsonl']!.trimEnd().split('\n')).toHaveLength(3)
    expect(merged[1]).toEqual(merged[0])
  })

  it('of the last publication keeps them where a brake holds the next', async () => {
    const here = await tied()
    await tell(here, registration('qxzvkw.top'))
    await publishFeeds(here)
    const before = published(here.dir)['ledger/registrations.jsonl']
    const rows = Array.from({ length: 600 }, (_, n) => ({ cells: [`name-${n}.some-kit-${n}.com`] }))
    await commit(here, {
      ...report('', DAY, ''),
      id: 'sekoia:1',
      kind: 'list',
      road: 'list',
      source: 'sekoia',
      author: null,
      body: { rows },
    })
    await expect(publishFeeds(here)).rejects.toThrow(/would gain/)
    expect(published(here.dir)['domains.txt']).toContain('www.qxzvkw.top\n')
    expect(published(here.dir)['ledger/registrations.jsonl']).toBe(before)
  })

  it.each([
    ['{"id":1}\n', /2022-05\.jsonl:1: id: .*"\{\\"id\\":1\}"/],
    ['not json\n', /2022-05\.jsonl:1: not JSON: "not json"/],
  ])('restores nothing where a line is %j', async (line, message) => {
    const here = await eventful()
    await publishFeeds(here)
    const there = on(successor(here.dir), DAY)
    writeFileSync(join(there.feeds, 'ledger/2022-05.jsonl'), line)
    await expect(restore(there, there.feeds)).rejects.toThrow(message)
    expect((await there.store().facts('9')).documents).toEqual([])
  })

  it('defangs so that it can be undone exactly', () => {
    const piece = fc.constantFrom('.', '[.]', '[', ']', ':', '[:]', 'http', 'hxxp', 'a', '1', '/', '-')
    const tail = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''))
    fc.assert(
      fc.property(
        fc.constantFrom('http://a', 'https://', 'ws://', 'http-', 'h', '2a00:'),
        tail,
        (head, text) => {
          fc.pre(head.includes('://') || !text.includes('hxxp'))
          // An address holds colons and hex digits alone, a name no colon.
          const value =
            head === '2a00:'
              ? `2a00:${text.replace(/[^a1:]/g, '')}`
              : `${head}${head.includes('://') ? text : text.replace(/:/g, '')}`
          expect(undefang(defang(value))).toBe(value)
        },
      ),
    )
  })
})

it('as known at a day is what had been read by then, whenever it was published', async () => {
  const here = on(folder(), '2022-06-10')
  await commit(
    here,
    report('1', '2022-06-01', '#MoqHao abcdefghij.duckdns[.]org'),
    report('2', '2022-06-01', '#MoqHao bbcdefghij.duckdns[.]org', {
      retrievedAt: '2022-06-05T00:00:00.000Z',
    }),
  )
  const domains = async (asOf: string, knownAt?: string) =>
    (await snapshotAsOf(here, asOf, knownAt)).snapshot.indicators.map(({ value }) => value)
  expect(await domains('2022-06-02')).toEqual(['abcdefghij.duckdns.org', 'bbcdefghij.duckdns.org'])
  expect(await domains('2022-06-02', '2022-06-04')).toEqual(['abcdefghij.duckdns.org'])
  expect(await domains('2022-06-02', '2022-06-05')).toEqual([
    'abcdefghij.duckdns.org',
    'bbcdefghij.duckdns.org',
  ])
  expect(await domains('2022-06-02', '2022-05-31')).toEqual([])
})

describe('a brake', () => {
  const name = (n: number) => `b${String(n).padStart(3, '0')}cdefgh[.]duckdns[.]org`
  const names = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => name(from + n))
  /** A campaign list, which no daily budget holds back. */
  const list = (key: string, day: string, values: string[], told: Partial<Document> = {}): Document => ({
    ...report(key, day, ''),
    id: `maltrail:${key}`,
    kind: 'list',
    source: 'team-cymru',
    author: null,
    url: null,
    basis: 'stated',
    body: { rows: values.map((value) => ({ cells: [value] })) },
    ...told,
  })
  const lines = (dir: string, file: string) =>
    readFileSync(join(dir, 'feeds', file), 'utf8')
      .split('\n')
      .filter(Boolean)

  async function first(count: number): Promise<string> {
    const dir = folder()
    const here = on(dir, '2022-06-01')
    await commit(here, list('a', '2022-06-01', names(0, count)))
    await publishFeeds(here)
    expect(lines(dir, 'domains.txt')).toHaveLength(count)
    return dir
  }
  /** What a source took back without anybody's decision. */
  const unlist = (here: Workspace, gone: number) => {
    const values = names(0, 200).map((text) => undefang(text))
    return here.store().commit('team-cymru', null, [], {
      unlisted: {
        seen: new Set(values.slice(gone).map((value) => `domain-name ${value}`)),
        withdrawal: { at: here.now(), reason: 'no longer listed' },
        most: () => Number.POSITIVE_INFINITY,
      },
    })
  }

  it('holds what shrinks unexplained; expiry, denials and what is taken back go out all the same', async () => {
    const dir = await first(100)
    const here = on(dir, '2022-06-05')
    await commit(here, report('9', '2022-06-05', '#MoqHao abzdefghij.duckdns[.]org'))
    await unlist(here, 30)
    decide(here, name(50), { decision: 'deny', reason: 'a hospital', by: 'me' })
    const decided = on(dir, '2022-06-05')
    await expect(publishFeeds(decided)).rejects.toThrow(
      /domains held 100 and would lose 30 unexplained \(30 %; the limit is 20 %\)\. Only what expired/,
    )
    expect(lines(dir, 'domains.txt')).toHaveLength(99)
    expect(lines(dir, 'delisted.csv')).toHaveLength(2)
    expect(lines(dir, 'domains-all.txt')).not.toContain('abzdefghij.duckdns.org')
    // Held again the next day: nothing to write.
    const before = published(dir)
    await expect(publishFeeds(on(dir, '2022-06-06'))).rejects.toThrow(/would lose 30/)
    expect(published(dir)).toEqual(before)
    await publishFeeds(on(dir, '2022-06-06'), { force: 'the list was cleaned up' })
    expect(lines(dir, 'domains.txt')).toHaveLength(70)
    expect(lines(dir, 'ledger/forced.jsonl').map((line) => JSON.parse(line))).toEqual([
      {
        as_of: '2022-06-06',
        brakes: ['domains held 99 and would lose 30 unexplained (30 %; the limit is 20 %)'],
        reason: 'the list was cleaned up',
      },
    ])
    expect((await publishFeeds(on(dir, '2022-06-07'))).published.written).toEqual([])
  })

  it('lets a little go, and all that expires or is taken back', async () => {
    const dir = await first(100)
    const here = on(dir, '2022-06-05')
    await unlist(here, 25)
    await publishFeeds(here)
    expect(lines(dir, 'domains.txt')).toHaveLength(75)
    await publishFeeds(on(dir, '2022-08-05'))
    expect(lines(dir, 'domains.txt')).toEqual([])
    const another = await first(100)
    await on(another, '2022-06-05')
      .store()
      .withdrawDocuments(['maltrail:a'], { at: '2022-06-05T00:00:00.000Z', reason: 'deleted' })
    await publishFeeds(on(another, '2022-06-05'))
    expect(lines(another, 'domains.txt')).toEqual([])
  })

  it('holds what grows too fast, and a first publication never', async () => {
    const dir = await first(400)
    const here = on(dir, '2022-06-05')
    await commit(here, list('b', '2022-06-05', names(400, 901)))
    await expect(publishFeeds(here)).rejects.toThrow(
      /domains held 400 and would gain 501 \(125 %; the limit is 100 %\)/,
    )
    expect(lines(dir, 'domains.txt')).toHaveLength(400)
  })

  it('holds a list that would be empty while a source failed', async () => {
    const dir = await first(10)
    const here = on(dir, '2022-06-05')
    await unlist(here, 200)
    await here.store().recordRun('maltrail-live', here.now(), 'failed', 'answered 500', 0)
    await expect(publishFeeds(here)).rejects.toThrow(
      /domains held 10 and would be empty while maltrail-live failed/,
    )
    expect(lines(dir, 'domains.txt')).toHaveLength(10)
  })

  it('publishes nothing where the ledger of the last publication is lost', async () => {
    const dir = await first(100)
    rmSync(join(dir, 'feeds/ledger'), { recursive: true })
    mkdirSync(join(dir, 'feeds/ledger'))
    const here = on(dir, '2022-06-05')
    await unlist(here, 60)
    const before = published(dir)
    await expect(publishFeeds(here)).rejects.toThrow(/Nothing was published/)
    expect(published(dir)).toEqual(before)
  })

  it('lets a denial go out with all that follows from it', async () => {
    const dir = folder()
    const here = on(dir, '2022-06-01')
    // Names without a sign of their own, published for the address they stand on.
    const rows = Array.from({ length: 60 }, (_, n) => `plain-name-${n}.com`)
    await commit(
      here,
      list('a', '2022-06-01', ['31.1.2.3']),
      ...rows.map((name, n) => report(`1${n}`, '2022-06-01', `${name.replace('.', '[.]')} → 31.1.2.3`)),
    )
    await publishFeeds(here)
    expect(lines(dir, 'domains.txt').length).toBeGreaterThan(50)
    decide(on(dir, '2022-06-02'), '31.1.2.3', { decision: 'deny', reason: 'a hospital', by: 'me' })
    await publishFeeds(on(dir, '2022-06-02'))
    expect([lines(dir, 'ips.txt'), lines(dir, 'domains.txt')]).toEqual([[], []])
  })

  it('holds what a changed rule would take off, and lets a denial and an expiry out', async () => {
    const dir = await first(100)
    const here = on(dir, '2022-06-05')
    decide(here, name(50), { decision: 'deny', reason: 'a hospital', by: 'me' })
    const mistrusting = (day: string) => {
      const workspace = on(dir, day)
      const sources = workspace.policy.sources.map((one) => ({ ...one, trust: 10 }))
      return { ...workspace, policy: { ...workspace.policy, sources } }
    }
    await expect(publishFeeds(mistrusting('2022-06-05'))).rejects.toThrow(/domains held 100 and would/)
    expect(lines(dir, 'domains.txt')).toHaveLength(99)
    await expect(publishFeeds(mistrusting('2022-06-06'))).rejects.toThrow(/Only what expired/)
    expect(lines(dir, 'domains.txt')).toHaveLength(99)
    await publishFeeds(mistrusting('2022-08-05'), { force: 'trusted less' })
    expect(lines(dir, 'domains.txt')).toEqual([])
  })

  it('holds a list that would be empty unexplained, however small', async () => {
    const dir = await first(6)
    const here = on(dir, '2022-06-05')
    await unlist(here, 200)
    await expect(publishFeeds(here)).rejects.toThrow(/domains held 6 and would be empty, unexplained/)
  })

  it('counts what comes in many small runs of one day as one', async () => {
    const dir = await first(10)
    const here = on(dir, '2022-06-05')
    await commit(here, list('b', '2022-06-05', names(10, 510)))
    await publishFeeds(here)
    await commit(here, list('c', '2022-06-05', names(510, 900)))
    await expect(publishFeeds(here)).rejects.toThrow(/domains held 10 and would gain 890/)
    expect(lines(dir, 'domains.txt')).toHaveLength(510)
  })
})

it('what may not be redistributed stays out of everything, even when its source is configured no more', async () => {
  const dir = folder()
  const here = on(dir, DAY)
  await commit(
    here,
    report('1', '2022-06-01', '#MoqHao abcdefghij.duckdns[.]org'),
    report('2', '2022-06-01', '#MoqHao bbcdefghij.duckdns[.]org', { id: 'secret/post:2', source: 'secret' }),
  )
  await here.store().commit('secret', 'secret-file.jsonl', [])
  await publishFeeds(here)
  for (const [path, text] of Object.entries(published(dir))) expect([path, text]).not.toContain('secret')
  expect(published(dir)['domains.txt']).toBe('abcdefghij.duckdns.org\n')
  expect(published(dir)['ledger/2022-06.jsonl']).not.toContain('bbcdefghij')
})

it('a deleted post is no more cited by the lists that named it, and their authors are forgotten with it', async () => {
  const dir = folder()
  const here = on(dir, DAY)
  const number = '1439663629909979140'
  const section = (retrievedAt: string): Document => ({
    ...report(number, '2022-06-01', ''),
    id: 'maltrail:section',
    kind: 'list',
    road: 'list',
    source: 'maltrail',
    author: 'KesaGataMe0',
    url: `https://x.com/KesaGataMe0/status/${number}`,
    references: [`https://twitter.com/KesaGataMe0/status/${number}`, 'https://github.com/stamparm/maltrail'],
    retrievedAt,
    body: { rows: [{ cells: ['abcdefghij.duckdns.org'] }] },
  })
  await commit(
    here,
    report(number, '2022-06-01', '#MoqHao abcdefghij.duckdns[.]org', { author: 'KesaGataMe0' }),
    section(`${DAY}T01:00:00.000Z`),
  )
  await publishFeeds(here)
  expect(published(dir)['sightings.csv']).toContain('KesaGataMe0')
  await here
    .store()
    .withdrawDocuments([`post:${number}`], { at: `${DAY}T11:00:00.000Z`, reason: 'the post was deleted' })
  await publishFeeds(here, { force: 'test' })
  for (const [path, text] of Object.entries(published(dir)))
    expect([path, text.includes('KesaGataMe0')]).toEqual([path, false])
  // The list still cites it: that does not bring it back.
  await commit(here, section(`${DAY}T12:00:00.000Z`))
  await publishFeeds(here, { force: 'test' })
  const ledger = published(dir)['ledger/2022-06.jsonl']!
  expect(ledger).not.toContain('KesaGataMe0')
  expect(ledger).toContain('"links":["https://github.com/stamparm/maltrail"]')
})

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, it } from 'vitest'
import { Status } from '../../src/app/status.js'
import { PACKAGE_ROOT } from '../../src/app/workspace.js'
import { cli, commit, folder, NOW, post, smallArchive, workspace } from '../helpers.js'

const statusOf = (dir: string): Status =>
  Status.parse(JSON.parse(readFileSync(join(dir, 'feeds/status.json'), 'utf8')))

async function known(dir: string, id: string, names: string[]): Promise<void> {
  const here = workspace({ dir })
  const text = `#MoqHao ${names.map((name) => `${name}.duckdns[.]org`).join(' ')} → 31.1.2.3`
  await commit(here, post(text, { id, publishedAt: '2026-11-22T08:00:00.000Z' }))
  await here.close()
}

it('says when, what is published, and how each source does; stands in no manifest; an idle run changes nothing else', async () => {
  const dir = smallArchive(folder())
  await cli(['run', '--dir', dir])
  const { time, publication, held, standing, sources } = statusOf(dir)
  expect({ time, publication, held }).toEqual({
    time: NOW,
    publication: { version: 1, as_of: '2026-11-23' },
    held: null,
  })
  expect(standing).toMatchObject({
    active: { ips: 0, domains: 0, urls: 0 },
    quiet_since: {
      ips: expect.stringMatching(/^202[12]-\d\d-\d\d$/),
      domains: expect.stringMatching(/^202[12]-\d\d-\d\d$/),
    },
  })
  const { attributed, published, watched, waiting, waiting_why } = standing!
  expect(attributed).toBe(published + watched + waiting)
  expect(waiting_why.reduce((sum, { count }) => sum + count, 0)).toBe(waiting)
  expect(waiting_why.map(({ rule }) => rule)).toContain('threshold')
  expect(sources.find(({ name }) => name === 'archive')).toEqual({
    name: 'archive',
    state: 'ok',
    last_run: NOW,
    last_success: NOW,
    last_new_document: NOW,
    message: null,
    alarm: null,
  })
  expect(sources.find(({ name }) => name === 'x-researchers')).toMatchObject({ state: 'skipped' })
  for (const path of ['manifest.json', 'SHA256SUMS'])
    expect(readFileSync(join(dir, 'feeds', path), 'utf8')).not.toContain('status.json')
  const later = '2026-11-23T15:00:00.000Z'
  expect((await cli(['run', '--dir', dir], { now: later })).stdout).toContain('Nothing new: no byte of')
  expect(statusOf(dir)).toMatchObject({ time: later, publication: { version: 1 } })
})

it('says which brake holds, until a publication passes; who only collects does not know', async () => {
  const dir = folder()
  const { limits } = JSON.parse(readFileSync(join(PACKAGE_ROOT, 'feed.config.json'), 'utf8')) as {
    limits: object
  }
  const brake = { limits: { ...limits, growth: { least: 1, share: 0.5 } } }
  writeFileSync(join(dir, 'feed.config.json'), JSON.stringify(brake))
  await known(dir, 'post:1', ['abcdefghij'])
  await cli(['publish', '--dir', dir])
  await known(dir, 'post:2', ['bbcdefghij', 'cbcdefghij', 'dbcdefghij'])
  expect(await cli(['publish', '--dir', dir])).toMatchObject({ code: 3 })
  const held = /^domains held 1 and would gain 3/
  expect(statusOf(dir).held).toMatch(held)
  const { standing } = statusOf(dir)
  expect(standing).toMatchObject({
    active: { ips: 1, domains: 1 },
    quiet_since: { ips: null, domains: null },
  })
  await cli(['collect', 'archive', '--dir', dir])
  expect(statusOf(dir).held).toMatch(held)
  expect(statusOf(dir).standing).toEqual(standing)
  const said = (await cli(['status', '--dir', dir])).stdout
  expect(said).toContain('As published last:\nActive now: 1 address, 1 name, 0 URLs.\n')
  await cli(['publish', '--dir', dir, '--force', 'looked at'])
  expect(statusOf(dir)).toMatchObject({ held: null, publication: { version: 2 } })
})

it('run --forget-text leaves no text of a post in the database', async () => {
  const text = async (...options: string[]) => {
    const dir = smallArchive(folder())
    await known(dir, 'post:1', ['abcdefghij'])
    await cli(['run', ...options, '--dir', dir])
    const database = new Database(join(dir, 'feed.db'), { readonly: true })
    try {
      return database.prepare("SELECT count(*) FROM documents WHERE text LIKE '%MoqHao abc%'").pluck().get()
    } finally {
      database.close()
    }
  }
  expect([await text(), await text('--forget-text')]).toEqual([1, 0])
})

it('says since when nothing is active: never by a date that is an upper bound alone', async () => {
  const dir = folder()
  const { life } = JSON.parse(readFileSync(join(PACKAGE_ROOT, 'feed.config.json'), 'utf8')) as {
    life: object
  }
  const days = { 'ipv4-addr': 20, 'domain-name': 20 }
  writeFileSync(join(dir, 'feed.config.json'), JSON.stringify({ life: { ...life, ...days } }))
  const here = workspace({ dir })
  const told = { id: 'post:1', publishedAt: '2026-09-01T08:00:00.000Z' }
  await commit(here, post('#MoqHao abcdefghij.duckdns[.]org → 31.1.2.3', told))
  await commit(here, {
    ...post('#MoqHao bbcdefghij.duckdns[.]org', { id: 'post:2', publishedAt: '2026-11-22T08:00:00.000Z' }),
    basis: 'list-date',
  })
  await here.close()
  await cli(['publish', '--dir', dir])
  expect(readFileSync(join(dir, 'feeds/domains-all.txt'), 'utf8')).toContain('bbcdefghij')
  expect(statusOf(dir).standing!.quiet_since).toEqual({ ips: '2026-09-21', domains: '2026-09-21' })
  const before = JSON.parse(readFileSync(join(dir, 'feeds/status.json'), 'utf8')) as object
  writeFileSync(join(dir, 'feeds/status.json'), JSON.stringify({ ...before, standing: undefined }))
  expect(statusOf(dir)).toMatchObject({ standing: null, publication: { version: 1 } })
})

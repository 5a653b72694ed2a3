import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { collect } from '../../src/app/collect.js'
import { publishFeeds } from '../../src/app/publish.js'
import type { Document } from '../../src/model/document.js'
import { cli, commit, folder, post, workspace } from '../helpers.js'

const lines = (dir: string, name: string) =>
  readFileSync(join(dir, 'feeds', name), 'utf8')
    .split('\n')
    .filter(Boolean)
const jsonl = (dir: string, name: string, ...documents: object[]) => {
  writeFileSync(join(dir, name), documents.map((document) => `${JSON.stringify(document)}\n`).join(''))
  return join(dir, name)
}

describe('documents that are not one', () => {
  it('two inboxes that both count from 1 do not speak for each other', async () => {
    const dir = folder()
    const told = { id: '1', author: 'ninoseki', published_at: '2026-11-20' }
    await cli([
      'import',
      '--dir',
      dir,
      jsonl(dir, 'a.jsonl', { ...told, text: '#MoqHao evil-one[.]com' }),
      jsonl(dir, 'b.jsonl', { ...told, text: 'shop phishing innocent-shop[.]com' }),
    ])
    await cli(['publish', '--dir', dir])
    expect(lines(dir, 'domains.txt')).toEqual(['evil-one.com'])
  })
  it('one person is one person, whatever stands before or after the name', async () => {
    const dir = folder()
    const told = { text: '#MoqHao evil-one[.]com', published_at: '2026-11-20' }
    await cli([
      'import',
      '--dir',
      dir,
      jsonl(
        dir,
        'a.jsonl',
        ...['@bob', 'bob ', 'ＢＯＢ', 'bob'].map((author, n) => ({ id: String(n), author, ...told })),
      ),
    ])
    await cli(['publish', '--dir', dir])
    expect(lines(dir, 'domains.txt')).toEqual([])
    const page = await cli([
      'import',
      '--dir',
      dir,
      jsonl(dir, 'b.jsonl', { id: 'x', author: 'a`\n# Owned', ...told }),
    ])
    expect(page).toMatchObject({ code: 1, stderr: expect.stringContaining('author: no handle or name') })
  })
  it('what may not be redistributed is in nothing published, even where an open source has the same post', async () => {
    const dir = folder()
    const source = { type: 'archive', title: 'T', reporter: 'r', licence: 'x', files: [] }
    writeFileSync(
      join(dir, 'feed.config.json'),
      JSON.stringify({
        sources: [
          { ...source, name: 'closed', redistribute: false },
          { ...source, name: 'open' },
        ],
      }),
    )
    const told = { id: '1439663629909979140', author: 'ninoseki' }
    await cli([
      'import',
      '--dir',
      dir,
      '--source',
      'closed',
      jsonl(dir, 'a.jsonl', { ...told, text: 'aaaabbbbcc.duckdns[.]org secretonly.duckdns[.]org' }),
    ])
    await cli([
      'import',
      '--dir',
      dir,
      '--source',
      'open',
      jsonl(dir, 'b.jsonl', { ...told, text: 'aaaabbbbcc.duckdns[.]org' }),
    ])
    await cli(['publish', '--dir', dir])
    expect(lines(dir, 'domains-all.txt')).toEqual(['aaaabbbbcc.duckdns.org'])
    for (const name of readdirSync(join(dir, 'feeds'), { recursive: true })
      .map(String)
      .filter((path) => /\.\w+$/.test(path)))
      expect(readFileSync(join(dir, 'feeds', name), 'utf8')).not.toContain('secretonly')
  })
})

it('a list of unknown date makes nothing active, and says so', async () => {
  const dir = folder()
  const { stderr } = await cli(['import', '--dir', dir, '-', '--source', 'team-cymru'], {
    stdin: '31.1.2.3\n',
  })
  expect(stderr).toContain('--published-at says when')
  expect((await cli(['export', '--dir', dir, '--only', 'ips'])).stdout).toBe('')
  expect((await cli(['export', '--dir', dir, '--only', 'ips-all'])).stdout).toBe('31.1.2.3\n')
})

it('a time that cannot be is refused', async () => {
  const dir = folder()
  const file = jsonl(dir, 'a.jsonl', {
    id: '1',
    text: 'evil-one[.]com',
    published_at: '9999-12-31T23:59:59-23:00',
  })
  expect(await cli(['import', '--dir', dir, file])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('published_at: no time'),
  })
})

describe('export', () => {
  it('writes what it is asked for, removes nothing, and leaves feeds/ to publish', async () => {
    const dir = folder()
    await cli(['publish', '--dir', dir])
    const before = readdirSync(join(dir, 'feeds'), { recursive: true }).map(String).sort()
    expect(await cli(['export', '--dir', dir, '--only', 'ips', '-o', join(dir, 'feeds')])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('is what publish writes'),
    })
    expect(readdirSync(join(dir, 'feeds'), { recursive: true }).map(String).sort()).toEqual(before)
    const out = join(dir, 'out')
    await cli(['export', '--dir', dir, '--only', 'ips', '-o', out])
    await cli(['export', '--dir', dir, '--only', 'stix', '-o', out])
    expect(readdirSync(out, { recursive: true }).map(String).sort()).toEqual([
      'ips.txt',
      'stix',
      'stix/bundle.json',
    ])
  })
})

it('a manifest names nothing outside its folder', async () => {
  const dir = folder()
  mkdirSync(join(dir, 'feeds'))
  writeFileSync(join(dir, 'precious'), 'x')
  const file = { path: '../precious', sha256: 'x', bytes: 1, entries: 0, media_type: 'x' }
  writeFileSync(
    join(dir, 'feeds/manifest.json'),
    JSON.stringify({ version: 1, as_of: '2026-11-01', files: [file] }),
  )
  expect(await cli(['publish', '--dir', dir])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('not a manifest of moqhao-feed'),
  })
  expect(readFileSync(join(dir, 'precious'), 'utf8')).toBe('x')
})

describe('decisions written by hand', () => {
  const header = 'type,value,decision,reason,by,date,until\n'
  const report = (text: string): Document => post(text, { publishedAt: '2026-11-20T00:00:00.000Z' })
  it('hold in whatever spelling; a host kept out keeps out its URLs', async () => {
    const dir = folder()
    writeFileSync(
      join(dir, 'decisions.csv'),
      `${header}domain-name,EVIL-one[.]com,deny,mine,me,2026-01-01,\n`,
    )
    const here = workspace({ dir })
    await commit(here, report('#MoqHao hxxp://evil-one[.]com/a evil-two[.]com'))
    await publishFeeds(here)
    expect(lines(dir, 'domains-all.txt')).toEqual(['evil-two.com'])
    expect(lines(dir, 'urls-all.txt')).toEqual([])
    expect(lines(dir, 'delisted.csv').slice(1)).toEqual([
      'domain-name,evil-one.com,deny,mine,2026-01-01',
      'url,http://evil-one.com/a,deny,mine,2026-01-01',
    ])
  })
  it('are refused where the value is not of its type', async () => {
    const dir = folder()
    writeFileSync(join(dir, 'decisions.csv'), `${header}ipv4-addr,evil-one.com,deny,mine,me,2026-01-01,\n`)
    expect(await cli(['publish', '--dir', dir])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/decisions\.csv:2: value: no ipv4-addr: "evil-one\.com"/),
    })
  })
})

it('a fork with a base URL of its own starts afresh, and withdraws nothing', async () => {
  const dir = folder()
  const here = workspace({ dir })
  await commit(here, post('#MoqHao evil-one[.]com', { publishedAt: '2026-11-20T00:00:00.000Z' }))
  await publishFeeds(here)
  const publisher = { name: 'fork', contact: 'x', base_url: 'https://fork.example' }
  writeFileSync(join(dir, 'feed.config.json'), JSON.stringify({ publisher }))
  await publishFeeds(workspace({ dir }))
  expect(lines(dir, 'delisted.csv')).toHaveLength(1)
  expect(lines(dir, 'domains.txt')).toEqual(['evil-one.com'])
})

it('cells that a spreadsheet would run, and patterns that would end early, are escaped', async () => {
  const dir = folder()
  writeFileSync(
    join(dir, 'decisions.csv'),
    'type,value,decision,reason,by,date,until\ndomain-name,evil-two.com,deny,"=cmd|x",me,2026-01-01,\n',
  )
  const here = workspace({ dir })
  await commit(
    here,
    post("#MoqHao hxxp://evil-one[.]com/it's evil-two[.]com", { publishedAt: '2026-11-20T00:00:00.000Z' }),
  )
  await publishFeeds(here)
  expect(lines(dir, 'delisted.csv')[1]).toBe("domain-name,evil-two.com,deny,'=cmd|x,2026-01-01")
  expect(readFileSync(join(dir, 'feeds/stix/bundle.json'), 'utf8')).toContain(
    String.raw`[url:value = 'http://evil-one.com/it\\'s']`,
  )
})

it('post text goes after 90 days, and nothing else', async () => {
  const dir = folder()
  const here = workspace({ dir })
  await commit(
    here,
    post('old evil-one[.]com', { publishedAt: '2026-08-01T00:00:00.000Z' }),
    post('new evil-two[.]com', { id: 'post:2', publishedAt: '2026-11-01T00:00:00.000Z' }),
  )
  await collect(here, { names: ['import'] })
  const db = new Database(join(dir, 'feed.db'), { readonly: true })
  expect(db.prepare('SELECT text FROM documents ORDER BY published_at').pluck().all()).toEqual([
    null,
    'new evil-two[.]com',
  ])
  db.close()
})

it('what a server says cannot drive the terminal', async () => {
  const dir = folder()
  mkdirSync(join(dir, 'archive'))
  writeFileSync(join(dir, 'archive/x.csv'), '\u001b]0;owned\u0007,b\n')
  const source = {
    type: 'archive',
    name: 'mine',
    title: 'T',
    reporter: 'r',
    licence: 'x',
    files: [{ path: 'archive/x.csv', format: 'team-cymru', retrieved_at: '2026-11-23T00:00:00.000Z' }],
  }
  writeFileSync(join(dir, 'feed.config.json'), JSON.stringify({ sources: [source] }))
  for (const command of ['run', 'collect', 'status'])
    expect((await cli([command, '--dir', dir])).stdout).not.toMatch(/[\u001b\u0007]/)
})

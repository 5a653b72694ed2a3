import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, test } from 'vitest'
import { collect } from '../../src/app/collect.js'
import { type InboxConfig, inbox } from '../../src/collectors/inbox.js'
import { SourceEntry } from '../../src/collectors/index.js'
import type { Document } from '../../src/model/document.js'
import type { CollectContext } from '../../src/model/ports.js'
import { bytesOf, collectContext, commit, folder, post, workspace } from '../helpers.js'

const collected = async (...given: Parameters<typeof collect>) => (await collect(...given)).sources

const entry = {
  type: 'inbox',
  name: 'inbox',
  title: 'What people send',
  reporter: 'inbox',
  licence: 'as its owner says',
}
const config = (told: object = {}) => SourceEntry.parse({ ...entry, ...told }) as InboxConfig

/** A folder in memory; a text that is an error is a file that cannot be opened. */
function filesOf(files: Record<string, string | Error>): Pick<CollectContext, 'list' | 'open'> {
  return {
    list: async (path) => (path === 'inbox' ? Object.keys(files).reverse() : []),
    open: async (name) => {
      const text = files[name.replace('inbox/', '')]!
      if (text instanceof Error) throw text
      const sha256 = createHash('sha256').update(text).digest('hex')
      return { name, sha256, size: text.length, bytes: () => bytesOf(text), beside: async () => null }
    },
  }
}

async function run(files: Record<string, string | Error>, told: object = {}, before: string | null = null) {
  const documents: Document[] = []
  const notices: string[] = []
  let cursor = before
  let error: Error | null = null
  try {
    for await (const batch of inbox.collect(config(told), collectContext({ ...filesOf(files), cursor }))) {
      documents.push(...batch.documents)
      if (batch.notice) notices.push(batch.notice)
      cursor = batch.cursor ?? cursor
    }
  } catch (thrown) {
    error = thrown as Error
  }
  return { texts: documents.map(({ body }) => JSON.stringify(body)), documents, notices, cursor, error }
}

const line = (id: string, text: string) => `${JSON.stringify({ id, text })}\n`

it('every file is read once, in the order of the names, in the format it looks like', async () => {
  const files = { 'b.txt': 'evil.com\n', 'a.jsonl': line('1', 'bad[.]com') }
  const first = await run(files)
  expect(first.documents).toMatchObject([
    { kind: 'post', source: 'inbox', body: { text: 'bad[.]com' } },
    { kind: 'list', basis: 'retrieved', body: { rows: [{ cells: ['evil.com'] }] } },
  ])
  expect(first.error).toBeNull()
  expect(await run(files, {}, first.cursor)).toMatchObject({ texts: [], cursor: first.cursor, error: null })
})

it('a file that has changed is read again, one that is gone is forgotten', async () => {
  const { cursor } = await run({ 'a.txt': 'evil.com\n', 'b.txt': 'bad.com\n' })
  const second = await run({ 'b.txt': 'bad.com\nworse.com\n' }, {}, cursor)
  expect(second.documents).toMatchObject([
    { body: { rows: [{ cells: ['bad.com'] }, { cells: ['worse.com'] }] } },
  ])
  expect(Object.keys(JSON.parse(second.cursor!))).toEqual(['b.txt'])
})

it('a file is read again in the format that is set later', async () => {
  const files = { 'a.csv': 'host\nevil.com\n' }
  const { cursor } = await run(files)
  const again = await run(files, { format: 'csv', format_options: { csv: { values: ['host'] } } }, cursor)
  expect(again.documents).toMatchObject([{ body: { rows: [{ cells: ['evil.com'] }] } }])
})

it('hidden and unfinished files are left alone', async () => {
  const files = {
    '.a': 'x.com',
    'b.tmp': 'x.com',
    'c.csv.PART': 'x.com',
    '.DS_Store': '\0',
    part: 'good.com',
  }
  const { documents, error } = await run(files)
  expect(documents).toMatchObject([{ body: { rows: [{ cells: ['good.com'] }] } }])
  expect(error).toBeNull()
})

it('nothing of a bad file is taken, the others are, and it is tried again and named each time', async () => {
  const files = {
    'a.txt': 'evil.com\n',
    'b.jsonl': `${line('1', 'x.com')}{"id":`,
    'c.txt': 'bad.com\n',
  }
  const first = await run(files)
  expect(first.texts).toEqual(['{"rows":[{"cells":["evil.com"]}]}', '{"rows":[{"cells":["bad.com"]}]}'])
  const error = {
    code: 'source',
    message: expect.stringMatching(/^1 of 3 files not read, to be tried again: inbox\/b\.jsonl:2: not JSON/),
  }
  expect(first.error).toMatchObject(error)
  const second = await run(files, {}, first.cursor)
  expect(second).toMatchObject({ texts: [], error })
  const mended = await run({ ...files, 'b.jsonl': line('1', 'x.com') }, {}, second.cursor)
  expect(mended).toMatchObject({ texts: ['{"text":"x.com"}'], error: null })
})

test.each([
  ['empty', '', 'inbox/a: empty'],
  ['only comments', '# nothing\n', 'inbox/a: its format cannot be told'],
  [
    'a CSV',
    'a,b\n1,2\n',
    'inbox/a: its format cannot be told from its first lines; set "format" of source inbox',
  ],
  ['a document without an id', '{}', 'inbox/a:1: id: Invalid input'],
  ['a binary file', 'PK\u0003\u0004\0', 'inbox/a:1: a binary file'],
  [
    'an archive of nobody',
    'window.YTD.tweets.part0 = []',
    'inbox/a: options of format x-archive: handle: wanted',
  ],
  ['of another source', '{"id":"1","text":"x","source":"team-cymru"}', 'inbox/a: document "inbox:1:'],
  [
    'gone',
    Object.assign(new Error('no'), { syscall: 'open', code: 'ENOENT' }),
    'inbox/a: cannot be read (ENOENT)',
  ],
])('%s: refused with the name of the file', async (_, text, message) => {
  const { documents, error } = await run({ a: text, b: 'good.com' })
  expect(documents).toHaveLength(1)
  expect(error).toMatchObject({ code: 'source', message: expect.stringContaining(message) })
})

it('of many bad files some are named', async () => {
  const files = Object.fromEntries(Array.from({ length: 8 }, (_, n) => [`f${n}`, 'a,b']))
  const { error } = await run(files)
  expect(error!.message).toMatch(/^8 of 8 files not read.*inbox\/f4: .*; and 3 more$/)
})

it('what is a fault of ours is no fault of a file', async () => {
  expect((await run({ a: new TypeError('ours') })).error).toBeInstanceOf(TypeError)
})

it('an unknown format is refused with the configuration', () => {
  expect(SourceEntry.safeParse({ ...entry, format: 'xml' }).success).toBe(false)
  expect(SourceEntry.safeParse({ ...entry, format_options: { xml: {} } }).success).toBe(false)
})

/** A working folder with an inbox. */
function withInbox(files: Record<string, string>) {
  const dir = folder()
  mkdirSync(join(dir, 'inbox'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, 'inbox', name), text)
  const source = { ...entry, format_options: { 'x-archive': { handle: 'ninoseki' } } }
  writeFileSync(join(dir, 'feed.config.json'), JSON.stringify({ sources: [source] }))
  return { dir, here: workspace({ dir }) }
}

it('no folder, no files: all is well', async () => {
  const { dir, here } = withInbox({})
  rmSync(join(dir, 'inbox'), { recursive: true })
  expect(await collected(here)).toMatchObject([{ state: 'ok', newDocuments: 0 }])
})

it('sub-folders, links and pipes are left alone', async () => {
  const { dir, here } = withInbox({ 'a.txt': 'evil.com\n' })
  mkdirSync(join(dir, 'inbox', 'done'))
  symlinkSync('/etc/hostname', join(dir, 'inbox', 'link'))
  execFileSync('mkfifo', [join(dir, 'inbox', 'pipe')])
  expect(await here.list('inbox')).toEqual(['a.txt'])
  expect(await collected(here)).toMatchObject([{ state: 'ok', newDocuments: 1 }])
})

it('a file in the place of the folder is said', async () => {
  const { dir, here } = withInbox({})
  rmSync(join(dir, 'inbox'), { recursive: true })
  writeFileSync(join(dir, 'inbox'), '')
  expect(await collected(here)).toMatchObject([
    { state: 'failed', message: 'inbox: cannot be listed (ENOTDIR); a folder is wanted' },
  ])
})

it('good files are in and stay in while a bad one is named at every run', async () => {
  const { here } = withInbox({ 'a.txt': 'evil.com\n', 'b.jsonl': '{', 'c.txt': 'bad.com\n' })
  const failed = { state: 'failed', message: expect.stringContaining('inbox/b.jsonl:1: not JSON') }
  expect(await collected(here)).toMatchObject([{ ...failed, newDocuments: 2 }])
  expect(await collected(here)).toMatchObject([{ ...failed, newDocuments: 0 }])
})

it('several roads to one post are one document', async () => {
  const id = '1439663629909979140'
  const link = `https://twitter.com/ninoseki/status/${id}`
  const { here } = withInbox({
    'archive.js': `window.YTD.tweets.part0 = [${JSON.stringify({ tweet: { id_str: id, full_text: '#MoqHao evil[.]com' } })}]`,
    'rows.csv': `2021-09-19 18:52:11,ninoseki,domain,evil.com,#MoqHao,${link}\n`,
    'saved.jsonl': `${JSON.stringify({ id: 'x', text: '#MoqHao evil[.]com', url: link })}\n`,
  })
  await commit(here, post('#MoqHao evil[.]com'))
  expect(await collected(here)).toMatchObject([{ state: 'ok', newDocuments: 0, newObservations: 0 }])
})

it('what a file is not read for is told, of each file once, and is no reason to refuse it', async () => {
  const posts = [{ tweet: { id_str: '1439663629909979140', full_text: 'RT @a: b' } }]
  const files = { 'tweets.js': `window.YTD.tweets.part0 = ${JSON.stringify(posts)}`, 'b.txt': 'evil.com\n' }
  const told = { format_options: { 'x-archive': { handle: 'ninoseki' } } }
  expect((await run(files, told)).notices).toEqual([
    'inbox/tweets.js: 1 reposts passed over: an archive has them cut short, and does not say which post they repeat',
  ])
})

import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, test } from 'vitest'
import { cli, folder, smallArchive, workspace } from '../helpers.js'

const observed = async (dir: string) => (await workspace({ dir }).store().facts('9999')).observations.length

describe('bad input: one line that names file, line and value; nothing imported', () => {
  test.each([
    [
      'list.jsonl',
      '{"id":"1","text":"evil.com"}\n{"id":"2","text":\n',
      [],
      1,
      /^moqhao-feed: .*list\.jsonl:2: not JSON: .*\n$/,
    ],
    [
      'list.csv',
      'a,b\n1.2.3.4,x\n',
      ['--format', 'csv', '--columns', 'ip'],
      1,
      /^moqhao-feed: .*list\.csv:1: column "ip" is missing; the header has "a", "b"\n$/,
    ],
    [
      'list.csv',
      'ip,b\n1.2.3.4,x\n5.6.7.8\n',
      ['--format', 'csv', '--columns', 'ip'],
      1,
      /list\.csv:3: 1 columns where the header has 2/,
    ],
    ['archive.zip', 'PK\u0003\u0004\u0000\u0000\u0000', [], 1, /archive\.zip:1: a binary file/],
    ['empty.txt', '', [], 1, /empty\.txt: empty/],
    [
      'odd.csv',
      'a,b\n1,2\n',
      [],
      2,
      /odd\.csv: its format cannot be told from its first lines; give --format/,
    ],
    ['page.txt', '<!doctype html>\n<title>Sorry</title>\n', [], 1, /none of its 2 rows holds a name/],
    ['tweets.js', 'window.YTD.tweets.part0 = []', [], 2, /handle: wanted: the handle of the account/],
    ['list.txt', 'evil.com\n', ['--handle', 'a'], 2, /--handle goes with --format x-archive/],
    ['list.txt', 'evil.com\n', ['--source', 'nobody'], 2, /unknown source "nobody"; configured: /],
    ['list.txt', 'evil.com\n', ['--published-at', 'soon'], 2, /--published-at: no time: "soon"/],
    ['list.jsonl', '{"id":"1","text":"evil.com","source":"nobody"}\n', [], 1, /unknown source "nobody"/],
  ])('%s %j', async (name, content, options, code, message) => {
    const dir = folder()
    writeFileSync(join(dir, 'good.txt'), 'good-one.com\n')
    writeFileSync(join(dir, name), content)
    const result = await cli(['import', '--dir', dir, join(dir, name), ...options])
    expect(result).toMatchObject({ code, stdout: '' })
    expect(result.stderr).toMatch(message)
    expect(result.stderr.trimEnd().split('\n')).toHaveLength(1)
    const both = await cli(['import', '--dir', dir, join(dir, 'good.txt'), join(dir, name), ...options])
    expect(both.code).toBe(code)
    expect(await observed(dir)).toBe(0)
  })

  it('an archive of posts is imported as those of its handle', async () => {
    const dir = folder()
    const posts = [{ tweet: { id_str: '1439663629909979140', full_text: '#MoqHao evil[.]com' } }]
    writeFileSync(join(dir, 'tweets.js'), `window.YTD.tweets.part0 = ${JSON.stringify(posts)}`)
    const options = ['--format', 'x-archive', '--handle', 'ninoseki']
    expect(await cli(['import', '--dir', dir, join(dir, 'tweets.js'), ...options])).toMatchObject({ code: 0 })
    const { documents } = await workspace({ dir }).store().facts('9999')
    expect(documents).toMatchObject([{ id: 'post:1439663629909979140', author: 'ninoseki' }])
  })

  it('the long posts of an archive are read with the file beside it; what is left out is said', async () => {
    const dir = folder()
    const posts = ['#MoqHao evil…', 'RT @a: b'].map((full_text) => ({
      tweet: { id_str: '1439663629909979140', full_text },
    }))
    const note = { createdAt: '2021-09-19T18:52:11.000Z', core: { text: '#MoqHao evil[.]com' } }
    writeFileSync(join(dir, 'tweets.js'), `window.YTD.tweets.part0 = ${JSON.stringify(posts)}`)
    writeFileSync(
      join(dir, 'note-tweet.js'),
      `window.YTD.note_tweet.part0 = ${JSON.stringify([{ noteTweet: note }])}`,
    )
    const files = ['tweets.js', 'note-tweet.js'].map((name) => join(dir, name))
    const options = ['--format', 'x-archive', '--handle', 'ninoseki']
    expect(await cli(['import', '--dir', dir, ...files, ...options])).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('tweets.js: 1 reposts passed over: '),
    })
    const { documents, observations } = await workspace({ dir }).store().facts('9999')
    expect(documents).toHaveLength(1)
    expect(observations.map(({ value }) => value)).toEqual(['evil.com'])
  })

  it('a link in the place of the file beside it is not followed', async () => {
    const dir = folder()
    writeFileSync(join(dir, 'other.js'), 'window.YTD.tweets.part0 = []')
    symlinkSync(join(dir, 'other.js'), join(dir, 'tweets.js'))
    const note = { createdAt: '2021-09-19T18:52:11.000Z', core: { text: 'a' } }
    const path = join(dir, 'note-tweet.js')
    writeFileSync(path, `window.YTD.note_tweet.part0 = ${JSON.stringify([{ noteTweet: note }])}`)
    expect(await cli(['import', '--dir', dir, path, '--format', 'x-archive', '--handle', 'a'])).toMatchObject(
      {
        code: 1,
        stderr: expect.stringContaining('put it beside this file'),
      },
    )
  })

  it('an archive of nothing but reposts is imported as none', async () => {
    const dir = folder()
    const path = join(dir, 'tweets.js')
    const posts = [{ tweet: { id_str: '1439663629909979140', full_text: 'RT @a: b' } }]
    writeFileSync(path, `window.YTD.tweets.part0 = ${JSON.stringify(posts)}`)
    expect(await cli(['import', '--dir', dir, path, '--format', 'x-archive', '--handle', 'a'])).toMatchObject(
      {
        code: 0,
      },
    )
  })

  it('no such file', async () => {
    const dir = folder()
    expect(await cli(['import', '--dir', dir, join(dir, 'none.txt')])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('none.txt: no such file'),
    })
  })

  test.each([
    ['{"colour": "red"}', 'unknown key "colour"'],
    ['{"threshold": "high"}', 'threshold: Invalid input: expected number, received string, not "high"'],
    [
      '{"sources": [{"type": "rss", "name": "x"}]}',
      'sources.0.type: unknown type "rss"; known: archive, inbox, github-list, x-posts',
    ],
    ['{"life": ', 'not JSON'],
  ])('a configuration of %s', async (config, message) => {
    const dir = folder()
    writeFileSync(join(dir, 'feed.config.json'), config)
    const { code, stderr } = await cli(['run', '--dir', dir])
    expect(code).toBe(2)
    expect(stderr).toContain(join(dir, 'feed.config.json'))
    expect(stderr).toContain(message)
    expect(existsSync(join(dir, 'feed.db'))).toBe(false)
  })

  it('a decision that is none', async () => {
    const dir = folder()
    writeFileSync(
      join(dir, 'decisions.csv'),
      'type,value,decision,reason,by,date,until\ndomain-name,evil.com,maybe,x,me,2022-01-01,\n',
    )
    expect(await cli(['publish', '--dir', dir])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/decisions\.csv:2: decision: .*not "maybe"/),
    })
  })

  it('a folder that cannot be written to', async () => {
    const dir = smallArchive(folder())
    await cli(['run', '--dir', dir])
    const before = readFileSync(join(dir, 'feeds', 'manifest.json'), 'utf8')
    // For root no mode is read-only: a file where the folder should be is refused to everybody.
    writeFileSync(join(dir, 'flat'), '')
    expect(await cli(['export', '--dir', dir, '-o', join(dir, 'flat', 'out')])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/flat.*not a folder|a file stands where a folder should/),
    })
    chmodSync(dir, 0o700)
    expect(readFileSync(join(dir, 'feeds', 'manifest.json'), 'utf8')).toBe(before)
    expect(await cli(['run', '--dir', join(dir, 'none')])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no such folder'),
    })
  })
})

describe('wrong use is said, exit 2', () => {
  test.each([
    [['fly'], "unknown command 'fly'"],
    [['export', '--only', 'nonsense'], 'Allowed choices are ips'],
    [['export', '--as-of', '2021-02-30'], 'A day as YYYY-MM-DD is wanted'],
    [['export'], 'standard output takes one artifact'],
    [['collect', 'nobody'], 'unknown source "nobody"'],
    [['explain', '???'], 'is no name, address, URL or file hash'],
    [['decide', 'evil.com', '--reason', 'x'], 'one of --deny, --confirm, --withdraw is wanted'],
    [['decide', 'evil.com', '--deny'], "required option '--reason <text>' not specified"],
  ])('%j', async (args, message) => {
    const { code, stderr, stdout } = await cli([...args, '--dir', folder()])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(message)
  })
})

it('help tells every command and the exit codes, exit 0', async () => {
  const { code, stdout } = await cli(['--help'])
  expect(code).toBe(0)
  for (const command of [
    'run',
    'collect',
    'import',
    'export',
    'publish',
    'schedule',
    'status',
    'explain',
    'decide',
    'read',
  ])
    expect(stdout).toContain(`\n  ${command} `)
  expect(stdout).toContain('4 locked by another run')
})

describe('import', () => {
  it('takes standard input, and takes the same list twice as one', async () => {
    const dir = folder()
    const first = await cli(['import', '--dir', dir, '-', '--json'], { stdin: 'evil.com\n1.2.3.4\n' })
    expect(JSON.parse(first.stdout)).toMatchObject([
      { format: 'plain', documents: 1, newDocuments: 1, newObservations: 2 },
    ])
    const second = await cli(['import', '--dir', dir, '-', '--json'], { stdin: 'evil.com\n1.2.3.4\n' })
    expect(JSON.parse(second.stdout)).toMatchObject([{ newDocuments: 0, newObservations: 0 }])
  })
  it('shows in status', async () => {
    const dir = folder()
    await cli(['import', '--dir', dir, '-'], { stdin: 'evil.com\n' })
    const { standing, sources } = JSON.parse((await cli(['status', '--dir', dir, '--json'])).stdout) as {
      standing: null
      sources: { name: string; lastNewDocument?: string }[]
    }
    expect(standing).toBe(null)
    expect(sources.find(({ name }) => name === 'import')).toMatchObject({
      state: 'ok',
      documents: 1,
      lastNewDocument: '2026-11-23T12:00:00.000Z',
    })
  })
  it('a source that is trusted publishes, one that is not does not', async () => {
    const dir = folder()
    await cli(['import', '--dir', dir, '-', '--source', 'team-cymru', '--published-at', '2026-11-20'], {
      stdin: '31.1.2.3\n',
    })
    await cli(['import', '--dir', dir, '-'], { stdin: '23.1.2.4\n' })
    expect((await cli(['export', '--dir', dir, '--only', 'ips'])).stdout).toBe('31.1.2.3\n')
  })
})

describe('read', () => {
  it('no such file, no file at all', async () => {
    const dir = folder()
    expect(await cli(['read', '--dir', dir, join(dir, 'none')])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('none: no such file'),
    })
    expect(await cli(['read', '--dir', dir, dir])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('a folder; a file is wanted'),
    })
  })
  it('text in, one line of JSON out, no database', async () => {
    const dir = folder()
    const { code, stdout } = await cli(['read', '--dir', dir], {
      stdin: 'hxxp://abcdefghij.duckdns[.]org\r\n1.2.3.4',
    })
    expect(code).toBe(0)
    const { observations, pairs } = JSON.parse(stdout) as {
      observations: { value: string; start: number; verdict: string }[]
      pairs: object[]
    }
    expect(observations.map(({ value, start }) => [value, start])).toEqual([
      ['http://abcdefghij.duckdns.org/', 0],
      ['abcdefghij.duckdns.org', 7],
      ['1.2.3.4', 33],
    ])
    expect(pairs).toEqual([{ domain: 'abcdefghij.duckdns.org', ip: '1.2.3.4' }])
    expect(existsSync(join(dir, 'feed.db'))).toBe(false)
  })
  it('JSON lines: author and source give their weight; ids come back as given', async () => {
    const told = { text: 'abcdefghij.duckdns[.]org', published_at: '2021-08-24' }
    const stdin = [
      { id: 'a', author: 'ninoseki', ...told },
      { id: 'b', author: 'somebody', ...told },
      { id: 'c', kind: 'line', text: '1.2.3.4 # C2', source: 'team-cymru' },
    ]
      .map((one) => JSON.stringify(one))
      .join('\n')
    const { stdout } = await cli(['read', '--dir', folder()], { stdin })
    const results = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: string; observations: { verdict: string; family: string }[] })
    expect(
      results.map(({ id, observations }) => [id, observations[0]?.verdict, observations[0]?.family]),
    ).toEqual([
      ['a', 'publish', 'MoqHao'],
      ['b', 'quarantine', 'MoqHao'],
      ['c', 'publish', 'MoqHao'],
    ])
  })
})

it('a locked folder is left alone, exit 4', async () => {
  const dir = folder()
  const { release } = await workspace({ dir }).store().lock('elsewhere:1', '2026-11-23T12:00:00.000Z', 60_000)
  expect(await cli(['run', '--dir', dir])).toMatchObject({
    code: 4,
    stderr: expect.stringContaining('another run (elsewhere:1)'),
  })
  await release()
})

it('--strict turns a failed source into exit 5, and a skipped one into nothing', async () => {
  const dir = folder()
  mkdirSync(join(dir, 'archive'))
  const source = {
    type: 'archive',
    name: 'mine',
    title: 'Mine',
    reporter: 'me',
    licence: 'x',
    files: [{ path: 'archive/broken.csv', format: 'team-cymru', retrieved_at: '2026-11-23T00:00:00.000Z' }],
  }
  const remote = { type: 'x-posts', name: 'x', title: 'X', reporter: 'X', licence: 'x' }
  writeFileSync(join(dir, 'archive', 'broken.csv'), 'nonsense\n')
  writeFileSync(join(dir, 'feed.config.json'), JSON.stringify({ sources: [source, remote] }))
  expect((await cli(['collect', '--dir', dir])).code).toBe(0)
  const strict = await cli(['collect', '--dir', dir, '--strict', '--json'])
  expect(strict.code).toBe(5)
  expect(JSON.parse(strict.stdout)).toMatchObject([
    {
      name: 'mine',
      state: 'failed',
      message: expect.stringContaining('broken.csv:1: column "domain" is missing'),
    },
    { name: 'x', state: 'skipped' },
  ])
  expect((await cli(['collect', '--dir', dir, 'x', '--strict'])).code).toBe(0)
  expect((await cli(['status', '--dir', dir])).stdout).toContain('broken.csv:1')
})

it('a decision is one line more in decisions.csv', async () => {
  const dir = folder()
  expect(
    (await cli(['decide', '--dir', dir, 'hxxp://evil[.]com/', '--deny', '--reason', 'a, "b"', '--by', 'me']))
      .code,
  ).toBe(0)
  expect(
    (
      await cli([
        'decide',
        '--dir',
        dir,
        '31.1.2.3',
        '--confirm',
        '--reason',
        'seen',
        '--by',
        'me',
        '--until',
        '2027-01-01',
      ])
    ).code,
  ).toBe(0)
  expect(readFileSync(join(dir, 'decisions.csv'), 'utf8')).toBe(
    'type,value,decision,reason,by,date,until\nurl,http://evil.com/,deny,"a, ""b""",me,2026-11-23,\nipv4-addr,31.1.2.3,confirm,seen,me,2026-11-23,2027-01-01\n',
  )
  expect(
    await cli(['decide', '--dir', dir, '192.168.0.1', '--confirm', '--reason', 'x', '--by', 'me']),
  ).toMatchObject({ code: 3 })
})

import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import nock from 'nock'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { PACKAGE_ROOT } from '../../src/app/workspace.js'
import { Git } from '../../src/publish/git.js'
import { fakeGithub } from '../fakes/github.js'
import { cli, commit, folder, NOW, post, workspace } from '../helpers.js'

beforeAll(() => nock.enableNetConnect('127.0.0.1'))
afterAll(() => nock.disableNetConnect())

const REVIEW = 'moqhao-feed/review'
const TOKEN = 'canary-token'
const sh = (dir: string, ...args: string[]) =>
  execFileSync('git', ['-C', dir, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim()

let posts = 0
const report = (text: string, author = 'ninoseki') =>
  post(text, {
    id: `post:${++posts}`,
    author,
    url: `https://x.com/${author}/status/${10_000 + posts}`,
    publishedAt: '2026-11-22T08:00:00.000Z',
  })

/** A repository at GitHub with one commit, a clone of it, and the command line in a folder of that clone. */
async function cloned({ below = '', config = {}, ignored = 'feed.db*\n' } = {}) {
  const { github, repository, api } = await fakeGithub([
    {
      date: '2026-11-01T00:00:00Z',
      files: {
        [join(below, 'feed.config.json')]: JSON.stringify(config),
        [join(below, '.gitignore')]: ignored,
        'notes.txt': 'notes\n',
      },
    },
  ])
  const clone = join(folder(), 'clone')
  execFileSync('git', ['clone', '--quiet', repository.dir, clone])
  for (const [name, value] of [
    ['user.name', 'T'],
    ['user.email', 't@example.com'],
  ] as const)
    sh(clone, 'config', name, value)
  const dir = join(clone, below)
  const runIn =
    (where: string, now = NOW) =>
    (...args: string[]) =>
      cli([...args, '--dir', where], {
        now,
        env: {
          GITHUB_TOKEN: TOKEN,
          GITHUB_REPOSITORY: 'owner/feed',
          GITHUB_API_URL: api,
          MOQHAO_RETRIES: '0',
        },
      })
  const run = Object.assign(runIn(dir), { at: (now: string) => runIn(dir, now) })
  const publish = async (...documents: Parameters<typeof commit>[1][]) => {
    const here = workspace({ dir, now: NOW })
    await commit(here, ...documents)
    await here.close()
    return run('publish')
  }
  const hook = (script: string) => {
    const path = join(repository.dir, 'hooks/pre-receive')
    mkdirSync(join(repository.dir, 'hooks'), { recursive: true })
    writeFileSync(path, `#!/bin/sh\n${script}`)
    chmodSync(path, 0o755)
  }
  return { github, repository, clone, dir, run, runIn, publish, hook }
}

const deliver = ['commit', '--push', '--pull-request']
const GOOD = '#MoqHao abcdefghij.duckdns[.]org → 31.1.2.3'
const DOUBTFUL = '#MoqHao zbcdefghij.duckdns[.]org'

describe('commit', () => {
  it.each(['', 'data/feed'])('commits its own files and no other, in %j', async (below) => {
    const { clone, dir, run, publish } = await cloned({ below })
    await publish(report(GOOD))
    writeFileSync(join(clone, 'notes.txt'), 'changed\n')
    writeFileSync(join(dir, 'unknown.txt'), 'new\n')
    expect(await run('commit')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^feed: \+1 ips, \+1 domains \([0-9a-f]{10}\)\n$/),
    })
    const files = sh(clone, 'show', '--format=', '--name-only', 'HEAD').split('\n')
    expect(files).toContain(join(below, 'feeds/ips.txt'))
    expect(files.filter((path) => !path.startsWith(join(below, 'feeds/')))).toEqual([])
    expect(files).not.toContain(join(below, 'feeds/status.json'))
    expect(existsSync(join(dir, 'feeds/status.json'))).toBe(true)
    expect((await run('commit')).stdout).toBe('Nothing changed since the last commit; no commit.\n')
  })

  it('refuses to push where a conflict would undo what is not its own', async () => {
    const { clone, run, publish } = await cloned()
    await publish(report(GOOD))
    writeFileSync(join(clone, 'notes.txt'), 'changed\n')
    expect(await run('commit', '--push')).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('files besides feeds/ are changed ( M notes.txt)'),
    })
    expect(readFileSync(join(clone, 'notes.txt'), 'utf8')).toBe('changed\n')
  })

  it('gives up after three others have pushed in between', async () => {
    const { repository, run, publish, hook } = await cloned()
    await publish(report(GOOD))
    hook(`unset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES
export GIT_AUTHOR_NAME=T GIT_AUTHOR_EMAIL=t@example.com GIT_COMMITTER_NAME=T GIT_COMMITTER_EMAIL=t@example.com
git update-ref refs/heads/main $(echo other | git commit-tree -p main 'main^{tree}')
exit 1
`)
    expect(await run('commit', '--push')).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('somebody else pushed 3 times in between'),
    })
    expect(repository.git('log', '--format=%s', 'main').match(/other/g)).toHaveLength(3)
  })

  it('does not try again where the server refuses for another reason', async () => {
    const { run, publish, hook } = await cloned()
    await publish(report(GOOD))
    hook('echo protected branch; exit 1\n')
    const { code, stderr } = await run('commit', '--push')
    expect([code, stderr]).toEqual([1, expect.stringContaining('protected branch')])
    expect(stderr.match(/protected branch/g)).toHaveLength(1)
  })

  it('exits 3 where what refuses the publication is no brake', async () => {
    const { dir, run, publish } = await cloned()
    await publish(report(GOOD))
    const path = join(dir, 'feeds/status.json')
    const status = JSON.parse(readFileSync(path, 'utf8')) as object
    writeFileSync(path, JSON.stringify({ ...status, held: 'the guards do not hold' }))
    expect(await run(...deliver)).toMatchObject({
      code: 3,
      stdout: expect.stringContaining('Refused: the guards do not hold'),
    })
  })

  it('hands the token to git by the environment: it stands in no argument, address or error', async () => {
    const asked: (string | undefined)[] = []
    const server = createServer((request, response) => {
      asked.push(request.headers.authorization)
      response.writeHead(request.headers.authorization ? 403 : 401, { 'www-authenticate': 'Basic realm="x"' })
      response.end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const { port } = server.address() as AddressInfo
    const { clone } = await cloned()
    sh(clone, 'remote', 'set-url', 'origin', `http://127.0.0.1:${port}/owner/feed.git`)
    vi.stubEnv('GITHUB_TOKEN', TOKEN)
    onTestFinished(() => void vi.unstubAllEnvs())
    const error = (await new Git(clone, `http://127.0.0.1:${port}`)
      .fetch('main')
      .catch((caught) => caught)) as Error
    expect(asked.at(-1)).toBe(`Basic ${Buffer.from(`x-access-token:${TOKEN}`).toString('base64')}`)
    expect(error.message).toContain('403')
    expect(error.message + error.stack).not.toContain(TOKEN)
  })
})

/** The rules of this repository on what of feeds/ git holds. */
const IGNORED = readFileSync(join(PACKAGE_ROOT, '.gitignore'), 'utf8')
/** All of a folder but what differs from run to run. */
const filesIn = (dir: string) =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'status.json')
    .map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1))
    .sort()

describe('a fresh checkout, of which git holds part', () => {
  const setUp = async (config = {}) => {
    const first = await cloned({ config, ignored: IGNORED })
    await first.publish(report(GOOD), report(DOUBTFUL, 'stranger'))
    await first.run('commit', '--push')
    const clone = join(folder(), 'clone')
    const fresh = () => {
      execFileSync('git', ['clone', '--quiet', first.repository.dir, clone])
      sh(clone, 'config', 'user.name', 'T')
      sh(clone, 'config', 'user.email', 't@example.com')
      return {
        clone,
        run: first.runIn(clone),
        feed: (path: string) => readFileSync(join(clone, 'feeds', path), 'utf8'),
      }
    }
    return { ...first, fresh }
  }

  it('holds what people read; a run builds the rest, and there is nothing to commit', async () => {
    const { fresh, dir } = await setUp()
    const { clone, run, feed } = fresh()
    const held = filesIn(join(clone, 'feeds'))
    expect(held.filter((path) => !/^ledger\/|^(?:watch\/)?[\w-]+\.(?:txt|csv)$/.test(path))).toEqual([
      'LICENSE.md',
      'README.md',
      'SHA256SUMS',
      'hunting/patterns.txt',
      'manifest.json',
      'stix/active.json',
    ])
    const { code, stdout: verified } = await run('verify')
    expect([code, verified]).toEqual([
      0,
      expect.stringMatching(/not built here \(dns\/ \(\d+\), firewall\/ /),
    ])
    const manifest = feed('manifest.json')
    await run('restore')
    const { stdout } = await run('publish')
    expect(stdout).toMatch(
      /^Nothing new: of \d+ files \d+ that were missing or edited are written again \(publication 1,/,
    )
    expect(feed('manifest.json')).toBe(manifest)
    const files = filesIn(join(clone, 'feeds'))
    expect(files).toEqual(filesIn(join(dir, 'feeds')))
    for (const path of files) expect(feed(path)).toBe(readFileSync(join(dir, 'feeds', path), 'utf8'))
    expect(sh(clone, 'status', '--porcelain')).toBe('')
    expect((await run('verify')).stdout).not.toContain('not built')
    expect((await run('publish')).stdout).toMatch(/^Nothing new: no byte of/)
    expect((await run('commit')).stdout).toBe('Nothing changed since the last commit; no commit.\n')
  })

  it('what changed is told right from it: what was known is not new', async () => {
    const { fresh } = await setUp()
    const { clone, run } = fresh()
    await run('restore')
    const here = workspace({ dir: clone, now: NOW })
    await commit(here, report('#MoqHao bbcdefghij.duckdns[.]org → 31.1.2.3'))
    await here.close()
    await run('decide', 'zbcdefghij.duckdns.org', '--confirm', '--reason', 'seen', '--by', 'alice')
    await run('publish')
    expect((await run('commit', '--push')).code).toBe(0)
    const [subject, ...body] = sh(clone, 'log', '-1', '--format=%B').split('\n')
    expect(subject).toBe('feed: +2 domains')
    expect(body.filter((line) => line.startsWith('| +'))).toEqual([
      expect.stringMatching(
        /^\| \+ domain \| `bbcdefghij\[\.\]duckdns\[\.\]org` \| \[new\]\(.*\), `ninoseki` \|$/,
      ),
      expect.stringMatching(/^\| \+ domain \| `zb.*\), `stranger`, confirmed by `alice` \|$/),
    ])
    expect(body).toContain('Reports of what was known: 1. Decisions: 1. In quarantine: 0 (+0 −1).')
    expect(sh(clone, 'status', '--porcelain')).toBe('')
  })

  it('is found wrong where what git does hold is missing, and where git holds nothing', async () => {
    const { fresh } = await setUp()
    const { clone, run } = fresh()
    rmSync(join(clone, 'feeds/ips.txt'))
    expect(await run('verify')).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('ips.txt: is missing'),
    })
    sh(clone, 'rm', '-r', '-q', '--cached', 'feeds')
    writeFileSync(join(clone, '.gitignore'), 'feeds\nfeed.db*\n')
    expect((await run('verify')).stdout).toContain('dns/hosts.txt: is missing')
  })

  it('after a push that met another, keeps no file of its own that the publication has not', async () => {
    const { repository, fresh, publish, run } = await setUp()
    const { clone, run: there } = fresh()
    await there('restore')
    const here = workspace({ dir: clone, now: NOW })
    await commit(here, {
      ...report('#MoqHao xyzdefghij.duckdns[.]org'),
      publishedAt: '2026-10-22T08:00:00.000Z',
    })
    await here.close()
    await there('publish')
    const ours = filesIn(join(clone, 'feeds'))
    await run('decide', 'xyzdefghij.duckdns.org', '--deny', '--reason', 'a shop', '--by', 'T')
    await publish(report(GOOD.replace('abc', 'uvw')))
    await run('commit', '--push')
    expect(await there('commit', '--push')).toMatchObject({ code: 0 })
    expect(repository.git('show', 'main:feeds/domains.txt')).toBe(
      'abcdefghij.duckdns.org\nuvwdefghij.duckdns.org\n',
    )
    expect(ours.filter((path) => !existsSync(join(clone, 'feeds', path)))).toEqual([
      expect.stringMatching(/^misp\/[0-9a-f-]{36}\.json$/),
    ])
    expect((await there('verify')).stdout).not.toMatch(/not built|is not in manifest/)
    execFileSync('sha256sum', ['--quiet', '-c', 'SHA256SUMS'], { cwd: join(clone, 'feeds') })
  })
})

describe('the review pull request', () => {
  const { limits } = JSON.parse(readFileSync(join(PACKAGE_ROOT, 'feed.config.json'), 'utf8')) as {
    limits: object
  }
  const brake = { limits: { ...limits, growth: { least: 1, share: 0.5 } } }
  const many = (letter: string) =>
    report(
      `#MoqHao ${['a', 'b', 'c', 'd'].map((one) => `${letter}${one}cdefghij.duckdns[.]org`).join(' ')} → 31.1.2.9`,
    )

  it('opens when something comes to the quarantine, and closes when nothing waits', async () => {
    const { github, run, publish } = await cloned()
    await publish(report(DOUBTFUL, 'stranger'))
    expect(await run(...deliver)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Pull request #1 created.'),
    })
    expect(github.pulls[0]).toMatchObject({
      title: 'Review: 1 waits for review, 1 new since 2026-11-23',
      state: 'open',
    })
    github.pulls[0]!.body = github.pulls[0]!.body!.replaceAll('\n', '\r\n')
    expect((await run(...deliver)).stdout).toContain('Pull request #1 unchanged.')
    await run('decide', 'zbcdefghij.duckdns.org', '--deny', '--reason', 'a shop', '--by', 'T')
    await run('publish')
    expect((await run(...deliver)).stdout).toContain('Pull request #1 closed.')
    expect(github.pulls[0]!.state).toBe('closed')
  })

  it('is not opened again for what somebody closed unticked', async () => {
    const { github, run, publish } = await cloned()
    await publish(report(DOUBTFUL, 'stranger'))
    await run(...deliver)
    github.pulls[0]!.state = 'closed'
    await publish(report(GOOD))
    expect((await run(...deliver)).stdout).not.toContain('Pull request')
    await publish(report(DOUBTFUL.replace('zb', 'zz'), 'stranger'))
    expect((await run(...deliver)).stdout).toContain('Pull request #2 created.')
  })

  it('holds the forced publication while a brake holds, also below the root, and leaves what a person committed', async () => {
    const { github, repository, clone, dir, run, publish } = await cloned({ below: 'data', config: brake })
    await publish(report(GOOD))
    await run(...deliver)
    expect(await publish(many('x'))).toMatchObject({ code: 3 })
    expect((await run(...deliver)).stdout).toContain('Pull request #1 created.')
    expect(repository.git('show', `${REVIEW}:data/feeds/domains.txt`)).toContain('xacdefghij.duckdns.org')
    expect(repository.git('show', 'main:data/feeds/domains.txt')).not.toContain('xacdefghij')
    expect(sh(clone, 'worktree', 'list').split('\n')).toHaveLength(1)

    expect(github.pulls[0]!.body).toContain('**Merging it passes the brake**')
    sh(clone, 'fetch', '--quiet', 'origin', REVIEW)
    const edited = sh(clone, 'commit-tree', '-p', 'FETCH_HEAD', '-m', 'Deny one', 'FETCH_HEAD^{tree}')
    sh(clone, 'push', '--quiet', 'origin', `${edited}:refs/heads/${REVIEW}`)
    expect(await publish(many('y'))).toMatchObject({ code: 3 })
    expect((await run(...deliver)).stdout).toContain('Pull request #1 updated.')
    expect(github.pulls[0]!.body).toContain('would gain 8')
    expect(github.pulls[0]!.body).toContain('it does **not** hold that publication')
    expect(repository.git('rev-parse', REVIEW).trim()).toBe(edited)
    expect(existsSync(join(dir, 'feeds/status.json'))).toBe(true)
  })

  it('a tick settles a whole section, by who ticked it; the commit names him, and nothing waits any more', async () => {
    const { github, repository, run, publish } = await cloned()
    const section = {
      ...report(
        '#MoqHao zbcdefghij.duckdns[.]org zccdefghij.duckdns[.]org zdcdefghij.duckdns[.]org',
        'stranger',
      ),
      id: 'list:`--> <!-- | odd, "id"',
      references: ['https://github.com/stamparm/maltrail/blob/master/a.txt', 'https://blog.example/moqhao'],
    }
    await publish(section, report(DOUBTFUL.replace('zb', 'zz'), 'somebody'))
    await run(...deliver)
    const [pull] = github.pulls
    expect(pull!.title).toBe('Review: 4 wait for review, 4 new since 2026-11-23')
    expect(pull!.body).toContain('`hxxps://blog[.]example/moqhao`, [evidence](https://github.com/stamparm/')
    github.edit(pull!, 'alice', (body) =>
      body.replace('- [ ] publish this section', '- [x] publish this section'),
    )
    await run(...deliver)
    github.edit(pull!, 'bob', (body) => body.replace('- [ ] withdraw this post', '- [x] withdraw this post'))
    const applied = (await run('review', '--apply-pull-request')).stdout
    expect(applied).toContain('Pull request #1: 2 decisions.')
    expect(applied).toContain('confirm document list:`--> <!-- | odd, "id", by alice')
    expect(applied).toMatch(/withdraw document post:\d+, by bob/)
    // Ticked still, in the same body: what waits no more is not asked.
    expect((await run('review', '--apply-pull-request')).stdout).toContain('Pull request #1: 0 decisions.')
    await run('publish')
    expect((await run(...deliver)).stdout).toContain('Pull request #1 closed.')
    const message = repository.git('log', '-1', '--format=%B', 'main')
    expect(
      message.match(
        /\| \[new\]\(https:\/\/x\.com\/stranger\/status\/\d+\), `stranger`, confirmed by `alice` \|/g,
      ),
    ).toHaveLength(3)
    expect(repository.git('show', 'main:feeds/domains.txt').trim().split('\n')).toHaveLength(3)
    expect(repository.git('show', 'main:decisions.csv')).toMatch(
      /,withdraw,ticked in pull request #1,bob,2026-11-23,\n/,
    )
  })

  it('shows what is new since the last publication first, and closes though old reports wait for ever', async () => {
    const { github, dir, run, publish } = await cloned()
    const old = {
      ...report('#MoqHao oldabcdefg.duckdns[.]org', 'stranger'),
      publishedAt: '2021-11-22T08:00:00.000Z',
    }
    await publish(old, report(DOUBTFUL, 'stranger'))
    await run(...deliver)
    expect(github.pulls[0]!.body).not.toContain('oldabcdefg')
    const later = workspace({ dir, now: '2026-11-24T12:00:00.000Z' })
    await commit(later, {
      ...report('#MoqHao zzcdefghij.duckdns[.]org', 'somebody'),
      publishedAt: '2026-11-20T08:00:00.000Z',
      retrievedAt: '2026-11-24T11:00:00.000Z',
    })
    await later.close()
    const now = '2026-11-24T12:00:00.000Z'
    await run.at(now)('publish')
    await run.at(now)(...deliver)
    const { title, body } = github.pulls[0]!
    expect(title).toBe('Review: 2 wait for review, 1 new since 2026-11-24')
    expect(body!.indexOf('zzcdefghij')).toBeLessThan(body!.indexOf('### Waiting since before'))
    expect(body!.indexOf('zbcdefghij')).toBeGreaterThan(body!.indexOf('### Waiting since before'))
    const listed = (await run.at(now)('review')).stdout
    expect(listed).toContain('2 wait for review, 1 new since 2026-11-24. To decide:')
    expect(listed.indexOf('zzcdefghij')).toBeLessThan(listed.indexOf('zbcdefghij'))
    for (const name of ['zbcdefghij', 'zzcdefghij'])
      await run('decide', `${name}.duckdns.org`, '--deny', '--reason', 'a shop', '--by', 'T')
    await run.at(now)('publish')
    expect((await run.at(now)(...deliver)).stdout).toContain('Pull request #1 closed.')
    expect(JSON.parse(readFileSync(join(dir, 'feeds/status.json'), 'utf8'))).toMatchObject({
      standing: { waiting: 1 },
    })
  })

  it('writes a decision about a section once, though something of it waits all the same', async () => {
    const { github, run, publish } = await cloned()
    const text = '#MoqHao zbcdefghij.duckdns[.]org\nlegit: hxxps://realshop[.]com/'
    await publish({ ...report(text, 'stranger'), id: 'list:1', kind: 'list', source: 'maltrail' })
    await run(...deliver)
    github.edit(github.pulls[0]!, 'alice', (body) =>
      body.replace('- [ ] publish this section', '- [x] publish this section'),
    )
    const apply = async () => (await run('review', '--apply-pull-request')).stdout
    expect(await apply()).toContain('Pull request #1: 1 decision.')
    await run('publish')
    await run(...deliver)
    expect(github.pulls[0]).toMatchObject({ state: 'open', body: expect.stringContaining('realshop') })
    expect(github.pulls[0]!.body).not.toContain('zbcdefghij')
    expect(await apply()).toContain('Pull request #1: 0 decisions.')
  })

  it('takes decisions also where GitHub does not tell who ticked', async () => {
    const { github, dir, run, publish } = await cloned()
    await publish(report(DOUBTFUL, 'stranger'))
    await run(...deliver)
    const [pull] = github.pulls
    pull!.body = pull!.body!.replace('- [ ] deny', '- [x] deny')
    github.tellsEdits = false
    const { stdout } = await run('review', '--apply-pull-request')
    expect(stdout).toContain('who ticked is not known: GitHub: edits of the body: Request failed')
    expect(readFileSync(join(dir, 'decisions.csv'), 'utf8')).toContain(
      'domain-name,zbcdefghij.duckdns.org,deny,ticked in pull request #1,pull request #1,',
    )
  })

  it('decides nothing by both ticks, nor by a pull request of a fork', async () => {
    const { github, dir, run, publish } = await cloned()
    await publish(report(DOUBTFUL, 'stranger'))
    await run(...deliver)
    const [pull] = github.pulls
    pull!.body = pull!.body!.replaceAll('[ ]', '[x]')
    const both = (await run('review', '--apply-pull-request')).stdout
    expect(both.match(/both boxes are ticked/g)).toHaveLength(2)
    pull!.body = pull!.body!.replace('[x] deny', '[ ] deny')
    pull!.head.repo = { full_name: 'somebody/feed' }
    expect((await run('review', '--apply-pull-request')).stdout).toBe('No review pull request is open.\n')
    expect(existsSync(join(dir, 'decisions.csv'))).toBe(false)
    pull!.head.repo = { full_name: 'Owner/feed' }
    expect((await run('review', '--apply-pull-request')).stdout).toContain(
      'confirm domain-name zbcdefghij[.]duckdns[.]org',
    )
  })

  it('needs a repository, a token, and what is pushed', async () => {
    const dir = folder()
    expect(await cli(['review', '--apply-pull-request', '--dir', dir])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('GITHUB_REPOSITORY'),
    })
    expect(await cli(['commit', '--pull-request', '--dir', dir])).toMatchObject({ code: 2 })
    expect(await cli(['commit', '--dir', dir])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('not a git repository'),
    })
  })

  it("tells GitHub's refusal in its own words, without the token", async () => {
    const { github, run, publish } = await cloned()
    await publish(report(DOUBTFUL, 'stranger'))
    github.remaining = 0
    const { code, stderr } = await run(...deliver)
    expect([code, stderr]).toEqual([1, expect.stringContaining('GET /repos/{owner}/{repo}/pulls: 403')])
    expect(stderr).not.toContain(TOKEN)
  })
})

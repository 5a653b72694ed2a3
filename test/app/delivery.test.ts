import { execFileSync, spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { PACKAGE_ROOT } from '../../src/app/workspace.js'
import { GitRepository } from '../fakes/git.js'
import { FakeGithub, type Pull } from '../fakes/github.js'
import { idAt } from '../fakes/x.js'
import { lastingFolder } from '../helpers.js'

// The workflow as it is written, step by step, on clones of a bare repository and against a GitHub on this machine.
// The built program runs as a process of its own (npm test builds it first).

const Step = z.object({
  name: z.string().optional(),
  uses: z.string().optional(),
  run: z.string().optional(),
  if: z.string().optional(),
  env: z.record(z.string(), z.string()).default({}),
})
const Workflow = z.object({ jobs: z.record(z.string(), z.object({ steps: z.array(Step).default([]) })) })
const { jobs } = Workflow.parse(
  parse(readFileSync(join(PACKAGE_ROOT, '.github/workflows/collect.yml'), 'utf8')),
)

const TOKEN = 'canary-token-of-the-workflow'
const REVIEW = 'moqhao-feed/review'

/** All that a step's environment may ask for. */
const EXPRESSIONS: Record<string, string> = { 'github.token': TOKEN, 'secrets.X_BEARER_TOKEN': '' }
const resolved = (text: string): string =>
  text.replace(/\$\{\{\s*(.*?)\s*\}\}/g, (_, expression: string) => {
    const value = EXPRESSIONS[expression]
    if (value === undefined) throw new Error(`no such expression in the test: ${expression}`)
    return value
  })

const EVEN_AFTER_FAILURE = 'success() || failure()'

/** Actions, and what stands for them here. */
const ACTIONS: Record<string, (runner: Runner) => void> = {
  'actions/checkout': ({ dir }) => {
    execFileSync('git', ['clone', '--quiet', '--depth=1', `file://${bare.dir}`, dir])
  },
  'actions/setup-node': () => {},
  'actions/cache/restore': ({ dir }) => {
    if (cached !== null) cpSync(cached, join(dir, 'feed.db'))
  },
  'actions/cache/save': ({ dir }) => {
    cached = join(dir, 'feed.db')
  },
  'actions/upload-pages-artifact': ({ dir }) => {
    for (const path of ['status.json', 'manifest.json', 'dns/hosts.txt', 'stix/bundle.json'])
      expect([path, existsSync(join(dir, 'feeds', path))]).toEqual([path, true])
  },
}

/** Commands that this checkout has had already. */
const DONE: Record<string, (runner: Runner) => void> = {
  'npm ci': () => {},
  'npm run build': ({ dir }) => symlinkSync(join(PACKAGE_ROOT, 'dist'), join(dir, 'dist')),
}

/** The database of the last run; null: it is lost, and the ledger in git is all there is. */
let cached: string | null = null
let bare: GitRepository
let github: FakeGithub
let api: string

/** One run of a job on a fresh machine. */
class Runner {
  readonly dir: string
  readonly summary: string
  output = ''
  readonly codes: Record<string, number> = {}
  readonly #files: Record<string, string>

  /** @param files that lie in inbox/ */
  constructor(files: Record<string, string> = {}) {
    const root = lastingFolder()
    this.dir = join(root, 'work')
    this.summary = join(root, 'summary.md')
    this.#files = files
    writeFileSync(this.summary, '')
  }

  /** @param before called before the step of that name */
  async run(job: string, before: Record<string, () => unknown> = {}): Promise<this> {
    let failed = false
    for (const step of jobs[job]!.steps) {
      if (step.if !== undefined && step.if !== EVEN_AFTER_FAILURE)
        throw new Error(`no such condition in the test: ${step.if}`)
      if (failed && step.if === undefined) continue
      await before[step.name ?? '']?.()
      const done = step.run === undefined ? ACTIONS[step.uses!.split('@')[0]!] : DONE[step.run]
      if (done) {
        done(this)
        if (step.uses?.startsWith('actions/checkout@')) this.#putFiles()
      } else if (step.run === undefined) throw new Error(`no such action in the test: ${step.uses}`)
      else {
        const code = await this.#bash(step.run, step.env)
        this.codes[step.name ?? step.run] = code
        failed ||= code !== 0
      }
    }
    return this
  }

  #putFiles(): void {
    mkdirSync(join(this.dir, 'inbox'))
    for (const [name, text] of Object.entries(this.#files)) writeFileSync(join(this.dir, 'inbox', name), text)
  }

  #bash(script: string, env: Record<string, string>): Promise<number> {
    const child = spawn('bash', ['-e', '-c', script], {
      cwd: existsSync(this.dir) ? this.dir : PACKAGE_ROOT,
      env: {
        PATH: process.env.PATH,
        HOME: this.dir,
        GITHUB_API_URL: api,
        GITHUB_REPOSITORY: 'owner/feed',
        GITHUB_SERVER_URL: 'https://github.com',
        GITHUB_STEP_SUMMARY: this.summary,
        MOQHAO_RETRIES: '0',
        ...Object.fromEntries(Object.entries(env).map(([name, value]) => [name, resolved(value)])),
      },
    })
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        this.output += chunk
      })
    return new Promise((resolve) => child.once('close', (code) => resolve(code ?? -1)))
  }
}

const collected = (files?: Record<string, string>, before?: Record<string, () => unknown>) =>
  new Runner(files).run('collect', before)

const COMMIT = 'Commit, push, and put to review'
let posts = 0
const report = (text: string, author = 'ninoseki'): string => {
  const id = idAt(Date.now() - 5 * 3_600_000, posts++)
  const url = `https://x.com/${author}/status/${id}`
  return `${JSON.stringify({ id, text, author, url })}\n`
}
const names = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, n) => `${prefix}${String.fromCharCode(97 + n)}bcdefg.duckdns[.]org`)

const show = (path: string, ref = 'main'): string => bare.git('show', `${ref}:${path}`)
const log = (ref = 'main'): string[] => bare.git('log', '--format=%s', ref).trim().split('\n')
const message = (ref = 'main'): string => bare.git('log', '-1', '--format=%B', ref)
const writes = (since: number) => github.requests.slice(since).filter(({ method }) => method !== 'GET')
const open = (): Pull => github.pulls.find(({ state }) => state === 'open')!

beforeAll(async () => {
  bare = new GitRepository(lastingFolder())
  bare.git('config', 'receive.advertisePushOptions', 'false')
  const shipped = JSON.parse(readFileSync(join(PACKAGE_ROOT, 'feed.config.json'), 'utf8'))
  const config = {
    sources: shipped.sources.filter(({ name }: { name: string }) => name === 'inbox' || name === 'import'),
    limits: { ...shipped.limits, growth: { least: 3, share: 0.5 } },
  }
  bare.commit([
    {
      date: '2026-11-01T00:00:00Z',
      files: {
        '.gitignore': readFileSync(join(PACKAGE_ROOT, '.gitignore')),
        '.gitattributes': readFileSync(join(PACKAGE_ROOT, '.gitattributes')),
        'feed.config.json': JSON.stringify(config),
      },
    },
  ])
  github = new FakeGithub(bare)
  api = await github.listen()
  return () => github.close()
})

describe('collect.yml', () => {
  it('commits and pushes what came, says what and why, and writes no token anywhere', async () => {
    const { output, codes, summary } = await collected({
      'a.jsonl': report(`#MoqHao ${names('aaa', 4).join(' ')} → 31.1.2.3`),
    })
    expect([output, codes]).toMatchObject([expect.anything(), { [COMMIT]: 0 }])
    expect(log()[0]).toBe('feed: +1 ips, +4 domains')
    expect(message()).toMatch(
      /\| \+ ip \| `31\[\.\]1\[\.\]2\[\.\]3` \| \[new\]\(https:\/\/x\.com\/ninoseki\/status\/\d+\), `ninoseki` \|/,
    )
    expect(message()).toContain('Sources: 2 ok, 0 skipped, 0 failed.')
    expect(readFileSync(summary, 'utf8')).toContain(message().trim())
    expect(readFileSync(summary, 'utf8')).toContain('\nActive now: 1 address, 4 names, 0 URLs.\n')
    expect(bare.git('ls-tree', '-r', '--name-only', 'main')).not.toMatch(
      /status\.json|feed\.db|inbox|indicators\.json|bundle|misp|dns\/|firewall\//,
    )
    expect(output + message()).not.toContain(TOKEN)
    expect(github.pulls).toEqual([])
  })

  it('commits nothing where nothing changed', async () => {
    const [before, asked] = [log(), github.requests.length]
    cached = null
    const { output, codes } = await collected()
    expect(codes[COMMIT]).toBe(0)
    expect(output).toContain('Nothing changed since the last commit; no commit.')
    expect([log(), writes(asked)]).toEqual([before, []])
  })

  it('where somebody pushed in between, publishes anew on top: nothing of either is lost', async () => {
    const other = () => collected({ 'c.jsonl': report(`#MoqHao ${names('ccc', 1).join(' ')} → 31.1.2.5`) })
    const { codes } = await collected(
      { 'b.jsonl': report(`#MoqHao ${names('bbb', 1).join(' ')} → 31.1.2.4`) },
      { [COMMIT]: other },
    )
    expect(codes[COMMIT]).toBe(0)
    expect(show('feeds/ips.txt')).toBe('31.1.2.3\n31.1.2.4\n31.1.2.5\n')
    expect(log().slice(0, 2)).toEqual(['feed: +1 ips, +1 domains', 'feed: +1 ips, +1 domains'])
  })

  it('puts to review what a brake holds: merging it publishes it', async () => {
    const before = log()
    const { output, codes } = await collected({
      'd.jsonl': report(`#MoqHao ${names('ddd', 9).join(' ')} → 31.1.2.6`),
    })
    expect([output, codes]).toMatchObject([expect.stringContaining('would gain 9'), { [COMMIT]: 0 }])
    expect(log()).toEqual(before)
    expect(open()).toMatchObject({ number: 1, base: 'main', head: { ref: REVIEW } })
    expect(open().body).toContain('domains held 6 and would gain 9')
    expect(show('feeds/domains.txt', REVIEW)).toContain('dddibcdefg.duckdns.org')
    expect(bare.git('diff', '--name-only', 'main', REVIEW)).toContain('feeds/ledger/forced.jsonl')
    expect(output).not.toContain(TOKEN)
  })

  it('asks for no change where nothing changed, and keeps to one pull request', async () => {
    const [asked, at] = [github.requests.length, bare.git('rev-parse', REVIEW)]
    await collected()
    expect(writes(asked)).toEqual([])
    expect(bare.git('rev-parse', REVIEW)).toBe(at)
    const doubtful = { 'e.jsonl': report('#MoqHao eeeabcdefg.duckdns[.]org', 'stranger') }
    await collected(doubtful)
    expect(writes(asked).map(({ method }) => method)).toEqual(['PATCH'])
    expect(open().body).toContain('**`eeeabcdefg[.]duckdns[.]org`** domain-name')
    expect(github.pulls).toHaveLength(1)
  })

  it('takes decisions from ticks, of what does wait only', async () => {
    const unknown = `- [x] deny <!-- indicator--${'0'.repeat(8)}-0000-5000-8000-${'0'.repeat(12)} -->`
    github.edit(
      open(),
      'alice',
      (body) => `${body.replace('- [ ] publish <!--', '- [x] publish <!--')}\n${unknown}`,
    )
    const { output, codes } = await collected()
    expect([output, codes]).toMatchObject([expect.stringContaining('confirm domain-name'), { [COMMIT]: 0 }])
    expect(show('decisions.csv')).toMatch(
      /^type,value,.*\ndomain-name,eeeabcdefg\.duckdns\.org,confirm,ticked in pull request #1,alice,[\d-]+,\n$/,
    )
    // It waits behind the same brake.
    expect(show('feeds/domains.txt', REVIEW)).toContain('eeeabcdefg.duckdns.org\n')
    expect(open().body).not.toContain('eeeabcdefg')
  })

  it('ends the review when it is merged', async () => {
    bare.git('update-ref', 'refs/heads/main', REVIEW)
    open().state = 'closed'
    const asked = github.requests.length
    await collected()
    expect(show('feeds/domains.txt')).toContain('dddibcdefg.duckdns.org')
    expect(writes(asked)).toEqual([])
  })

  it('keeps its schedule alive without a commit', async () => {
    const { output, codes } = await new Runner().run('keep-alive')
    expect([output, codes]).toEqual(['', { 'Keep the schedule alive': 0 }])
    expect(github.requests.at(-1)).toMatchObject({
      method: 'PUT',
      path: '/repos/owner/feed/actions/workflows/collect.yml/enable',
      status: 204,
    })
  })
})

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, test } from 'vitest'
import type { Review } from '../../src/app/review.js'
import { cli, NOW, smallArchive } from '../helpers.js'

let dir = ''
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'moqhao-test-'))
  const decide = (...args: string[]) => cli(['decide', '--dir', dir, '--by', 'a maintainer', ...args])
  await cli(['run', '--dir', smallArchive(dir)])
  await decide('post:1435822212833898498', '--document', '--withdraw', '--reason', 'the author took it back')
  await decide(
    'mqguzhumvy[.]duckdns.org',
    '--deny',
    '--reason',
    'a customer of ours',
    '--until',
    '2027-01-01',
  )
  await cli(['publish', '--dir', dir])
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

test.each([
  ['published on its spelling and its reporter alone', 'docomobegb.duckdns.org'],
  ['an address by the names on it', '87.120.36.228'],
  ['quarantined', 'docomo.uyhj.xyz'],
  ['withdrawn', 'jngrvkkygs.duckdns.org'],
  ['denied by a decision', 'mqguzhumvy.duckdns.org'],
])('%s: %s', async (_, value) => {
  const { code, stdout } = await cli(['explain', '--dir', dir, value])
  expect(code).toBe(0)
  await expect(stdout).toMatchFileSnapshot(`../golden/explain-${value}.txt`)
})

it('what would change the verdict does, when it is done', async () => {
  const changes = async (value: string) =>
    (
      JSON.parse((await cli(['explain', '--dir', dir, '--json', value])).stdout) as {
        changes: { what: string; verdict: string }[]
      }
    ).changes
  const verdict = async (value: string) =>
    /^verdict +(\w+)/m.exec((await cli(['explain', '--dir', dir, value])).stdout)?.[1]
  const by = ['--by', 'me', '--reason', 'tried']

  expect(await changes('docomo.uyhj.xyz')).toContainEqual({
    what: 'if somebody else reported it in naming MoqHao',
    verdict: 'publish',
  })
  writeFileSync(
    join(dir, 'post.jsonl'),
    '{"id":"1","author":"somebody","text":"#MoqHao docomo[.]uyhj.xyz","published_at":"2026-11-20"}\n',
  )
  await cli(['import', '--dir', dir, join(dir, 'post.jsonl')])
  expect(await verdict('docomo.uyhj.xyz')).toBe('publish')

  // An address that is published for the names on it, and a name of them: both stand on one post.
  const [address, post] = ['128.14.75.88', 'post:1439663629909979140']
  expect(await changes(address)).toContainEqual({ what: `if ${post} were withdrawn`, verdict: 'unrelated' })
  await cli(['decide', '--dir', dir, post, '--document', '--withdraw', ...by])
  expect(await verdict(address)).toBe('unrelated')

  expect(await changes('mqguzhumvy.duckdns.org')).toContainEqual({
    what: 'by decide --confirm',
    verdict: 'publish',
  })
  await cli(['decide', '--dir', dir, 'mqguzhumvy.duckdns.org', '--confirm', ...by])
  expect(await verdict('mqguzhumvy.duckdns.org')).toBe('publish')
})

it('a reporter is meant by any of his handles', async () => {
  const { stdout } = await cli(
    [
      'decide',
      '--dir',
      dir,
      '--by',
      'me',
      '--reason',
      'r',
      '@NAOMISUZUKI',
      '--reporter',
      '--withdraw',
      '--until',
      '2026-11-24',
    ],
    { now: '2026-11-23T13:00:00.000Z' },
  )
  expect(stdout).toContain('withdraw reporter naomisuzuki_')
})

/** Somebody looks while the campaign ran: of what the archive holds nothing is asked today. */
const THEN = ['--as-of', '2021-07-01']

it('review: what would be active, by document, newest first, with links; values cannot be tapped', async () => {
  expect((await cli(['review', '--dir', dir])).stdout).toBe(
    'Nothing waits that a decision would make active.\n',
  )
  const { code, stdout } = await cli(['review', '--dir', dir, '--json', '--limit', '400', ...THEN])
  expect(code).toBe(0)
  const { waiting, shown, total, fresh, since } = JSON.parse(stdout) as Review
  // The archive was read before it was published.
  expect([shown, fresh, since]).toEqual([total, 0, NOW.slice(0, 10)])
  const times = waiting.map(({ reportedAt }) => reportedAt)
  expect(times).toEqual(times.toSorted().reverse())
  expect(waiting.every(({ links, values }) => /^https?:\/\//.test(links[0]!) && values.length > 0)).toBe(true)
  expect(waiting.flatMap(({ values }) => values).every(({ value }) => value.includes('[.]'))).toBe(true)
  expect(waiting.reduce((sum, { count }) => sum + count, 0)).toBe(total)
  const text = (await cli(['review', '--dir', dir, '--limit', '2', ...THEN])).stdout
  expect(text).toContain(`${total} wait for review, 0 new since 2026-11-23; 2 shown, --limit shows more`)
  expect(text).toContain('moqhao-feed decide --section ID')
})

it('a confirmed section publishes all that it reports, guards aside, and only that', async () => {
  const { stdout: reviewed } = await cli(['review', '--dir', dir, '--json', '--limit', '400', ...THEN])
  // The test above has withdrawn all of one reporter.
  const waiting = (JSON.parse(reviewed) as Review).waiting.find(({ reporter }) => reporter !== 'NaomiSuzuki_')
  await cli([
    'decide',
    '--dir',
    dir,
    '--by',
    'me',
    waiting!.document,
    '--section',
    '--confirm',
    '--reason',
    'checked',
  ])
  const { stdout } = await cli(['explain', '--dir', dir, waiting!.values[0]!.value])
  expect(stdout).toContain('verdict     publish')
  expect(stdout).toContain('the document was confirmed by me')
})

it('decide says what waits for nothing, and refuses what cannot be meant', async () => {
  const decide = (...args: string[]) => cli(['decide', '--dir', dir, '--by', 'me', '--reason', 'r', ...args])
  expect((await decide('post:1', '--document', '--withdraw')).stderr).toContain(
    'Nothing is known of document post:1 yet',
  )
  const reporter = await decide('ninoseki', '--reporter', '--confirm')
  expect(reporter.code).toBe(2)
  expect(reporter.stderr).toContain('pin him under reporters')
  const past = await decide('evil-name.com', '--deny', '--until', '2020-01-01')
  expect(past.code).toBe(2)
  expect(past.stderr).toContain('a day after the decision')
})

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, test } from 'vitest'
import { cli } from '../helpers.js'

let dir = ''
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'moqhao-test-'))
  const decide = (...args: string[]) => cli(['decide', '--dir', dir, '--by', 'a maintainer', ...args])
  await cli(['run', '--dir', dir])
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

it('tells what would change the verdict only where it would', async () => {
  const { stdout } = await cli(['explain', '--dir', dir, '--json', 'docomo.uyhj.xyz'])
  const { changes } = JSON.parse(stdout) as { changes: { what: string; verdict: string }[] }
  expect(changes).toContainEqual({ what: 'by decide --confirm', verdict: 'publish' })
  expect(changes.map(({ verdict }) => verdict)).not.toContain('quarantine')
  // Tried for real: the confirmation does what was foretold.
  await cli(['decide', '--dir', dir, '--by', 'me', 'docomo.uyhj.xyz', '--confirm', '--reason', 'seen'])
  expect((await cli(['explain', '--dir', dir, 'docomo.uyhj.xyz'])).stdout).toContain('verdict     publish')
})

it('review: the quarantine, newest first, by document, with links; values cannot be tapped', async () => {
  const { code, stdout } = await cli(['review', '--dir', dir, '--json', '--limit', '400'])
  expect(code).toBe(0)
  const { waiting, shown, total } = JSON.parse(stdout) as {
    waiting: { document: string; reportedAt: string; url: string; values: { value: string }[] }[]
    shown: number
    total: number
  }
  expect(shown).toBe(Math.min(400, total))
  const times = waiting.map(({ reportedAt }) => reportedAt)
  expect(times).toEqual(times.toSorted().reverse())
  expect(waiting.every(({ url, values }) => /^https?:\/\//.test(url) && values.length > 0)).toBe(true)
  expect(waiting.flatMap(({ values }) => values).every(({ value }) => value.includes('[.]'))).toBe(true)
  const text = (await cli(['review', '--dir', dir, '--limit', '2'])).stdout
  expect(text).toContain(`2 of ${total} values that wait`)
})

it('a confirmed document publishes all that it reports, guards aside, and only that', async () => {
  const waiting = JSON.parse((await cli(['review', '--dir', dir, '--json', '--limit', '1'])).stdout)
    .waiting[0] as { document: string; values: { value: string }[] }
  await cli([
    'decide',
    '--dir',
    dir,
    '--by',
    'me',
    waiting.document,
    '--document',
    '--confirm',
    '--reason',
    'checked',
  ])
  const { stdout } = await cli(['explain', '--dir', dir, waiting.values[0]!.value])
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

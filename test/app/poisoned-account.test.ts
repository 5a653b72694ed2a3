import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { PACKAGE_ROOT } from '../../src/app/workspace.js'
import { cli, folder } from '../helpers.js'

// A named researcher's account in other hands: everything it says names the campaign.

const config = JSON.parse(readFileSync(join(PACKAGE_ROOT, 'feed.config.json'), 'utf8')) as {
  sources: object[]
}
const topSites = (
  JSON.parse(readFileSync(join(PACKAGE_ROOT, 'guards/misp-top-sites.json'), 'utf8')) as { entries: string[] }
).entries.slice(0, 4_900)

/** A workspace whose one source holds posts of `ninoseki`, one value each. */
function poisoned(values: string[]): string {
  const dir = folder()
  const posts = values.map((value, n) =>
    JSON.stringify({
      id: `p${n}`,
      text: `#MoqHao C2 ${value.replaceAll('.', '[.]')}`,
      author: 'ninoseki',
      published_at: '2026-11-20T10:00:00Z',
    }),
  )
  writeFileSync(join(dir, 'inbox.jsonl'), `${posts.join('\n')}\n`)
  const source = {
    type: 'archive',
    name: 'x-researchers',
    title: 'Posts of the researchers',
    reporter: 'X',
    licence: 'facts',
    files: [{ path: 'inbox.jsonl', format: 'jsonl', retrieved_at: '2026-11-20T11:00:00.000Z' }],
  }
  writeFileSync(join(dir, 'feed.config.json'), JSON.stringify({ ...config, sources: [source] }))
  return dir
}

it('well-known names and addresses: the run is refused, nothing of it is published, status says so', async () => {
  const addresses = Array.from({ length: 100 }, (_, n) => `104.16.${n}.1`)
  const dir = poisoned([...topSites, ...addresses])
  const { code, stderr, stdout } = await cli(['run', '--dir', dir])
  expect([code, stdout]).toEqual([3, ''])
  expect(stderr).toMatch(
    /x-researchers: guards keep out \d+ of \d+ values that it reports for the campaign \(\d+ %, such as [^)]+\); the limit is 50 %\. .*; nothing of it was published/,
  )
  expect(readFileSync(join(dir, 'feeds/domains-all.txt'), 'utf8')).toBe('')
  const status = await cli(['status', '--dir', dir])
  expect(status.stdout).toMatch(/x-researchers .*guards keep out/)
})

it('an import of such posts is refused whole', async () => {
  const dir = poisoned(topSites)
  const imported = await cli(['import', '--dir', dir, '--source', 'x-researchers', join(dir, 'inbox.jsonl')])
  expect([imported.code, imported.stderr]).toEqual([3, expect.stringMatching(/nothing was imported/)])
  expect((await cli(['explain', '--dir', dir, topSites[0]!])).stdout).toMatch(
    /No document in the database holds it/,
  )
})

it('unknown names, more than anybody reported on one day: all of them wait in quarantine', async () => {
  const dir = poisoned(Array.from({ length: 300 }, (_, n) => `shop-${n}-of-somebody.com`))
  const { code } = await cli(['run', '--dir', dir])
  expect(code).toBe(0)
  expect(readFileSync(join(dir, 'feeds/domains.txt'), 'utf8')).toBe('')
  const { stdout } = await cli(['explain', '--dir', dir, 'shop-7-of-somebody.com'])
  expect(stdout).toMatch(/ninoseki reported more on 2026-11-20 than a researcher is trusted for on one day/)
})

it('as many as a researcher reports on a busy day are published', async () => {
  const dir = poisoned(Array.from({ length: 80 }, (_, n) => `shop-${n}-of-somebody.com`))
  await cli(['run', '--dir', dir])
  expect(readFileSync(join(dir, 'feeds/domains.txt'), 'utf8').trim().split('\n')).toHaveLength(80)
})

import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { publishFeeds } from '../../src/app/publish.js'
import { PACKAGE_ROOT } from '../../src/app/workspace.js'
import { folder, workspace } from '../helpers.js'

// Time zone and locale belong to a process, so each publication is made by one of its own, of the built code.
const SCRIPT = `
const [dir, now, ...files] = process.argv.slice(1)
const at = (path) => ${JSON.stringify(`file://${PACKAGE_ROOT}dist/`)} + path
const { openWorkspace } = await import(at('app/workspace.js'))
const { importFiles } = await import(at('app/import.js'))
const { publishFeeds } = await import(at('app/publish.js'))
const workspace = openWorkspace({ dir, now: () => now, env: () => undefined })
for (const file of files) {
  const [source, path] = file.split('=')
  await importFiles(workspace, [path], { source, publishedAt: '2021-07-01T00:00:00.000Z' })
}
const { published } = await publishFeeds(workspace)
await workspace.close()
console.log(new Date(2021, 6, 1).toISOString(), (0.5).toLocaleString(), published.written.length)
`

const FILES = [
  'team-cymru=archive/team-cymru/moqhao-first-stage-c2s-2021-07-01.csv',
  'maltrail=archive/maltrail/android_roamingmantis.2018-2021.txt',
  'tweetfeed=archive/tweetfeed/four-researchers-2021-08_2021-09.csv',
  'tweetfeed=archive/tweetfeed/not-moqhao-10-letter-duckdns.csv',
].map((file) => file.replace('=', `=${PACKAGE_ROOT}`))

function publishIn(dir: string, files: string[], env: Record<string, string>): string {
  const args = ['--input-type=module', '-e', SCRIPT, dir, '2021-07-10T12:00:00.000Z', ...files]
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    env: { ...process.env, ...env },
    encoding: 'utf8',
  })
  expect([status, stderr]).toEqual([0, ''])
  return stdout.trim()
}

/** Checksums by path; the ledger keeps when each source was read, in the order it came. */
const sums = (dir: string): string[] =>
  readFileSync(join(dir, 'feeds/SHA256SUMS'), 'utf8')
    .split('\n')
    .filter(
      (line) => line !== '' && !/ {2}ledger\/(?:\d|cursors)/.test(line) && !line.endsWith('manifest.json'),
    )

it('the same documents give the same bytes: in another time zone and locale, in whatever order they came', () => {
  expect(existsSync(join(PACKAGE_ROOT, 'dist/app/publish.js'))).toBe(true)
  const [one, two] = [folder(), folder()]
  const here = publishIn(one, FILES, { TZ: 'Asia/Tokyo', LC_ALL: 'de_DE.UTF-8' })
  const there = publishIn(two, FILES.toReversed(), { TZ: 'America/St_Johns', LC_ALL: 'tr_TR.UTF-8' })
  // The settings did reach the processes.
  expect(here).toMatch(/^2021-06-30T15:00:00\.000Z 0,5 /)
  expect(there).toMatch(/^2021-07-01T02:30:00\.000Z 0,5 /)
  expect(sums(one).length).toBeGreaterThan(20)
  expect(sums(two)).toEqual(sums(one))
})

it('a run that finds nothing new writes no byte, that day or any later one on which nothing expires', async () => {
  const dir = folder()
  publishIn(dir, FILES, {})
  const later = workspace({ dir, now: '2021-07-10T23:59:59.999Z' })
  expect((await publishFeeds(later)).published.written).toEqual([])
  const quiet = workspace({ dir, now: '2026-11-24T12:00:00.000Z' })
  await publishFeeds(quiet, { force: 'five years later' })
  for (const day of ['2026-11-24', '2026-11-25', '2026-12-24'])
    expect((await publishFeeds(workspace({ dir, now: `${day}T12:00:00.000Z` }))).published.written).toEqual(
      [],
    )
})

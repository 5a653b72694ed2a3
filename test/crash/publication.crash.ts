import { spawn, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { decide } from '../../src/app/decide.js'
import { publishFeeds } from '../../src/app/publish.js'
import { verify } from '../../src/app/verify.js'
import { openWorkspace, PACKAGE_ROOT } from '../../src/app/workspace.js'
import { commit, post } from '../helpers.js'

const BIN = join(PACKAGE_ROOT, 'dist/cli/bin.js')
const SHIM = join(PACKAGE_ROOT, 'test/crash/shim.mjs')
const SIDE_BY_SIDE = 2
/** Each so manieth change; 1: all of them, as `npm run crash` does by itself. */
const EVERY = Number(process.env.CRASH_EVERY ?? 1)

/** A folder that is gone when the run ends; the tests make hundreds. */
const root = mkdtempSync(join(tmpdir(), 'moqhao-crash-'))
const now = () => new Date().toISOString()

/** Published files by path, without temporary ones, which nobody asks for, and without what a run says of itself. */
function published(dir: string): Map<string, string> {
  const feeds = join(dir, 'feeds')
  const files = readdirSync(feeds, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return new Map(
    files
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => !/\.tmp-\d+$|\/status\.json$/.test(path))
      .map((path) => [path.slice(feeds.length + 1), readFileSync(path, 'utf8')]),
  )
}

/** A folder that has published once, and knows more by now: something comes, something goes, something is denied. */
async function prepared(): Promise<string> {
  const dir = join(root, 'prepared')
  spawnSync('mkdir', [dir])
  const workspace = () => openWorkspace({ dir, now, env: () => undefined })
  const report = (id: string, text: string) =>
    post(text, { id: `post:${id}`, publishedAt: now(), source: 'x-researchers' })
  const before = workspace()
  await commit(before, report('1', '#MoqHao abcdefghij.duckdns[.]org → 31.1.2.3 hxxp://evil-one[.]com/a.apk'))
  await publishFeeds(before)
  await before.close()
  decide(workspace(), 'evil-one.com', { decision: 'deny', reason: 'a hospital', by: 'me' })
  const after = workspace()
  await commit(after, report('2', '#MoqHao bbcdefghij.duckdns[.]org → 31.1.2.4'))
  await after.close()
  return dir
}

const publishIn = (dir: string, env: Record<string, string>) =>
  new Promise<number | NodeJS.Signals>((resolve) => {
    const child = spawn(process.execPath, ['--import', SHIM, BIN, '--dir', dir, 'publish'], {
      stdio: 'ignore',
      env: { ...process.env, CRASH_BELOW: join(dir, 'feeds'), ...env },
    })
    child.once('exit', (code, signal) => resolve(signal ?? code!))
  })

it('killed at any change of a file, a publication leaves each file old or new, and the next run makes it whole', async () => {
  const source = await prepared()
  const old = published(source)
  const whole = join(root, 'whole')
  cpSync(source, whole, { recursive: true })
  const counted = join(root, 'count')
  expect(await publishIn(whole, { CRASH_COUNT_FILE: counted })).toBe(0)
  const fresh = published(whole)
  const points = Number(readFileSync(counted, 'utf8'))
  const changed = [...fresh].filter(([path, text]) => old.get(path) !== text)
  expect(points).toBeGreaterThan(3 * changed.length)

  const moments = Array.from({ length: points }, (_, n) => n + 1).filter((n) => n % EVERY === 0)
  const wanted = moments.length
  const outcomes = { old: 0, mixed: 0, new: 0 }
  const killed = async (moment: number) => {
    const dir = join(root, String(moment))
    cpSync(source, dir, { recursive: true })
    expect(await publishIn(dir, { CRASH_AT: String(moment) })).toBe('SIGKILL')
    // What a consumer may fetch at this moment.
    const seen = published(dir)
    for (const [path, text] of seen) expect([old.get(path), fresh.get(path)]).toContain(text)
    for (const path of old.keys()) if (fresh.has(path)) expect(seen.has(path)).toBe(true)
    const isAll = (of: Map<string, string>) => changed.every(([path]) => seen.get(path) === of.get(path))
    outcomes[isAll(old) ? 'old' : isAll(fresh) ? 'new' : 'mixed']++
    // The manifest comes last: as long as it is the old one, so are the sums that a consumer would check by.
    if (seen.get('manifest.json') === fresh.get('manifest.json')) expect(seen).toEqual(fresh)
    expect(await publishIn(dir, {})).toBe(0)
    expect(published(dir)).toEqual(fresh)
    expect((await verify(join(dir, 'feeds'))).findings).toEqual([])
    expect(
      readdirSync(join(dir, 'feeds'), { recursive: true }).filter((path) => /\.tmp-/.test(String(path))),
    ).toEqual([])
    rmSync(dir, { recursive: true })
  }
  const workers = Array.from({ length: SIDE_BY_SIDE }, async () => {
    for (let moment = moments.shift(); moment !== undefined; moment = moments.shift()) await killed(moment)
  })
  const ends = await Promise.allSettled(workers)
  rmSync(root, { recursive: true, force: true })
  expect(ends.filter(({ status }) => status === 'rejected')).toEqual([])
  console.log(
    `killed at ${wanted} of ${points} changes of a file: ${JSON.stringify(outcomes)}; each time the next run made it whole`,
  )
  expect(outcomes.old + outcomes.mixed + outcomes.new).toBe(wanted)
})

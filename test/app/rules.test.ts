import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { cli, commit, folder, post, smallArchive, workspace } from '../helpers.js'

const AT = '2026-11-20T08:00:00.000Z'
const lines = (dir: string, name: string) =>
  readFileSync(join(dir, 'feeds', name), 'utf8')
    .split('\n')
    .filter(Boolean)

/** A configuration that believes one more person. */
function believe(dir: string, name: string): void {
  const path = join(dir, 'feed.config.json')
  const config = JSON.parse(readFileSync(path, 'utf8'))
  writeFileSync(path, JSON.stringify({ ...config, reporters: [{ name, handles: [name], pinned: true }] }))
}

it('what changed rules would list for the first time is watched until a person has looked', async () => {
  const dir = smallArchive(folder())
  const here = workspace({ dir })
  const say = (id: string, name: string, day = AT) =>
    commit(here, post(`#MoqHao ${name}`, { id: `post:${id}`, author: 'somebody', publishedAt: day }))
  await say('1', 'qzxvk[.]com')
  await cli(['publish', '--dir', dir])
  expect(lines(dir, 'domains.txt')).toEqual([])

  believe(dir, 'somebody')
  const changed = await cli(['publish', '--dir', dir])
  expect(changed).toMatchObject({ code: 0, stdout: expect.stringContaining('Rules changed: 1 value') })
  expect([lines(dir, 'domains.txt'), lines(dir, 'watch/domains.txt')]).toEqual([[], ['qzxvk.com']])

  // What is reported after the change is a matter of reports, not of rules.
  const next = { now: '2026-11-25T12:00:00.000Z' }
  await say('2', 'wqxzv[.]com', '2026-11-25T08:00:00.000Z')
  await cli(['publish', '--dir', dir], next)
  expect([lines(dir, 'domains.txt'), lines(dir, 'watch/domains.txt')]).toEqual([['wqxzv.com'], ['qzxvk.com']])

  await cli(['publish', '--dir', dir, '--force', 'looked at'], next)
  expect([lines(dir, 'domains.txt'), lines(dir, 'watch/domains.txt')]).toEqual([
    ['qzxvk.com', 'wqxzv.com'],
    [],
  ])
  const forced = lines(dir, 'ledger/forced.jsonl').map((line) => JSON.parse(line))
  expect(forced).toEqual([
    {
      as_of: '2026-11-25',
      brakes: ['rules changed on 2026-11-23: 1 values listed for the first time'],
      reason: 'looked at',
    },
  ])
  expect((await cli(['publish', '--dir', dir], next)).stdout).toContain('Nothing new')
  // Nothing waits any more: there is nothing to pass.
  await cli(['publish', '--dir', dir, '--force', 'for fun'], next)
  expect(lines(dir, 'ledger/forced.jsonl')).toHaveLength(1)
})

/** A published folder with a post by somebody of whom nothing is published. */
async function published(): Promise<string> {
  const dir = smallArchive(folder())
  const here = workspace({ dir })
  await commit(here, post('#MoqHao qzxvk[.]com', { id: 'post:1', author: 'somebody', publishedAt: AT }))
  await cli(['publish', '--dir', dir])
  expect(lines(dir, 'domains.txt')).toEqual([])
  return dir
}

it('a publication that noted no rules went out by others; a first one is looked at anyway', async () => {
  const dir = await published()
  rmSync(join(dir, 'feeds/ledger/rules.jsonl'))
  believe(dir, 'somebody')
  await cli(['publish', '--dir', dir])
  expect([lines(dir, 'domains.txt'), lines(dir, 'watch/domains.txt')]).toEqual([[], ['qzxvk.com']])
  expect(JSON.parse(lines(dir, 'ledger/rules.jsonl')[0]!)).toMatchObject({
    accepted: '',
    changed: { as_of: '2026-11-23' },
  })
  // Held the next day too.
  await cli(['publish', '--dir', dir], { now: '2026-11-24T12:00:00.000Z' })
  expect([lines(dir, 'domains.txt'), lines(dir, 'watch/domains.txt')]).toEqual([[], ['qzxvk.com']])

  rmSync(join(dir, 'feeds'), { recursive: true })
  await cli(['publish', '--dir', dir])
  expect(lines(dir, 'domains.txt')).toEqual(['qzxvk.com'])
})

it('what changed rules would list stays watched also where a brake holds', async () => {
  const dir = await published()
  believe(dir, 'somebody')
  await cli(['publish', '--dir', dir])
  // What is reported after the change is for a brake to hold.
  const next = '2026-11-25T12:00:00.000Z'
  const names = Array.from({ length: 501 }, (_, n) => `b${String(n).padStart(3, '0')}cdefgh.duckdns.org`)
  const list = { kind: 'list', source: 'team-cymru', author: null, url: null, basis: 'stated' } as const
  const body = { rows: names.map((name) => ({ cells: [name] })) }
  await commit(workspace({ dir }), post('', { ...list, id: 'team-cymru:1', publishedAt: next, body }))
  expect((await cli(['publish', '--dir', dir], { now: next })).stderr).toMatch(
    /domains held 0 and would gain \d+/,
  )
  expect([lines(dir, 'domains.txt'), lines(dir, 'watch/domains.txt')]).toEqual([[], ['qzxvk.com']])
})

it('explain says of it what a publication would do, and why', async () => {
  const dir = await published()
  const told = async (...flags: string[]) =>
    (await cli(['explain', '--dir', dir, 'qzxvk.com', ...flags])).stdout
  believe(dir, 'somebody')
  const held = /changed rules would list it for the first time, and nobody has looked yet/
  // Before the publication that would hold it, and after.
  expect(await told()).toMatch(held)
  await cli(['publish', '--dir', dir])
  expect(await told()).toMatch(held)
  expect(await told()).toMatch(/^verdict +watch/m)
  // A day that is over is told as it was.
  expect(await told('--as-of', '2026-11-21')).not.toMatch(held)
  await cli(['publish', '--dir', dir, '--force', 'looked at'])
  expect(await told()).toMatch(/^verdict +publish/m)
})

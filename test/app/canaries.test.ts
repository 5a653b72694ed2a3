import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, test } from 'vitest'
import { PACKAGE_ROOT } from '../../src/app/workspace.js'
import { Canaries } from '../../src/model/canaries.js'
import { cli, folder, workspacePolicy } from '../helpers.js'

const canaries = Canaries.parse(
  JSON.parse(readFileSync(join(PACKAGE_ROOT, 'profiles/moqhao.canaries.json'), 'utf8')),
)
const config = JSON.parse(readFileSync(join(PACKAGE_ROOT, 'feed.config.json'), 'utf8')) as object

/** Publishes what a list of the most trusted source holds. */
async function publishList(values: string[], settings: object = {}, decisions = '') {
  const dir = folder()
  writeFileSync(join(dir, 'list.txt'), values.map((value) => `${value}\n`).join(''))
  writeFileSync(join(dir, 'feed.config.json'), JSON.stringify({ ...config, ...settings }))
  if (decisions) writeFileSync(join(dir, 'decisions.csv'), decisions)
  const list = ['--source', 'team-cymru', '--published-at', '2026-11-20']
  const imported = await cli(['import', '--dir', dir, ...list, join(dir, 'list.txt')])
  const published = await cli(['publish', '--dir', dir])
  const read = (name: string) => readFileSync(join(dir, `feeds/${name}.txt`), 'utf8')
  return { imported, published, read }
}

it('are the eleven addresses and the 266 names of 2021, and what must never pass', () => {
  expect(canaries.survive).toHaveLength(277)
  expect(canaries.never).toEqual(
    expect.arrayContaining([
      ...['duckdns.org', '192.168.0.1', '8.8.8.8', '1.1.1.1', '0.0.0.0', '1.1.4.1'],
      ...['raw.githubusercontent.com', 'nttdocomo.co.jp', 'sagawa-exp.co.jp', 't.co', 'imgur.com'],
    ]),
  )
})

it('those of the campaign survive all guards', () => {
  const { guards } = workspacePolicy()
  const hits = canaries.survive.flatMap((value) =>
    guards({ type: /^[\d.]+$/.test(value) ? 'ipv4-addr' : 'domain-name', value }),
  )
  expect(hits).toEqual([])
})

const guarded = canaries.never.filter((value) => value !== '1.1.4.1')
it('what must never pass does not, from the most trusted list', async () => {
  const { published, read } = await publishList([...guarded, 'evil-one.com'])
  expect(published.code).toBe(0)
  expect(read('domains')).toBe('evil-one.com\n')
  expect(read('ips')).toBe('')
})

describe('a publication that would break one is refused, and nothing is written', () => {
  test.each([
    [
      'a value passes that must never',
      ['1.1.4.1', 'evil-one.com'],
      /the guards do not hold: 1\.1\.4\.1 would be published, and must never be; .*nothing was published/,
    ],
  ])('%s', async (_, values, message) => {
    const { published, read } = await publishList(values)
    expect([published.code, published.stderr]).toEqual([3, expect.stringMatching(message)])
    expect(() => read('domains')).toThrow('ENOENT')
  })

  it('a guard keeps out what is of the campaign', async () => {
    const dir = folder()
    writeFileSync(join(dir, 'own.json'), JSON.stringify({ survive: ['duckdns.org'], never: [] }))
    writeFileSync(join(dir, 'feed.config.json'), JSON.stringify({ ...config, canaries: 'own.json' }))
    const { code, stderr } = await cli(['publish', '--dir', dir])
    expect(code).toBe(3)
    expect(stderr).toMatch(/duckdns\.org (?:of the campaign is kept out by|is no name)/)
  })
})

it('a confirm lifts it, but never for a special-purpose address', async () => {
  const head = 'type,value,decision,reason,by,date,until\n'
  const confirm = ['1.1.4.1', '192.168.0.1'].map((ip) => `ipv4-addr,${ip},confirm,seen,me,2026-11-01,\n`)
  const { published, read } = await publishList(['1.1.4.1', '192.168.0.1'], {}, head + confirm.join(''))
  expect(published.code).toBe(0)
  expect(read('ips')).toBe('1.1.4.1\n')
})

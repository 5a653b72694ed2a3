import { cpSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { expect, it } from 'vitest'
import { PACKAGE_ROOT } from '../../src/app/workspace.js'
import { cli, folder } from '../helpers.js'

it('another family is another profile: its own feed, by the same code', async () => {
  const dir = folder()
  cpSync(join(PACKAGE_ROOT, 'test/fixtures/second-profile'), dir, { recursive: true })
  const { code, stderr } = await cli(['run', '--dir', dir])
  expect([code, stderr]).toEqual([0, expect.any(String)])
  const lines = (name: string) =>
    readFileSync(join(dir, 'feeds', name), 'utf8')
      .split('\n')
      .filter(Boolean)

  expect(lines('ips.txt')).toEqual(['31.1.2.3'])
  expect(lines('domains.txt')).toEqual(['pot-z.top'])
  const cases = parse(readFileSync(join(PACKAGE_ROOT, 'test/fixtures/attribution/cases.csv')), {
    columns: true,
  }) as { value: string; family: string }[]
  const families = new Map(cases.map(({ value, family }) => [value, family]))
  const known = lines('domains-all.txt').flatMap((name) => families.get(name) ?? [])
  expect(known.length).toBeGreaterThan(50)
  expect([...new Set(known)]).toEqual(['FakeSpy'])

  const bundle = JSON.parse(readFileSync(join(dir, 'feeds/stix/bundle.json'), 'utf8')) as {
    objects: { type: string; name?: string }[]
  }
  expect(bundle.objects.filter(({ type }) => type === 'malware').map(({ name }) => name)).toEqual(['FakeSpy'])
  expect(bundle.objects.filter(({ type }) => type === 'identity').map(({ name }) => name)).toContain(
    'fakespy-feed',
  )
  const written = JSON.stringify(bundle) + readFileSync(join(dir, 'feeds/README.md'), 'utf8')
  expect(written.replaceAll(/maltrail: android_roamingmantis \([^)]*\)/g, '')).not.toMatch(/moqhao/i)
})

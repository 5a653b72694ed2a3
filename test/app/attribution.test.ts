import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { PACKAGE_ROOT } from '../../src/app/workspace.js'

interface Figures {
  cases: number
  precision: number
  recall: number
  counts: { other: { publish: number } }
}
const bench = (flag: string) =>
  execFileSync(process.execPath, [join(PACKAGE_ROOT, 'bench/attribution.js'), flag], { encoding: 'utf8' })

it('tells the campaign from the rest on the half that nothing was tuned by', () => {
  const { tune, test, ...others } = JSON.parse(bench('--json')) as Record<string, Figures> & {
    tune: Figures
    test: Figures
  }
  expect(tune.cases + test.cases).toBeGreaterThanOrEqual(1_500)
  expect(test.precision).toBeGreaterThanOrEqual(0.995)
  expect(test.recall).toBeGreaterThanOrEqual(0.9)
  // The Team Cymru list is one document of 287 values: without it too, so that it hides nothing.
  const alone = others['test, without the Team Cymru list']!
  expect(alone.precision).toBeGreaterThanOrEqual(0.99)
  expect(alone.recall).toBeGreaterThanOrEqual(0.9)
})

it('the README states the figures as they are (npm run docs)', () => {
  expect(readFileSync(join(PACKAGE_ROOT, 'README.md'), 'utf8')).toContain(
    `<!-- begin attribution -->\n${bench('--markdown')}<!-- end attribution -->`,
  )
})

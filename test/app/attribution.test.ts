import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { PACKAGE_ROOT } from '../../src/app/workspace.js'

interface Half {
  cases: number
  precision: number
  recall: number
}
interface OfYear {
  positives: number
  published: number
  wrong: { value: string }[]
}
interface Figures {
  halves: Record<string, Half>
  years: { year: string; dated: OfYear; both: OfYear }[]
  markdown: string
}

let figures: Figures
beforeAll(() => {
  const bench = [join(PACKAGE_ROOT, 'bench/attribution.js'), '--json']
  figures = JSON.parse(execFileSync(process.execPath, bench, { encoding: 'utf8', maxBuffer: 2 ** 26 }))
}, 300_000)

it('tells the campaign from the rest on the half that nothing was tuned by', () => {
  const { tune, test } = figures.halves as { tune: Half; test: Half }
  expect(tune.cases + test.cases).toBeGreaterThanOrEqual(1_500)
  expect(test.precision).toBeGreaterThanOrEqual(0.995)
  expect(test.recall).toBeGreaterThanOrEqual(0.9)
  // The Team Cymru list is one document of 287 values: without it too, so that it hides nothing.
  const alone = figures.halves['test, without the Team Cymru list']!
  expect(alone.precision).toBeGreaterThanOrEqual(0.99)
  expect(alone.recall).toBeGreaterThanOrEqual(0.9)
})

it('publishes most of years that nobody tuned on, and nothing that is somebody else’s', () => {
  expect(figures.years.map(({ year }) => year)).toEqual(['2022', '2023'])
  for (const { year, ...by } of figures.years)
    for (const { positives, published, wrong } of Object.values(by)) {
      expect(
        wrong.map(({ value }) => value),
        year,
      ).toEqual([])
      expect(positives, year).toBeGreaterThan(100)
      expect(published / positives, year).toBeGreaterThanOrEqual(0.85)
    }
})

it('the README states the figures as they are (npm run docs)', () => {
  expect(readFileSync(join(PACKAGE_ROOT, 'README.md'), 'utf8')).toContain(
    `<!-- begin attribution -->\n${figures.markdown}<!-- end attribution -->`,
  )
})

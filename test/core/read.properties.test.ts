import fc from 'fast-check'
import { expect, it, test } from 'vitest'
import { DOTS, FRAMES } from './grammar.js'
import { properties } from './reading-properties.js'

/** The same texts each time; `npm run fuzz` goes on from other seeds. */
const SEED = 20_210_701

it('has thirty frames, and no rule twice', () => {
  expect(FRAMES.length).toBeGreaterThanOrEqual(30)
  expect(new Set(DOTS).size).toBe(DOTS.length)
})

test.each(Object.entries(properties))('%s', (_, property) => {
  fc.assert(property as fc.IProperty<unknown>, { numRuns: 5_000, seed: SEED })
})

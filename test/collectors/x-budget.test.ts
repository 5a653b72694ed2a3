import { expect, it } from 'vitest'
import { budgetOf } from '../../src/collectors/x-budget.js'
import { addDays, dayOf } from '../../src/core/time.js'
import { collectContext, randomNumbers } from '../helpers.js'

/** A month in which each post brings all that it can, and there is more of everything than can be read. */
it('is exceeded on no day and in no month, and gives both parts their share', async () => {
  const [day, month, share] = [1_000, 10_000, 0.5]
  const next = randomNumbers(3)
  const check = { reads: 0 }
  const read = { new: 0, known: 0 }
  let id = 0
  const fresh = (count: number) => Array.from({ length: count }, () => String(id++))
  for (let date = 0; date < 31; date++) {
    const now = addDays('2026-12-01T08:00:00.000Z', date)
    const today: string[] = []
    for (let run = 0; run < 3; run++) {
      const reads = async () => ({ today: [...today], month: read.new + read.known })
      const settings = { budget: { day, month }, check: { share, days: 30, every_hours: 12, older: 50 } }
      const budget = await budgetOf(settings, check, collectContext({ now, reads }))
      // Known posts do not come in every run, and not before new ones.
      for (let size = budget.pageSize(5); size > 0; size = budget.pageSize(5)) {
        const ids = fresh(3 * size)
        budget.spend(ids)
        today.push(...ids)
        read.new += ids.length
      }
      for (let size = next() < 0.5 ? budget.checkSize() : 0; size > 0; size = budget.checkSize()) {
        const ids = fresh(4 * size)
        budget.spendOnChecks(ids)
        today.push(...ids)
        read.known += ids.length
      }
    }
    expect(today.length, dayOf(now)).toBeLessThanOrEqual(day)
  }
  expect(read.new + read.known).toBeLessThanOrEqual(month)
  expect(read.new).toBeGreaterThan(month / 2)
  // 158 of 161 on each of the days on which there was a pass.
  expect(read.known).toBeGreaterThan(25 * 150)
})

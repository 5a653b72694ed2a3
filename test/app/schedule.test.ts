import { afterEach, expect, it, vi } from 'vitest'
import { scheduleRuns } from '../../src/app/schedule.js'
import { workspace } from '../helpers.js'

afterEach(() => vi.useRealTimers())

it('runs by the clock, never two at once; says what it leaves out; ends with the run under way', async () => {
  const here = workspace()
  here.config.schedule = { cron: '* * * * *', timezone: 'Asia/Tokyo', jitter_seconds: 0 }
  vi.useFakeTimers({ now: new Date('2026-11-23T12:00:30.000Z') })
  const stop = new AbortController()
  let [atWork, most, done, left] = [0, 0, 0, 0]
  const work = async () => {
    most = Math.max(most, ++atWork)
    await new Promise((resolve) => setTimeout(resolve, 150_000))
    atWork--
    done++
  }
  const ended = scheduleRuns(here, stop.signal, work, () => left++)
  await vi.advanceTimersByTimeAsync(100_000)
  expect([atWork, left]).toEqual([1, 1])
  stop.abort()
  await vi.advanceTimersByTimeAsync(200_000)
  await ended
  expect([most, done, atWork]).toEqual([1, 1, 0])
})

it('a wrong expression is said at once', async () => {
  const here = workspace()
  here.config.schedule = { cron: 'every hour', timezone: 'UTC', jitter_seconds: 0 }
  await expect(
    scheduleRuns(
      here,
      new AbortController().signal,
      async () => {},
      () => {},
    ),
  ).rejects.toMatchObject({
    code: 'config',
    message: 'schedule.cron: no cron expression: "every hour"',
  })
})

import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, expect, it, vi } from 'vitest'
import { locked } from '../../src/app/collect.js'
import { openWorkspace } from '../../src/app/workspace.js'
import { addMs } from '../../src/core/time.js'
import { folder, NOW } from '../helpers.js'

const MINUTE_MS = 60_000

afterEach(() => void vi.useRealTimers())

it('a run that takes five hours keeps its lock all the time, and leaves neither lock nor timer behind', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  const dir = folder()
  let now = NOW
  const [here, there] = [1, 2].map(() => openWorkspace({ dir, now: () => now, env: () => undefined }))
  const pass = async (minutes: number) => {
    for (let n = 0; n < minutes; n++) {
      now = addMs(now, MINUTE_MS)
      vi.advanceTimersByTime(MINUTE_MS)
      await wait(0)
    }
  }
  let tries = 0
  await locked(here!, async () => {
    for (; tries < 10; tries++) {
      await pass(30)
      await expect(locked(there!, async () => 'joined')).rejects.toMatchObject({ code: 'locked' })
    }
  })
  expect(tries).toBe(10)
  expect(vi.getTimerCount()).toBe(0)
  expect(await locked(there!, async () => 'next')).toBe('next')

  await expect(locked(here!, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
  expect(vi.getTimerCount()).toBe(0)
  expect(await locked(there!, async () => 'next')).toBe('next')
  for (const workspace of [here, there]) await workspace!.close()
})

it('a run that was killed on another host keeps others out for an hour, and no longer', async () => {
  const dir = folder()
  let now = NOW
  const here = openWorkspace({ dir, now: () => now, env: () => undefined })
  const killed = await here.store().lock('elsewhere:1', NOW, 60 * MINUTE_MS)
  await killed.renew(addMs(NOW, 5 * MINUTE_MS))
  now = addMs(NOW, 64 * MINUTE_MS)
  await expect(locked(here, async () => 'too soon')).rejects.toMatchObject({ code: 'locked' })
  now = addMs(NOW, 65 * MINUTE_MS)
  expect(await locked(here, async () => 'taken over')).toBe('taken over')
  await here.close()
})

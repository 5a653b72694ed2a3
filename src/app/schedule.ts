import { schedule as cron, validate } from 'node-cron'
import { FeedError } from '../errors.js'
import type { Workspace } from './workspace.js'

/**
 * Runs `work` by the configured cron expression until the signal aborts; a run under way is finished first, up to the
 * end of its batch. A run that is still at work when the next is due is not joined by a second one.
 * @param overrun told then
 */
export async function scheduleRuns(
  workspace: Workspace,
  signal: AbortSignal,
  work: () => Promise<void>,
  overrun: () => void,
): Promise<void> {
  const { cron: expression, timezone, jitter_seconds } = workspace.config.schedule
  if (!validate(expression))
    throw new FeedError('config', `schedule.cron: no cron expression: ${JSON.stringify(expression)}`)
  let current: Promise<void> = Promise.resolve()
  const task = cron(
    expression,
    () => {
      current = work()
      return current
    },
    { timezone, noOverlap: true, maxRandomDelay: jitter_seconds * 1000 },
  )
  task.on('execution:overlap', overrun)
  if (!signal.aborted)
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
  await task.destroy()
  await current
}

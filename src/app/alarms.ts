import { USER_AGENT } from '../collectors/user-agent.js'
import { alarmOf } from '../core/alarm.js'
import { dayOf } from '../core/time.js'
import type { Workspace } from './workspace.js'

export interface Alarm {
  source: string
  /** Null: it is over. */
  alarm: string | null
}

const WEBHOOK_MS = 10_000

/**
 * Looks at the health of the enabled remote sources, notes what is alarming, and tells the webhook what has changed.
 * @returns all alarms that stand
 */
export async function raiseAlarms(
  workspace: Workspace,
  isRemote: (type: string) => boolean,
): Promise<Alarm[]> {
  const { config, policy } = workspace
  const store = workspace.store()
  const watched = new Set(
    policy.sources.filter(({ type, enabled }) => enabled && isRemote(type)).map(({ name }) => name),
  )
  const health = (await store.health(dayOf(workspace.now()))).filter(({ name }) => watched.has(name))
  const now = health.map((one) => ({
    source: one.name,
    before: one.alarm,
    // What never ran for want of a key or a network is no alarm; what once did, and is skipped since, may be one.
    alarm:
      one.lastSuccess === null && one.state === 'skipped'
        ? null
        : alarmOf(one, config.alarms, workspace.now()),
  }))
  // A count that goes on is no new alarm.
  const changed = now.filter(({ before, alarm }) => (before === null) !== (alarm === null))
  for (const { source, alarm } of now) await store.noteAlarm(source, alarm)
  const { webhook } = config.alarms
  if (webhook !== null && changed.length > 0)
    await tell(
      webhook,
      changed.map(({ source, alarm }) => ({ source, alarm })),
      config.publisher.name,
    )
  return now.filter(({ alarm }) => alarm !== null).map(({ source, alarm }) => ({ source, alarm }))
}

/** A webhook that is down must not stop a run; what it was told stands in status too. */
async function tell(url: string, alarms: Alarm[], feed: string): Promise<void> {
  await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': USER_AGENT },
    body: JSON.stringify({ feed, alarms }),
    redirect: 'error',
    signal: AbortSignal.timeout(WEBHOOK_MS),
  }).catch(() => undefined)
}

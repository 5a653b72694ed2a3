import { fetchFor } from '../collectors/proxy.js'
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
 * Looks at the health of the enabled remote sources, notes what is alarming, and tells the webhook what it does not
 * know yet: what could not be delivered is told at the next run, unless it is over by then.
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
    told: one.alarmTold,
    // What never ran for want of a key or a network is no alarm; what once did, and is skipped since, may be one.
    alarm:
      one.lastSuccess === null && one.state === 'skipped'
        ? null
        : alarmOf(one, config.alarms, workspace.now()),
  }))
  for (const { source, alarm } of now) await store.noteAlarm(source, alarm)
  // A count that goes on is no new alarm.
  const untold = now
    .filter(({ told, alarm }) => (told === null) !== (alarm === null))
    .map(({ source, alarm }) => ({ source, alarm }))
  if (untold.length > 0 && (await isTold(workspace, untold)))
    for (const { source, alarm } of untold) await store.noteAlarmTold(source, alarm)
  return now.filter(({ alarm }) => alarm !== null).map(({ source, alarm }) => ({ source, alarm }))
}

/** Tells the webhook, if there is one. That it is down, or its proxy, must not stop a run: alarms stand in status too. */
async function isTold({ config, env }: Workspace, alarms: Alarm[]): Promise<boolean> {
  const { webhook } = config.alarms
  if (webhook === null) return false
  try {
    const { ok, body } = await fetchFor(webhook, env)(webhook, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': USER_AGENT },
      body: JSON.stringify({ feed: config.publisher.name, alarms }),
      redirect: 'error',
      signal: AbortSignal.timeout(WEBHOOK_MS),
    })
    await body?.cancel()
    return ok
  } catch {
    return false
  }
}

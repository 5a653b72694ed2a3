import { reporterKey } from '../core/policy.js'
import { dayOf } from '../core/time.js'
import { FeedError, quote } from '../errors.js'
import { Decision } from '../model/decision.js'
import { appendDecision } from './decisions.js'
import { parseValue } from './explain.js'
import type { Workspace } from './workspace.js'

export interface DecideOptions {
  decision: 'deny' | 'confirm' | 'withdraw'
  reason: string
  by: string
  until?: string | undefined
  /** What `value` is: an indicator by default. */
  type?: 'document' | 'reporter' | undefined
}

/**
 * Writes one line to decisions.csv. It holds from the next publication on.
 * @throws {FeedError} `refused` for a confirm that nothing could lift, `usage` for a wrong value or day
 */
export function decide(
  workspace: Workspace,
  value: string,
  { decision, reason, by, until, type }: DecideOptions,
): Decision {
  const subject = type
    ? { type, value: type === 'reporter' ? reporterKey(workspace.policy, value) : value }
    : parseValue(value)
  if (decision === 'confirm' && !type) {
    const absolute = workspace.policy.guards(parseValue(value)).find((guard) => guard.absolute)
    if (absolute)
      throw new FeedError(
        'refused',
        `${quote(value)} can never be published: ${absolute.title}: ${absolute.entry}`,
      )
  }
  const parsed = Decision.safeParse({
    ...subject,
    decision,
    reason,
    by,
    date: dayOf(workspace.now()),
    until: until ?? '',
  })
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new FeedError('usage', `${issue!.path.join('.')}: ${issue!.message}`)
  }
  appendDecision(workspace.decisionsPath, parsed.data)
  return parsed.data
}

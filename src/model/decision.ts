import { z } from 'zod'
import { ObservableType } from './observable.js'

const day = z.iso.date({ error: 'a day as YYYY-MM-DD' })

/** One line of decisions.csv: what a maintainer decided, reviewed in git like code. */
export const Decision = z
  .strictObject({
    type: z.union([ObservableType, z.enum(['document', 'reporter'])]),
    value: z.string().min(1),
    decision: z.enum(['deny', 'confirm', 'withdraw']),
    reason: z.string().min(1),
    by: z.string().min(1),
    date: day,
    /** First day on which the decision no longer holds. */
    until: z.union([day, z.literal('')]),
  })
  .refine(({ type, decision }) => type !== 'reporter' || decision !== 'confirm', {
    path: ['decision'],
    error:
      'a reporter posts about other things too: pin him under reporters in feed.config.json, or confirm documents',
  })
  .refine(({ date, until }) => until === '' || until > date, {
    path: ['until'],
    error: 'a day after the decision',
  })
export type Decision = z.infer<typeof Decision>

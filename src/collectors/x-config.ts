import { z } from 'zod'
import { sourceFields } from './source.js'
import type { Params } from './x-client.js'

export const Config = z.strictObject({
  type: z.literal('x-posts'),
  ...sourceFields,
  users: z
    .array(
      z.strictObject({
        handle: z.string().regex(/^\w{1,15}$/),
        user_id: z.string().regex(/^\d+$/).nullable().default(null),
      }),
    )
    .default([])
    .describe('Timelines. The numeric id is pinned by the first authorised run: a handle can change hands'),
  query: z
    .string()
    .max(512)
    .nullable()
    .default(null)
    .describe('Recent search, last 7 days; what a longer pause lost is said'),
  fields: z
    .enum(['tweet', 'post'])
    .default('tweet')
    .describe('Spelling of the field parameters to send; both are read'),
  first_days: z.number().int().min(1).default(30).describe('Days the first run of a timeline reads back'),
  max_pages: z
    .number()
    .int()
    .min(1)
    .max(100)
    .default(10)
    .describe('Pages of one timeline or search in one run; the next run goes on'),
  budget: z
    .strictObject({ day: z.number().int().min(0), month: z.number().int().min(0) })
    .default({ day: 1_000, month: 10_000 })
    .describe(
      'Posts that may be read, each counted once a UTC day as it is billed; never exceeded, so a page is asked for only where three times its least (5; search: 10) are left: what it quotes and answers is billed too',
    ),
  cost_per_read: z.number().min(0).default(0.005).describe('US dollars, for the estimate in status'),
  check: z
    .strictObject({
      days: z.number().int().min(0),
      every_hours: z.number().int().min(1),
      share: z.number().min(0).max(1).default(0.5),
      older: z.number().int().min(0).default(50),
    })
    .default({ days: 30, every_hours: 12, share: 0.5, older: 50 })
    .describe(
      'Posts of so many days are looked at again so often, and after them so many of the older ones, all in turn: deletions must be honoured within 24 h. `share` of the budget is theirs, spread evenly over the month: as shipped 161 posts a day, half of 10,000 / 31; where that is too little for all, the next run goes on where it ended. 0: none is looked at again',
    ),
})
export type XPostsConfig = z.infer<typeof Config>

/** What is asked for of each post, in the spelling that is configured. */
export const fieldsOf = ({ fields }: Pick<XPostsConfig, 'fields'>): Params => ({
  [`${fields}.fields`]: `created_at,author_id,entities,attachments,withheld,note_${fields},referenced_${fields}s,edit_history_${fields}_ids`,
  expansions: `author_id,attachments.media_keys,referenced_${fields}s.id,referenced_${fields}s.id.author_id`,
  'user.fields': 'username',
  'media.fields': 'alt_text',
})

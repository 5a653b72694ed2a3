import { z } from 'zod'
import { listFields, sourceFields } from './source.js'

const History = z.strictObject({
  commits: z
    .number()
    .int()
    .min(0)
    .max(1000)
    .default(100)
    .describe(
      'Commits read in one run at most, and how many the first run goes back; 0: only the file as it is',
    ),
})

const Unreadable = z.strictObject({
  least: z.number().int().min(0).default(1),
  share: z.number().min(0).max(1).default(0.01),
})

function isExpression(text: string): boolean {
  try {
    new RegExp(text)
    return true
  } catch {
    return false
  }
}

export const Config = z
  .strictObject({
    type: z.literal('github-list'),
    ...sourceFields,
    owner: z.string().min(1),
    repo: z.string().min(1),
    path: z.string().min(1).describe('The file, or with `files` their folder; `.` is the whole repository'),
    ref: z.string().optional().describe('Branch, tag or commit; the default branch by default'),
    ...listFields,
    history: History.prefault({}).describe("The path's commits, by which lines are dated and withdrawn"),
    unreadable: Unreadable.prefault({}).describe(
      'Of the lines of a file, the share that may be unreadable and is passed over; so many may in any case. Of a `cumulative` list none may',
    ),
    files: z
      .string()
      .refine(isExpression, 'a regular expression')
      .optional()
      .describe(
        'The lists below `path`, by an expression for the whole rest of their paths: `\\d{4}/\\d{6}\\.csv`',
      ),
    max_requests: z
      .number()
      .int()
      .min(3)
      .default(40)
      .describe(
        'Requests of one run over a folder at most: one for the listing, one a file, one for `registrations`; what is tried again counts again',
      ),
    registrations: z
      .string()
      .min(1)
      .optional()
      .describe(
        "Beside the lists of a folder, a file of the repository that tells when names were registered, as TweetFeed's `domainmeta.json`",
      ),
  })
  .refine(({ files, cumulative }) => files === undefined || !cumulative, {
    path: ['cumulative'],
    message: 'false where `files` is set: no file of a folder names all',
  })
  .refine(({ files, registrations }) => files !== undefined || registrations === undefined, {
    path: ['registrations'],
    message: 'only where `files` is set: it is found by the listing of the folder',
  })
export type GithubListConfig = z.infer<typeof Config>

import { z } from 'zod'
import type { ListFormat } from '../../model/ports.js'
import { documentsOf, Page } from '../x-shapes.js'
import { elementsOf } from './elements.js'
import { textOf } from './encoding.js'
import { parseJsonLine } from './jsonl.js'

const Options = z.strictObject({
  /** The posts do not name their author; `account.js` beside them does. */
  handle: z
    .string({ error: 'wanted: the handle of the account whose archive it is, as account.js names it' })
    .transform((text) => text.replace(/^@/, ''))
    .pipe(z.string().regex(/^\w{1,15}$/, 'no handle of X')),
})

const Link = z.object({ url: z.string(), expanded_url: z.string().optional() })
const Ids = z.object({ editTweetIds: z.array(z.string().regex(/^\d+$/)) })
const Entry = z.object({
  tweet: z.object({
    id_str: z.string().regex(/^\d+$/),
    full_text: z.string(),
    entities: z
      .object({
        urls: z.array(Link).optional(),
        media: z.array(Link).optional(),
        hashtags: z.array(z.object({ text: z.string() })).optional(),
      })
      .optional(),
    edit_info: z
      .object({
        initial: Ids.optional(),
        edit: z.object({ editControlInitial: Ids.optional() }).optional(),
      })
      .optional(),
  }),
})
type Entry = z.infer<typeof Entry>

const ASSIGNMENT = /^\s*window\.YTD\.tweets?\.part\d+\s*=\s*$/

/**
 * `data/tweets.js` of the archive that X gives an account's owner: the same documents as the posts are by the API. Its
 * long posts are cut short there, and `note-tweet.js`, which has their whole text, does not say which posts they are.
 */
export const xArchive: ListFormat<z.infer<typeof Options>> = {
  name: 'x-archive',
  summary: "data/tweets.js of an X account's own archive; option handle: whose it is",
  options: Options,
  async *read({ bytes, name, source, retrievedAt }, { handle }) {
    const wanted = {
      head: ASSIGNMENT,
      is: 'data/tweets.js of an X archive (window.YTD.tweets.part0 = [ … ])',
    }
    for await (const line of elementsOf(textOf(bytes, name), name, wanted))
      yield* documentsOf(pageOf(parseJsonLine(Entry, line, name), handle), {
        source,
        road: 'x-archive',
        retrievedAt,
      })
  },
}

const OWNER = 'owner'

/** A post as the API would answer it. */
function pageOf({ tweet: { id_str, full_text, entities = {}, edit_info } }: Entry, handle: string): Page {
  const { urls = [], media = [], hashtags = [] } = entities
  const edits = edit_info?.initial ?? edit_info?.edit?.editControlInitial
  return Page.parse({
    data: [
      {
        id: id_str,
        text: full_text,
        author_id: OWNER,
        entities: { urls: [...urls, ...media], hashtags: hashtags.map(({ text }) => ({ tag: text })) },
        edit_history_tweet_ids: edits?.editTweetIds,
      },
    ],
    includes: { users: [{ id: OWNER, username: handle }] },
  })
}

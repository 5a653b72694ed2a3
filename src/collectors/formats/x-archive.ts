import { z } from 'zod'
import { FeedError } from '../../errors.js'
import type { ListFormat, ListInput, OpenFile } from '../../model/ports.js'
import { documentsOf, Page } from '../x-shapes.js'
import { elementsOf } from './elements.js'
import { textOf } from './encoding.js'
import { parseJsonLine } from './jsonl.js'
import { LongTexts, NoteTweet } from './x-notes.js'

const Options = z.strictObject({
  /** The posts do not name their author; `account.js` beside them does. */
  handle: z
    .string({ error: 'wanted: the handle of the account whose archive it is, as account.js names it' })
    .transform((text) => text.replace(/^@/, ''))
    .pipe(z.string().regex(/^\w{1,15}$/, 'no handle of X')),
})

const Link = z.object({ url: z.string(), expanded_url: z.string().optional() })
const Ids = z.object({ editTweetIds: z.array(z.string().regex(/^\d+$/)) })
const Tweet = z.object({
  id_str: z.string().regex(/^\d+$/),
  full_text: z.string(),
  retweeted_status: z.object({}).nullish(),
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
})
type Tweet = z.infer<typeof Tweet>

const Entry = z
  .object({ tweet: Tweet.optional(), noteTweet: NoteTweet.optional() })
  .refine(({ tweet, noteTweet }) => tweet ?? noteTweet, 'neither tweet nor noteTweet')

const WANTED = {
  head: /^\s*window\.YTD\.(?:tweets?|note_tweet)\.part\d+\s*=\s*$/,
  is: 'data/tweets.js or data/note-tweet.js of an X archive (window.YTD.tweets.part0 = [ … ])',
}

/**
 * `data/tweets.js` of the archive that X gives an account's owner: the same documents as the posts are by the API. Its
 * long posts are cut short there. `data/note-tweet.js` has their whole texts, and is read where `tweets.js`, which knows
 * whose texts they are, lies beside it. All long posts of an account are held in memory.
 */
export const xArchive: ListFormat<z.infer<typeof Options>> = {
  name: 'x-archive',
  summary:
    "data/tweets.js of an X account's own archive, and data/note-tweet.js, its long posts, beside it; option handle: whose it is",
  options: Options,
  async *read(input, { handle }) {
    const came = { source: input.source, road: 'x-archive', retrievedAt: input.retrievedAt } as const
    const notes: NoteTweet[] = []
    let reposts = 0
    for await (const { tweet, noteTweet } of entriesOf(input)) {
      if (noteTweet) notes.push(noteTweet)
      if (tweet === undefined) continue
      if (isRepost(tweet)) reposts++
      else yield* documentsOf(pageOf(tweet, handle), came)
    }
    if (reposts > 0)
      input.notice(
        `${reposts} reposts passed over: an archive has them cut short, and does not say which post they repeat`,
      )
    if (notes.length > 0)
      for await (const { tweet, note } of longPosts(notes, input))
        yield* documentsOf(pageOf(tweet, handle, note), came)
  },
}

async function* entriesOf({
  bytes,
  name,
}: Pick<ListInput, 'bytes' | 'name'>): AsyncIterable<z.infer<typeof Entry>> {
  for await (const line of elementsOf(textOf(bytes, name), name, WANTED))
    yield parseJsonLine(Entry, line, name)
}

/**
 * `RT @handle: ` at the beginning is all by which an archive marks a repost, and `retweeted` is always false. Whoever
 * types it himself repeats somebody too.
 * Source: https://github.com/tiffany352/twitter-archive-browser/issues/16
 */
const isRepost = ({ full_text, retweeted_status }: Tweet): boolean =>
  Boolean(retweeted_status) || /^RT @\w{1,15}: /.test(full_text)

/** The posts that the long texts belong to, of the files that lie beside. */
async function* longPosts(
  notes: NoteTweet[],
  input: ListInput,
): AsyncIterable<{ tweet: Tweet; note: NoteTweet }> {
  const texts = new LongTexts(notes)
  const files = await tweetFiles(input)
  if (files.length === 0)
    throw new FeedError(
      'input',
      `${input.name}: long posts without their ids, which data/tweets.js of the same archive has: put it beside this file`,
    )
  let joined = 0
  for (const { name, bytes } of files)
    for await (const { tweet } of entriesOf({ name, bytes: bytes() })) {
      const note = tweet && texts.of(tweet.id_str, tweet.full_text)
      if (!note) continue
      joined++
      yield { tweet, note }
    }
  if (joined < notes.length)
    input.notice(
      `${notes.length - joined} of ${notes.length} long posts passed over: no post beside it, or more than one, has their time and beginning`,
    )
}

/** `tweets.js`, and what did not fit into it: `tweets-part1.js` and so on. */
async function tweetFiles({ beside }: ListInput): Promise<OpenFile[]> {
  const files: OpenFile[] = []
  let next = await beside?.('tweets.js')
  while (next) {
    files.push(next)
    next = await beside?.(`tweets-part${files.length}.js`)
  }
  return files
}

const OWNER = 'owner'

/** A post as the API would answer it. */
function pageOf(
  { id_str, full_text, entities = {}, edit_info }: Tweet,
  handle: string,
  note?: NoteTweet,
): Page {
  const { urls = [], media = [], hashtags = [] } = entities
  const edits = edit_info?.initial ?? edit_info?.edit?.editControlInitial
  const links =
    note?.core.urls.map(({ shortUrl, expandedUrl }) => ({ url: shortUrl, expanded_url: expandedUrl })) ?? []
  const told = {
    text: note?.core.text ?? full_text,
    entities: { urls: [...links, ...urls, ...media], hashtags: hashtags.map(({ text }) => ({ tag: text })) },
  }
  return Page.parse({
    data: [{ ...told, id: id_str, author_id: OWNER, edit_history_tweet_ids: edits?.editTweetIds }],
    includes: { users: [{ id: OWNER, username: handle }] },
  })
}

import { z } from 'zod'
import { parseTime, postLink, postTime, postUrl } from '../../core/time.js'
import { FeedError, quote } from '../../errors.js'
import type { Document, Row } from '../../model/document.js'
import type { ListFormat, ListInput } from '../../model/ports.js'
import { listDocument, rowOrNull } from './draft.js'
import { type Line, linesOf } from './lines.js'

const Options = z.strictObject({
  /** Only rows of these handles; empty: of everybody. */
  users: z.array(z.string()).default([]),
})

const ROW = /^([^,]*),([^,]*),(ip|url|domain|md5|sha1|sha256),(.*),([^,]*),(https?:\/\/[^,\s]+)$/
/** Rows of one post stand together but for a few; a post is held open until this many others have begun. */
const OPEN_POSTS = 20_000

/**
 * TweetFeed: `date,user,type,value,tags,tweet_url`, without a header and without quotes, so that a value may hold
 * commas. The rows of one post are one document, the post itself: its id dates it to the millisecond.
 */
export const tweetfeed: ListFormat<z.infer<typeof Options>> = {
  name: 'tweetfeed',
  summary: 'TweetFeed: date,user,type,value,tags,tweet_url; the rows of a post are that post',
  options: Options,
  async *read(input, { users }) {
    const wanted = new Set(users.map((user) => user.toLowerCase()))
    const open = new Map<string, Document>()
    for await (const line of linesOf(input.bytes, input.name)) {
      if (line.text.trim() === '') continue
      const read = rowOrNull(input, () => parseRow(line, input))
      if (read === null) continue
      const { id, handle, row, tags, date } = read
      if (wanted.size > 0 && !wanted.has(handle.toLowerCase())) continue
      // Rows that name different people for one post are documents of the same id, for the store to merge.
      const key = `${id} ${handle}`
      const post = open.get(key) ?? newPost(id, handle, date, input)
      ;(post.body as { rows: Row[] }).rows.push(row)
      post.tags = [...new Set([...post.tags, ...tags])]
      open.set(key, post)
      if (open.size > OPEN_POSTS) {
        const [oldest] = open
        open.delete(oldest![0])
        yield oldest![1]
      }
    }
    yield* open.values()
  },
}

function parseRow({ text, number }: Line, { name }: ListInput): TweetFeedRow {
  const row = tweetFeedRow(text)
  if (row) return row
  throw new FeedError(
    'input',
    `${name}:${number}: not a TweetFeed row (date,user,type,value,tags,tweet_url): ${quote(text)}`,
  )
}

/** A row of TweetFeed: one value of a post. */
export interface TweetFeedRow {
  /** Of the post. */
  id: string
  handle: string
  row: Row
  tags: string[]
  date: string | null
}

/** Null where a line is none. */
export function tweetFeedRow(text: string): TweetFeedRow | null {
  const match = ROW.exec(text)
  const link = match && postLink(match[6]!)
  if (!match || !link) return null
  const [, date, handle, , value, tags] = match as unknown as [string, string, string, string, string, string]
  const row: Row = { cells: [value] }
  return {
    id: link.id,
    handle,
    row,
    tags: tags.split(' ').filter((tag) => tag !== ''),
    date: parseTime(date),
  }
}

function newPost(id: string, handle: string, date: string | null, input: ListInput): Document {
  const at = postTime(id)
  return listDocument(input, [], {
    id: `post:${id}`,
    kind: 'post',
    road: 'tweetfeed',
    publishedAt: at ?? date ?? input.retrievedAt,
    basis: at ? 'post-id' : date ? 'stated' : 'retrieved',
    author: handle,
    url: postUrl(handle, id),
  })
}

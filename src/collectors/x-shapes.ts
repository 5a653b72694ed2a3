import { z } from 'zod'
import { creditOf } from '../core/credit.js'
import { postTime, postUrl } from '../core/time.js'
import { FeedError } from '../errors.js'
import type { Document } from '../model/document.js'

/** Shapes of the X API v2, tolerant of what we do not use. The OpenAPI of August 2026 renames tweet to post: both are read. */
const UrlEntity = z.object({
  url: z.string(),
  expanded_url: z.string().optional(),
  unwound_url: z.string().optional(),
})
const Entities = z.object({
  urls: z.array(UrlEntity).optional(),
  hashtags: z.array(z.object({ tag: z.string() })).optional(),
})
const Note = z.object({ text: z.string(), entities: Entities.optional() })
const Reference = z.object({
  type: z.enum(['retweeted', 'quoted', 'replied_to', 'reposted']).catch('quoted'),
  id: z.string(),
})

const Post = z
  .object({
    id: z.string().regex(/^\d+$/),
    text: z.string(),
    attachments: z.object({ media_keys: z.array(z.string()).default([]) }).optional(),
    withheld: z.object({}).loose().optional(),
    author_id: z.string().optional(),
    created_at: z.string().optional(),
    entities: Entities.optional(),
    note_tweet: Note.optional(),
    note_post: Note.optional(),
    referenced_tweets: z.array(Reference).optional(),
    referenced_posts: z.array(Reference).optional(),
    edit_history_tweet_ids: z.array(z.string()).optional(),
    edit_history_post_ids: z.array(z.string()).optional(),
  })
  .transform(
    ({
      note_tweet,
      note_post,
      referenced_tweets,
      referenced_posts,
      edit_history_tweet_ids,
      edit_history_post_ids,
      ...rest
    }) => ({
      ...rest,
      note: note_post ?? note_tweet,
      references: referenced_posts ?? referenced_tweets ?? [],
      editIds: edit_history_post_ids ?? edit_history_tweet_ids ?? [],
    }),
  )
type Post = z.infer<typeof Post>

/** What the API says of one thing it was asked for, beside the rest of a 200. */
const Problem = z.object({
  title: z.string().optional(),
  detail: z.string().optional(),
  type: z.string().optional(),
  parameter: z.string().optional(),
  value: z.string().optional(),
})
export type Problem = z.infer<typeof Problem>

export const Users = z
  .object({
    data: z.array(z.object({ id: z.string().regex(/^\d+$/), username: z.string() })).optional(),
    errors: z.array(Problem).optional(),
  })
  .refine(({ data, errors }) => data || errors, 'neither data nor errors')
  .transform(({ data = [] }) => ({ data }))

export const Page = z.object({
  data: z.array(Post).default([]),
  includes: z
    .object({
      users: z.array(z.object({ id: z.string(), username: z.string() })).default([]),
      tweets: z.array(Post).default([]),
      posts: z.array(Post).default([]),
      media: z.array(z.object({ media_key: z.string(), alt_text: z.string().optional() })).default([]),
    })
    .default({ users: [], tweets: [], posts: [], media: [] }),
  errors: z.array(Problem).default([]),
  meta: z
    .object({
      result_count: z.number().optional(),
      newest_id: z.string().optional(),
      oldest_id: z.string().optional(),
      next_token: z.string().optional(),
    })
    .default({}),
})
export type Page = z.infer<typeof Page>

/** @throws {FeedError} `source` that names the field of an answer of another shape */
export function parseAnswer<T>(schema: z.ZodType<T>, data: unknown, what: string): T {
  const parsed = schema.safeParse(data)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new FeedError('source', `X API, ${what}: ${issue!.path.join('.') || 'answer'}: ${issue!.message}`)
}

/** By which road the posts came, and when. */
type Came = Pick<Document, 'source' | 'road' | 'retrievedAt'>

/**
 * The posts of a page as documents. A repost's text is cut short: it stands for the original, its author and time. What
 * a post quotes is a document of its own, of its own author and time. What is withheld is passed over.
 * @param pinned handles by numeric id, for accounts whose present handle may be another
 */
export function documentsOf(
  { data, includes }: Page,
  came: Came,
  pinned: Map<string, string> = new Map(),
): Document[] {
  const included = new Map([...includes.tweets, ...includes.posts].map((post) => [post.id, post]))
  const handles = new Map([...includes.users.map(({ id, username }) => [id, username] as const), ...pinned])
  const altTexts = new Map(includes.media.map(({ media_key, alt_text }) => [media_key, alt_text]))
  const originals = data.map((post) => {
    const reposted = post.references.find(({ type }) => type === 'retweeted' || type === 'reposted')
    return (reposted && included.get(reposted.id)) ?? post
  })
  const quoted = originals.flatMap(({ references }) =>
    references.flatMap(({ type, id }) => (type === 'quoted' ? (included.get(id) ?? []) : [])),
  )
  return [...new Set([...originals, ...quoted])]
    .filter(({ withheld }) => withheld === undefined)
    .map((post) => {
      const handle = handles.get(post.author_id ?? '') ?? null
      const alt = (post.attachments?.media_keys ?? []).flatMap((key) => altTexts.get(key) ?? [])
      return toDocument(post, alt, handle, came)
    })
}

/** Every post of an answer is billed, those it refers to too. */
export const readsOf = ({ data, includes }: Page): string[] =>
  [...data, ...includes.tweets, ...includes.posts].map(({ id }) => id)

/** The id of a post's first version: an edit has a new one, and the post is known by the first. */
export const firstId = ({ id, editIds }: Post): string =>
  [...editIds, id].reduce((least, next) => (BigInt(next) < BigInt(least) ? next : least))

function toDocument(post: Post, alt: string[], handle: string | null, came: Came): Document {
  // The first version's time is that of the report.
  const id = firstId(post)
  const { text, entities } = post.note ?? post
  const at = postTime(id)
  const edited = post.id === id ? null : postTime(post.id)
  return {
    id: `post:${id}`,
    ...came,
    kind: 'post',
    author: creditOf(text, handle),
    publishedAt: at ?? came.retrievedAt,
    basis: at ? 'post-id' : 'retrieved',
    url: postUrl(handle, id),
    references: [],
    tags: (entities?.hashtags ?? []).map(({ tag }) => `#${tag}`),
    ...(edited ? { edition: edited } : {}),
    // What a picture shows is told beside it.
    body: { text: [expandLinks(text, entities?.urls ?? []), ...alt].join('\n\n') },
  }
}

/** Text with its t.co links replaced by where they lead. */
const expandLinks = (text: string, urls: z.infer<typeof UrlEntity>[]): string =>
  urls.reduce(
    (expanded, { url, unwound_url, expanded_url }) =>
      expanded.replaceAll(url, () => unwound_url ?? expanded_url ?? url),
    text,
  )

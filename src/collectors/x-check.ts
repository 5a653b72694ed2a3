import { FeedError } from '../errors.js'
import type { Batch, CollectContext } from '../model/ports.js'
import type { XClient } from './x-client.js'
import { documentsOf, firstId, Page, type Problem, parseAnswer, readsOf, Users } from './x-shapes.js'

/** As many posts as one question may name. */
const IDS = 100

export interface XUser {
  handle: string
  user_id: string | null
}

/**
 * The ids of accounts that the configuration names by handle alone.
 * @throws {FeedError} `source` for a handle that nobody has
 */
export async function resolveUsers(users: XUser[], get: XClient): Promise<Record<string, string>> {
  const unknown = users.filter(({ user_id }) => user_id === null).map(({ handle }) => handle)
  if (unknown.length === 0) return {}
  const { data } = await askUsers(get, unknown)
  const found = new Map(data.map(({ id, username }) => [username.toLowerCase(), id]))
  const missing = unknown.filter((handle) => !found.has(handle.toLowerCase()))
  if (missing.length > 0)
    throw new FeedError(
      'source',
      `X API: no account has the handle ${missing.join(', ')}; correct sources[].users of feed.config.json`,
    )
  return Object.fromEntries(unknown.map((handle) => [handle, found.get(handle.toLowerCase())!]))
}

/**
 * Whether known handles still belong to the accounts they were pinned to.
 * @returns what a person should know: an account has another handle now
 * @throws {FeedError} `source` where somebody else has a handle: whatever asks by handle would hear him
 */
export async function checkUsers(users: XUser[], get: XClient): Promise<string[]> {
  if (users.length === 0) return []
  const { data } = await askUsers(
    get,
    users.map(({ handle }) => handle),
  )
  const ids = new Map(data.map(({ id, username }) => [username.toLowerCase(), id]))
  const notices: string[] = []
  for (const { handle, user_id } of users) {
    const id = ids.get(handle.toLowerCase())
    if (id !== undefined && id !== user_id)
      throw new FeedError(
        'source',
        `X API: the handle ${handle} belongs to account ${id} now, and was pinned to ${user_id}: somebody else has it. Nothing is read until sources[].users of feed.config.json is corrected`,
      )
    if (id === undefined)
      notices.push(`${handle} (${user_id}) has another handle now, or is suspended; its id is followed`)
  }
  return notices
}

const askUsers = async (get: XClient, handles: string[]) =>
  parseAnswer(Users, await get('users/by', { usernames: handles.join(',') }), 'users/by')

/**
 * Posts that are known, looked at again: what was edited comes with its newest text, what is gone or withheld is
 * withdrawn.
 * @param known documents' ids, newest first
 */
export async function* checkPosts(
  known: string[],
  { source, fields, pinned }: { source: string; fields: Record<string, string>; pinned: Map<string, string> },
  { now, signal }: CollectContext,
  get: XClient,
): AsyncIterable<Batch> {
  // One post may be held twice, under the name of a source that may not be redistributed too.
  const stored = new Map<string, string[]>()
  for (const id of known) {
    const number = id.replace(/^.*post:/, '')
    stored.set(number, [...(stored.get(number) ?? []), id])
  }
  const documents = (ids: string[]) => ids.flatMap((id) => stored.get(id) ?? [])
  const ids = [...stored.keys()]
  for (let at = 0; at < ids.length; at += IDS) {
    signal.throwIfAborted()
    const asked = ids.slice(at, at + IDS)
    const page = await askPosts(get, asked, fields)
    // The answer for an edited post is the version asked for, which names the newer ones.
    const newer = page.data.flatMap(({ id, editIds }) =>
      editIds.filter((one) => BigInt(one) > BigInt(id)).slice(-1),
    )
    const edited = newer.length > 0 ? await askPosts(get, newer, fields) : null
    const pages = edited ? [page, edited] : [page]
    const withheld = page.data.filter((post) => post.withheld !== undefined).map(firstId)
    yield {
      documents: pages.flatMap((one) =>
        documentsOf(one, { source, road: 'x-api', retrievedAt: now }, pinned),
      ),
      cursor: null,
      reads: pages.flatMap(readsOf),
      withdrawn: [
        {
          ids: documents(missing(page.errors, asked)),
          reason: 'the post was deleted or is no longer public',
        },
        { ids: documents(withheld), reason: 'the post is withheld by X' },
      ],
    }
  }
}

const askPosts = async (get: XClient, ids: string[], fields: Record<string, string>): Promise<Page> =>
  parseAnswer(Page, await get('tweets', { ids: ids.join(','), ...fields }), 'tweets')

/** Posts of which the API says that they are not there, or may be seen by nobody any more. */
function missing(errors: Problem[], asked: string[]): string[] {
  const gone = /\/problems\/(?:resource-not-found|not-authorized-for-resource)$/
  const named = errors.filter(({ type, value }) => gone.test(type ?? '') && asked.includes(value ?? ''))
  return [...new Set(named.map(({ value }) => value!))]
}

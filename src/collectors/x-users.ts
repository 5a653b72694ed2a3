import { FeedError } from '../errors.js'
import type { XClient } from './x-client.js'
import { parseAnswer, Users } from './x-shapes.js'

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

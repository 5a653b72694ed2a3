import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Answer, json } from './faults.js'

export interface FakePost {
  id: string
  author_id: string
  text: string
}

export interface FakeX {
  url: string
  /** Paths and queries, in the order in which they came. */
  requests: URL[]
  close: () => Promise<void>
}

const EPOCH_MS = 1_288_834_974_657n

/** The id of a post made at a time: the snowflake of its millisecond. */
export const idAt = (ms: number, n = 0): string => (((BigInt(ms) - EPOCH_MS) << 22n) + BigInt(n)).toString()

/**
 * A small server that answers as the X API v2 does: timelines by pages, newest first, bounded by since_id, until_id and
 * start_time; recent search, of which each word must stand in the post, with the refusals of the real one; posts by id;
 * accounts by handle. On loopback only.
 * @param fault asked before each answer
 * @param served told after each answer has gone out
 */
export async function fakeX({
  posts,
  users,
  fault = () => null,
  served = () => {},
}: {
  /** Newest first. */
  posts: FakePost[]
  users: { id: string; username: string }[]
  fault?: (url: URL) => Answer | null
  served?: (url: URL) => void
}): Promise<FakeX> {
  const requests: URL[] = []
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://fake')
    requests.push(url)
    response.on('finish', () => served(url))
    const broken = fault(url)
    if (broken !== null) broken(request, response)
    else if (request.headers.authorization !== 'Bearer canary-token')
      json(response, 401, { title: 'Unauthorized' })
    else {
      const wrong = url.pathname === SEARCH ? refusal(url.searchParams) : null
      if (wrong) json(response, 400, wrong)
      else json(response, 200, answer(url, posts, users))
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

const SEARCH = '/2/tweets/search/recent'
const SEARCH_MS = 7 * 86_400_000

/**
 * What recent search answers with a 400: bounds of more than seven days ago, an id beside a time, a page of another size
 * than 10 to 100, no query. Words and shape as in answers that others have shown in public.
 */
function refusal(params: URLSearchParams): object | null {
  const reach = Date.now() - SEARCH_MS
  const minute = `${new Date(reach).toISOString().slice(0, 16)}Z`
  const [since, start, size] = ['since_id', 'start_time', 'max_results'].map((name) => params.get(name))
  const given = (...names: string[]) => names.filter((name) => params.has(name))
  const problem = (names: string[], message: string) => ({
    errors: [
      { parameters: Object.fromEntries(names.map((name) => [name, [params.get(name) ?? '']])), message },
    ],
    title: 'Invalid Request',
    detail: 'One or more parameters to your request was invalid.',
    type: 'https://api.twitter.com/2/problems/invalid-request',
  })
  if (!params.get('query')) return problem(['query'], "The 'query' query parameter can not be empty")
  if (size && (Number(size) < 10 || Number(size) > 100))
    return problem(
      ['max_results'],
      `The 'max_results' query parameter value [${size}] is not between 10 and 100`,
    )
  const [ids, times] = [given('since_id', 'until_id'), given('start_time', 'end_time')]
  if (ids.length > 0 && times.length > 0)
    return problem(
      [...ids, ...times],
      "Invalid use of 'since_id' or 'until_id' in conjunction with 'start_time' or 'end_time'.",
    )
  if (since && BigInt(since) < BigInt(idAt(reach)))
    return problem(
      ['since_id'],
      `'since_id' must be a tweet id created after ${minute}. Please use a 'since_id' that is larger than ${idAt(reach)}`,
    )
  if (start && Date.parse(start) < reach)
    return problem(
      ['start_time'],
      `Invalid 'start_time':'${start.slice(0, 16)}Z'. 'start_time' must be on or after ${minute}`,
    )
  return null
}

function answer(url: URL, posts: FakePost[], users: { id: string; username: string }[]): object {
  const asked = (name: string) => url.searchParams.get(name)
  if (url.pathname === '/2/users/by') {
    const names = (asked('usernames') ?? '').toLowerCase().split(',')
    return { data: users.filter(({ username }) => names.includes(username.toLowerCase())) }
  }
  if (url.pathname === '/2/tweets') {
    const ids = (asked('ids') ?? '').split(',')
    const data = posts.filter(({ id }) => ids.includes(id))
    const held = new Set(data.map(({ id }) => id))
    const errors = ids
      .filter((id) => !held.has(id))
      .map((value) => ({
        value,
        detail: `Could not find tweet with ids: [${value}].`,
        title: 'Not Found Error',
        resource_type: 'tweet',
        parameter: 'ids',
        resource_id: value,
        type: 'https://api.twitter.com/2/problems/resource-not-found',
      }))
    return {
      ...(data.length > 0 ? { data } : {}),
      includes: { users },
      ...(errors.length > 0 ? { errors } : {}),
    }
  }
  const [, author] = /^\/2\/users\/(\d+)\/tweets$/.exec(url.pathname) ?? []
  const since = BigInt(asked('since_id') ?? '0')
  const until = asked('until_id') === null ? null : BigInt(asked('until_id')!)
  const start = asked('start_time') === null ? 0n : BigInt(idAt(Date.parse(asked('start_time')!)))
  // Search reaches no further back, whatever it is asked; a page token goes on below the page before.
  const reach = url.pathname === SEARCH ? BigInt(idAt(Date.now() - SEARCH_MS)) : 0n
  const token = asked('next_token') ?? asked('pagination_token')
  const below = token === null ? until : BigInt(token.replace('below-', ''))
  const isAsked = ({ author_id, text }: FakePost): boolean =>
    url.pathname === SEARCH
      ? asked('query')!
          .split(' ')
          .every((word) => text.toLowerCase().includes(word.toLowerCase()))
      : author_id === author
  const within = posts.filter((post) => {
    const number = BigInt(post.id)
    return (
      isAsked(post) &&
      number > since &&
      number >= start &&
      number >= reach &&
      (below === null || number < below)
    )
  })
  const data = within.slice(0, Number(asked('max_results') ?? '10'))
  if (data.length === 0) return { meta: { result_count: 0 } }
  return {
    data,
    includes: { users },
    meta: {
      result_count: data.length,
      newest_id: data[0]!.id,
      oldest_id: data.at(-1)!.id,
      ...(within.length > data.length ? { next_token: `below-${data.at(-1)!.id}` } : {}),
    },
  }
}

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
 * start_time; posts by id; accounts by handle. On loopback only.
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
    else json(response, 200, answer(url, posts, users))
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
  const within = posts.filter(({ id, author_id }) => {
    const number = BigInt(id)
    return author_id === author && number > since && number >= start && (until === null || number < until)
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

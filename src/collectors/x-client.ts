import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { setTimeout as wait } from 'node:timers/promises'
import { HttpsProxyAgent } from 'https-proxy-agent'
import pRetry, { AbortError } from 'p-retry'
import { ApiPartialResponseError, ApiRequestError, ApiResponseError, TwitterApi } from 'twitter-api-v2'
import { FeedError } from '../errors.js'
import type { CollectContext } from '../model/ports.js'
import { proxyFor } from './proxy.js'

export type Params = Record<string, string>
export type XClient = (path: string, params: Params) => Promise<unknown>

/** A rate limit that ends within this time is waited for; a longer one leaves the source to the next run. */
const MAX_WAIT_MS = 60_000
const RETRIES = 2
const FIRST_RETRY_MS = 500

/**
 * GET by the X API v2. What a server or a connection did is tried again; what was refused is not.
 * @throws {FeedError} `source` in words of its own, without token and headers
 */
export function xClient(baseUrl: string, token: string, context: CollectContext): XClient {
  const url = new URL(baseUrl)
  const agent = agentFor(url, context)
  const { v2 } = new TwitterApi(token, { httpAgent: agent })
  // Protected in its types, but the documented way to another base address.
  ;(v2 as unknown as { setPrefix(prefix: string): void }).setPrefix(`${baseUrl}/2/`)
  const { signal } = context
  const once = async (path: string, params: Params): Promise<unknown> =>
    (await bounded(agent, context, v2.get<unknown>(path, params, PLAIN))).data
  return async (path, params) => {
    let waited = false
    const attempt = async (): Promise<unknown> => {
      try {
        return await once(path, params)
      } catch (error) {
        const ms = waited ? null : waitFor(error, context)
        if (ms === null) throw isPassing(error) ? error : new AbortError(error as Error)
        waited = true
        await wait(ms, undefined, { signal })
        return attempt()
      }
    }
    try {
      return await pRetry(attempt, {
        retries: Number(context.env('MOQHAO_RETRIES') ?? RETRIES),
        minTimeout: FIRST_RETRY_MS,
        randomize: true,
        signal,
      })
    } catch (error) {
      throw sourceError(error, path)
    }
  }
}

function agentFor(url: URL, { env }: CollectContext): HttpAgent {
  // In clear the token goes to this machine only, and no proxy stands before that.
  if (url.protocol === 'http:') return new HttpAgent()
  const proxy = proxyFor(url.href, env)
  return proxy === null ? new HttpsAgent() : new HttpsProxyAgent(proxy)
}

/** An answer of a hundred posts is some hundred kB, and not compressed: the limit is on what it costs in memory. */
const MAX_BYTES = 20 * 1024 * 1024
const PLAIN = {
  fullResponse: true,
  compression: 'identity',
  headers: { 'accept-encoding': 'identity' },
} as const
const LOOK_MS = 25

/**
 * The client knows no limit of time or size for a whole answer, and cannot be told to stop: then its connections are cut.
 * @throws {FeedError} `source` for an answer that does not end in time, or is too large
 */
async function bounded<T>(
  agent: HttpAgent,
  { signal, timeoutMs }: CollectContext,
  work: Promise<T>,
): Promise<T> {
  signal.throwIfAborted()
  const ends = Date.now() + timeoutMs
  let looking: NodeJS.Timeout | undefined
  const cut = new Promise<never>((_, reject) => {
    const stop = (reason: unknown) => {
      agent.destroy()
      reject(reason)
    }
    looking = setInterval(() => {
      const bytes = Object.values(agent.sockets)
        .flatMap((sockets) => sockets ?? [])
        .reduce((sum, socket) => sum + socket.bytesRead, 0)
      if (signal.aborted) stop(signal.reason)
      else if (Date.now() > ends) stop(new Interrupted(`no whole answer within ${timeoutMs} ms`))
      else if (bytes > MAX_BYTES) stop(new Interrupted(`an answer of more than ${MAX_BYTES} bytes`))
    }, LOOK_MS)
  })
  try {
    return await Promise.race([work, cut])
  } finally {
    clearInterval(looking)
    work.catch(() => {})
  }
}

/** What we broke off ourselves. */
class Interrupted extends Error {}

/** Whether the same question may be answered in a moment. */
const isPassing = (error: unknown): boolean =>
  error instanceof ApiRequestError ||
  error instanceof ApiPartialResponseError ||
  error instanceof Interrupted ||
  (error instanceof ApiResponseError && error.code >= 500)

/** How long until a rate limit ends, by the service's own clock; null: it is none, or too far away. */
function waitFor(error: unknown, { now }: CollectContext): number | null {
  if (!(error instanceof ApiResponseError) || error.code !== 429 || isUsageCap(error)) return null
  const reset = error.rateLimit?.reset
  if (reset === undefined || !Number.isFinite(reset)) return null
  const { date } = error.headers
  const ms = reset * 1000 - Date.parse(typeof date === 'string' ? date : now)
  return ms <= MAX_WAIT_MS ? Math.max(0, ms) + 1_000 : null
}

const isUsageCap = ({ data }: ApiResponseError): boolean =>
  JSON.stringify(data ?? '').includes('usage-capped')

const MEANING: Record<number, string> = {
  401: 'X_BEARER_TOKEN is not accepted (401); make a new one in the developer portal',
  402: 'the account has no credit left (402); add some in the developer portal',
  403: 'not allowed with this key (403); its project or plan lacks this endpoint',
  404: 'not found (404): the account is gone or the id is wrong',
}

function sourceError(error: unknown, path: string): unknown {
  const say = (text: string) => new FeedError('source', `X API, ${path}: ${text}`)
  if (error instanceof ApiResponseError) {
    const reset = error.rateLimit?.reset
    if (error.code !== 429) return say(MEANING[error.code] ?? `answered ${error.code}; left for the next run`)
    if (isUsageCap(error))
      return say("the plan's usage cap is reached (429); raise it or wait for the next month")
    const free = Number.isFinite(reset) ? `; free again at ${new Date(reset! * 1000).toISOString()}` : ''
    return say(`rate limit reached (429)${free}; left for the next run`)
  }
  if (error instanceof Interrupted) return say(`${error.message}; left for the next run`)
  if (error instanceof ApiPartialResponseError)
    return say('an answer cut off, compressed or no JSON; left for the next run')
  if (error instanceof ApiRequestError) return say('the connection failed; left for the next run')
  return error
}

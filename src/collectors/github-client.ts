import type { ReadableStream } from 'node:stream/web'
import { retry } from '@octokit/plugin-retry'
import { throttling } from '@octokit/plugin-throttling'
import { Octokit } from '@octokit/rest'
import type { z } from 'zod'
import { FeedError } from '../errors.js'
import type { CollectContext } from '../model/ports.js'
import { errorOf, type Failure } from './github-errors.js'
import { fetchFor } from './proxy.js'
import { USER_AGENT } from './user-agent.js'

const ThrottledOctokit = Octokit.plugin(throttling, retry)
/** A rate limit that ends within this time is waited for; a longer one leaves the source to the next run. */
const MAX_WAIT_SECONDS = 60
/** What GitHub itself serves at most by its API, unzipped; a mirror may try to serve more. */
export const MAX_BYTES = 100 * 1024 * 1024
/** An error explains itself in some hundred bytes. */
const MAX_ERROR_BYTES = 64 * 1024

export interface Answer {
  bytes: Uint8Array
  contentType: string
  etag: string | null
  /** A further page follows, by the Link header. */
  hasNext: boolean
}

/** One public repository by the REST API: every answer whole and of bounded size, or an error of the source. */
export class GithubClient {
  /** What errors call it. */
  readonly where: string
  readonly #octokit: Octokit
  readonly #repository: { owner: string; repo: string }
  readonly #context: CollectContext
  #remaining: string | undefined
  #sent = 0

  constructor(
    baseUrl: string,
    { owner, repo, path }: { owner: string; repo: string; path: string },
    context: CollectContext,
  ) {
    this.where = `github.com/${owner}/${repo}/${path}`
    this.#repository = { owner, repo }
    this.#context = context
    this.#octokit = octokitOf(baseUrl, context, () => {
      this.#sent++
    })
  }

  /** Requests that went out, those tried again too. */
  get sent(): number {
    return this.#sent
  }

  /** The rate limit is used up: whatever is asked next would fail. */
  get isSpent(): boolean {
    return this.#remaining === '0'
  }

  /**
   * @param route below the repository, as GitHub's reference writes it
   * @returns null for a 304, which does not count against the rate limit
   * @throws {GithubError} for every other answer than 200, {FeedError} `source` where none came
   */
  async get(
    route: string,
    parameters: Record<string, unknown>,
    { etag = null, raw = false }: { etag?: string | null; raw?: boolean } = {},
  ): Promise<Answer | null> {
    const { signal, timeoutMs } = this.#context
    signal.throwIfAborted()
    try {
      const { data, headers } = await this.#octokit.request(`GET /repos/{owner}/{repo}${route}`, {
        ...this.#repository,
        ...parameters,
        ...(raw ? { mediaType: { format: 'raw' } } : {}),
        headers: etag ? { 'if-none-match': etag } : {},
        // The body is read here: Octokit would decode it as UTF-8, and as much of it as is sent.
        request: {
          signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
          parseSuccessResponseBody: false,
        },
      })
      this.#remaining = headers['x-ratelimit-remaining']
      const contentType = headers['content-type'] ?? ''
      // GitHub serves any file as one of its own types, a web page too: what came is from somewhere in between.
      if (raw && (contentType === '' || contentType.startsWith('text/html')))
        throw new FeedError('source', `${this.where}: ${contentType || 'nothing known'} instead of a file`)
      return {
        bytes: await this.#bytesOf(data as ReadableStream<Uint8Array> | null),
        contentType,
        etag: headers.etag ?? null,
        hasNext: /rel="next"/.test(headers.link ?? ''),
      }
    } catch (error) {
      signal.throwIfAborted()
      const failure = error as Failure
      if (error instanceof FeedError || failure.status === undefined) throw error
      if (failure.status === 304) return null
      throw errorOf(this.where, failure)
    }
  }

  /** @throws {FeedError} `source` where the answer is not what GitHub documents, naming the field */
  async json<T>(
    schema: z.ZodType<T>,
    route: string,
    parameters: Record<string, unknown>,
    told: { etag?: string | null } = {},
  ): Promise<(Omit<Answer, 'bytes'> & { data: T }) | null> {
    const answer = await this.get(route, parameters, told)
    return answer && { ...answer, data: this.parse(schema, route, answer.bytes) }
  }

  parse<T>(schema: z.ZodType<T>, route: string, bytes: Uint8Array): T {
    const text = new TextDecoder().decode(bytes)
    const wrong = (what: string) =>
      new FeedError('source', `${this.where}: ${route} answers not as GitHub documents it: ${what}`)
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch (error) {
      throw wrong(`not JSON: ${(error as Error).message.slice(0, 120)}`)
    }
    const parsed = schema.safeParse(value)
    if (parsed.success) return parsed.data
    const [issue] = parsed.error.issues
    throw wrong(`${issue!.path.join('.') || 'document'}: ${issue!.message}`)
  }

  async #bytesOf(body: ReadableStream<Uint8Array> | null): Promise<Uint8Array> {
    const { bytes, isWhole } = await startOf(body, MAX_BYTES).catch((error: Error) => {
      throw new FeedError('source', `${this.where}: no whole answer: ${error.message}`, { cause: error })
    })
    if (!isWhole) throw new FeedError('source', `${this.where}: more than ${MAX_BYTES} bytes, the limit`)
    return bytes
  }
}

/** What a body begins with, up to so many bytes; the rest is not read. `fetch` has unzipped it: a small one may inflate. */
async function startOf(
  body: ReadableStream<Uint8Array> | null,
  most: number,
): Promise<{ bytes: Uint8Array<ArrayBuffer>; isWhole: boolean }> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body ?? []) {
    chunks.push(chunk)
    size += chunk.length
    if (size > most) break
  }
  return { bytes: Buffer.concat(chunks).subarray(0, most), isWhole: size <= most }
}

/** Octokit reads the body of an error by itself, as much as is sent: it gets its beginning alone. */
const withShortErrors =
  (ask: typeof fetch): typeof fetch =>
  async (input, init) => {
    const response = await ask(input, init)
    if (response.ok || response.body === null) return response
    const { bytes } = await startOf(response.body as ReadableStream<Uint8Array>, MAX_ERROR_BYTES).catch(
      () => ({ bytes: new Uint8Array() }),
    )
    return new Response(bytes, response)
  }

const announced =
  (ask: typeof fetch, onRequest: () => void): typeof fetch =>
  (input, init) => {
    onRequest()
    return ask(input, init)
  }

/**
 * @param timeoutMs longest wait for a rate limit to end
 * @param onRequest told of each request before it goes out, also where one is tried again
 */
export function octokitOf(
  baseUrl: string,
  { env, timeoutMs }: Pick<CollectContext, 'env' | 'timeoutMs'>,
  onRequest: () => void = () => {},
): Octokit {
  const token = env('GITHUB_TOKEN')
  const waits = (seconds: number) => seconds <= MAX_WAIT_SECONDS && seconds * 1000 < timeoutMs
  return new ThrottledOctokit({
    baseUrl,
    userAgent: USER_AGENT,
    ...(token ? { auth: token } : {}),
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
    throttle: {
      onRateLimit: (seconds, _request, _octokit, retries) => retries < 1 && waits(seconds),
      onSecondaryRateLimit: (seconds, _request, _octokit, retries) => retries < 1 && waits(seconds),
    },
    request: { fetch: withShortErrors(announced(fetchFor(baseUrl, env), onRequest)) },
    retry: { retries: Number(env('MOQHAO_RETRIES') ?? 2) },
  })
}

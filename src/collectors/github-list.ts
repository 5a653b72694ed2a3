import { createHash } from 'node:crypto'
import { retry } from '@octokit/plugin-retry'
import { throttling } from '@octokit/plugin-throttling'
import { Octokit, type RestEndpointMethodTypes } from '@octokit/rest'
import { z } from 'zod'
import { FeedError } from '../errors.js'
import type { Document } from '../model/document.js'
import type { CollectContext, Collector } from '../model/ports.js'
import { inBatches } from './batches.js'
import { formatOf } from './formats/index.js'
import { listFields, reachableUrl, sourceFields } from './source.js'
import { USER_AGENT } from './user-agent.js'

const Config = z.strictObject({
  type: z.literal('github-list'),
  ...sourceFields,
  owner: z.string().min(1),
  repo: z.string().min(1),
  path: z.string().min(1),
  ref: z.string().optional().describe('Branch, tag or commit; the default branch by default'),
  ...listFields,
})
export type GithubListConfig = z.infer<typeof Config>

const Cursor = z.object({ etag: z.string().nullable(), sha256: z.string() })
type Commit = RestEndpointMethodTypes['repos']['listCommits']['response']['data'][number]

const ThrottledOctokit = Octokit.plugin(throttling, retry)
/** A rate limit that ends within this time is waited for; a longer one leaves the source to the next run. */
const MAX_WAIT_SECONDS = 60

/** A file of a public GitHub repository; asked with the ETag of the last answer, so that nothing new costs nothing. */
export const githubList: Collector<GithubListConfig> = {
  type: 'github-list',
  summary:
    'a list in a GitHub repository (REST API, conditional requests); GITHUB_TOKEN optional, GITHUB_API_URL for a mirror',
  remote: true,
  config: Config,
  async *collect(config, context) {
    const baseUrl = await reachableUrl(
      context,
      'GITHUB_API_URL',
      'https://api.github.com',
      context.env('GITHUB_TOKEN') !== undefined,
    )
    const octokit = client(baseUrl, context)
    const cursor = context.cursor === null ? null : Cursor.parse(JSON.parse(context.cursor))
    const { owner, repo, path, ref } = config
    const where = { owner, repo, path, ...(ref ? { ref } : {}) }
    const answer = await asSourceError(config, async () =>
      octokit.rest.repos.getContent({
        ...where,
        mediaType: { format: 'raw' },
        headers: cursor?.etag ? { 'if-none-match': cursor.etag } : {},
        request: limits(context),
      }),
    )
    if (answer === null) return
    const bytes = bodyOf(answer.data, config)
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    const next = JSON.stringify({ etag: answer.headers.etag ?? null, sha256 })
    if (sha256 !== cursor?.sha256) {
      const [commit] =
        (
          await asSourceError(config, () =>
            octokit.rest.repos.listCommits({
              owner,
              repo,
              path,
              ...(ref ? { sha: ref } : {}),
              per_page: 1,
              request: limits(context),
            }),
          )
        )?.data ?? []
      yield* inBatchesOf(documents(config, context, { bytes, sha256, commit }))
      yield { documents: [], cursor: next, complete: { at: context.now } }
      return
    }
    yield { documents: [], cursor: next }
  },
}

/** No answer takes longer than this, and none is waited for once the run is stopped. */
const limits = ({ signal, timeoutMs }: CollectContext) => ({
  signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
})

async function* inBatchesOf(documents: AsyncIterable<Document>) {
  for await (const batch of inBatches(documents)) yield { documents: batch, cursor: null }
}

function client(baseUrl: string, { env, timeoutMs }: CollectContext): Octokit {
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
    retry: { retries: Number(env('MOQHAO_RETRIES') ?? 2) },
  })
}

/** A 304 is null; every other failure is the source's, in its own words, without headers or token. */
async function asSourceError<T>(
  { owner, repo, path }: GithubListConfig,
  ask: () => Promise<T>,
): Promise<T | null> {
  try {
    return await ask()
  } catch (error) {
    const status = (error as { status?: number }).status
    if (status === undefined) throw error
    if (status === 304) return null
    const where = `github.com/${owner}/${repo}/${path}`
    const meaning: Record<number, string> = {
      401: 'GITHUB_TOKEN is not accepted (401)',
      403: 'forbidden or rate limit reached (403); GITHUB_TOKEN raises the limit',
      404: 'not found (404): renamed, removed or private',
      429: 'rate limit reached (429); left for the next run',
    }
    const text = meaning[status] ?? `${status} ${(error as Error).message.split('\n')[0]?.slice(0, 200)}`
    throw new FeedError('source', `${where}: ${text}`, { cause: error })
  }
}

function bodyOf(data: unknown, { owner, repo, path }: GithubListConfig): Uint8Array {
  if (typeof data === 'string' && /^\s*<(?:!doctype|html|head|body)/i.test(data))
    throw new FeedError('source', `github.com/${owner}/${repo}/${path}: a web page instead of a list`)
  if (typeof data === 'string') return new TextEncoder().encode(data)
  if (data instanceof ArrayBuffer) return new Uint8Array(data)
  throw new FeedError('source', `github.com/${owner}/${repo}/${path}: not a file (a folder?)`)
}

async function* documents(
  config: GithubListConfig,
  { now }: CollectContext,
  { bytes, sha256, commit }: { bytes: Uint8Array; sha256: string; commit: Commit | undefined },
): AsyncIterable<Document> {
  const { format, options } = formatOf(config.format, config.options)
  const committed = commit?.commit.committer?.date ?? commit?.commit.author?.date
  async function* once() {
    yield bytes
  }
  const input = {
    name: `github.com/${config.owner}/${config.repo}/${config.path}`,
    source: config.name,
    sha256,
    bytes: once(),
    publishedAt: committed ? new Date(committed).toISOString() : null,
    retrievedAt: now,
    url: `https://github.com/${config.owner}/${config.repo}/blob/${commit?.sha ?? config.ref ?? 'HEAD'}/${encodeURI(config.path)}`,
  }
  try {
    yield* format.read(input, options)
  } catch (error) {
    // What an upstream list gets wrong is its fault, not the operator's input.
    if (error instanceof FeedError && error.code === 'input')
      throw new FeedError('source', error.message, { cause: error })
    throw error
  }
}

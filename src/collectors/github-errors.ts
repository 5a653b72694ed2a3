import { FeedError } from '../errors.js'

/** GitHub answered, but not with what was asked for. */
export class GithubError extends FeedError {
  readonly status: number
  /** The contents API leaves the file to the blob API. */
  readonly isTooLarge: boolean

  constructor(message: string, status: number, isTooLarge: boolean, options: ErrorOptions) {
    super('source', message, options)
    this.status = status
    this.isTooLarge = isTooLarge
  }
}

/** An error of Octokit; without `response` nothing came. */
export interface Failure {
  status?: number
  message: string
  response?: { headers: Record<string, string | undefined>; data: unknown }
}

/** What a failure means, in GitHub's own words, without headers or token. */
export function errorOf(where: string, failure: Failure): FeedError {
  const { status = 0, message, response } = failure
  const line = message.split('\n')[0]!.slice(0, 200)
  if (!response) return new FeedError('source', `${where}: no answer: ${line}`, { cause: failure })
  const { headers, data } = response
  const isLimit = status === 429 || (status === 403 && headers['x-ratelimit-remaining'] === '0')
  const text = isLimit
    ? `rate limit reached (${status})${untilReset(headers)}; left for a later run, GITHUB_TOKEN raises the limit`
    : (MEANINGS[status] ?? `${status} ${line}`)
  const errors = (data as { errors?: { code?: string }[] } | null)?.errors
  const isTooLarge = Array.isArray(errors) && errors.some(({ code }) => code === 'too_large')
  return new GithubError(`${where}: ${text}`, status, isTooLarge, { cause: failure })
}

const MEANINGS: Record<number, string> = {
  401: 'GITHUB_TOKEN is not accepted (401)',
  404: 'not found (404): renamed, removed or private; check `owner`, `repo` and `ref`',
}

function untilReset(headers: Record<string, string | undefined>): string {
  const seconds = Number(headers['x-ratelimit-reset'])
  return seconds > 0 ? ` until ${new Date(seconds * 1000).toISOString()}` : ''
}

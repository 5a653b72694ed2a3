/** What went wrong, in the terms of who must act. Anything that is not a FeedError is a bug of ours and crashes. */
export type ErrorCode =
  | 'config' // the configuration, the profile or a decision is wrong: its owner edits it
  | 'usage' // an argument or option is wrong
  | 'input' // what an imported file holds is wrong
  | 'source' // a remote source failed: retried at the next run
  | 'skipped' // a source needs a key or a network that is not here: not a failure
  | 'store' // the database or the working folder cannot be used
  | 'refused' // a limit or a brake said no
  | 'locked' // another run holds the lock

export class FeedError extends Error {
  override name = 'FeedError'
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** A value as it may stand in an error: short, on one line, control characters escaped. */
export function quote(value: unknown, limit = 80): string {
  const text = JSON.stringify(typeof value === 'string' ? value.slice(0, limit + 1) : value) ?? String(value)
  return text.length > limit + 2 ? `${text.slice(0, limit)}…"` : text
}

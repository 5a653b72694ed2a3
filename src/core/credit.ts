/**
 * Who said it first: the text of a repost, `RT @handle: …`, is its author's word, not the reposter's.
 * @returns the handle to credit, or the author given
 */
export const creditOf = (text: string, author: string | null): string | null =>
  /^\s*RT @(\w{1,15}):/.exec(text)?.[1] ?? author

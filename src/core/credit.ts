/**
 * Who said it first: what follows `RT @handle:` in a text is that author's word, not the reposter's. But that somebody
 * said so is only the reposter's word, who may have made it up: both names are kept, as `handle via reposter`, for
 * `reporterOf` to tell whose report it is.
 * @returns both names, or the author given
 */
export function creditOf(text: string, author: string | null): string | null {
  const original = /(?:^|\s)(?:RT|QT) @(\w{1,15}):/.exec(text)?.[1]
  return original === undefined || author === null || isSame(original, author)
    ? author
    : `${original}${VIA}${author}`
}

const VIA = ' via '
const isSame = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()

/** The first author and the reposter of a credit. */
export function creditedTo(author: string): [first: string, reposter: string | null] {
  const [first, reposter] = author.split(VIA)
  return [first!, reposter ?? null]
}

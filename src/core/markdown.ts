import { postLink, postUrl } from './time.js'

/** Longer text of others is cut: a message is for reading on a phone. */
const MOST_CHARACTERS = 80

/** Controls, invisible and direction-changing characters, halves of characters, line and paragraph separators. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]+/gu

/**
 * What GitHub acts upon in a commit message, which is no Markdown: there a code span protects nothing. A mention tells
 * somebody, a number links (or, after “fixes”, closes) an issue, `[skip ci]` keeps the workflows from running.
 */
const ACTED_UPON: [RegExp, string][] = [
  [/@/g, '＠'],
  [/#/g, '＃'],
  [/\bGH-(?=\d)/gi, 'GH–'],
  [/\[(skip ci|ci skip|no ci|skip actions|actions skip)\]/gi, '($1)'],
  [/http(?=s?:\/\/)/gi, 'hxxp'],
]

/** Text of others as a code span: one line, nothing in it ends the span or its cell, nothing is acted upon. */
export function code(text: string, most = MOST_CHARACTERS): string {
  const line = text.replace(UNSEEN, ' ').replaceAll('`', "'").replaceAll('|', '¦').replace(/\s+/g, ' ').trim()
  const inert = ACTED_UPON.reduce((left, [pattern, instead]) => left.replace(pattern, instead), line)
  const characters = [...inert]
  const cut = characters.length > most ? `${characters.slice(0, most - 1).join('')}…` : inert
  return cut === '' ? '—' : `\`${cut}\``
}

/** A sentence of others as a code span: names and addresses in it defanged, its own full stops not. */
export const sentence = (text: string, most?: number): string =>
  code(text.replace(/(?<=[\p{L}\p{N}])\.(?=[\p{L}\p{N}])/gu, '[.]'), most)

/** A file or commit on GitHub; not an issue, which a link would be noted on. */
const GITHUB_FILE = /^https:\/\/github\.com\/[\w.-]+\/[\w.-]+\/(?:blob|commit|raw|tree)\/[\w./~%()+,-]+$/

/** Address of evidence that may be linked: a post, or a file on GitHub; null for all else. */
export function linkable(url: string): string | null {
  const post = postLink(url)
  if (post) return postUrl(post.handle, post.id)
  return GITHUB_FILE.test(url) ? url.replaceAll('(', '%28').replaceAll(')', '%29') : null
}

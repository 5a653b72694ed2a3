import type { Signals } from '../model/observation.js'
import type { Profile } from '../model/profile.js'
import { escapeRegExp } from './escape.js'

interface Vocabulary {
  words: Map<string, string>
  pattern: RegExp
  /** By term, what makes it another family's. */
  unless: Map<string, { family: string; pattern: RegExp }>
}

const vocabularies = new WeakMap<Profile, Vocabulary>()

function vocabularyOf(profile: Profile): Vocabulary {
  const known = vocabularies.get(profile)
  if (known) return known
  const words = new Map<string, string>()
  for (const { term } of profile.terms) words.set(term, `term:${term}`)
  for (const { family, terms } of profile.other_families)
    for (const term of terms) words.set(term, `other:${family}:${term}`)
  for (const word of profile.brands.words) words.set(word, `brand:${word}`)
  for (const word of profile.lures.words) words.set(word, `lure:${word}`)
  const unless = new Map(
    profile.terms.flatMap(({ term, unless }) =>
      unless ? [[term, { family: unless.family, pattern: patternOf(unless.words) }]] : [],
    ),
  )
  const vocabulary = { words, pattern: patternOf([...words.keys()]), unless }
  vocabularies.set(profile, vocabulary)
  return vocabulary
}

/** Any of some words, where no longer one of Latin letters goes on. What stands before is looked at after: it is faster. */
function patternOf(words: string[]): RegExp {
  const alternatives = words.toSorted((a, b) => b.length - a.length).map(escapeRegExp)
  return new RegExp(`(?:${alternatives.join('|') || '(?!)'})(?![\\p{Script=Latin}\\d_])`, 'gu')
}

/** The words of a pattern that stand in a text, not inside longer ones. */
function* matchesIn(text: string, pattern: RegExp): Iterable<RegExpMatchArray & { index: number }> {
  for (const match of text.matchAll(pattern))
    if (match.index === 0 || !WORD_BEFORE.test(text.slice(Math.max(0, match.index - 2), match.index)))
      yield match
}
const WORD_BEFORE = /[\p{Script=Latin}\d_]$/u

/**
 * Which words of the profile stand in a document, sorted: families as `term:<word>` and `other:<family>:<word>`, and what
 * often stands beside them as `brand:<word>` and `lure:<word>`.
 * This is all that is kept of a text for good: enough to attribute again, nothing that repeats the post.
 */
export function wordsOf(profile: Profile, tags: string[], text: string): Signals {
  const { words, pattern, unless } = vocabularyOf(profile)
  const lower = `${tags.join(' ')} ${text}`.normalize('NFKC').toLowerCase()
  const found = new Set<string>()
  for (const match of matchesIn(lower, pattern)) {
    const [word] = match
    const signal = words.get(word)!
    if (!isFamily(signal)) {
      found.add(signal)
      continue
    }
    const end = match.index + word.length
    const isDenied =
      DENIED_AFTER.test(lower.slice(end, end + DENIAL_REACH)) ||
      DENIED_BEFORE.test(lower.slice(Math.max(0, match.index - DENIAL_REACH), match.index))
    const other = unless.get(word)
    if (other && !matchesIn(lower, other.pattern)[Symbol.iterator]().next().done)
      found.add(`other:${other.family}:${word}`)
    else if (!isDenied) found.add(signal)
    else if (signal.startsWith('term:')) found.add(`other:not ${profile.family}:${word}`)
  }
  return [...found].sort()
}

/** Whether a word names a family, this one or another; brands and lures do not. */
export const isFamily = (signal: string): boolean => signal.startsWith('term:') || signal.startsWith('other:')

/** Those of the words that name a family. */
export const signalsOf = (profile: Profile, tags: string[], text: string): Signals =>
  wordsOf(profile, tags, text).filter(isFamily)

/** "not MoqHao", "MoqHaoではない": the word is there to say that it is another thing. */
const DENIED_AFTER =
  /^["'」』）)]?\s*(?:(?:と|に)?(?:は)?(?:別|異な|違う|違い|無関係|関係(?:が|は)?(?:な|あり?ません)|似て非)|(?:では|じゃ)(?:な[いく]|あり?ません|ございません)|とは限り|かと思[いっ].{0,8}(?:違|ちが)|以外|風の)/u
const DENIED_BEFORE = /(?:\b(?:not|isn['’]t|unlike|nor|neither|unrelated to|different from)|≠|非)\s*#?$/u
const DENIAL_REACH = 16

import type { Signals } from '../model/observation.js'
import type { Profile } from '../model/profile.js'
import { escapeRegExp } from './escape.js'

interface Vocabulary {
  words: Map<string, string>
  pattern: RegExp
  /** By term, what makes it another family's. */
  unless: Map<string, { family: string; pattern: RegExp }>
  /** Brands and lures. */
  support: Map<string, string>
  supportPattern: RegExp
}

const vocabularies = new WeakMap<Profile, Vocabulary>()

function vocabularyOf(profile: Profile): Vocabulary {
  const known = vocabularies.get(profile)
  if (known) return known
  const words = new Map<string, string>()
  for (const { term } of profile.terms) words.set(term, `term:${term}`)
  for (const { family, terms } of profile.other_families)
    for (const term of terms) words.set(term, `other:${family}:${term}`)
  const support = new Map<string, string>()
  for (const word of profile.brands.words) support.set(word, `brand:${word}`)
  for (const word of profile.lures.words) support.set(word, `lure:${word}`)
  const unless = new Map(
    profile.terms.flatMap(({ term, unless }) =>
      unless ? [[term, { family: unless.family, pattern: patternOf(unless.words) }]] : [],
    ),
  )
  const vocabulary = {
    words,
    pattern: patternOf([...words.keys()]),
    unless,
    support,
    supportPattern: patternOf([...support.keys()]),
  }
  vocabularies.set(profile, vocabulary)
  return vocabulary
}

/** Any of some words, not inside a longer one of Latin letters. */
function patternOf(words: string[]): RegExp {
  const alternatives = words.toSorted((a, b) => b.length - a.length).map(escapeRegExp)
  return new RegExp(
    `(?<![\\p{Script=Latin}\\d_])(?:${alternatives.join('|') || '(?!)'})(?![\\p{Script=Latin}\\d_])`,
    'gu',
  )
}

const plain = (tags: string[], text: string): string =>
  `${tags.join(' ')} ${text}`.normalize('NFKC').toLowerCase()

/**
 * Which words of the profile stand in a document, as `term:<word>` and `other:<family>:<word>`, sorted.
 * This is all that is kept of a text for good: enough to attribute again, nothing that repeats the post.
 */
export function signalsOf(profile: Profile, tags: string[], text: string): Signals {
  const { words, pattern, unless } = vocabularyOf(profile)
  const lower = plain(tags, text)
  const found = new Set<string>()
  for (const match of lower.matchAll(pattern)) {
    const [word] = match
    const signal = words.get(word)!
    const end = match.index + word.length
    const isDenied =
      DENIED_AFTER.test(lower.slice(end, end + DENIAL_REACH)) ||
      DENIED_BEFORE.test(lower.slice(Math.max(0, match.index - DENIAL_REACH), match.index))
    const other = unless.get(word)
    if (other && lower.search(other.pattern) >= 0) found.add(`other:${other.family}:${word}`)
    else if (!isDenied) found.add(signal)
    else if (signal.startsWith('term:')) found.add(`other:not ${profile.family}:${word}`)
  }
  return [...found].sort()
}

/** Which brands and lures of the profile a document names, as `brand:<word>` and `lure:<word>`, sorted. */
export function supportOf(profile: Profile, tags: string[], text: string): Signals {
  const { support, supportPattern } = vocabularyOf(profile)
  const found = new Set<string>()
  for (const [word] of plain(tags, text).matchAll(supportPattern)) found.add(support.get(word)!)
  return [...found].sort()
}

/** "not MoqHao", "MoqHaoではない": the word is there to say that it is another thing. */
const DENIED_AFTER =
  /^["'」』）)]?\s*(?:(?:と|に)?(?:は)?(?:別|異な|違う|違い|無関係|関係(?:が|は)?(?:な|あり?ません)|似て非)|(?:では|じゃ)(?:な[いく]|あり?ません|ございません)|とは限り|かと思[いっ].{0,8}(?:違|ちが)|以外|風の)/u
const DENIED_BEFORE = /(?:\b(?:not|isn['’]t|unlike|nor|neither|unrelated to|different from)|≠|非)\s*#?$/u
const DENIAL_REACH = 16

import type { Signals } from '../model/observation.js'
import type { Profile } from '../model/profile.js'
import { escapeRegExp } from './escape.js'

interface Vocabulary {
  words: Map<string, string>
  pattern: RegExp
}

const vocabularies = new WeakMap<Profile, Vocabulary>()

function vocabularyOf(profile: Profile): Vocabulary {
  const known = vocabularies.get(profile)
  if (known) return known
  const words = new Map<string, string>()
  for (const { term } of profile.terms) words.set(term, `term:${term}`)
  for (const { family, terms } of profile.other_families)
    for (const term of terms) words.set(term, `other:${family}:${term}`)
  const alternatives = [...words.keys()].sort((a, b) => b.length - a.length).map(escapeRegExp)
  const vocabulary = {
    words,
    pattern: new RegExp(
      `(?<![\\p{Script=Latin}\\d_])(?:${alternatives.join('|')})(?![\\p{Script=Latin}\\d_])`,
      'gu',
    ),
  }
  vocabularies.set(profile, vocabulary)
  return vocabulary
}

/**
 * Which words of the profile stand in a document, as `term:<word>` and `other:<family>:<word>`, sorted.
 * This is all that is kept of a text for good: enough to attribute again, nothing that repeats the post.
 */
export function signalsOf(profile: Profile, tags: string[], text: string): Signals {
  const { words, pattern } = vocabularyOf(profile)
  const lower = `${tags.join(' ')} ${text}`.normalize('NFKC').toLowerCase()
  const found = new Set<string>()
  for (const match of lower.matchAll(pattern)) {
    const [word] = match
    const signal = words.get(word)!
    const end = match.index + word.length
    const isDenied =
      DENIED_AFTER.test(lower.slice(end, end + DENIAL_REACH)) ||
      DENIED_BEFORE.test(lower.slice(Math.max(0, match.index - DENIAL_REACH), match.index))
    if (!isDenied) found.add(signal)
    else if (signal.startsWith('term:')) found.add(`other:not ${profile.family}:${word}`)
  }
  return [...found].sort()
}

/** "not MoqHao", "MoqHaoではない": the word is there to say that it is another thing. */
const DENIED_AFTER =
  /^["'」』）)]?\s*(?:(?:と|に)?(?:は)?(?:別|異な|違う|違い|無関係|関係(?:が|は)?(?:な|あり?ません)|似て非)|(?:では|じゃ)(?:な[いく]|あり?ません|ございません)|とは限り|かと思[いっ].{0,8}(?:違|ちが)|以外|風の)/u
const DENIED_BEFORE = /(?:\b(?:not|isn['’]t|unlike|nor|neither|unrelated to|different from)|≠|非)\s*#?$/u
const DENIAL_REACH = 16

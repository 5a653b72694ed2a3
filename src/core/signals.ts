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
  for (const [word] of lower.matchAll(pattern)) found.add(words.get(word)!)
  return [...found].sort()
}

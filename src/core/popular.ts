import { registeredLabel } from './domains.js'

/** What names that people visit look like: by it, names drawn at random by a machine are told from all others. */
export interface Popular {
  /** Whether a registered domain is among the million most visited. */
  has: (domain: string) => boolean
  /**
   * How much a label looks like those of visited sites rather than like letters drawn at random: nats a letter, above 0
   * more like a site's, below 0 more like chance.
   */
  likeness: (label: string) => number
}

const LETTERS = 26
/** Counted for each sequence that was never seen, so that none is impossible. */
const UNSEEN = 0.5
/** Sequences end and begin with these, so that first and last letters count. */
const [BEGIN, END] = ['^^', '$']

/**
 * Learns from the labels of visited sites how likely each letter is after the two before it.
 * @param visited registered domains of known sites: those of the guards
 * @param known registered domains that are popular enough never to be published by what is around them
 */
export function compilePopular(visited: Iterable<string>, known: Iterable<string>): Popular {
  const triples = new Map<string, number>()
  const doubles = new Map<string, number>()
  for (const domain of visited) {
    const label = registeredLabel(domain)
    if (!/^[a-z]+$/.test(label)) continue
    for (const triple of triplesOf(label)) {
      triples.set(triple, (triples.get(triple) ?? 0) + 1)
      doubles.set(triple.slice(0, 2), (doubles.get(triple.slice(0, 2)) ?? 0) + 1)
    }
  }
  const all = new Set(known)
  return {
    has: (domain) => all.has(domain),
    likeness(label) {
      let sum = 0
      const parts = triplesOf(label)
      for (const triple of parts) {
        const seen = (triples.get(triple) ?? 0) + UNSEEN
        const before = (doubles.get(triple.slice(0, 2)) ?? 0) + UNSEEN * (LETTERS + 1)
        sum += Math.log((seen / before) * LETTERS)
      }
      return sum / parts.length
    },
  }
}

function triplesOf(label: string): string[] {
  const text = `${BEGIN}${label}${END}`
  return Array.from({ length: text.length - 2 }, (_, n) => text.slice(n, n + 3))
}

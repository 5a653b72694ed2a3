import { readCell } from '../../core/read.js'
import { isAddress, type Observable } from '../../model/observable.js'
import type { Graph, StixIndicator } from './stix-shapes.js'

/** The value that a text is, without what a list would read out of it besides. */
export const observableOf = (text: string): Observable | null => {
  const [found] = readCell(text)
  return found ? { type: found.type, value: found.value } : null
}

/** A name on an address, both in their canonical spelling. */
export interface Ends {
  domain: string
  ip: string
}

export function endsIn({ domain, ip }: Ends): Ends | null {
  const [name, address] = [observableOf(domain), observableOf(ip)]
  return name?.type === 'domain-name' && address && isAddress(address.type)
    ? { domain: name.value, ip: address.value }
    : null
}

/** The same of what two references name. */
export function endsOf({ observables }: Graph, source: string, target: string): Ends | null {
  const [domain, ip] = [source, target].map((ref) => observables.get(ref)?.value)
  return domain && ip ? endsIn({ domain, ip }) : null
}

const LONGEST_LINK = 2_000

/** A page that may be linked to. */
export const isLink = (url: string): boolean =>
  /^https?:\/\//.test(url) && url.length <= LONGEST_LINK && URL.canParse(url)

/** A short name in plain signs: tags stand in the ledger. */
const TAG = /^[\p{L}\p{N}][\p{L}\p{N} ._:&/-]{0,99}$/u
const MOST_TAGS = 50

/**
 * What an indicator is about, as tags: the names of malware and of those who use it that it indicates, its labels, and the
 * names and labels of reports that hold it.
 */
export function tagsOf(graph: Graph): (indicator: Pick<StixIndicator, 'id' | 'labels'>) => string[] {
  const words = new Map<string, string[]>()
  const add = (id: string, names: (string | null | undefined)[]) => {
    const known = words.get(id) ?? []
    words.set(id, known)
    known.push(...names.filter((name) => name != null))
  }
  for (const { relationship_type, source_ref, target_ref } of graph.relationships)
    if (relationship_type === 'indicates' && graph.threats.has(target_ref))
      add(source_ref, [graph.names.get(target_ref)])
  for (const { name, labels, object_refs } of graph.collections)
    for (const ref of object_refs) add(ref, [name, ...(labels ?? []).slice(0, MOST_TAGS)])
  return ({ id, labels }) => asTags([...(words.get(id) ?? []), ...(labels ?? [])])
}

/** Words as tags, those that may be one. */
export const asTags = (words: string[]): string[] =>
  [...new Set(words)]
    .filter((word) => TAG.test(word))
    .slice(0, MOST_TAGS)
    .map((word) => `#${word}`)

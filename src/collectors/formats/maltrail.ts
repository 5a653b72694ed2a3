import { createHash } from 'node:crypto'
import { z } from 'zod'
import { postLink, postTime, postUrl } from '../../core/time.js'
import type { Document, Row } from '../../model/document.js'
import type { ListFormat, ListInput } from '../../model/ports.js'
import { listDocument } from './draft.js'
import { linesOf } from './lines.js'

const Options = z.strictObject({})

interface Section {
  comments: string[]
  references: string[]
  values: string[]
}

/**
 * A trail file of maltrail: blocks of `# Reference: URL` lines, each followed by its trails. A block is one document,
 * reported by whoever wrote the earliest post its references name. Path and expression lines are no indicators.
 */
export const maltrail: ListFormat<z.infer<typeof Options>> = {
  name: 'maltrail',
  summary:
    'maltrail trail file: sections of references and trails; reporter, time and address from the references',
  options: Options,
  async *read(input) {
    let section: Section = { comments: [], references: [], values: [] }
    for await (const { text } of linesOf(input.bytes, input.name)) {
      const line = text.trim()
      if (line.startsWith('#')) {
        if (section.values.length > 0) {
          yield documentOf(section, input)
          section = { comments: [], references: [], values: [] }
        }
        const reference = /^#\s*Reference:\s*(\S+)/.exec(line)?.[1]
        if (reference) section.references.push(reference)
        else section.comments.push(line)
      } else if (line !== '') section.values.push(line.replace(/(?<=\s)#.*$/, '').trimEnd())
    }
    if (section.values.length > 0) yield documentOf(section, input)
  },
}

function documentOf(section: Section, input: ListInput): Document {
  const key = section.references.length > 0 ? section.references : [...section.comments, ...section.values]
  const posts = section.references
    .flatMap((url) => {
      const link = postLink(url)
      const at = link && postTime(link.id)
      return link && at ? [{ ...link, at }] : []
    })
    .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
  const [earliest] = posts
  const dated = earliest
    ? {
        publishedAt: earliest.at,
        basis: posts.length > 1 ? ('section-earliest' as const) : ('post-id' as const),
      }
    : { publishedAt: input.publishedAt ?? input.retrievedAt, basis: 'list-date' as const }
  return listDocument(input, rowsOf(section), {
    id: `${input.source}:${createHash('sha256').update(key.join('\n')).digest('hex').slice(0, 32)}`,
    ...dated,
    author: earliest?.handle ?? null,
    url: earliest ? postUrl(earliest.handle, earliest.id) : (section.references[0] ?? input.url),
    references: section.references,
  })
}

/** A VirusTotal page of one address over a section says that the section's names stand on it. */
function rowsOf({ references, values }: Section): Row[] {
  const addresses = new Set(
    references.flatMap(
      (url) => /^https:\/\/www\.virustotal\.com\/gui\/ip-address\/([0-9a-fA-F.:]+)\//.exec(url)?.[1] ?? [],
    ),
  )
  const [address] = addresses
  const named: Row[] = [...addresses].map((ip) => ({ cells: [ip] }))
  if (address === undefined || addresses.size > 1)
    return [...named, ...values.map((value) => ({ cells: [value] }))]
  return [
    ...named,
    ...values.map((value): Row => ({ cells: [value, address], pairRule: 'relations-reference' })),
  ]
}

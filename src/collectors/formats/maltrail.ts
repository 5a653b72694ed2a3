import { createHash } from 'node:crypto'
import { z } from 'zod'
import { addressOf } from '../../core/networks.js'
import { byText } from '../../core/order.js'
import { parseTime, postLink, postTime, postUrl } from '../../core/time.js'
import type { Document, Instant, Row } from '../../model/document.js'
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
 * A trail file of maltrail: blocks of `# Reference: URL` lines, each followed by its trails. A block is one document: a
 * post's, where it cites nothing else and holds no more than a post does, else the list's own. Blocks stand in the order
 * in which they were added, which dates those that nothing else dates. Path and expression lines are no indicators.
 */
export const maltrail: ListFormat<z.infer<typeof Options>> = {
  name: 'maltrail',
  summary:
    'maltrail trail file: sections of references and trails; reporter, time and address from the references, else time from the sections around',
  options: Options,
  async *read(input) {
    const order = new Order(input)
    for await (const section of sectionsOf(input)) yield* order.next(section)
    yield* order.end()
  },
}

async function* sectionsOf(input: ListInput): AsyncIterable<Section> {
  let section: Section = { comments: [], references: [], values: [] }
  for await (const { text } of linesOf(input.bytes, input.name)) {
    const line = text.trim()
    if (line.startsWith('#')) {
      if (section.values.length > 0) {
        yield section
        section = { comments: [], references: [], values: [] }
      }
      const reference = /^#\s*Reference:\s*(\S+)/.exec(line)?.[1]
      if (reference) section.references.push(reference)
      else section.comments.push(line)
    } else if (line !== '') section.values.push(line.replace(/(?<=\s)#.*$/, '').trimEnd())
  }
  if (section.values.length > 0) yield section
}

/** What is known of a section's time and author by itself. */
interface Told extends Pick<Document, 'author' | 'url'> {
  /** Null: it was added later than whatever it cites, and only the sections around it say when. */
  dated: Pick<Document, 'publishedAt' | 'basis'> | null
  /** The latest of the posts and dated pages that it cites: it was not added before. Null: it cites none. */
  cites: Instant | null
}

/** A post holds no more values than this. */
const MOST_OF_A_POST = 15

/**
 * Who said what a section holds, and when. Whoever looks for more, by the addresses of a post's names, cites the post
 * too: its author is credited only with a section that cites nothing else, and that one post, or each of several, could
 * hold.
 */
function toldOf({ references, values }: Section): Told {
  const posts = new Map(
    references.flatMap((url) => {
      const link = postLink(url)
      const at = link && postTime(link.id)
      return link && at ? [[link.id, { ...link, at }] as const] : []
    }),
  )
  const inTime = [...posts.values()].sort((a, b) => byText(a.at, b.at))
  const pages = references.flatMap((url) => dayOfPage(url) ?? [])
  const cites = [...inTime.map(({ at }) => at), ...pages].sort().at(-1) ?? null
  const [earliest] = inTime
  const others = references.filter((url) => !posts.has(postLink(url)?.id ?? ''))
  // The day in a page's path is whatever its path says: the section is no older, and that is all.
  if (!earliest) return { author: null, url: references[0] ?? null, dated: null, cites }
  const url = postUrl(earliest.handle, earliest.id)
  if (others.length > 0 || values.length > MOST_OF_A_POST) return { author: null, url, dated: null, cites }
  const basis = posts.size > 1 ? ('section-earliest' as const) : ('post-id' as const)
  return { author: earliest.handle, url, dated: { publishedAt: earliest.at, basis }, cites }
}

/** The day that a page has in its path: `/2022/04/07/`, `/2022-04-07-title`. */
function dayOfPage(url: string): Instant | null {
  const [, year, , month, day] =
    /^https?:\/\/[^/?#]+[^?#]*?\/(20\d\d)([/-])(\d\d)\2(\d\d)(?=[/?#-]|$)/.exec(url) ?? []
  return year === undefined || postLink(url) ? null : parseTime(`${year}-${month}-${day}`)
}

/** Values of sections that wait for one with a date at most: what bounds memory on lists of any length. */
const MOST_WAITING = 20_000

/**
 * Dates sections by those around them. What nothing dates is no older than the nearest dated section above it, and
 * hardly younger than the nearest below; where these two stand in the wrong order, the later one counts. Sections are told
 * in the order of the list.
 */
class Order {
  readonly #input: ListInput
  readonly #listDate: Instant
  /** What waits for the next dated section below, each with its bound from above. */
  #waiting: { section: Section; told: Told; above: Instant | null }[] = []
  #values = 0
  /** Of the nearest dated section so far. */
  #above: Instant | null = null

  constructor(input: ListInput) {
    this.#input = input
    this.#listDate = input.publishedAt ?? input.retrievedAt
  }

  *next(section: Section): Iterable<Document> {
    const told = toldOf(section)
    if (told.cites !== null) yield* this.#tell(told.cites)
    if (told.dated) yield documentOf(section, told, told.dated, this.#input)
    else {
      this.#waiting.push({ section, told, above: this.#above })
      this.#values += section.values.length
      if (this.#values > MOST_WAITING) yield* this.end()
    }
    this.#above = told.cites ?? this.#above
  }

  /** Tells what waits and has no dated section below. */
  *end(): Iterable<Document> {
    yield* this.#tell(null)
  }

  *#tell(below: Instant | null): Iterable<Document> {
    for (const { section, told, above } of this.#waiting) {
      const bound = latest(below ?? this.#listDate, above, told.cites)
      yield documentOf(
        section,
        told,
        {
          publishedAt: bound < this.#listDate ? bound : this.#listDate,
          basis: below === null && told.cites === null ? 'list-date' : 'section-order',
        },
        this.#input,
      )
    }
    this.#waiting = []
    this.#values = 0
  }
}

const latest = (first: Instant, ...others: (Instant | null)[]): Instant =>
  others.reduce<Instant>((last, one) => (one !== null && one > last ? one : last), first)

function documentOf(
  section: Section,
  { author, url }: Told,
  dated: Pick<Document, 'publishedAt' | 'basis'>,
  input: ListInput,
): Document {
  const { comments, references, values } = section
  const key = references.length > 0 ? references : [...comments, ...values]
  return listDocument(input, rowsOf(section), {
    id: `${input.source}:${createHash('sha256').update(key.join('\n')).digest('hex').slice(0, 32)}`,
    ...dated,
    author,
    url: url ?? input.url,
    references,
  })
}

/** A page of one address over a section says that the section's names stand on it; one of a range, on several. */
function rowsOf({ references, values }: Section): Row[] {
  const addresses = new Set<string>()
  let hasRange = false
  for (const url of references) {
    const about = addressOf(url)
    if (about === null) continue
    if (about.isRange) hasRange = true
    else addresses.add(about.address)
  }
  const [address] = addresses
  const named: Row[] = [...addresses].map((ip) => ({ cells: [ip] }))
  if (address === undefined || addresses.size > 1 || hasRange)
    return [...named, ...values.map((value) => ({ cells: [value] }))]
  return [
    ...named,
    ...values.map((value): Row => ({ cells: [value, address], pairRule: 'relations-reference' })),
  ]
}

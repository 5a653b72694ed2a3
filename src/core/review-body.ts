import { defangText } from './defang.js'
import { code, linkable, sentence } from './markdown.js'
import { dayOf } from './time.js'

/** One value that waits, as the pull request shows it. */
export interface ReviewValue {
  /** `indicator--UUID`: names the value in a comment, in letters that end nothing. */
  id: string
  type: string
  /** Defanged. */
  value: string
  confidence: number
  why: string
  isNew: boolean
}

/** One document whose values wait: what a person decides about at once. */
export interface ReviewUnit {
  /** `document--UUID`: names the document in a comment; its own id may hold any letter. */
  id: string
  document: string
  reporter: string
  reportedAt: string
  links: string[]
  values: ReviewValue[]
  /** Of its values that wait, of which `values` are some. */
  count: number
}

/** What is asked, in numbers. */
export interface ReviewCounts {
  total: number
  /** Of these, what waits only since the day `since`. */
  fresh: number
  since: string
}

export type Tick = 'publish' | 'deny' | 'withdraw'
/** What is ticked, by the id of a value or of a document. */
export type Ticks = Map<string, Set<Tick>>

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'
/** A value is published or denied; a document is published or withdrawn, and nothing else. */
const BOX = new RegExp(
  `^- \\[([ xX])\\] (?:(publish|deny) <!-- (indicator--${UUID})|(publish|withdraw) this (?:section|post) <!-- (document--${UUID})) -->$`,
  'gm',
)

/** Reads the ticks in the body of a pull request, whoever edited it since. */
export function ticksOf(body: string): Ticks {
  const ticks: Ticks = new Map()
  for (const [, mark, ofValue, value, ofDocument, document] of body.matchAll(BOX)) {
    if (mark === ' ') continue
    const id = (value ?? document)!
    ticks.set(id, (ticks.get(id) ?? new Set()).add((ofValue ?? ofDocument) as Tick))
  }
  return ticks
}

/** A body as somebody left it. */
export interface Edit {
  /** Null: a program, or nobody knows. */
  editor: string | null
  body: string
}

/**
 * Tells who set each tick: the editor of the first body since which it stands.
 * @param edits oldest first
 * @returns null where nobody is known
 */
export function whoTicked(edits: Edit[]): (id: string, tick: Tick) => string | null {
  const told = edits.map(({ editor, body }) => ({ editor, ticks: ticksOf(body) }))
  return (id, tick) => {
    const before = told.findLastIndex(({ ticks }) => !ticks.get(id)?.has(tick))
    return told[before + 1]?.editor ?? null
  }
}

/** GitHub takes 65,536 characters. */
const MOST_CHARACTERS = 60_000
/** Values shown of one document, and links. */
const MOST_VALUES = 20
const MOST_LINKS = 5

/**
 * Writes the body of the review pull request: what holds the publication, and what waits, with two boxes for each document
 * and two for each value.
 * @param isForced the branch is the publication that the brakes hold; else a person has worked on it, and it stays theirs
 * @param units what is new first; as many are shown as there is room for
 * @param ticks not yet carried out: they survive
 */
export function reviewBody({
  brakes,
  isForced,
  units,
  counts,
  ticks,
}: {
  brakes: string[]
  isForced: boolean
  units: ReviewUnit[]
  counts: ReviewCounts
  ticks: Ticks
}): string {
  const held =
    brakes.length > 0
      ? [BRAKE, isForced ? PASS : THEIRS, brakes.map((brake) => `- ${sentence(brake, 200)}`).join('\n')]
      : []
  if (counts.total === 0) return held.join('\n\n')
  const { told, shown } = fitting(units, ticks, MOST_CHARACTERS - held.join('').length)
  return [...held, heading(counts, shown), HOW_TO_DECIDE, ...told].join('\n\n')
}

/** How much waits, and how much of that is new: of both a reader must know. */
export const waitingLine = ({ total, fresh, since }: ReviewCounts): string =>
  `${total.toLocaleString('en')} wait${total === 1 ? 's' : ''} for review, ${fresh.toLocaleString('en')} new since ${since}`

const heading = (counts: ReviewCounts, shown: number): string =>
  `## ${waitingLine(counts)}${shown < counts.total ? `; ${shown.toLocaleString('en')} shown` : ''}`

/** The units that there is room for: what is new under a heading of its own, then the rest. */
function fitting(units: ReviewUnit[], ticks: Ticks, room: number): { told: string[]; shown: number } {
  const told: string[] = []
  let [left, shown] = [room, 0]
  let part = ''
  for (const unit of units) {
    const title = unit.values.some(({ isNew }) => isNew) ? '### New' : '### Waiting since before'
    const text = [...(title === part ? [] : [title]), unitText(unit, ticks)].join('\n\n')
    if (text.length > left) break
    left -= text.length
    shown += Math.min(unit.values.length, MOST_VALUES)
    part = title
    told.push(text)
  }
  return { told, shown }
}

const BRAKE = '## A brake holds the publication'

const PASS =
  'This branch is that publication, on top of what is published. **Merging it passes the brake**; leaving it open keeps what is published.'

const THEIRS =
  'Somebody committed to this branch, so it was left as it is: it does **not** hold that publication. Merge or close it, and the next run makes it anew.'

const HOW_TO_DECIDE = [
  'Asked is only what would be on an active list if you confirm it. Tick a box: the next run writes the decision to `decisions.csv`, with your name.',
  'A section or post is decided about as a whole: *publish* counts for all that it reports, *withdraw* takes all of it for nothing said. What is ticked beside a value goes before that.',
  'What is not ticked goes on waiting; two boxes that say the opposite decide nothing. Or edit `decisions.csv` in this branch and merge.',
].join('\n')

function unitText(unit: ReviewUnit, ticks: Ticks): string {
  const { id, document, reporter, reportedAt, links, values, count } = unit
  const noun = document.startsWith('post:') ? 'post' : 'section'
  const shown = values.slice(0, MOST_VALUES)
  const more = count - shown.length
  return [
    `**Reported by ${code(reporter, 40)} on ${dayOf(reportedAt)}** (${code(document)}): ${linksText(links)}`,
    '',
    boxes(id, { publish: `publish this ${noun}`, withdraw: `withdraw this ${noun}` }, ticks),
    ...shown.flatMap((value) => ['', valueText(value, ticks)]),
    ...(more > 0
      ? [
          '',
          `And ${more.toLocaleString('en')} more of this ${noun} wait; \`moqhao-feed review --limit 10000\` lists them.`,
        ]
      : []),
  ].join('\n')
}

const valueText = ({ id, type, value, confidence, why, isNew }: ReviewValue, ticks: Ticks): string =>
  [
    `**${code(value)}** ${type}, ${confidence} %${isNew ? ', new' : ''}`,
    code(why, 200),
    '',
    boxes(id, { publish: 'publish', deny: 'deny' }, ticks),
  ].join('\n')

const boxes = (id: string, labels: Partial<Record<Tick, string>>, ticks: Ticks): string =>
  Object.entries(labels)
    .map(([tick, label]) => `- [${ticks.get(id)?.has(tick as Tick) ? 'x' : ' '}] ${label} <!-- ${id} -->`)
    .join('\n')

/** Links to posts and files; any other address stands as text, defanged: nobody is to tap it by accident. */
function linksText(links: string[]): string {
  const texts = links.map((link) => {
    const to = linkable(link)
    return to === null ? code(defangText(link)) : `[evidence](${to})`
  })
  const distinct = [...new Set(texts)]
  return distinct.length === 0 ? 'no link' : distinct.slice(0, MOST_LINKS).join(', ')
}

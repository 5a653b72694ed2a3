import { code, linkable, sentence } from './markdown.js'
import { dayOf } from './time.js'

/** One value that waits, as the pull request shows it. */
export interface ReviewRow {
  /** `indicator--UUID`: names the value in a comment, in letters that end nothing. */
  id: string
  type: string
  /** Defanged. */
  value: string
  confidence: number
  why: string
  reporter: string
  reportedAt: string
  links: string[]
}

export type Tick = 'publish' | 'deny'
/** What is ticked, by id. */
export type Ticks = Map<string, Set<Tick>>

const BOX = /^- \[([ xX])\] (publish|deny) <!-- (indicator--[0-9a-f-]{36}) -->$/gm

/** The ticks in the body of a pull request, whoever edited it since. */
export function ticksOf(body: string): Ticks {
  const ticks: Ticks = new Map()
  for (const [, mark, tick, id] of body.matchAll(BOX)) {
    if (mark === ' ') continue
    ticks.set(id!, (ticks.get(id!) ?? new Set()).add(tick as Tick))
  }
  return ticks
}

/**
 * The body of the review pull request: what holds the publication, and what waits in quarantine with two boxes each.
 * @param isForced the branch is the publication that the brakes hold; else a person has worked on it, and it stays theirs
 * @param total of values that wait, of which `rows` are the newest
 * @param ticks not yet carried out: they survive
 */
export function reviewBody({
  brakes,
  isForced,
  rows,
  total,
  ticks,
}: {
  brakes: string[]
  isForced: boolean
  rows: ReviewRow[]
  total: number
  ticks: Ticks
}): string {
  return [
    ...(brakes.length > 0
      ? [BRAKE, isForced ? PASS : THEIRS, brakes.map((brake) => `- ${sentence(brake, 200)}`).join('\n')]
      : []),
    ...(total > 0
      ? [
          `## ${total} wait in quarantine${rows.length < total ? `; the newest ${rows.length}` : ''}`,
          HOW_TO_DECIDE,
          ...rows.map((row) => paragraph(row, ticks.get(row.id) ?? new Set())),
        ]
      : []),
  ].join('\n\n')
}

const BRAKE = '## A brake holds the publication'

const PASS =
  'This branch is that publication, on top of what is published. **Merging it passes the brake**; leaving it open keeps what is published.'

const THEIRS =
  'Somebody committed to this branch, so it was left as it is: it does **not** hold that publication. Merge or close it, and the next run makes it anew.'

const HOW_TO_DECIDE =
  'Tick a box: the next run writes the decision to `decisions.csv`. What is not ticked goes on waiting; both ticked decides nothing. Or edit `decisions.csv` in this branch and merge.'

function paragraph(row: ReviewRow, ticks: Set<Tick>): string {
  const { id, type, value, confidence, why, reporter, reportedAt, links } = row
  const link = links.map(linkable).find((one) => one !== null)
  const by = `${code(reporter, 40)} ${dayOf(reportedAt)}`
  const box = (tick: Tick) => `- [${ticks.has(tick) ? 'x' : ' '}] ${tick} <!-- ${id} -->`
  return [
    `**${code(value)}** ${type}, ${confidence} %, ${link ? `[evidence](${link})` : 'no link'} by ${by}`,
    code(why, 200),
    '',
    box('publish'),
    box('deny'),
  ].join('\n')
}

import type { Came, Change, Group, Went } from './change.js'
import { defang } from './defang.js'
import { code, linkable, sentence } from './markdown.js'
import { dayOf } from './time.js'

/** How a source does, for the reader of the message. */
export interface SourceLine {
  name: string
  state: 'ok' | 'skipped' | 'failed' | null
  message: string | null
  alarm: string | null
}

export interface Told {
  /** Number of the publication; null: none yet. */
  version: number | null
  /** Lines of decisions.csv that came. */
  decisions: number
  sources: SourceLine[]
  /** Why more than this was not published; null: nothing is held. */
  held: string | null
  /** Where the rest of a table can be read. */
  more: string | null
}

/** Rows a table holds; the rest is behind a link. */
const MOST_ROWS = 20
const MOST_REPORTERS = 3

/** The message of a commit of feeds/, and the summary of the job that made it. Markdown; every word of others is inert. */
export function commitMessage(change: Change, told: Told): string {
  const parts = [
    subject(change, told),
    ...table(change, told.more),
    counts(change, told),
    ...(told.held === null ? [] : [`**Held, waits for a person:** ${sentence(told.held, 300)}`]),
    health(told.sources),
  ]
  return `${parts.join('\n\n')}\n`
}

/** `feed: +3 −1 ips, +11 −4 domains`; where no list changed, what else did. */
function subject({ lists, history, evidence, quarantine }: Change, { version, decisions }: Told): string {
  const signed = (came: number, went: number, noun: string) =>
    came + went === 0
      ? []
      : [[came > 0 && `+${came}`, went > 0 && `−${went}`, noun].filter(Boolean).join(' ')]
  const active = lists.flatMap(({ group, came, went }) => signed(came.length, went.length, group))
  const besides = [
    ...signed(history, 0, 'in the history'),
    ...signed(evidence, 0, evidence === 1 ? 'report' : 'reports'),
    ...signed(quarantine.came, quarantine.went, 'in quarantine'),
    ...signed(decisions, 0, decisions === 1 ? 'decision' : 'decisions'),
  ]
  const said = active.length > 0 ? active : besides.slice(0, 2)
  return `feed: ${said.join(', ') || (version === null ? 'configuration' : `publication ${version}`)}`
}

function table({ lists }: Change, more: string | null): string[] {
  const rows = lists.flatMap(({ group, came, went }) => [
    ...came.map((one) => cameRow(group, one)),
    ...went.map((one) => wentRow(group, one)),
  ])
  if (rows.length === 0) return []
  const rest = rows.length - MOST_ROWS
  return [
    ['| | value | why |', '| --- | --- | --- |', ...rows.slice(0, MOST_ROWS)].join('\n'),
    ...(rest > 0 ? [`And ${rest} more${more === null ? '' : `: ${more}`}`] : []),
  ]
}

function cameRow(group: Group, { value, how, reporters, links, confirmedBy }: Came): string {
  const link = links.map(linkable).find((one) => one !== null)
  const by = reporters.slice(0, MOST_REPORTERS).map((name) => code(name, 40))
  const others = reporters.length - by.length
  const confirmed = confirmedBy === null ? '' : `, confirmed by ${code(confirmedBy, 40)}`
  return `| +${mark(group)} | ${shown(value)} | ${link ? `[${how}](${link})` : how}, ${by.join(', ')}${others > 0 ? ` and ${others} more` : ''}${confirmed} |`
}

function wentRow(group: Group, { value, how, why }: Went): string {
  const reason =
    how === 'expired'
      ? `expired, last sign ${dayOf(why)}`
      : `${how === 'delisted' ? 'delisted' : 'back to quarantine'}${why === '' ? '' : `: ${sentence(why)}`}`
  return `| −${mark(group)} | ${shown(value)} | ${reason} |`
}

/** The list, in few letters: a phone is narrow. */
const mark = (group: Group): string => ` ${group.replace(/s$/, '')}`

const shown = (value: string): string => code(defang(value))

function counts({ history, evidence, quarantine }: Change, { decisions }: Told): string {
  const { waiting, came, went } = quarantine
  return [
    ...(history > 0 ? [`Came to the history only: ${history}.`] : []),
    ...(evidence > 0 ? [`Reports of what was known: ${evidence}.`] : []),
    ...(decisions > 0 ? [`Decisions: ${decisions}.`] : []),
    `In quarantine: ${waiting} (+${came} −${went}).`,
  ].join(' ')
}

/** One line where all is well; of what is not, a line each. */
function health(sources: SourceLine[]): string {
  const count = (wanted: SourceLine['state']) => sources.filter(({ state }) => state === wanted).length
  const ill = sources.filter(({ state, alarm }) => state === 'failed' || alarm !== null)
  return [
    `Sources: ${count('ok')} ok, ${count('skipped')} skipped, ${count('failed')} failed.`,
    ...ill.map(
      ({ name, alarm, message }) => `- ${code(name)}: ${sentence(alarm ?? message ?? 'failed', 200)}`,
    ),
  ].join('\n')
}

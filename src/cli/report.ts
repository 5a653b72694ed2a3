import type { Alarm } from '../app/alarms.js'
import type { Delivered } from '../app/deliver.js'
import { snapshotAsOf } from '../app/publish.js'
import type { Applied } from '../app/review-pull-request.js'
import type { RunResult } from '../app/run.js'
import type { Workspace } from '../app/workspace.js'
import { defang } from '../core/defang.js'
import { sentence } from '../core/markdown.js'
import { byText } from '../core/order.js'
import { countHeld } from '../core/rules.js'
import { activeByList, standingOf } from '../core/standing.js'
import { dayOf } from '../core/time.js'
import { isUpperBound } from '../model/document.js'
import type { Evidence, Indicator, Snapshot } from '../model/snapshot.js'
import type { Standing } from '../model/standing.js'
import type { Published } from '../publish/publish.js'
import { plural, table, visible } from './output.js'

/** The day on which Team Cymru's list of the study was public. */
const COUNTED_DAY = '2021-08-11'
const STUDY = 'team-cymru-study'

const ofStatus = (indicators: Indicator[], status: string) =>
  indicators.filter((one) => one.status === status).length

/** Rules told of those by which values wait. */
const MOST_RULES = 5

const sum = (numbers: number[]): number => numbers.reduce((total, next) => total + next, 0)

/** What a run says: its sources, what is known and published, and how long it took. */
export async function runReport(
  workspace: Workspace,
  { sources, alarms, snapshot, published }: RunResult,
  seconds: number,
): Promise<string> {
  const held = new Map(
    (await workspace.store().health(dayOf(workspace.now()))).map(({ name, documents }) => [name, documents]),
  )
  const rows = sources.map(({ name, state, message, newDocuments }) => [
    name,
    held.get(name) ?? 0,
    newDocuments,
    visible(message ?? state),
  ])
  const { indicators, watch, quarantine, resolutions, counts } = snapshot
  const files = published.written.length + published.unchanged
  const totals = table(
    [
      'documents',
      'indicators',
      'active',
      'pairs',
      'watched',
      'waiting',
      'to review',
      'unrelated',
      'never',
      'files',
      'written',
      'seconds',
    ],
    [
      [
        counts.documents,
        indicators.length,
        ofStatus(indicators, 'active'),
        resolutions.length,
        watch.length,
        counts.waiting,
        quarantine.length,
        counts.unrelated,
        counts.never,
        files,
        published.written.length,
        Number(seconds.toFixed(1)),
      ],
    ],
  )
  const changed = !published.isNew
    ? nothingNew(published)
    : `Published to ${workspace.feeds} (publication ${published.version}, as of ${published.asOf}).`
  const reported = sum(sources.map(({ guarded }) => guarded.reported))
  const keptOut = sum(sources.map(({ guarded }) => guarded.keptOut))
  const guarded =
    reported === 0
      ? ''
      : `Guards kept out ${keptOut} of ${plural(reported, 'value')} that this run read for ${workspace.policy.profile.family} (${((100 * keptOut) / reported).toFixed(1)} %).\n`
  const standing = standingOf(snapshot)
  const quiet =
    Object.values(standing.active).every((count) => count === 0) && indicators.length > 0
      ? `\n${await quietReport(workspace, snapshot)}`
      : ''
  const stands = standingLines(standing, workspace.policy.profile.family)
  return `${table(['source', 'documents', 'new', 'state'], rows)}${alarmLines(alarms)}\n${totals}\n${guarded}${changed}\n${rulesReport(snapshot)}\n${stands}${quiet}`
}

/** What is said where changed rules would list something for the first time. */
export function rulesReport(snapshot: Snapshot): string {
  const held = countHeld(snapshot)
  return held === 0
    ? ''
    : `Rules changed: ${plural(held, 'value')} would be listed for the first time, and only watched until a person has looked. Look at watch/, then publish --force REASON.\n`
}

/** How the feed stands: what is active, since when nothing is, and what becomes of all that is attributed. */
export function standingLines(standing: Standing, family: string): string {
  const { active, quiet_since, attributed, published, watched, waiting, waiting_why } = standing
  const quiet = [
    ...(quiet_since.ips === null ? [] : [`No address has been active since ${quiet_since.ips}.`]),
    ...(quiet_since.domains === null ? [] : [`No name has been active since ${quiet_since.domains}.`]),
  ]
  const share = attributed === 0 ? '' : ` (${((100 * waiting) / attributed).toFixed(1)} %)`
  const why = waiting_why
    .slice(0, MOST_RULES)
    .map(({ rule, count }) => `${rule} ${count.toLocaleString('en')}`)
  return [
    `Active now: ${plural(active.ips, 'address', 'addresses')}, ${plural(active.domains, 'name')}, ${plural(active.urls, 'URL')}.${quiet.map((one) => ` ${one}`).join('')}`,
    `Attributed to ${family}: ${plural(attributed, 'value')}; ${published.toLocaleString('en')} published, ${watched.toLocaleString('en')} watched, ${waiting.toLocaleString('en')} waiting${share}.${why.length > 0 ? ` They wait by rule: ${why.join(', ')}.` : ''}`,
    '',
  ].join('\n')
}

/** One line for each source that somebody should look at. */
export const alarmLines = (alarms: Alarm[]): string =>
  alarms
    .flatMap(({ source, alarm }) => (alarm === null ? [] : [`ALARM ${source}: ${visible(alarm)}\n`]))
    .join('')

/** What is said where a publication changes nothing: it may have written what a checkout lacks. */
export function nothingNew({ version, asOf, written, unchanged }: Published): string {
  const publication = `(publication ${version}, as of ${asOf})`
  const files = written.length + unchanged
  return written.length === 0
    ? `Nothing new: no byte of ${files} files changed ${publication}.`
    : `Nothing new: of ${files} files ${written.length} that were missing or edited are written again ${publication}.`
}

/** What became of the changes of a run. */
export function deliveryReport({ commit, isPushed, held, brakes, reviewed }: Delivered): string {
  return [
    commit === null
      ? 'Nothing changed since the last commit; no commit.'
      : `${commit.message.split('\n')[0]} (${commit.sha.slice(0, 10)}${isPushed ? ', pushed' : ''})`,
    ...(held === null ? [] : [brakes.length > 0 ? `Held by a brake: ${held}` : `Refused: ${held}`]),
    ...(reviewed === null ? [] : [`Pull request #${reviewed.number} ${reviewed.action}.`]),
    '',
  ].join('\n')
}

/** The same for the page of a job, which is Markdown: the message of the commit, else the report, made inert. */
export const deliverySummary = (delivered: Delivered): string =>
  delivered.commit?.message ??
  `${deliveryReport(delivered)
    .trimEnd()
    .split('\n')
    .map((line) => sentence(line, 300))
    .join('\n\n')}\n`

/** What the ticks of the review pull request came to. */
export function appliedReport(applied: Applied | null): string {
  if (applied === null) return 'No review pull request is open.\n'
  const { number, decisions, notices } = applied
  return [
    `Pull request #${number}: ${plural(decisions.length, 'decision')}.`,
    ...decisions.map(
      ({ decision, type, value, by }) =>
        `  ${decision} ${type} ${type === 'document' ? value : defang(value)}, by ${by}`,
    ),
    ...notices.map((notice) => `  ${notice}`),
    '',
  ].join('\n')
}

/** Why the active lists are empty, what was active when somebody last reported, and what the database holds all the same. */
async function quietReport(workspace: Workspace, { indicators }: Snapshot): Promise<string> {
  const { life } = workspace.config
  const newest = indicators
    .flatMap((one) => lastDated(one)?.publishedAt ?? [])
    .sort()
    .at(-1)
  const lives = `addresses live ${life['ipv4-addr']} days, names ${life['domain-name']} or as long as what they stand on`
  const why = `Newest dated report: ${newest ? dayOf(newest) : 'none'}; ${lives}. The active lists (ips.txt, domains.txt, urls.txt) are empty, and rightly so; the history (*-all.txt) is full.\n`
  const living = newest ? await livingReport(workspace, dayOf(newest)) : []
  const study = indicators.filter(({ sources }) => sources.includes(STUDY))
  return [why, ...living, ...(study.length > 0 ? await studyReport(workspace, study) : [])].join('\n')
}

/** Values shown of those that were active on a day. */
const MOST_EXAMPLES = 5

/** What was active on the day of the newest report, by whom it was reported last. */
async function livingReport(workspace: Workspace, day: string): Promise<string[]> {
  const { snapshot: then } = await snapshotAsOf(workspace, day)
  const active = then.indicators.filter(({ status }) => status === 'active')
  const examples = active
    .flatMap((one) => {
      const last = lastDated(one)
      return last ? [{ one, last }] : []
    })
    .sort((a, b) => byText(b.last.publishedAt, a.last.publishedAt) || byText(a.one.value, b.one.value))
    .slice(0, MOST_EXAMPLES)
    .map(({ one, last }) => [defang(one.value), dayOf(last.publishedAt), visible(last.reporter.name)])
  return [
    `As it stood on ${day}, when somebody last reported: ${activeCounts(active)}.${examples.length > 0 ? ' The newest:' : ''}\n`,
    ...(examples.length > 0 ? [table(['value', 'reported', 'by'], examples)] : []),
  ]
}

const activeCounts = (active: Indicator[]): string => {
  const { ips, domains, urls } = activeByList(active)
  return `${plural(ips, 'active address', 'active addresses')}, ${plural(domains, 'active name')}, ${plural(urls, 'active URL')}`
}

/** The last report of which the day is known. */
const lastDated = ({ evidence }: Indicator): Evidence | undefined =>
  evidence.findLast((one) => !isUpperBound(one))

async function studyReport(workspace: Workspace, study: Indicator[]): Promise<string[]> {
  const { snapshot: then } = await snapshotAsOf(workspace, COUNTED_DAY)
  const active = then.indicators.filter(({ status }) => status === 'active')
  const pairs = (ip: string) => then.resolutions.filter((one) => one.ip === ip).length
  const rows = study
    .toSorted((a, b) => byText(a.firstReported, b.firstReported))
    .map((one) => [
      one.value,
      one.country ?? '',
      dayOf(one.firstReported),
      one.firstSeen ? dayOf(one.firstSeen) : '',
      dayOf(one.lastSeen ?? one.lastReported),
      pairs(one.value),
    ])
  return [
    'The eleven addresses of the 2021 study (archive/team-cymru/table1.csv), from the database:\n',
    table(['address', 'country', 'first reported', 'first traffic', 'last seen', 'names'], rows),
    `As it stood on ${COUNTED_DAY}: ${activeCounts(active)}, ${plural(then.resolutions.length, 'pair')}.\n`,
    'Try next:',
    `  npx moqhao-feed export --as-of ${COUNTED_DAY} --only ips -o -   # the address list of that day`,
    '  npx moqhao-feed explain 103.80.134.27                       # who said it, when, why it is listed',
    '  npx moqhao-feed status                                      # health of every source\n',
  ]
}

// npm run bench -- replay: two years of the archive published day by day into a git repository. Of each list, the lines that
// git shows as changed over the entries that really came or went: lists in the field change 6.9 lines for each.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { collect } from '../dist/app/collect.js'
import { replay } from '../dist/app/replay.js'
import { openWorkspace } from '../dist/app/workspace.js'
import { changeBetween } from '../dist/core/change.js'
import { commitMessage } from '../dist/core/commit-message.js'
import { undefang } from '../dist/core/defang.js'
import { consumers, listOf } from '../dist/index.js'
import { stateInFolder } from '../dist/publish/state.js'
import { smallArchive } from '../test/small-archive.js'

const [FROM, TO] = [process.env.REPLAY_FROM ?? '2019-11-01', process.env.REPLAY_TO ?? '2021-10-31']

const root = mkdtempSync(join(tmpdir(), 'moqhao-replay-'))
const repository = join(root, 'published')
const git = (...args) =>
  execFileSync('git', ['-C', repository, ...args], { encoding: 'utf8', maxBuffer: 2 ** 30 })
const identity = [
  '-c',
  'user.name=replay',
  '-c',
  'user.email=replay@moqhao-feed.example',
  '-c',
  'core.autocrlf=false',
  // In the background it would move files from under the publication, which lies in the repository itself.
  '-c',
  'gc.auto=0',
]

const active = ({ status }) => status === 'active'
/** Which indicators stand in a list, by path. */
const LISTS = new Map([
  ...['ips', 'domains', 'urls'].flatMap((list) => [
    [`${list}.txt`, (one) => listOf(one.type) === list && active(one)],
    [`${list}-all.txt`, (one) => listOf(one.type) === list],
  ]),
  ...consumers.map(({ path, takes }) => [path, (one) => active(one) && takes(one)]),
])

/** Lines of a list with these entries. */
const linesOf = (path, listed, snapshot) => {
  const format = consumers.find((one) => one.path === path)
  return format ? [...format.write(listed, snapshot)] : listed.map(({ value }) => value)
}

/** What a day must change in a list: lines of entries that came, went or have another date; and what says that there was a change. */
function expected(path, then, now, snapshot) {
  const count = (listed) => linesOf(path, listed, snapshot).length
  const some = [...then.values(), ...now.values()]
  const takes = consumers.find((each) => each.path === path)?.takes ?? LISTS.get(path)
  const [one, other] = [
    ...new Map([...some, ...snapshot.indicators.filter(takes)].map((each) => [each.value, each])).values(),
  ]
  const changed = some.filter(({ value }) => then.has(value) !== now.has(value))
  const renewed = [...now.values()].filter((each) => {
    if (then.get(each.value)?.stamp.modified === each.stamp.modified) return false
    const [before, after] = [then.get(each.value) ?? each, each].map((listed) =>
      linesOf(path, [listed], snapshot).join('\n'),
    )
    return before !== after
  })
  const perEntry = other === undefined ? 1 : count([one, other]) - count([other])
  // One line stands for nothing where a consumer does not take an empty list.
  const standsForNothing = other !== undefined && perEntry > 0 && count([]) > 0 && count([one]) === count([])
  const turns = standsForNothing && (then.size === 0) !== (now.size === 0) ? 1 : 0
  const serial = path.endsWith('.zone') && changed.length > 0 ? 2 : 0
  return { entries: perEntry * (changed.length + 2 * renewed.length), beside: turns + serial }
}

/** Values that are active in a snapshot, by what the message calls their list. */
const activeOf = ({ indicators }) => {
  const lists = { ips: new Set(), domains: new Set(), urls: new Set(), files: new Set() }
  for (const { type, value, status } of indicators)
    if (status === 'active') lists[listOf(type) ?? 'files'].add(value)
  return lists
}

/** What a message says that is not so; the snapshots know nothing of how it was made. */
function faultsOf(message, then, now) {
  const [subject, ...lines] = message.split('\n')
  const faults = []
  const [before, after] = [activeOf(then), activeOf(now)]
  const minus = (some, others) => [...some].filter((value) => !others.has(value))
  const rows = lines.filter((line) => /^\| [+−] /.test(line))
  let moved = 0
  for (const list of Object.keys(before)) {
    const [came, went] = [minus(after[list], before[list]), minus(before[list], after[list])]
    moved += came.length + went.length
    const said = [came.length > 0 && `+${came.length}`, went.length > 0 && `−${went.length}`, list]
      .filter(Boolean)
      .join(' ')
    if (came.length + went.length > 0 && !subject.slice('feed: '.length).split(', ').includes(said))
      faults.push(`${subject}: does not say ${said}`)
    const told = (sign) =>
      rows
        .filter((row) => row.startsWith(`| ${sign} ${list.replace(/s$/, '')} |`))
        .map((row) => undefang(/`([^`]+)`/.exec(row)[1]))
    for (const [sign, real] of [
      ['+', came],
      ['−', went],
    ])
      for (const value of told(sign))
        if (!real.includes(value)) faults.push(`${subject}: ${sign} ${value} is not so`)
  }
  if (rows.length !== Math.min(20, moved)) faults.push(`${subject}: ${rows.length} rows of ${moved}`)
  const waiting = [...then.quarantine, ...now.quarantine].map(({ type, value }) => `${type} ${value}`)
  const [waited, waits] = [
    waiting.slice(0, then.quarantine.length),
    waiting.slice(then.quarantine.length),
  ].map((keys) => new Set(keys))
  const said = `In quarantine: ${waits.size} (+${minus(waits, waited).length} −${minus(waited, waits).length}).`
  if (!message.includes(said)) faults.push(`${subject}: does not say ${said}`)
  return faults
}

try {
  execFileSync('git', ['init', '--quiet', '--initial-branch=main', repository])
  smallArchive(root)
  const workspace = openWorkspace({ dir: root, now: () => new Date().toISOString(), env: () => undefined })
  await collect(workspace, { names: ['archive', 'team-cymru-study'] })
  const before = new Map()
  /** By list: lines of entries that came or went, and those beside them. */
  const changes = new Map()
  let commits = 0
  let last = { indicators: [], quarantine: [] }
  let state = await stateInFolder(repository)
  const faults = []
  let days = 0
  for await (const { day, snapshot, published } of replay(workspace, {
    from: FROM,
    to: TO,
    root: repository,
  })) {
    days++
    for (const [path, isListed] of LISTS) {
      const now = new Map(snapshot.indicators.filter(isListed).map((one) => [one.value, one]))
      const [then, known] = [before.get(path), changes.get(path)]
      // On the first day the whole file is new.
      const { entries, beside } = then
        ? expected(path, then, now, snapshot)
        : { entries: 0, beside: linesOf(path, [...now.values()], snapshot).length }
      changes.set(path, { entries: (known?.entries ?? 0) + entries, beside: (known?.beside ?? 0) + beside })
      before.set(path, now)
    }
    if (published.written.length === 0) continue
    const next = await stateInFolder(repository)
    const message = commitMessage(changeBetween(state, next), {
      version: published.version,
      decisions: 0,
      sources: [],
      held: null,
      more: null,
    })
    git('add', '--all')
    git(
      ...identity,
      'commit',
      '--quiet',
      '--cleanup=verbatim',
      '--message',
      message,
      '--date',
      `${day}T12:00:00Z`,
    )
    faults.push(...faultsOf(git('log', '-1', '--format=%B').trimEnd(), last, snapshot))
    ;[state, last] = [next, snapshot]
    commits++
  }
  await workspace.close()

  const shown = new Map()
  for (const line of git('log', '--numstat', '--format=').split('\n')) {
    const [added, removed, path] = line.split('\t')
    if (path) shown.set(path, (shown.get(path) ?? 0) + Number(added) + Number(removed))
  }
  git('gc', '--quiet', '--aggressive', '--prune=now')
  const size = /size-pack: (.*)/.exec(git('count-objects', '-vH'))[1]
  console.log(`${days} days, ${FROM} to ${TO}: ${commits} commits, the repository packed ${size}`)
  console.log(`${commits} messages checked against what was published: ${faults.length} say what is not so`)
  for (const fault of faults.slice(0, 10)) console.log(`  ${fault}`)
  if (faults.length > 0) process.exitCode = 1
  for (const [path, { entries, beside }] of changes) {
    const lines = (shown.get(path) ?? 0) - beside
    const ratio = entries === 0 ? (lines === 0 ? 1 : Number.POSITIVE_INFINITY) : lines / entries
    if (ratio !== 1) process.exitCode = 1
    console.log(
      `${path.padEnd(36)} ${String(lines).padStart(6)} lines / ${String(entries).padStart(6)} of entries = ${ratio.toFixed(3)}${beside > 0 ? ` (and ${beside} of the first day, serials and empty lists)` : ''}`,
    )
  }
} finally {
  rmSync(root, { recursive: true, force: true })
}

import { appendFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Alarm } from '../app/alarms.js'
import { collect, locked, type SourceResult } from '../app/collect.js'
import { decide } from '../app/decide.js'
import { deliver } from '../app/deliver.js'
import { explain } from '../app/explain.js'
import { importFiles } from '../app/import.js'
import { lint } from '../app/lint.js'
import { publicationDay, publishFeeds, snapshotAsOf } from '../app/publish.js'
import { readStream } from '../app/read.js'
import { replay } from '../app/replay.js'
import { restore } from '../app/restore.js'
import { review } from '../app/review.js'
import { applyReview } from '../app/review-pull-request.js'
import { run } from '../app/run.js'
import { scheduleRuns } from '../app/schedule.js'
import { withStatus, writeStatus } from '../app/status.js'
import { verify } from '../app/verify.js'
import { openWorkspace, readableFile } from '../app/workspace.js'
import { dayOf, dayStart, daysBetween } from '../core/time.js'
import { FeedError } from '../errors.js'
import { renderAll, renderOne } from '../exporters/index.js'
import { write } from '../publish/publish.js'
import { plural, table, visible } from './output.js'
import {
  alarmLines,
  appliedReport,
  deliveryReport,
  deliverySummary,
  explainReport,
  nothingNew,
  reviewReport,
  runReport,
} from './report.js'
import { EXIT, type Session } from './session.js'

const collectOptions = ({ io, progress }: Session, { forgetText }: { forgetText?: boolean } = {}) => ({
  signal: io.signal,
  progress,
  ...(forgetText ? { textDays: 0 } : {}),
  ...(io.unreachable ? { unreachable: io.unreachable } : {}),
})

const isFailed = ({ state }: SourceResult): boolean => state === 'failed'

const sourceExit = (
  { sources, alarms }: { sources: SourceResult[]; alarms: Alarm[] },
  strict: boolean | undefined,
): number => (strict && (sources.some(isFailed) || alarms.length > 0) ? EXIT.deferred : EXIT.done)

export async function runCommand(
  session: Session,
  options: { json?: boolean; strict?: boolean; forgetText?: boolean },
): Promise<number> {
  session.io.finishFirst?.()
  const { io, workspace, print, progress } = session
  const started = Date.parse(io.now())
  const result = await run(workspace, collectOptions(session, options))
  progress.stop()
  const seconds = (Date.parse(io.now()) - started) / 1000
  const { sources, alarms, published, snapshot } = result
  await print(
    options.json
      ? `${JSON.stringify({ sources, alarms, published, indicators: snapshot.indicators.length, quarantine: snapshot.quarantine.length, seconds })}\n`
      : await runReport(workspace, result, seconds),
  )
  return sourceExit(result, options.strict)
}

export async function collectCommand(
  session: Session,
  options: { json?: boolean; strict?: boolean },
  names: string[],
): Promise<number> {
  session.io.finishFirst?.()
  const { workspace, print } = session
  const collected = await locked(workspace, async () => {
    const result = await collect(workspace, { ...collectOptions(session), names })
    await writeStatus(workspace)
    return result
  })
  const { sources, alarms } = collected
  const rows = sources.map(({ name, newDocuments, newObservations, message, state }) => [
    name,
    newDocuments,
    newObservations,
    visible(message ?? state),
  ])
  await print(
    options.json
      ? `${JSON.stringify(sources)}\n`
      : `${table(['source', 'new documents', 'new observations', 'state'], rows)}${alarmLines(alarms)}`,
  )
  return sourceExit(collected, options.strict)
}

interface ImportFlags {
  format?: string
  columns?: string[]
  handle?: string
  source: string
  publishedAt?: string
  json?: boolean
}

export async function importCommand(
  { workspace, print, progress, io }: Session,
  flags: ImportFlags,
  paths: string[],
): Promise<number> {
  const { format, columns, handle, source, publishedAt } = flags
  if (columns && format !== 'csv') throw new FeedError('usage', '--columns goes with --format csv')
  if (handle && format !== 'x-archive') throw new FeedError('usage', '--handle goes with --format x-archive')
  const formatOptions = columns ? { values: columns } : handle ? { handle } : {}
  const imported = await locked(workspace, () =>
    importFiles(workspace, paths, { format, formatOptions, source, publishedAt, progress, stdin: io.stdin }),
  )
  const rows = imported.map((one) => [
    one.file,
    one.format,
    one.documents,
    one.newDocuments,
    one.observations,
    one.newObservations,
    one.unread,
  ])
  if (imported.some(({ undated }) => undated))
    io.stderr.write(
      'No date is stated: taken as known by now, which makes nothing active; --published-at says when.\n',
    )
  for (const { file, notices } of imported) for (const text of notices) io.stderr.write(`${file}: ${text}\n`)
  await print(
    flags.json
      ? `${JSON.stringify(imported)}\n`
      : table(['file', 'format', 'documents', 'new', 'observations', 'new', 'rows unread'], rows),
  )
  return EXIT.done
}

export async function exportCommand(
  { workspace, print, io }: Session,
  flags: { only?: string; asOf?: string; knownAt?: string; output: string },
): Promise<number> {
  const { only, output } = flags
  if (output === '-' && only === undefined)
    throw new FeedError('usage', 'standard output takes one artifact: give --only, or a folder with -o')
  const asOf = flags.asOf ?? publicationDay(workspace)
  const { snapshot } = await snapshotAsOf(workspace, asOf, flags.knownAt)
  if (output === '-') {
    const [artifact, ...parts] = renderOne(snapshot, only!)
    if (parts.length > 0)
      throw new FeedError(
        'usage',
        `${only} is in ${parts.length + 1} files, since its consumer takes no more in one: give a folder with -o`,
      )
    for (const chunk of artifact!.body) await print(chunk)
    return EXIT.done
  }
  if (resolve(output) === workspace.feeds)
    throw new FeedError('usage', `${output} is what publish writes; export to another folder`)
  const { written, unchanged } = write(
    output,
    only === undefined ? renderAll(snapshot) : renderOne(snapshot, only),
  )
  io.stderr.write(
    `${plural(written.length, 'file')} written to ${output}, ${unchanged} unchanged, as of ${asOf}\n`,
  )
  return EXIT.done
}

export async function publishCommand(
  { workspace, print }: Session,
  { json, force }: { json?: boolean; force?: string },
): Promise<number> {
  const { published, snapshot } = await locked(workspace, () =>
    withStatus(workspace, () => publishFeeds(workspace, { force })),
  )
  const { written, removed, unchanged, version, asOf } = published
  if (json) await print(`${JSON.stringify(published)}\n`)
  else if (written.length + removed.length === 0) await print(`${nothingNew(published, unchanged)}\n`)
  else
    await print(
      `Publication ${version} as of ${asOf}: ${plural(snapshot.indicators.length, 'indicator')}; ${plural(written.length, 'file')} written, ${removed.length} removed, ${unchanged} unchanged in ${workspace.feeds}.\n`,
    )
  return EXIT.done
}

export async function commitCommand(
  { workspace, print, io }: Session,
  flags: { push?: boolean; pullRequest?: boolean; json?: boolean },
): Promise<number> {
  const { push = false, pullRequest = false, json } = flags
  if (pullRequest && !push) throw new FeedError('usage', '--pull-request goes with --push')
  const delivered = await locked(workspace, () => deliver(workspace, { push, pullRequest }))
  summarize(io.env('GITHUB_STEP_SUMMARY'), deliverySummary(delivered))
  await print(json ? `${JSON.stringify(delivered)}\n` : visible(deliveryReport(delivered)))
  // A brake has its pull request; what else refuses a publication must not look as if all were well.
  return delivered.held !== null && delivered.brakes.length === 0 ? EXIT.refused : EXIT.done
}

/** The page that GitHub Actions shows of a job. */
function summarize(path: string | undefined, text: string): void {
  if (path !== undefined) appendFileSync(path, `${text}\n`)
}

export async function restoreCommand(
  { workspace, print }: Session,
  { json }: { json?: boolean },
  folder: string | undefined,
): Promise<number> {
  const from = folder === undefined ? workspace.feeds : resolve(folder)
  const restored = await locked(workspace, () => restore(workspace, from))
  const { documents, newDocuments, cursors } = restored
  await print(
    json
      ? `${JSON.stringify(restored)}\n`
      : `${plural(documents, 'document')} in the ledger of ${from}, ${newDocuments} of them new here; ${plural(cursors.length, 'source')} ${cursors.length === 1 ? 'goes' : 'go'} on from where they were\n`,
  )
  return EXIT.done
}

export async function replayCommand(
  { workspace, print, io, progress }: Session,
  { from, to, output }: { from: string; to: string; output: string },
): Promise<number> {
  const days = daysBetween(dayStart(from), dayStart(to)) + 1
  let done = 0
  for await (const { day, published, snapshot } of replay(workspace, { from, to, root: resolve(output) })) {
    io.signal.throwIfAborted()
    progress.update('days', ++done, days)
    const active = snapshot.indicators.filter(({ status }) => status === 'active').length
    if (published.written.length > 0)
      await print(
        `${day}  ${plural(active, 'active indicator')}, ${plural(published.written.length, 'file')} changed\n`,
      )
  }
  return EXIT.done
}

export async function scheduleCommand(session: Session): Promise<number> {
  session.io.finishFirst?.()
  const { workspace, io, log, print } = session
  const { cron, timezone } = workspace.config.schedule
  await print(`Runs by "${cron}" (${timezone}) in ${workspace.dir}; stop with Ctrl-C.\n`)
  const work = async () => {
    try {
      // Opened afresh each time: a decision or a change of the configuration holds from the next run on.
      const fresh = openWorkspace(workspace.options)
      const { sources, published } = await run(fresh, collectOptions(session)).finally(() => fresh.close())
      await print(
        `${io.now()} ${sources.map(({ name, state, newDocuments }) => `${name} ${state === 'ok' ? `+${newDocuments}` : state}`).join(', ')}; ${published.written.length} files written\n`,
      )
    } catch (error) {
      if (!(error instanceof FeedError)) throw error
      log.error({ code: error.code }, visible(error.message))
    }
  }
  await scheduleRuns(workspace, io.signal, work, () =>
    io.stderr.write(`${io.now()} the run before is still at work; this one is left out\n`),
  )
  return EXIT.done
}

export async function statusCommand(
  { workspace, print }: Session,
  { json }: { json?: boolean },
): Promise<number> {
  const health = new Map(
    (await workspace.store().health(dayOf(workspace.now()))).map((one) => [one.name, one]),
  )
  const sources = workspace.config.sources.map((source) => ({
    name: source.name,
    type: source.type,
    enabled: source.enabled,
    ...('cost_per_read' in source ? { cost_per_read: Number(source.cost_per_read) } : {}),
    ...health.get(source.name),
  }))
  if (json) {
    await print(`${JSON.stringify(sources)}\n`)
    return EXIT.done
  }
  const reads = sources.filter((one) => one.readsThisMonth)
  const rows = sources.map((one) => [
    one.name,
    one.documents ?? 0,
    one.lastRun?.slice(0, 16) ?? 'never',
    one.lastSuccess?.slice(0, 16) ?? 'never',
    one.lastNewDocument?.slice(0, 16) ?? 'never',
    one.enabled ? visible(one.message ?? one.state ?? 'not yet run') : 'disabled',
  ])
  await print(
    [
      table(['source', 'documents', 'last run', 'last success', 'last new', 'state'], rows),
      ...reads.map(
        (one) =>
          `${one.name}: ${plural(one.readsToday ?? 0, 'post')} read today, ${one.readsThisMonth} this month, about USD ${costOf(one).toFixed(2)}\n`,
      ),
      alarmLines(sources.map(({ name, alarm = null }) => ({ source: name, alarm }))),
    ].join(''),
  )
  return EXIT.done
}

/** What a service that bills by the read has cost this month, by the price that the source's entry states. */
const costOf = ({
  readsThisMonth = 0,
  cost_per_read = 0,
}: {
  readsThisMonth?: number
  cost_per_read?: number
}) => readsThisMonth * cost_per_read

export async function explainCommand(
  { workspace, print }: Session,
  { asOf, json }: { asOf?: string; json?: boolean },
  value: string,
): Promise<number> {
  const explanation = await explain(workspace, value, asOf)
  const { judged, guards } = explanation
  await print(
    json
      ? `${JSON.stringify(explanation)}\n`
      : visible(explainReport(explanation, workspace.policy.threshold, workspace.policy.profile.family)),
  )
  return judged || guards.length > 0 ? EXIT.done : EXIT.failed
}

export async function reviewCommand(
  { workspace, print }: Session,
  flags: { json?: boolean; limit: number; asOf?: string; applyPullRequest?: boolean },
): Promise<number> {
  const { json, limit, asOf, applyPullRequest } = flags
  if (applyPullRequest) {
    const applied = await locked(workspace, () => applyReview(workspace))
    await print(json ? `${JSON.stringify(applied)}\n` : visible(appliedReport(applied)))
    return EXIT.done
  }
  const reviewed = await review(workspace, { asOf, limit })
  await print(json ? `${JSON.stringify(reviewed)}\n` : visible(reviewReport(reviewed)))
  return EXIT.done
}

interface DecideFlags {
  deny?: boolean
  confirm?: boolean
  withdraw?: boolean
  reason: string
  by?: string
  until?: string
  document?: boolean
  reporter?: boolean
}

export async function decideCommand(
  { workspace, print, io }: Session,
  flags: DecideFlags,
  value: string,
): Promise<number> {
  const decision = (['deny', 'confirm', 'withdraw'] as const).find((one) => flags[one])
  if (!decision) throw new FeedError('usage', 'one of --deny, --confirm, --withdraw is wanted')
  const by = flags.by ?? io.env('USER') ?? io.env('LOGNAME')
  if (!by) throw new FeedError('usage', 'who decides? give --by')
  const type = flags.document ? 'document' : flags.reporter ? 'reporter' : undefined
  const written = decide(workspace, value, { decision, reason: flags.reason, by, until: flags.until, type })
  const isConfigured = workspace.policy.reporters.some(({ name }) => name.toLowerCase() === written.value)
  if (
    !(written.type === 'reporter' && isConfigured) &&
    !(await workspace.store().knows(written.type, written.value))
  )
    io.stderr.write(
      `Nothing is known of ${written.type} ${visible(written.value)} yet; the decision waits for it.\n`,
    )
  await print(
    `${written.decision} ${written.type} ${visible(written.value)}, written to ${workspace.decisionsPath}; it holds from the next publish on\n`,
  )
  return EXIT.done
}

export async function readCommand(
  { workspace, print, io }: Session,
  { source }: { source: string },
  file: string,
): Promise<number> {
  const bytes =
    file === '-' ? (io.stdin as unknown as AsyncIterable<Uint8Array>) : readableFile(file, file).bytes()
  const name = file === '-' ? 'standard input' : file
  for await (const result of readStream(bytes, name, workspace.policy, { source, now: io.now() }))
    await print(`${JSON.stringify(result)}\n`)
  return EXIT.done
}

export async function verifyCommand(
  { workspace, print }: Session,
  { json }: { json?: boolean },
  where: string | undefined,
): Promise<number> {
  const place = where ?? workspace.feeds
  const verified = await verify(place)
  const isOwn = where === undefined || resolve(where) === workspace.feeds
  if (isOwn)
    for (const what of await workspace.store().check()) verified.findings.push({ path: 'feed.db', what })
  const { files, bytes, version, asOf, findings } = verified
  if (json) await print(`${JSON.stringify(verified)}\n`)
  else {
    for (const { path, what } of findings) await print(`${path}: ${visible(what)}\n`)
    await print(
      `${place}: publication ${version} as of ${asOf}, ${plural(files, 'file')}, ${bytes} bytes, ${plural(findings.length, 'finding')}\n`,
    )
  }
  return findings.length === 0 ? EXIT.done : EXIT.failed
}

/** Faults shown of one file. */
const MOST_FAULTS = 20

export async function lintCommand(
  { print }: Session,
  { as, json }: { as: string; json?: boolean },
  files: string[],
): Promise<number> {
  const linted = []
  for (const file of files) linted.push({ file, ...(await lint(readableFile(file, file).bytes(), as)) })
  for (const { file, lines, total, faults } of json ? [] : linted) {
    for (const { line, message } of faults.slice(0, MOST_FAULTS))
      await print(`${file}:${line}: ${visible(message)}\n`)
    if (total > MOST_FAULTS) await print(`${file}: and ${total - MOST_FAULTS} more\n`)
    await print(`${file}: ${plural(lines, 'line')}, ${plural(total, 'fault')} as ${as}\n`)
  }
  if (json) await print(`${JSON.stringify(linted)}\n`)
  return linted.every(({ total }) => total === 0) ? EXIT.done : EXIT.failed
}

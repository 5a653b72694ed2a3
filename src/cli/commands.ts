import type { Alarm } from '../app/alarms.js'
import { collect, locked, type SourceResult } from '../app/collect.js'
import { decide } from '../app/decide.js'
import { explain } from '../app/explain.js'
import { importFiles } from '../app/import.js'
import { readStream } from '../app/read.js'
import { review } from '../app/review.js'
import { applyReview } from '../app/review-pull-request.js'
import { run } from '../app/run.js'
import { scheduleRuns } from '../app/schedule.js'
import { standingBefore, writeStatus } from '../app/status.js'
import { openWorkspace, readableFile } from '../app/workspace.js'
import { standingOf } from '../core/standing.js'
import { dayOf } from '../core/time.js'
import { FeedError } from '../errors.js'
import { explainReport } from './explain-report.js'
import { plural, table, visible } from './output.js'
import { alarmLines, appliedReport, runReport, standingLines } from './report.js'
import { reviewReport } from './review-report.js'
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
      ? `${JSON.stringify({ sources, alarms, published, indicators: snapshot.indicators.length, quarantine: snapshot.quarantine.length, standing: standingOf(snapshot), seconds })}\n`
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
  const standing = standingBefore(workspace)
  if (json) {
    await print(`${JSON.stringify({ standing, sources })}\n`)
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
      standing === null
        ? ''
        : `\nAs published last:\n${standingLines(standing, workspace.policy.profile.family)}`,
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
  section?: boolean
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
  const type = flags.document || flags.section ? 'document' : flags.reporter ? 'reporter' : undefined
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

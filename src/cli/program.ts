import { Command, InvalidArgumentError, Option } from 'commander'
import { type Logger, pino } from 'pino'
import { collect, locked, type SourceResult } from '../app/collect.js'
import { decide } from '../app/decide.js'
import { explain } from '../app/explain.js'
import { importFiles } from '../app/import.js'
import { publicationDay, publishFeeds, snapshotAsOf } from '../app/publish.js'
import { readStream } from '../app/read.js'
import { run } from '../app/run.js'
import { scheduleRuns } from '../app/schedule.js'
import { openWorkspace, readableFile, type Workspace } from '../app/workspace.js'
import { formats } from '../collectors/formats/index.js'
import { VERSION } from '../collectors/user-agent.js'
import { FeedError } from '../errors.js'
import { artifactNames, renderAll, renderOne } from '../exporters/index.js'
import { publish } from '../publish/publish.js'
import type { GlobalOptions, Io } from './io.js'
import { plural, table, visible } from './output.js'
import { progressOn } from './progress.js'
import { explainReport, runReport } from './report.js'

/** Exit codes, as product and README state them. */
export const EXIT = { done: 0, failed: 1, usage: 2, refused: 3, locked: 4, deferred: 5 } as const

type Handler<A extends unknown[], O> = (session: Session, options: O, ...args: A) => Promise<number>

/** What a command works with. */
interface Session {
  io: Io
  workspace: Workspace
  global: GlobalOptions
  print: (text: string) => Promise<void>
  progress: ReturnType<typeof progressOn>
  log: Logger
}

/** The whole command line: one entry a command. `finish` receives the exit code. */
export function createProgram(io: Io, finish: (code: number) => void): Command {
  const program = new Command('moqhao-feed')
    .description(
      'Indicator feed for MoqHao (Roaming Mantis): collects reports, keeps the evidence, publishes blocklists, CSV and STIX 2.1.',
    )
    .version(VERSION)
    .option('--dir <folder>', 'working folder: feed.db, feeds/, decisions.csv, feed.config.json', '.')
    .option(
      '--config <file>',
      'configuration file (default: feed.config.json in the working folder, else the one shipped)',
    )
    .addOption(
      new Option('--log-level <level>', 'what is logged to standard error')
        .choices(['silent', 'error', 'warn', 'info', 'debug'])
        .default('warn'),
    )
    .option('--no-progress', 'no progress bar or lines')
    .showHelpAfterError('(--help shows what a command takes)')
    .configureOutput({ writeOut: (text) => io.stdout.write(text), writeErr: (text) => io.stderr.write(text) })
    .addHelpText('after', HELP_AFTER)

  const handle =
    <A extends unknown[], O>(handler: Handler<A, O>) =>
    async (...given: unknown[]): Promise<void> => {
      const command = given.at(-1) as Command
      const global = command.optsWithGlobals<GlobalOptions>()
      const args = given.slice(0, -2) as A
      finish(await inSession(io, global, (session) => handler(session, command.opts<O & object>(), ...args)))
    }

  program
    .command('run')
    .description('collect from every source, then publish feeds/: the main job, once')
    .option('--json', 'result as JSON')
    .option('--strict', 'exit 5 where a source failed')
    .action(handle(runCommand))
  program
    .command('collect')
    .description('collect only')
    .argument('[source...]', 'configured sources; all enabled ones by default')
    .option('--json', 'result as JSON')
    .option('--strict', 'exit 5 where a source failed')
    .action(handle(collectCommand))
  program
    .command('import')
    .description('import files into the database: all of them, or, if anything is wrong, nothing')
    .argument('<file...>', '- is standard input')
    .addOption(
      new Option('--format <name>', 'format; told from the first lines by default').choices(
        formats.map(({ name }) => name),
      ),
    )
    .option('--columns <names>', 'for csv: the columns that hold values, comma-separated', (text) =>
      text.split(','),
    )
    .option('--source <name>', 'configured source whose trust and licence apply', 'import')
    .option(
      '--published-at <time>',
      'when the list was published, where it does not say itself (default: now)',
    )
    .option('--json', 'result as JSON')
    .action(handle(importCommand))
  program
    .command('export')
    .description('write artifacts as of any day, without touching feeds/')
    .addOption(new Option('--only <name>', 'one artifact').choices(artifactNames))
    .option('--as-of <day>', 'what would have been published on that day (default: today)', day)
    .option('-o, --output <folder>', 'folder, or - for standard output (with --only)', '-')
    .action(handle(exportCommand))
  program
    .command('publish')
    .description('publish feeds/ from what is known')
    .option('--json', 'result as JSON')
    .action(handle(publishCommand))
  program
    .command('schedule')
    .description('run again and again, by schedule.cron of the configuration, until stopped')
    .action(handle(scheduleCommand))
  program
    .command('status')
    .description('health of every source')
    .option('--json', 'result as JSON')
    .action(handle(statusCommand))
  program
    .command('explain')
    .description('everything known of one value, published or not: evidence, rules, guards, pairs, life')
    .argument('<value>', 'name, address, URL or file hash, defanged or not')
    .option('--as-of <day>', 'as of that day', day)
    .option('--json', 'result as JSON')
    .action(handle(explainCommand))
  program
    .command('decide')
    .description('write a decision to decisions.csv; it holds from the next publication on')
    .argument('<value>', 'indicator, or the id of a --document, or the name of a --reporter')
    .addOption(new Option('--deny', 'never publish it').conflicts(['confirm', 'withdraw']))
    .addOption(new Option('--confirm', 'publish it, whatever its score').conflicts(['deny', 'withdraw']))
    .addOption(
      new Option('--withdraw', 'it was published and is no longer held').conflicts(['deny', 'confirm']),
    )
    .requiredOption('--reason <text>', 'why')
    .option('--by <name>', 'who decides (default: $USER)')
    .option('--until <day>', 'first day on which it no longer holds', day)
    .addOption(new Option('--document', 'the value is the id of a document').conflicts('reporter'))
    .option('--reporter', 'the value is the name of a reporter')
    .action(handle(decideCommand))
  program
    .command('read')
    .description(
      'read text, or JSON lines {id, text, kind?, author?, source?, published_at?, url?, tags?}; JSON lines out; no database',
    )
    .argument('[file]', '- is standard input', '-')
    .option('--source <name>', 'configured source whose trust and attribution apply', 'import')
    .action(handle(readCommand))
  return program
}

const HELP_AFTER = `
Exit codes: 0 done, 1 failed, 2 wrong use, 3 refused by a limit, 4 locked by another run, 5 a source failed (--strict).
Secrets come from the environment only: X_BEARER_TOKEN, GITHUB_TOKEN. X_API_URL and GITHUB_API_URL name a mirror.
First steps:
  moqhao-feed run                                         collect and publish
  moqhao-feed export --as-of 2021-07-01 --only ips -o -   the address list of a day
  moqhao-feed explain 103.80.134.153                      why something is listed`

function day(text: string): string {
  const date = new Date(`${text}T00:00:00Z`)
  if (
    !/^\d{4}-\d\d-\d\d$/.test(text) ||
    Number.isNaN(date.getTime()) ||
    date.toISOString().slice(0, 10) !== text
  )
    throw new InvalidArgumentError('A day as YYYY-MM-DD is wanted.')
  return text
}

async function inSession(
  io: Io,
  global: GlobalOptions,
  work: (session: Session) => Promise<number>,
): Promise<number> {
  const log: Logger = pino(
    { level: global.logLevel, base: null, redact: ['*.token', '*.authorization'] },
    { write: (line: string) => void io.stderr.write(line) },
  )
  const workspace = openWorkspace({ dir: global.dir, config: global.config, now: io.now, env: io.env })
  const print = async (text: string) => {
    if (!io.stdout.write(text)) await new Promise((resolve) => io.stdout.once('drain', resolve))
  }
  try {
    return await work({
      io,
      workspace,
      global,
      log,
      print,
      progress: progressOn(io.stderr, global.progress, () => Date.parse(io.now())),
    })
  } finally {
    await workspace.close()
  }
}

const collectOptions = ({ io, progress }: Session) => ({
  signal: io.signal,
  progress,
  ...(io.unreachable ? { unreachable: io.unreachable } : {}),
})

const isFailed = ({ state }: SourceResult): boolean => state === 'failed'

const sourceExit = (sources: SourceResult[], strict: boolean | undefined): number =>
  strict && sources.some(isFailed) ? EXIT.deferred : EXIT.done

async function runCommand(session: Session, options: { json?: boolean; strict?: boolean }): Promise<number> {
  const { io, workspace, print, progress } = session
  const started = Date.parse(io.now())
  const result = await run(workspace, collectOptions(session))
  progress.stop()
  const seconds = (Date.parse(io.now()) - started) / 1000
  const { sources, published, snapshot } = result
  await print(
    options.json
      ? `${JSON.stringify({ sources, published, indicators: snapshot.indicators.length, quarantine: snapshot.quarantine.length, seconds })}\n`
      : await runReport(workspace, result, seconds),
  )
  return sourceExit(sources, options.strict)
}

async function collectCommand(
  session: Session,
  options: { json?: boolean; strict?: boolean },
  names: string[],
): Promise<number> {
  const { workspace, print } = session
  const sources = await locked(workspace, () => collect(workspace, { ...collectOptions(session), names }))
  const rows = sources.map(({ name, newDocuments, newObservations, message, state }) => [
    name,
    newDocuments,
    newObservations,
    visible(message ?? state),
  ])
  await print(
    options.json
      ? `${JSON.stringify(sources)}\n`
      : table(['source', 'new documents', 'new observations', 'state'], rows),
  )
  return sourceExit(sources, options.strict)
}

interface ImportFlags {
  format?: string
  columns?: string[]
  source: string
  publishedAt?: string
  json?: boolean
}

async function importCommand(
  { workspace, print, progress, io }: Session,
  flags: ImportFlags,
  paths: string[],
): Promise<number> {
  const { format, columns, source, publishedAt } = flags
  if (columns && format !== 'csv') throw new FeedError('usage', '--columns goes with --format csv')
  const formatOptions = columns ? { values: columns } : {}
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
  await print(
    flags.json
      ? `${JSON.stringify(imported)}\n`
      : table(['file', 'format', 'documents', 'new', 'observations', 'new', 'rows unread'], rows),
  )
  return EXIT.done
}

async function exportCommand(
  { workspace, print, io }: Session,
  flags: { only?: string; asOf?: string; output: string },
): Promise<number> {
  const { only, output } = flags
  if (output === '-' && only === undefined)
    throw new FeedError('usage', 'standard output takes one artifact: give --only, or a folder with -o')
  const asOf = flags.asOf ?? publicationDay(workspace)
  const { snapshot, record } = await snapshotAsOf(workspace, asOf)
  if (output === '-') {
    for (const chunk of renderOne(snapshot, only!).body) await print(chunk)
    return EXIT.done
  }
  const { written, unchanged } = publish(
    output,
    only === undefined ? renderAll(snapshot) : [renderOne(snapshot, only)],
    record,
    asOf,
  )
  io.stderr.write(
    `${plural(written.length, 'file')} written to ${output}, ${unchanged} unchanged, as of ${asOf}\n`,
  )
  return EXIT.done
}

async function publishCommand({ workspace, print }: Session, { json }: { json?: boolean }): Promise<number> {
  const { published, snapshot } = await locked(workspace, () => publishFeeds(workspace))
  const { written, removed, unchanged, version, asOf } = published
  if (json) await print(`${JSON.stringify(published)}\n`)
  else if (written.length + removed.length === 0)
    await print(
      `Nothing new: no byte of ${unchanged} files changed (publication ${version}, as of ${asOf}).\n`,
    )
  else
    await print(
      `Publication ${version} as of ${asOf}: ${plural(snapshot.indicators.length, 'indicator')}; ${plural(written.length, 'file')} written, ${removed.length} removed, ${unchanged} unchanged in ${workspace.feeds}.\n`,
    )
  return EXIT.done
}

async function scheduleCommand(session: Session): Promise<number> {
  const { workspace, io, log, print } = session
  const { cron, timezone } = workspace.config.schedule
  await print(`Runs by "${cron}" (${timezone}) in ${workspace.dir}; stop with Ctrl-C.\n`)
  await scheduleRuns(workspace, io.signal, async () => {
    try {
      const { sources, published } = await run(workspace, collectOptions(session))
      await print(
        `${io.now()} ${sources.map(({ name, state, newDocuments }) => `${name} ${state === 'ok' ? `+${newDocuments}` : state}`).join(', ')}; ${published.written.length} files written\n`,
      )
    } catch (error) {
      if (!(error instanceof FeedError)) throw error
      log.error({ code: error.code }, visible(error.message))
    }
  })
  return EXIT.done
}

async function statusCommand({ workspace, print }: Session, { json }: { json?: boolean }): Promise<number> {
  const health = new Map((await workspace.store().health()).map((one) => [one.name, one]))
  const sources = workspace.config.sources.map(({ name, type, enabled }) => ({
    name,
    type,
    enabled,
    ...health.get(name),
  }))
  if (json) {
    await print(`${JSON.stringify(sources)}\n`)
    return EXIT.done
  }
  const rows = sources.map((one) => [
    one.name,
    one.documents ?? 0,
    one.lastRun?.slice(0, 16) ?? 'never',
    one.lastSuccess?.slice(0, 16) ?? 'never',
    one.lastNewDocument?.slice(0, 16) ?? 'never',
    one.enabled ? visible(one.message ?? one.state ?? 'not yet run') : 'disabled',
  ])
  await print(table(['source', 'documents', 'last run', 'last success', 'last new', 'state'], rows))
  return EXIT.done
}

async function explainCommand(
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

async function decideCommand(
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
  await print(
    `${written.decision} ${written.type} ${written.value}, written to ${workspace.decisionsPath}; it holds from the next publish on\n`,
  )
  return EXIT.done
}

async function readCommand(
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

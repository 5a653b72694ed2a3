import { Command, InvalidArgumentError, Option } from 'commander'
import { lintable } from '../app/lint.js'
import { formats } from '../collectors/formats/index.js'
import { VERSION } from '../collectors/user-agent.js'
import { artifactNames } from '../exporters/index.js'
import * as commands from './commands.js'
import * as publishing from './publishing.js'
import { type GlobalOptions, type Io, inSession, type Session } from './session.js'

type Handler<A extends unknown[], O> = (session: Session, options: O, ...args: A) => Promise<number>

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
    .option(
      '--forget-text',
      'keep no text of posts, where others can read feed.db: a cache of GitHub Actions',
    )
    .action(handle(commands.runCommand))
  program
    .command('collect')
    .description('collect only')
    .argument('[source...]', 'configured sources; all enabled ones by default')
    .option('--json', 'result as JSON')
    .option('--strict', 'exit 5 where a source failed')
    .action(handle(commands.collectCommand))
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
    .option('--handle <handle>', 'for x-archive: the account whose archive it is')
    .option('--source <name>', 'configured source whose trust and licence apply', 'import')
    .option(
      '--published-at <time>',
      'when the list was published, where it does not say itself (default: now)',
    )
    .option('--json', 'result as JSON')
    .action(handle(commands.importCommand))
  program
    .command('export')
    .description('write artifacts as of any day, without touching feeds/')
    .addOption(new Option('--only <name>', 'one artifact').choices(artifactNames))
    .option('--as-of <day>', 'what would have been published on that day (default: today)', day)
    .option('--known-at <day>', 'of that, what had been read by the end of a day: what was known then', day)
    .option('-o, --output <folder>', 'folder, or - for standard output (with --only)', '-')
    .action(handle(publishing.exportCommand))
  program
    .command('publish')
    .description('publish feeds/ from what is known')
    .option('--force <reason>', 'pass a brake; the reason is recorded in ledger/forced.jsonl')
    .option('--json', 'result as JSON')
    .action(handle(publishing.publishCommand))
  program
    .command('replay')
    .description(
      'publish to another folder day by day, as if live: what had been reported by the end of each day',
    )
    .requiredOption('--from <day>', 'first day', day)
    .requiredOption('--to <day>', 'last day', day)
    .requiredOption('-o, --output <folder>', 'folder, empty or of an earlier replay')
    .action(handle(publishing.replayCommand))
  program
    .command('commit')
    .description('commit what a run changed, with a message that tells what came, what went and why')
    .option('--push', 'push it; where somebody pushed in between, publish anew on top of theirs')
    .option(
      '--pull-request',
      'and keep one pull request for what a brake or the quarantine holds (GITHUB_TOKEN, GITHUB_REPOSITORY)',
    )
    .option('--json', 'result as JSON')
    .action(handle(publishing.commitCommand))
  program
    .command('restore')
    .description(
      'bring the evidence of a published ledger into the database: as it was, or as a union with what is there',
    )
    .argument('[folder]', 'a published folder (default: feeds of the working folder)')
    .option('--json', 'result as JSON')
    .action(handle(publishing.restoreCommand))
  program
    .command('schedule')
    .description('run again and again, by schedule.cron of the configuration, until stopped')
    .action(handle(commands.scheduleCommand))
  program
    .command('status')
    .description('how the feed stands, and the health of every source')
    .option('--json', 'result as JSON')
    .action(handle(commands.statusCommand))
  program
    .command('explain')
    .description('everything known of one value, published or not: evidence, rules, guards, pairs, life')
    .argument('<value>', 'name, address, URL or file hash, defanged or not')
    .option('--as-of <day>', 'as of that day', day)
    .option('--json', 'result as JSON')
    .action(handle(commands.explainCommand))
  program
    .command('review')
    .description(
      'what waits and would be active if confirmed, by section, what is new first, with how to decide',
    )
    .option('--limit <count>', 'at most so many values', count, 20)
    .option(
      '--apply-pull-request',
      'instead: write what is ticked in the review pull request to decisions.csv',
    )
    .option('--as-of <day>', 'as of that day', day)
    .option('--json', 'result as JSON')
    .action(handle(commands.reviewCommand))
  program
    .command('decide')
    .description('write a decision to decisions.csv; it holds from the next publication on')
    .argument('<value>', 'indicator, or the id of a --section or --document, or the name of a --reporter')
    .addOption(new Option('--deny', 'never publish it').conflicts(['confirm', 'withdraw']))
    .addOption(new Option('--confirm', 'publish it, whatever its score').conflicts(['deny', 'withdraw']))
    .addOption(
      new Option('--withdraw', 'it was published and is no longer held').conflicts(['deny', 'confirm']),
    )
    .requiredOption('--reason <text>', 'why')
    .option('--by <name>', 'who decides (default: $USER)')
    .option('--until <day>', 'first day on which it no longer holds', day)
    .addOption(new Option('--document', 'the value is the id of a document').conflicts('reporter'))
    .addOption(
      new Option(
        '--section',
        'the same as --document: a section of a list is a document, and so is a post',
      ).conflicts('reporter'),
    )
    .option('--reporter', 'the value is the name of a reporter')
    .action(handle(commands.decideCommand))
  program
    .command('verify')
    .description(
      'recompute checksums and check formats of what is published; of the own folder also the database',
    )
    .argument('[where]', 'a published folder or its http(s) address (default: feeds of the working folder)')
    .option('--json', 'result as JSON')
    .action(handle(publishing.verifyCommand))
  program
    .command('lint')
    .description(
      "check files by a consumer's own grammar, ours or anybody's: exit 1 where a line would be refused",
    )
    .argument('<file...>')
    .addOption(new Option('--as <format>', 'whose grammar').choices(lintable).makeOptionMandatory())
    .option('--json', 'result as JSON')
    .action(handle(publishing.lintCommand))
  program
    .command('read')
    .description(
      'read text, or JSON lines {id, text, kind?, author?, source?, published_at?, url?, tags?}; JSON lines out; no database',
    )
    .argument('[file]', '- is standard input', '-')
    .option('--source <name>', 'configured source whose trust and attribution apply', 'import')
    .action(handle(commands.readCommand))
  return program
}

const HELP_AFTER = `
Exit codes: 0 done, 1 failed, 2 wrong use, 3 refused by a limit, 4 locked by another run, 5 a source failed (--strict).
Secrets come from the environment only: X_BEARER_TOKEN, GITHUB_TOKEN. X_API_URL and GITHUB_API_URL name a mirror.
First steps:
  moqhao-feed run                                         collect and publish
  moqhao-feed export --as-of 2021-07-01 --only ips -o -   the address list of a day
  moqhao-feed explain 103.80.134.153                      why something is listed`

function count(text: string): number {
  const number = Number(text)
  if (!Number.isSafeInteger(number) || number < 1)
    throw new InvalidArgumentError('A number from 1 on is wanted.')
  return number
}

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

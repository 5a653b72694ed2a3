#!/usr/bin/env node
import { CommanderError } from 'commander'
import { env } from '../config.js'
import { type ErrorCode, FeedError } from '../errors.js'
import { visible } from './output.js'
import { createProgram } from './program.js'
import { EXIT, type Io } from './session.js'

const EXIT_OF: Record<ErrorCode, number> = {
  config: EXIT.usage,
  usage: EXIT.usage,
  input: EXIT.failed,
  source: EXIT.failed,
  skipped: EXIT.failed,
  store: EXIT.failed,
  refused: EXIT.refused,
  locked: EXIT.locked,
}

/** Runs one command line. @returns the exit code */
export async function main(args: string[], io: Io): Promise<number> {
  let code: number = EXIT.done
  const program = createProgram(io, (finished) => {
    code = finished
  })
  for (const command of [program, ...program.commands]) command.exitOverride()
  try {
    await program.parseAsync(args, { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage
    if (io.signal.aborted) {
      io.stderr.write('moqhao-feed: stopped; what was committed is kept, run again to go on\n')
      return EXIT.failed
    }
    if (!(error instanceof FeedError)) throw error
    io.stderr.write(`moqhao-feed: ${visible(error.message)}\n`)
    return EXIT_OF[error.code]
  }
}

if (import.meta.url === `file://${process.argv[1]}` || process.argv[1]?.endsWith('moqhao-feed')) {
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort())
  // A reader that has seen enough (`| head`) is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) =>
    process.exit(error.code === 'EPIPE' ? EXIT.done : EXIT.failed),
  )
  const code = await main(process.argv.slice(2), {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env,
    now: () => new Date().toISOString(),
    signal: stop.signal,
  })
  // Whatever still waits, such as a name server that does not answer, is not waited for; what was printed is.
  await Promise.all(
    [process.stdout, process.stderr].map((stream) => new Promise((resolve) => stream.write('', resolve))),
  )
  process.exit(code)
}

import { CommanderError } from 'commander'
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

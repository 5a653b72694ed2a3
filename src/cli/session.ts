import { type Logger, pino } from 'pino'
import type { Progress } from '../app/progress.js'
import { openWorkspace, type Workspace } from '../app/workspace.js'
import type { Instant } from '../model/document.js'
import { progressOn } from './progress.js'

/** The world as the command line sees it; a test hands in its own. */
export interface Io {
  stdin: NodeJS.ReadableStream
  stdout: NodeJS.WritableStream
  stderr: NodeJS.WriteStream
  env: (name: string) => string | undefined
  now: () => Instant
  signal: AbortSignal
  unreachable?: (url: string) => Promise<string | null>
  /** Called by what would rather end its batch than be cut off by a signal. */
  finishFirst?: () => void
}

/** Options that every command takes. */
export interface GlobalOptions {
  dir: string
  config?: string
  logLevel: string
  progress: boolean
}

/** Exit codes, as the README states them. */
export const EXIT = { done: 0, failed: 1, usage: 2, refused: 3, locked: 4, deferred: 5 } as const

/** What a command works with. */
export interface Session {
  io: Io
  workspace: Workspace
  print: (text: string) => Promise<void>
  progress: Progress
  log: Logger
}

/** Runs `work` in the working folder that the global options name, and closes it whatever comes of it. */
export async function inSession(
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
      log,
      print,
      progress: progressOn(io.stderr, global.progress, () => Date.parse(io.now())),
    })
  } finally {
    await workspace.close()
  }
}

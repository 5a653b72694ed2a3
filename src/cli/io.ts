import type { Instant } from '../model/document.js'

/** The world as the command line sees it; a test hands in its own. */
export interface Io {
  stdin: NodeJS.ReadableStream
  stdout: NodeJS.WritableStream
  stderr: NodeJS.WriteStream
  env: (name: string) => string | undefined
  now: () => Instant
  signal: AbortSignal
  unreachable?: (url: string) => Promise<string | null>
}

/** Options that every command takes. */
export interface GlobalOptions {
  dir: string
  config?: string
  logLevel: string
  progress: boolean
}

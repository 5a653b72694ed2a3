#!/usr/bin/env node
import { constants } from 'node:os'
import { env } from '../config.js'
import { main } from './main.js'
import { EXIT } from './session.js'

/** How long a run may take to end its batch once it is told to stop. */
const GRACE_MS = 10_000

const stop = new AbortController()
let finishesFirst = false
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    const code = 128 + constants.signals[signal]
    // Whatever is not committed is undone by ending; a second signal means it.
    if (!finishesFirst || stop.signal.aborted) process.exit(code)
    stop.abort()
    setTimeout(() => process.exit(code), GRACE_MS).unref()
  })
}
// A reader that has seen enough (`| head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) =>
  process.exit(error.code === 'EPIPE' ? EXIT.done : EXIT.failed),
)
process.stderr.on('error', () => {})

const code = await main(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env,
  now: () => new Date().toISOString(),
  signal: stop.signal,
  finishFirst: () => {
    finishesFirst = true
  },
})
// Whatever still waits, such as a name server that does not answer, is not waited for; what was printed is.
await Promise.all(
  [process.stdout, process.stderr].map((stream) => new Promise((resolve) => stream.write('', resolve))),
)
process.exit(code)

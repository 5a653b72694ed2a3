import { Presets, SingleBar } from 'cli-progress'
import { type Progress, silent } from '../app/progress.js'

/** Jobs shorter than this show nothing. */
const PATIENCE_MS = 1_000
/** Where there is no terminal: a line as often as this. */
const LINE_MS = 5_000

/** A bar on a terminal, lines elsewhere; on standard error, so that data on standard output stays data. */
export function progressOn(stream: NodeJS.WriteStream, enabled: boolean, clock: () => number): Progress {
  if (!enabled) return silent
  return stream.isTTY ? bar(stream, clock) : lines(stream, clock)
}

function bar(stream: NodeJS.WriteStream, clock: () => number): Progress {
  const started = clock()
  let active: SingleBar | null = null
  let current = ''
  const stop = () => {
    active?.stop()
    active = null
    current = ''
  }
  return {
    update(label, done, total) {
      if (clock() - started < PATIENCE_MS) return
      if (current !== label) stop()
      if (!active) {
        const format =
          total === null ? `${label} {value}` : `${label} [{bar}] {percentage}% · {eta_formatted}`
        active = new SingleBar(
          { format, stream, hideCursor: true, clearOnComplete: true },
          Presets.shades_classic,
        )
        active.start(total ?? done, done)
        current = label
      }
      if (total === null) active.setTotal(done)
      active.update(done)
    },
    stop,
  }
}

function lines(stream: NodeJS.WriteStream, clock: () => number): Progress {
  let said = clock()
  return {
    update(label, done, total) {
      const now = clock()
      if (now - said < LINE_MS) return
      said = now
      stream.write(
        total === null
          ? `${label}: ${done}\n`
          : `${label}: ${Math.floor((100 * done) / Math.max(total, 1))} %\n`,
      )
    },
    stop: () => {},
  }
}

// A list of a million names, imported by the built command line in this process: memory and time.
// Fails where the resident set exceeds the limit, so that CI can hold us to it.
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import { main } from '../dist/cli/main.js'

const COUNT = 1_000_000
const LIMIT_MB = 400

const dir = mkdtempSync(join(tmpdir(), 'moqhao-bench-'))
try {
  const path = join(dir, 'names.txt')
  const file = createWriteStream(path)
  for (let n = 0; n < COUNT; n++) {
    if (!file.write(`host-${n.toString(36)}.example-${n % 4999}.com\n`))
      await new Promise((resolve) => file.once('drain', resolve))
  }
  file.end()
  await finished(file)
  const started = performance.now()
  const told = []
  const code = await main(['import', '--dir', dir, path], {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: { write: (text) => told.push(text), isTTY: false },
    env: () => undefined,
    now: () => new Date().toISOString(),
    signal: new AbortController().signal,
  })
  const seconds = (performance.now() - started) / 1000
  const rss = process.resourceUsage().maxRSS / 1024
  const progress = told.filter((line) => line.endsWith('%\n')).length
  console.log(
    `import-million: ${COUNT} names in ${seconds.toFixed(1)} s, resident set ${rss.toFixed(0)} MB (limit ${LIMIT_MB}), ${progress} lines of progress`,
  )
  process.exitCode = code === 0 && rss < LIMIT_MB && progress > 0 ? 0 : 1
} finally {
  rmSync(dir, { recursive: true, force: true })
}

// npm run bench [-- NAME…]: the named benchmarks, or all of them, each in a process of its own.
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'

const folder = import.meta.dirname
const known = readdirSync(folder)
  .filter((name) => name.endsWith('.js') && name !== 'run.js')
  .map((name) => name.replace(/\.js$/, ''))
const wanted = process.argv.slice(2)
const unknown = wanted.find((name) => !known.includes(name))
if (unknown !== undefined) {
  console.error(`no benchmark ${JSON.stringify(unknown)}; known: ${known.join(', ')}`)
  process.exit(2)
}
const failed = (wanted.length > 0 ? wanted : known).filter(
  (name) => spawnSync(process.execPath, [join(folder, `${name}.js`)], { stdio: 'inherit' }).status !== 0,
)
process.exitCode = failed.length > 0 ? 1 : 0

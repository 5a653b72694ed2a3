// Loaded before the program (node --import): kills it, as kill -9 does, at the n-th change of a file below FEEDS, where n is
// CRASH_AT. A write is broken off in its middle. Without CRASH_AT it reports how many there are.
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

const { CRASH_AT, CRASH_COUNT_FILE, CRASH_BELOW } = process.env
const crashAt = CRASH_AT === undefined ? null : Number(CRASH_AT)
const opened = new Map()
let count = 0

const isOurs = (path) => String(path).startsWith(CRASH_BELOW)
const die = () => process.kill(process.pid, 'SIGKILL')
/** One more change; true: this is where it ends. */
const isLast = () => ++count === crashAt

const original = { ...fs }
fs.openSync = (path, ...rest) => {
  const file = original.openSync(path, ...rest)
  if (isOurs(path)) opened.set(file, path)
  return file
}
fs.closeSync = (file) => {
  opened.delete(file)
  original.closeSync(file)
}
fs.writeSync = (file, data, ...rest) => {
  if (opened.has(file) && isLast()) {
    original.writeSync(file, data.subarray(0, data.length >> 1))
    die()
  }
  return original.writeSync(file, data, ...rest)
}
fs.fsyncSync = (file) => {
  if (opened.has(file) && isLast()) die()
  original.fsyncSync(file)
}
for (const name of ['renameSync', 'rmSync', 'mkdirSync', 'unlinkSync', 'writeFileSync'])
  fs[name] = (path, ...rest) => {
    if (isOurs(path) && isLast()) die()
    return original[name](path, ...rest)
  }
syncBuiltinESMExports()
process.on('exit', () => {
  if (CRASH_COUNT_FILE) original.writeFileSync(CRASH_COUNT_FILE, String(count))
})

// compare.js FEED FEED…: what a feed said and what came back of it by another road, the same or not: indicators, first-reported
// days, reporters and pairs of the first folder against those of each other. Exit 1 where anything differs.
//   --active                  of the first folder, only what was active, and pairs of which both ends were
//   --without days,reporters  what that road is known to lose: counted, but no fault
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { parse } from 'csv-parse/sync'

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { without: { type: 'string', default: '' }, active: { type: 'boolean', default: false } },
})
const lost = new Set(values.without.split(','))
const rows = (folder, table) => parse(readFileSync(join(folder, `${table}.csv`)), { columns: true })

/** Of a published folder, each thing as a text that is the same where the thing is. */
function factsOf(folder, isActive = false) {
  const indicators = rows(folder, 'indicators').filter(({ status }) => !isActive || status === 'active')
  const values = new Set(indicators.map(({ value }) => value))
  return {
    indicators: indicators.map(({ type, value }) => `${type} ${value}`),
    days: indicators.map(({ value, first_reported: first }) => `${value} ${first.slice(0, 10)}`),
    reporters: indicators.flatMap(({ value, reporters }) =>
      reporters.split('; ').map((name) => `${value} ${name.toLowerCase()}`),
    ),
    pairs: rows(folder, 'pairs')
      .filter(({ domain, ip }) => values.has(domain) && values.has(ip))
      .map(({ domain, ip }) => `${domain} ${ip}`),
  }
}

const [first, ...others] = positionals
const wanted = factsOf(first, values.active)
for (const folder of others) {
  const found = factsOf(folder)
  const told = Object.entries(wanted).map(([kind, before]) => {
    const [was, is] = [new Set(before), new Set(found[kind])]
    const missing = [...was].filter((one) => !is.has(one))
    const strange = [...is].filter((one) => !was.has(one))
    if (!lost.has(kind) && missing.length + strange.length > 0) {
      process.exitCode = 1
      for (const one of missing.slice(0, 5)) console.error(`${folder}: ${kind}: missing: ${one}`)
      for (const one of strange.slice(0, 5)) console.error(`${folder}: ${kind}: not in the feed: ${one}`)
    }
    return `${was.size - missing.length} of ${was.size} ${kind}${strange.length > 0 ? ` and ${strange.length} others` : ''}`
  })
  console.log(`${folder}: ${told.join(', ')}`)
}

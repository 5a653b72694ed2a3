// How long an address should stay listed: for each life from 7 to 60 days after its first report, the share of table 1's
// traffic that starts while the address is listed, and how many entry-days the list carries for it.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { collect } from '../dist/app/collect.js'
import { openWorkspace } from '../dist/app/workspace.js'
import { admit, evaluate } from '../dist/core/evaluate.js'
import { dayEnd } from '../dist/core/time.js'

const DAY_MS = 86_400_000
const LIVES = [7, 10, 14, 21, 30, 45, 60]
const table = parse(readFileSync(join(import.meta.dirname, '../archive/team-cymru/table1.csv')), {
  columns: true,
})
const rows = table.map(({ ip_address, first_reported, traffic_first_seen, traffic_volume }) => ({
  /** Days from the first report to the first traffic; below 0: the traffic came first, and part of it was missed. */
  wait: (Date.parse(traffic_first_seen) - Date.parse(first_reported)) / DAY_MS,
  volume: Number(traffic_volume),
  address: ip_address,
}))
const sum = (numbers) => numbers.reduce((total, next) => total + next, 0)
const all = sum(rows.map(({ volume }) => volume))

console.log(`life: ${rows.length} addresses, ${all} connections (archive/team-cymru/table1.csv)`)
console.log('days  traffic that starts while listed  addresses  entry-days')
for (const days of LIVES) {
  const listed = rows.filter(({ wait }) => wait < days)
  const share = ((100 * sum(listed.map(({ volume }) => volume))) / all).toFixed(0)
  console.log(
    `${String(days).padStart(4)}  ${`${share} %`.padStart(32)}  ${String(listed.length).padStart(9)}  ${String(days * rows.length).padStart(10)}`,
  )
}
const { life } = JSON.parse(readFileSync(join(import.meta.dirname, '../feed.config.json')))
const days = life['ipv4-addr']
const share = ({ volume }) => ((100 * volume) / all).toFixed(0)
console.log(`by the default of ${days} days, had nobody reported them again, missed:`)
for (const row of rows.filter(({ wait }) => wait >= days))
  console.log(
    `  ${row.address.padEnd(16)} ${share(row).padStart(3)} % of the traffic, ${row.wait} days after the report`,
  )
const early = rows.filter(({ wait }) => wait < 0)
console.log(`${early.length} of them were reported a day after their first traffic.`)

// How long addresses of later years went on serving: those that documents of several days report, with the days between the
// first and the last of them. Few are reported twice, and a section is dated by its neighbours: near, not exact.
const SINCE = '2022-01-01'
const AS_OF = '2026-11-29'
const dir = mkdtempSync(join(tmpdir(), 'moqhao-bench-'))
const workspace = openWorkspace({ dir, now: () => `${AS_OF}T00:00:00.000Z`, env: () => undefined })
try {
  await collect(workspace, { names: ['team-cymru-study', 'archive'] })
  const facts = admit(await workspace.store().facts(dayEnd(AS_OF)), workspace.policy, AS_OF)
  const later = [...evaluate(facts, workspace.policy, AS_OF).values()]
    .filter(({ observable, verdict }) => observable.type === 'ipv4-addr' && verdict === 'publish')
    .map(({ observable, campaign }) => ({
      address: observable.value,
      times: [...new Set(campaign.map(({ publishedAt }) => publishedAt.slice(0, 10)))].sort(),
    }))
    .filter(({ times }) => times.length > 1 && times.at(-1) >= SINCE)
  console.log(`\nreported on several days, the last since ${SINCE}: ${later.length} addresses`)
  const gaps = []
  for (const { address, times } of later) {
    const between = times.slice(1).map((time, n) => (Date.parse(time) - Date.parse(times[n])) / DAY_MS)
    gaps.push(...between)
    console.log(`  ${address.padEnd(16)} ${times.join(', ')}: ${sum(between)} days`)
  }
  for (const days of LIVES) {
    const held = gaps.filter((gap) => gap <= days).length
    console.log(`${String(days).padStart(4)}  ${held} of ${gaps.length} pauses between two reports`)
  }
} finally {
  await workspace.close()
  rmSync(dir, { recursive: true })
}

// How long an address should stay listed: for each life from 7 to 60 days after its first report, the share of table 1's
// traffic that starts while the address is listed, and how many entry-days the list carries for it.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'

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

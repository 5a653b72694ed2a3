import { parse } from 'csv-parse/sync'
import { expect, it } from 'vitest'
import { snapshotAsOf } from '../../src/app/publish.js'
import { renderOne } from '../../src/exporters/index.js'
import type { Basis } from '../../src/model/document.js'
import type { Evidence, Indicator, Snapshot } from '../../src/model/snapshot.js'
import { commit, post, workspace } from '../helpers.js'
import { indicator } from './snapshot.js'

/** What a post makes: a name on an address, and a URL. */
async function published(basis: Basis): Promise<Snapshot> {
  const here = workspace()
  await commit(here, post('#MoqHao abcdefghij.duckdns[.]org → 31.1.2.3 hxxp://evil[.]com/a', { basis }))
  const { snapshot } = await snapshotAsOf(here, '2021-09-20')
  // An upper bound alone keeps nothing alive, and consumers get what is.
  const alive = (one: Indicator): Indicator => ({ ...one, status: 'active' })
  return { ...snapshot, indicators: snapshot.indicators.map(alive) }
}
const textOf = (snapshot: Snapshot, name: string) =>
  renderOne(snapshot, name)
    .flatMap(({ body }) => [...body])
    .join('')
const rowsOf = (snapshot: Snapshot, name: string) =>
  parse(textOf(snapshot, name), { columns: true }) as Record<string, string>[]

it.each<Basis>(['post-id', 'list-date', 'retrieved'])(
  'tables say that a first report is dated by %s',
  async (basis) => {
    const snapshot = await published(basis)
    const all = { ...snapshot, quarantine: snapshot.indicators }
    for (const name of ['indicators', 'pairs', 'quarantine']) {
      const rows = rowsOf(all, name)
      const columns = Object.keys(rows[0]!)
      expect(columns[columns.indexOf('first_reported') + 1]).toBe('first_reported_basis')
      expect(rows.map((row) => row['first_reported_basis'])).toEqual(rows.map(() => basis))
    }
    for (const one of JSON.parse(textOf(all, 'json')) as Record<string, string>[])
      expect([one['first_reported'], one['first_reported_basis']]).toEqual([
        '2021-09-19T18:52:11.000Z',
        basis,
      ])
  },
)

it.each([
  ['stix', 'MoqHao ipv4-addr, first reported 2021-09-19 by', 'first reported no later than 2021-09-19 by'],
  ['stix', 'Reported by ninoseki, 2021-09-19', 'Reported by ninoseki, no later than 2021-09-19'],
  ['stix-misp', 'it stands on, first reported 2021-09-19.', 'first reported no later than 2021-09-19.'],
  ['stix-misp', 'Reported by ninoseki, 2021-09-19', 'Reported by ninoseki, no later than 2021-09-19'],
  ['defender-ip', 'Reported as MoqHao since 2021-09-19', 'Reported as MoqHao no later than 2021-09-19'],
  ['sentinel', 'Reported as MoqHao since 2021-09-19', 'Reported as MoqHao no later than 2021-09-19'],
  ['misp', 'Reported by ninoseki, 2021-09-19', 'Reported by ninoseki, no later than 2021-09-19'],
])('%s says of an exact first report %j, and of an upper bound %j', async (name, exactly, atMost) => {
  const [exact, bound] = [await published('stated'), await published('list-date')].map((snapshot) =>
    textOf(snapshot, name),
  )
  expect([exact!.includes(exactly), exact!.includes('no later than')]).toEqual([true, false])
  expect([bound!.includes(exactly), bound!.includes(atMost)]).toEqual([false, true])
})

it('the quarantine stands by the document that reports a value last, and then by value', async () => {
  const [{ evidence }] = (await published('stated')).indicators as [Indicator]
  const told = (...documents: string[]): Evidence[] =>
    documents.map((document) => ({ ...evidence[0]!, document }))
  const quarantine = [
    { ...indicator('ipv4-addr', '31.1.2.9'), evidence: told('list:b') },
    { ...indicator('ipv4-addr', '31.1.2.10'), evidence: told('list:a', 'list:b') },
    { ...indicator('domain-name', 'x.example.com'), evidence: told('list:z', 'list:a') },
    { ...indicator('domain-name', 'a.example.com'), evidence: told('post:1') },
  ]
  const rows = rowsOf({ ...(await published('stated')), quarantine }, 'quarantine')
  expect(rows.map((row) => [row['document'], row['value_defanged']])).toEqual([
    ['list:a', 'x[.]example[.]com'],
    ['list:b', '31[.]1[.]2[.]9'],
    ['list:b', '31[.]1[.]2[.]10'],
    ['post:1', 'a[.]example[.]com'],
  ])
})

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import nock from 'nock'
import { beforeAll, expect, it, onTestFinished } from 'vitest'
import { collect } from '../../src/app/collect.js'
import { openWorkspace, PACKAGE_ROOT } from '../../src/app/workspace.js'
import type { Change } from '../fakes/git.js'
import { fakeGithubs } from '../fakes/github.js'
import { dailyPath } from '../fakes/tweetfeed.js'
import { folder, NOW } from '../helpers.js'

// The lists that ship, as they were, in repositories with a history: collected by the shipped configuration.

beforeAll(() => nock.enableNetConnect('127.0.0.1'))

const archived = (path: string): string => readFileSync(join(PACKAGE_ROOT, 'archive', path), 'utf8')
const at = (day: string): string => `${day}T10:00:00.000Z`

/** A list that grew: so many commits, each with as many more sections, or lines, as the one before. */
function grown(text: string, path: string, days: string[], border: string): Change[] {
  const parts = text.split(border)
  return days.map((day, n) => ({
    date: at(day),
    files: { [path]: parts.slice(0, Math.ceil(((n + 1) * parts.length) / days.length)).join(border) },
  }))
}

const MALTRAIL = grown(
  archived('maltrail/android_roamingmantis.2018-2021.txt'),
  'trails/static/malware/android_roamingmantis.txt',
  ['2019-06-01', '2020-12-01', '2021-12-20'],
  '\n# Reference: ',
)
const SEKOIA = grown(
  archived('sekoia/roaming_mantis_iocs_20220718.csv').trimEnd(),
  'IOCs/roamingmantis/roaming_mantis_iocs_20220718.csv',
  ['2022-07-18', '2022-07-20'],
  '\n',
)
const CYMRU = [
  {
    date: at('2021-08-11'),
    files: {
      'moqhao/MoqHao First-Stage C2s (2021-07-01)': archived(
        'team-cymru/moqhao-first-stage-c2s-2021-07-01.csv',
      ),
    },
  },
]
const ROWS = archived('tweetfeed/four-researchers-2021-08_2021-09.csv').split(/(?<=\n)/)
const TWEETFEED: Change[] = [...new Set(ROWS.map((row) => row.slice(0, 10)))].slice(0, 20).map((day) => ({
  date: at(day),
  files: {
    [dailyPath(Date.parse(day))]: ROWS.filter((row) => row.startsWith(day)).join(''),
    'domainmeta.json': '{"entries": {}}',
  },
}))

/** Of each name, the date of the first of the states that has it. */
function firstDates(changes: Change[]): Map<string, string> {
  const dates = new Map<string, string>()
  for (const { date, files } of changes)
    for (const text of Object.values(files ?? {}))
      for (const word of String(text)
        .replaceAll('[.]', '.')
        .split(/[\s,]+/))
        if (!dates.has(word)) dates.set(word, date)
  return dates
}

it('lines are dated by their commits, posts by themselves; a second run costs one 304 a list', async () => {
  const { fakes, api } = await fakeGithubs({
    'team-cymru/iocs': CYMRU,
    'stamparm/maltrail': MALTRAIL,
    'SEKOIA-IO/Community': SEKOIA,
    '0xDanielLopez/TweetFeed': TWEETFEED,
  })
  const dir = folder()
  const env: Record<string, string> = { GITHUB_API_URL: api, MOQHAO_RETRIES: '0' }
  const here = openWorkspace({ dir, now: () => NOW, env: (name) => env[name] })
  onTestFinished(() => here.close())
  const run = () => collect(here, { names: ['team-cymru', 'maltrail', 'sekoia', 'tweetfeed'] })
  const all = (sources: { state: string; message: string | null }[]) =>
    sources.map(({ state, message }) => [state, message])
  expect(all((await run()).sources)).toEqual(['ok', 'ok', 'ok', 'ok'].map((state) => [state, null]))
  expect(fakes['0xDanielLopez/TweetFeed'].github.requests).toHaveLength(1 + 20 + 1)

  const db = new Database(join(dir, 'feed.db'), { readonly: true })
  onTestFinished(() => void db.close())
  const listed = db
    .prepare(
      `SELECT o.value, min(o.listed_at) AS at FROM observations o JOIN retrievals r ON r.document = o.document
       WHERE r.source = ? AND o.type IN ('domain-name', 'ipv4-addr') GROUP BY o.value`,
    )
    .raw()
  for (const [source, changes, least] of [
    ['maltrail', MALTRAIL, 1_000],
    ['sekoia', SEKOIA, 90],
    ['team-cymru', CYMRU, 250],
  ] as const) {
    const dates = firstDates(changes)
    const known = (listed.all(source) as [string, string][]).filter(([value]) => dates.has(value))
    expect(known.length).toBeGreaterThan(least)
    expect(known).toEqual(known.map(([value]) => [value, dates.get(value)]))
    expect(new Set(known.map(([, date]) => date))).toEqual(new Set(changes.map(({ date }) => date)))
  }
  // What no section dates has the date of its commit, where it is new; what a section or a row dates keeps that.
  const { observations } = await here.store().facts('9')
  const datesBy = (source: string) => {
    const dates: Record<string, Set<string>> = {}
    for (const { document } of observations) {
      if (!document.sources.includes(source)) continue
      dates[document.basis] ??= new Set()
      dates[document.basis]!.add(document.publishedAt)
    }
    return dates
  }
  const commits = (changes: Change[]) => new Set(changes.map(({ date }) => date))
  expect(datesBy('sekoia')).toEqual({ listed: commits(SEKOIA) })
  const maltrail = datesBy('maltrail')
  expect(Object.keys(maltrail).sort()).toEqual([
    'list-date',
    'listed',
    'post-id',
    'section-earliest',
    'section-order',
  ])
  for (const basis of ['listed', 'list-date'])
    expect([...maltrail[basis]!].filter((date) => !commits(MALTRAIL).has(date))).toEqual([])
  expect(Object.keys(datesBy('tweetfeed'))).toEqual(['post-id'])

  for (const { github } of Object.values(fakes)) github.requests.length = 0
  expect(all((await run()).sources)).toEqual(['ok', 'ok', 'ok', 'ok'].map((state) => [state, null]))
  for (const { github } of Object.values(fakes))
    expect(github.requests).toMatchObject([{ status: 304, counts: false }])
})

// How well the campaign's values are told from all others that the same people and lists report: the bundled archive,
// judged, against test/fixtures/attribution/cases.csv. Cases are split by section or post, never by row, into a half to
// tune by and a half to test; what is stated is the test half. --json and --markdown print the figures alone, --readme
// puts them into the README, --wrong lists the errors of the tune half too.
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { collect } from '../dist/app/collect.js'
import { openWorkspace } from '../dist/app/workspace.js'
import { admit, evaluate } from '../dist/core/evaluate.js'
import { dayEnd } from '../dist/core/time.js'
import { byYear, markdownYears, printYears } from './attribution/by-year.js'
import { printWhole, whole } from './attribution/whole.js'

const SEED = 'moqhao-feed attribution 1'
const AS_OF = '2026-11-29'
const VERDICTS = ['publish', 'watch', 'quarantine', 'unrelated', 'never', 'unread']
/** Only who reads the text wants what takes a minute. */
const IS_WHOLE = !['--json', '--markdown', '--readme'].some((flag) => process.argv.includes(flag))
const BINS = [0, 1, 40, 50, 60, 70, 75, 80, 90, 100]

const halfOf = (group) => (createHash('sha256').update(`${SEED}:${group}`).digest()[0] & 1 ? 'test' : 'tune')

async function judgedArchive() {
  const dir = mkdtempSync(join(tmpdir(), 'moqhao-bench-'))
  const workspace = openWorkspace({ dir, now: () => `${AS_OF}T00:00:00.000Z`, env: () => undefined })
  try {
    await collect(workspace, { names: ['team-cymru-study', 'archive'] })
    const facts = admit(await workspace.store().facts(dayEnd(AS_OF)), workspace.policy, AS_OF)
    return {
      judged: evaluate(facts, workspace.policy, AS_OF),
      threshold: workspace.policy.threshold,
      years: await byYear(workspace.store(), workspace.policy, IS_WHOLE),
    }
  } finally {
    await workspace.close()
    rmSync(dir, { recursive: true })
  }
}

/** Precision and recall of `publish`, and how many of each label got each verdict. */
function score(cases) {
  const counts = Object.fromEntries(
    ['moqhao', 'other'].map((label) => [
      label,
      Object.fromEntries(
        VERDICTS.map((verdict) => [
          verdict,
          cases.filter((one) => one.label === label && one.verdict === verdict).length,
        ]),
      ),
    ]),
  )
  const published = counts.moqhao.publish + counts.other.publish
  const positives = cases.filter(({ label }) => label === 'moqhao').length
  return {
    cases: cases.length,
    positives,
    precision: published === 0 ? 1 : counts.moqhao.publish / published,
    recall: positives === 0 ? 1 : counts.moqhao.publish / positives,
    counts,
  }
}

const { judged, threshold, years } = await judgedArchive()
const rows = parse(readFileSync(join(import.meta.dirname, '../test/fixtures/attribution/cases.csv')), {
  columns: true,
})
const cases = rows.map((row) => {
  const found = judged.get(`${row.type} ${row.value}`)
  // What the reader passes over, such as an elided URL, is published nowhere.
  const { verdict, confidence } = found ?? { verdict: 'unread', confidence: 0 }
  return { ...row, verdict, confidence, half: halfOf(row.group) }
})
/** Keys of all values that are labelled as somebody else's, in any of the fixtures. */
function foreignKeys() {
  const folder = join(import.meta.dirname, '../test/fixtures/attribution')
  const rows = (name) => parse(readFileSync(join(folder, name)), { columns: true })
  const others = [...rows('cases.csv'), ...rows('cases-by-year.csv')].filter(({ label }) => label === 'other')
  return new Set([...others, ...rows('negatives.csv')].map(({ type, value }) => `${type} ${value}`))
}
const isListed = ({ source }) => source === 'team-cymru'
const ofHalf = (half) => cases.filter((one) => one.half === half)
const figures = {
  tune: score(ofHalf('tune')),
  test: score(ofHalf('test')),
  'test, without the Team Cymru list': score(ofHalf('test').filter((one) => !isListed(one))),
  'test, names of maltrail alone, without [a-z]ddd[a-z].top': score(
    ofHalf('test').filter(
      ({ source, type, value }) =>
        source === 'maltrail' && type === 'domain-name' && !/^[a-z]\d{3}[a-z]\.top$/.test(value),
    ),
  ),
}
const percent = (share) => `${(100 * share).toFixed(1)} %`
const README = join(import.meta.dirname, '../README.md')

function markdown() {
  const lines = Object.entries(figures).map(
    ([name, { cases: count, positives, precision, recall }]) =>
      `| ${name.replace('[a-z]ddd[a-z].top', '`[a-z]ddd[a-z].top`')} | ${count} | ${positives} | ${percent(precision)} | ${percent(recall)} |`,
  )
  return `| 2018–2021, half | values | of the campaign | precision | recall |\n| --- | --- | --- | --- | --- |\n${lines.join('\n')}\n\n| year that nobody tuned on | of the campaign | precision | recall by value | by registered domain |\n| --- | --- | --- | --- | --- |\n${markdownYears(years).join('\n')}\n`
}

const ofYears = () =>
  years.map(({ year, figures: { dated, both } }) => ({ year, dated: dated.all, both: both.all }))

if (process.argv.includes('--json'))
  console.log(JSON.stringify({ halves: figures, years: ofYears(), markdown: markdown() }))
else if (process.argv.includes('--readme')) {
  const block = /(<!-- begin attribution -->\n)[\s\S]*?(<!-- end attribution -->)/
  writeFileSync(README, readFileSync(README, 'utf8').replace(block, `$1${markdown()}$2`))
} else if (process.argv.includes('--markdown')) process.stdout.write(markdown())
else {
  console.log(`attribution: ${cases.length} labelled values, publish from confidence ${threshold}`)
  for (const [name, { cases: count, positives, precision, recall, counts }] of Object.entries(figures)) {
    console.log(
      `\n${name}: ${count} cases, ${positives} of the campaign: precision ${percent(precision)}, recall ${percent(recall)}`,
    )
    console.log(`  ${'label'.padEnd(8)}${VERDICTS.map((verdict) => verdict.padStart(12)).join('')}`)
    for (const [label, by] of Object.entries(counts))
      console.log(
        `  ${label.padEnd(8)}${VERDICTS.map((verdict) => String(by[verdict]).padStart(12)).join('')}`,
      )
  }
  console.log(
    '\nreliability (test half): of the values with such a confidence, the share that is the campaign',
  )
  BINS.slice(0, -1).forEach((from, n) => {
    const to = BINS[n + 1]
    const within = ofHalf('test').filter(({ confidence }) => confidence >= from && confidence < to)
    const right = within.filter(({ label }) => label === 'moqhao').length
    const share = within.length === 0 ? '' : percent(right / within.length)
    console.log(
      `  ${`${from}–${to - 1}`.padEnd(8)}${String(within.length).padStart(6)} values${share.padStart(10)}`,
    )
  })
  printYears(years)
  printWhole(whole(judged, foreignKeys()), process.argv.includes('--addresses'))
  if (process.argv.includes('--wrong'))
    for (const one of ofHalf('tune'))
      if ((one.label === 'moqhao') !== (one.verdict === 'publish'))
        console.log(
          `${one.label}\t${one.verdict}\t${one.confidence}\t${one.value}\t${one.section}\t${one.reason}`,
        )
}

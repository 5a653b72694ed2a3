// Years that nobody tuned on: what would have been published at the end of each, by rules that were known at the end of the
// year before and by evidence that the public could read by then. Spellings of the profile count for a year only if they
// began before it. Labels: test/fixtures/attribution/{cases,doubtful}-by-year.csv and negatives.csv.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { ownDomain } from '../../dist/core/domains.js'
import { admit, evaluate } from '../../dist/core/evaluate.js'
import { networkOf } from '../../dist/core/networks.js'
import { bestSource, weightOf } from '../../dist/core/policy.js'
import { dayEnd } from '../../dist/core/time.js'

const FIXTURES = join(import.meta.dirname, '../../test/fixtures/attribution')
const YEARS = ['2022', '2023']
/** Days that a tie holds after its last voucher: what each choice would have cost. */
const REACHES = [180, 250, 300, 365, 400, 450, 550, 730]
/** A network of which fewer addresses are vouched for carries too little to be left out by itself. */
const LEAST_VOUCHED = 3

const rowsOf = (name) => parse(readFileSync(join(FIXTURES, name)), { columns: true })
const key = ({ type, value }) => `${type} ${value}`
const yearOf = ({ when }) => /^\d{4}/.exec(when)?.[0] ?? null
const postYear = (id) => new Date(Number((BigInt(id) >> 22n) + 1_288_834_974_657n)).toISOString().slice(0, 4)

/** 95 % bounds of a share by Wilson: of few cases a share says little. */
function bounds(hits, of) {
  if (of === 0) return [0, 1]
  const [z, share] = [1.96, hits / of]
  const middle = share + (z * z) / (2 * of)
  const spread = z * Math.sqrt((share * (1 - share)) / of + (z * z) / (4 * of * of))
  return [middle - spread, middle + spread].map((one) => one / (1 + (z * z) / of))
}

/** The rules as they were known at the end of the year before. */
function frozen(policy, year, ties = policy.ties) {
  const { profile } = policy
  const hosts = profile.hosts.filter(({ from }) => from < `${year}-01-01`)
  return { ...policy, profile: { ...profile, hosts }, ties, decisions: [] }
}

/** Sections as the list's own word: whoever they cite said nothing. */
function withoutCitedAuthors(facts, policy) {
  const anonymous = new Map()
  const own = (document) => {
    if (document.kind !== 'list' || document.author === null) return document
    if (weightOf(bestSource(policy, document.sources)) >= policy.threshold) return document
    const known = anonymous.get(document) ?? { ...document, author: null }
    anonymous.set(document, known)
    return known
  }
  return {
    ...facts,
    documents: facts.documents.map(own),
    observations: facts.observations.map((one) => ({ ...one, document: own(one.document) })),
    pairs: facts.pairs.map((one) => ({ ...one, document: own(one.document) })),
  }
}

/** Without what trusted sources say of the addresses of one network. */
function withoutNetwork(facts, network) {
  const isIn = (address) => networkOf(address, 24) === network
  return {
    ...facts,
    observations: facts.observations.filter(({ type, value }) => type !== 'ipv4-addr' || !isIn(value)),
    pairs: facts.pairs.filter(({ ip }) => !isIn(ip)),
  }
}

function measure(judged, cases, negatives, policy) {
  const isPublished = (one) => judged.get(key(one))?.verdict === 'publish'
  const verdicts = (rows) => {
    const counts = {}
    for (const one of rows) {
      const verdict = judged.get(key(one))?.verdict ?? 'unread'
      counts[verdict] = (counts[verdict] ?? 0) + 1
    }
    return counts
  }
  const positives = cases.filter(({ label }) => label === 'moqhao')
  const others = [...cases.filter(({ label }) => label === 'other'), ...negatives]
  const published = positives.filter(isPublished)
  const wrong = others.filter(isPublished)
  const share = (groups) => {
    const all = new Map()
    for (const one of positives) {
      const group = groups(one)
      if (group !== null) all.set(group, (all.get(group) ?? false) || isPublished(one))
    }
    return [[...all.values()].filter(Boolean).length, all.size]
  }
  return {
    positives: positives.length,
    published: published.length,
    wrong,
    others: others.length,
    sections: share(({ group }) => group),
    domains: share(({ type, value }) =>
      type === 'domain-name' ? (ownDomain(value, policy) ?? value) : null,
    ),
    verdicts: verdicts(positives),
    otherVerdicts: verdicts(others),
  }
}

const percent = (part, of) => (of === 0 ? '—' : `${((100 * part) / of).toFixed(1)} %`)

/**
 * @param store the whole archive, collected
 * @param policy of the shipped configuration
 * @param whole with what each reach of ties, and each network left out, would have cost: a minute
 * @returns figures by year, to print and to state in the README
 */
export async function byYear(store, policy, whole) {
  const all = rowsOf('cases-by-year.csv')
  const doubtful = rowsOf('doubtful-by-year.csv')
  const negatives = rowsOf('negatives.csv')
  const undecidedOf = (year) =>
    doubtful.filter((one) => yearOf(one) === year).map((one) => ({ ...one, label: 'moqhao' }))
  const years = []
  for (const year of YEARS) {
    const asOf = `${year}-12-31`
    const rules = frozen(policy, year)
    const facts = admit(await store.facts(dayEnd(asOf)), rules, asOf)
    const before = negatives.filter(({ post }) => postYear(post) <= year)
    const ofYear = all.filter((one) => yearOf(one) === year)
    const by = {
      dated: ofYear.filter((one) => one.when_by === 'dated'),
      position: ofYear.filter((one) => one.when_by === 'position'),
    }
    const judged = evaluate(facts, rules, asOf)
    const alone = evaluate(withoutCitedAuthors(facts, rules), rules, asOf)
    const figures = Object.fromEntries(
      Object.entries({ ...by, both: ofYear }).map(([name, cases]) => [
        name,
        {
          all: measure(judged, cases, before, rules),
          alone: measure(alone, cases, before, rules),
        },
      ]),
    )
    const reaches = (whole ? REACHES : []).map((reach_days) => {
      const ties = { ...rules.ties, reach_days, full_days: Math.min(rules.ties.full_days, reach_days) }
      const by = evaluate(facts, { ...rules, ties }, asOf)
      const more = undecidedOf(year).filter((one) => by.get(key(one))?.verdict === 'publish').length
      return { reach_days, more, ...measure(by, ofYear, before, rules) }
    })
    const vouched = new Map()
    for (const { observable, verdict, campaign } of judged.values())
      if (
        observable.type === 'ipv4-addr' &&
        verdict === 'publish' &&
        campaign.some(({ source }) => source !== 'maltrail')
      ) {
        const network = networkOf(observable.value, 24)
        vouched.set(network, (vouched.get(network) ?? 0) + 1)
      }
    const networks = (whole ? [...vouched] : [])
      .filter(([, count]) => count >= LEAST_VOUCHED)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([network, count]) => {
        const left = ofYear.filter(
          ({ type, value }) => type !== 'ipv4-addr' || networkOf(value, 24) !== network,
        )
        return {
          network,
          count,
          ...measure(evaluate(withoutNetwork(facts, network), rules, asOf), left, before, rules),
        }
      })
    const undecided = measure(judged, undecidedOf(year), [], rules)
    years.push({ year, figures, reaches, networks, undecided, negatives: before.length })
  }
  return years
}

/** Rows of a table in Markdown: year, how it is dated, whether cited authors are believed, values, precision, recall. */
export const markdownYears = (years) =>
  years.flatMap(({ year, figures: { dated, both } }) =>
    [
      [dated.all, 'sections with a date of their own'],
      [dated.alone, 'the same, if nobody believed whom a section cites'],
      [both.all, 'and those dated by the sections around them'],
    ].map(
      ([one, what]) =>
        `| ${year}, ${what} | ${one.positives} | ${percent(one.published, one.published + one.wrong.length)} | ${percent(one.published, one.positives)} | ${percent(...one.domains)} |`,
    ),
  )

export function printYears(years) {
  for (const { year, figures, reaches, networks, undecided, negatives } of years) {
    console.log(
      `\n${year}, by rules of the end of ${Number(year) - 1} and evidence of the end of ${year}; ${negatives} values of other posts beside`,
    )
    for (const [name, { all, alone }] of Object.entries(figures))
      for (const [how, one] of [
        ['believing cited authors', all],
        ['the list alone', alone],
      ])
        console.log(`  ${`${name}, ${how}`.padEnd(36)} ${line(one)}`)
    const { both } = figures
    console.log(
      `  of the campaign ${JSON.stringify(both.all.verdicts)}; others ${JSON.stringify(both.all.otherVerdicts)}`,
    )
    for (const { value, family } of both.all.wrong) console.log(`  wrong: ${value} (${family})`)
    console.log(`  doubtful values, not counted: ${JSON.stringify(undecided.verdicts)}`)
    console.log('  days that a tie holds after its last voucher:')
    for (const one of reaches)
      console.log(`  ${String(one.reach_days).padStart(6)} ${line(one)}; ${one.more} doubtful ones published`)
    console.log('  one network left out at a time:')
    for (const one of networks)
      console.log(`  ${one.network.padEnd(18)} ${String(one.count).padStart(3)} vouched ${line(one)}`)
  }
}

function line({ positives, published, wrong, sections, domains }) {
  const shown = published + wrong.length
  const [low, high] = bounds(published, shown)
  return `recall ${percent(published, positives)} of ${positives} (sections ${percent(...sections)}, registered domains ${percent(...domains)} of ${domains[1]}), precision ${percent(published, shown)} of ${shown} (${(100 * low).toFixed(1)}–${(100 * high).toFixed(1)} %)`
}

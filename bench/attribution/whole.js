// All of the archive together: what is published, watched and waits, by the reason that decided, and every address with its
// reasons: a list to block with is looked at address by address.
const count = (items, keyOf) => {
  const counts = new Map()
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1)
  return [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
}

const TIES = [
  'address',
  'network',
  'domain',
  'cited',
  'registered',
  'file',
  'set',
  'cites',
  'port',
  'pair',
  'term',
  'pattern',
  'reporter',
  'list',
]

/** The rule that says most of why: the first there is of ties, then of signs. */
const mainRule = ({ reasons }) => {
  const trusted = reasons.find(({ rule, detail }) => rule === 'trust' && detail.includes('is trusted with'))
  return trusted
    ? 'trusted list'
    : (TIES.find((rule) => reasons.some((one) => one.rule === rule)) ?? 'decision')
}

/** @param foreign keys of values that are labelled as somebody else's */
export function whole(judged, foreign) {
  const of = (verdict) => [...judged.values()].filter((one) => one.verdict === verdict)
  const attributed = ['publish', 'watch', 'quarantine'].flatMap(of)
  const isForeign = ({ observable: { type, value } }) => foreign.has(`${type} ${value}`)
  const ours = attributed.filter((one) => !isForeign(one))
  return {
    counts: Object.fromEntries(
      ['publish', 'watch', 'quarantine'].map((verdict) => [verdict, count(of(verdict), mainRule)]),
    ),
    attributed: attributed.length,
    ours: ours.length,
    waiting: ours.filter(({ verdict }) => verdict === 'quarantine').length,
    foreignPublished: of('publish')
      .filter(isForeign)
      .map(({ observable }) => observable.value),
    addresses: attributed.filter(({ observable }) => observable.type.startsWith('ipv')),
  }
}

export function printWhole({ counts, attributed, ours, waiting, foreignPublished, addresses }, hasAddresses) {
  console.log(`\nthe whole archive: ${attributed} values attributed`)
  for (const [verdict, rules] of Object.entries(counts)) {
    const total = rules.reduce((sum, [, n]) => sum + n, 0)
    console.log(
      `  ${verdict.padEnd(10)} ${String(total).padStart(5)}: ${rules.map(([rule, n]) => `${rule} ${n}`).join(', ')}`,
    )
  }
  console.log(
    `  of ${ours} that nobody labelled as somebody else's ${waiting} wait (${((100 * waiting) / ours).toFixed(1)} %)`,
  )
  console.log(
    `  labelled as somebody else's and published: ${foreignPublished.length} ${foreignPublished.join(' ')}`,
  )
  for (const verdict of ['publish', 'watch', 'quarantine']) {
    const some = addresses.filter((one) => one.verdict === verdict)
    console.log(`  addresses, ${verdict}: ${some.length}`)
    if (hasAddresses)
      for (const { observable, confidence, reasons } of some)
        console.log(
          `    ${observable.value.padEnd(16)} ${confidence}  ${reasons
            .map(({ detail }) => detail)
            .join('; ')
            .slice(0, 300)}`,
        )
  }
}

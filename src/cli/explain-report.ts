import type { Explanation } from '../app/explain.js'
import type { Change } from '../core/counterfactual.js'
import { dayOf } from '../core/time.js'
import { isUpperBound } from '../model/document.js'
import { isAddress } from '../model/observable.js'
import { table } from './output.js'

const changeLines = (changes: Change[]): string[] => [
  '',
  ...(changes.length === 0
    ? ['Nothing would change the verdict.']
    : [
        'What would change the verdict:',
        ...changes.map(({ what, verdict }) => `  ${verdict.padEnd(10)}  ${what}`),
      ]),
]

/** Everything about one value, for a person. */
export function explainReport(
  { observable, asOf, judged, guards, decision, life, pairs, changes, files }: Explanation,
  threshold: number,
  family: string,
): string {
  const { type, value } = observable
  const lines = [`${value}  (${type})`]
  const state = !judged
    ? guards.some(({ effect }) => effect !== 'annotate')
      ? 'never published'
      : 'unknown'
    : judged.verdict
  const status = judged?.verdict === 'publish' && life ? (life.active ? ', active' : ', expired') : ''
  lines.push(
    `verdict     ${state}${status} as of ${asOf}${judged ? `, confidence ${judged.confidence} (published from ${threshold})` : ''}`,
  )
  for (const { guard, title, entry, effect } of guards)
    lines.push(`guard       ${guard} (${effect}): ${title}: ${entry}`)
  if (decision)
    lines.push(
      `decision    ${decision.decision} by ${decision.by} on ${decision.date}${decision.until ? ` until ${decision.until}` : ''}: ${decision.reason}`,
    )
  if (!judged) {
    if (state === 'never published')
      lines.push(
        '',
        'No document in the database holds it as an indicator; if one did, the guard above would keep it out.',
      )
    else
      lines.push(
        '',
        'No document names it. It may be known under another spelling, or later than the day asked for.',
      )
    return `${[...lines, ...changeLines(changes)].join('\n')}\n`
  }
  if (life) {
    const [first, last] = [judged.campaign[0]!, judged.campaign.at(-1)!].map(
      (one) => `${isUpperBound(one) ? 'no later than ' : ''}${one.publishedAt}`,
    )
    lines.push(`reported    first ${first}, last ${last}`)
    lines.push(
      life.lastSign === null && !life.active
        ? 'valid       not known on which day: expired'
        : `valid       ${life.validFrom} to ${life.validUntil ?? 'no end'}${life.active ? '' : ' (expired)'}`,
    )
  }
  lines.push('', judged.verdict === 'publish' ? `Why it is ${family}:` : 'What speaks for and against it:')
  for (const { rule, weight, detail } of judged.reasons)
    lines.push(
      `  ${weight === 0 ? '   ' : `${weight > 0 ? '+' : '−'}${Math.abs(weight)}`}  ${rule}: ${detail}`,
    )
  lines.push('', `Evidence (${judged.evidence.length}):`)
  const evidence = [...judged.evidence].sort((a, b) => (a.publishedAt < b.publishedAt ? -1 : 1))
  for (const one of evidence) {
    const seen = [
      one.firstSeen && `first seen ${dayOf(one.firstSeen)}`,
      one.lastSeen && `last seen ${dayOf(one.lastSeen)}`,
    ]
      .filter(Boolean)
      .join(', ')
    lines.push(
      `  ${one.publishedAt}  ${one.reporter.name} via ${one.source} (${one.basis})  ${one.family ?? 'no family'} ${one.confidence}${seen ? `  ${seen}` : ''}`,
    )
    lines.push(
      `      ${one.url ?? 'no link'}  [${one.document}]  ${one.reasons.map(({ rule }) => rule).join(', ') || 'no rule fired'}`,
    )
    if (one.withdrawn) lines.push(`      withdrawn ${dayOf(one.withdrawn.at)}: ${one.withdrawn.reason}`)
  }
  if (pairs.length > 0) {
    const other = isAddress(type) ? 'domain' : 'ip'
    lines.push('', `Pairs (${pairs.length}):`)
    const rows = pairs.map((pair) => [
      pair[other],
      dayOf(pair.document.publishedAt),
      pair.lastSeen ? dayOf(pair.lastSeen) : '',
      pair.rule,
      pair.document.sources.join(', '),
    ])
    lines.push(
      ...table(['with', 'reported', 'last seen', 'rule', 'source'], rows)
        .trimEnd()
        .split('\n')
        .map((line) => `  ${line}`),
    )
  }
  lines.push(...changeLines(changes))
  lines.push('', files.length > 0 ? `Published in: ${files.join(', ')}` : 'In no published file.')
  return `${lines.join('\n')}\n`
}

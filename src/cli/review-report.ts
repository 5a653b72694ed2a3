import type { Review } from '../app/review.js'
import { waitingLine } from '../core/review-body.js'
import { dayOf } from '../core/time.js'
import { plural } from './output.js'

/** What waits, for a person: one paragraph a document, with its links, its values, and how to decide. */
export function reviewReport(reviewed: Review): string {
  const { waiting, shown, total } = reviewed
  if (total === 0) return 'Nothing waits that a decision would make active.\n'
  const paragraphs = waiting.map((unit) => {
    const { document, reportedAt, reporter, source, links, values, count } = unit
    const isNew = values.some((one) => one.isNew)
    return [
      `${dayOf(reportedAt)}  ${reporter} via ${source}  [${document}]${isNew ? '  new' : ''}`,
      ...links.map((link) => `  ${link}`),
      ...values.flatMap((one) => [
        `  ${one.value}  (${one.type}, ${one.confidence}${isNew && !one.isNew ? ', known before' : ''})`,
        `      ${one.why}`,
      ]),
      ...(values.length < count ? [`  and ${plural(count - values.length, 'value')} more`] : []),
    ].join('\n')
  })
  const more = shown < total ? `; ${shown.toLocaleString('en')} shown, --limit shows more` : ''
  return `${paragraphs.join('\n\n')}\n\n${waitingLine(reviewed)}${more}. ${HOW_TO_DECIDE}`
}

const HOW_TO_DECIDE = `To decide:
  moqhao-feed decide --section ID --confirm|--withdraw --reason TEXT      all that a section or post reports
  moqhao-feed decide VALUE --confirm|--deny --reason TEXT                 one value, defanged or not
  moqhao-feed decide --reporter NAME --withdraw --reason TEXT             all that somebody reports
`

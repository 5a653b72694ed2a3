import { defang, defangText } from '../core/defang.js'
import { byText } from '../core/order.js'
import type { Evidence, Indicator } from '../model/snapshot.js'
import { publicationDay, snapshotAsOf } from './publish.js'
import type { Workspace } from './workspace.js'

/** What one document holds that waits for a person, with what speaks for it. */
export interface Waiting {
  document: string
  reportedAt: string
  reporter: string
  source: string
  url: string | null
  references: string[]
  /** Defanged. */
  values: { id: string; type: string; value: string; confidence: number; why: string }[]
}

/**
 * The quarantine, by the latest document that reports each value, newest first: most decisions are about a whole post.
 * @returns at most `limit` values, and how many wait in all
 */
export async function review(
  workspace: Workspace,
  { asOf = publicationDay(workspace), limit }: { asOf?: string | undefined; limit: number },
): Promise<{ waiting: Waiting[]; shown: number; total: number }> {
  const { quarantine } = (await snapshotAsOf(workspace, asOf)).snapshot
  const latest = ({ evidence }: Indicator): Evidence => evidence.at(-1)!
  const chosen = quarantine
    .toSorted(
      (a, b) =>
        byText(latest(b).publishedAt, latest(a).publishedAt) ||
        byText(latest(a).document, latest(b).document),
    )
    .slice(0, limit)
  const byDocument = new Map<string, Waiting>()
  for (const one of chosen) {
    const { document, publishedAt, reporter, source, url, references } = latest(one)
    const waiting = byDocument.get(document) ?? {
      document,
      reportedAt: publishedAt,
      reporter: reporter.name,
      source,
      url,
      references,
      values: [],
    }
    byDocument.set(document, waiting)
    waiting.values.push({
      id: one.id,
      type: one.type,
      value: defang(one.value),
      confidence: one.confidence,
      why: defangText(one.reasons.map(({ detail }) => detail).join('; ')),
    })
  }
  return { waiting: [...byDocument.values()], shown: chosen.length, total: quarantine.length }
}

import { defang, defangText } from '../core/defang.js'
import { objectId } from '../core/ids.js'
import { byText } from '../core/order.js'
import type { ReviewCounts, ReviewUnit } from '../core/review-body.js'
import { addDays, dayOf, dayStart } from '../core/time.js'
import type { Evidence, Indicator } from '../model/snapshot.js'
import { readManifest } from '../publish/publish.js'
import { publicationDay, snapshotAsOf } from './publish.js'
import type { Workspace } from './workspace.js'

/** What one document reports that waits for a person, with what speaks for it. */
export interface Waiting extends ReviewUnit {
  source: string
}

export interface Review extends ReviewCounts {
  waiting: Waiting[]
  shown: number
}

/**
 * What a person could put on an active list, by the latest document that reports each value: most decisions are about a
 * whole post or section. What is new comes first, then the newest.
 * @param limit of values; documents beyond it are left out
 */
export async function review(
  workspace: Workspace,
  { asOf = publicationDay(workspace), limit }: { asOf?: string | undefined; limit: number },
): Promise<Review> {
  const { quarantine } = (await snapshotAsOf(workspace, asOf)).snapshot
  const since = readManifest(workspace.feeds)?.as_of ?? asOf
  const known = quarantine.length === 0 ? new Set<string>() : await waitingBefore(workspace, asOf, since)
  const units = unitsOf(quarantine, ({ id }) => !known.has(id), workspace.policy.publisher.namespace)
  const waiting: Waiting[] = []
  let left = limit
  for (const unit of units) {
    if (left === 0) break
    const values = unit.values.slice(0, left)
    left -= values.length
    waiting.push({ ...unit, values })
  }
  return {
    waiting,
    shown: limit - left,
    total: quarantine.length,
    fresh: quarantine.filter(({ id }) => !known.has(id)).length,
    since,
  }
}

/** Ids of what waited already by what had been read before the day of the last publication. */
async function waitingBefore(workspace: Workspace, asOf: string, since: string): Promise<Set<string>> {
  const { snapshot } = await snapshotAsOf(workspace, asOf, dayOf(addDays(dayStart(since), -1)))
  return new Set(snapshot.quarantine.map(({ id }) => id))
}

function unitsOf(quarantine: Indicator[], isNew: (one: Indicator) => boolean, namespace: string): Waiting[] {
  const byDocument = new Map<string, Waiting>()
  for (const one of quarantine) {
    const { document, publishedAt, reporter, source, url, references } = latest(one)
    const unit = byDocument.get(document) ?? {
      id: documentId(namespace, document),
      document,
      reportedAt: publishedAt,
      reporter: reporter.name,
      source,
      links: [...new Set([url, ...references])].filter((link) => link !== null),
      values: [],
      count: 0,
    }
    byDocument.set(document, unit)
    unit.count++
    unit.values.push({
      id: one.id,
      type: one.type,
      value: defang(one.value),
      confidence: one.confidence,
      why: defangText(one.reasons.map(({ detail }) => detail).join('; ')),
      isNew: isNew(one),
    })
  }
  const rank = ({ values }: Waiting): number => (values.some((one) => one.isNew) ? 0 : 1)
  for (const { values } of byDocument.values()) values.sort((a, b) => Number(b.isNew) - Number(a.isNew))
  return [...byDocument.values()].sort(
    (a, b) => rank(a) - rank(b) || byText(b.reportedAt, a.reportedAt) || byText(a.document, b.document),
  )
}

const latest = ({ evidence }: Indicator): Evidence => evidence.at(-1)!

/** Names a document where its own id might end something: in a comment of a body that anybody may edit. */
export const documentId = (namespace: string, document: string): string =>
  objectId(namespace, 'document', document)

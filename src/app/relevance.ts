import { hasSign } from '../core/attribute.js'
import { creditedTo } from '../core/credit.js'
import { type Policy, reporterKey } from '../core/policy.js'
import { storedDocument, storedObservation } from '../core/stored.js'
import type { Document } from '../model/document.js'
import type { Reading } from '../model/observation.js'

/**
 * Tells whether a document has a place in the database of one campaign: somebody of the configured reporters wrote it, by
 * whatever handle, pinned or not, or it names a value that a sign of the campaign speaks for.
 */
export function isRelevant(
  { document, reading }: { document: Document; reading: Reading },
  policy: Policy,
): boolean {
  const { author } = document
  if (author !== null && creditedTo(author).some((name) => name !== null && isKnown(name, policy)))
    return true
  const stored = storedDocument(document, reading.signals)
  return reading.observations.some((one) => hasSign(storedObservation(stored, one), policy))
}

function isKnown(spoken: string, policy: Policy): boolean {
  const key = reporterKey(policy, spoken)
  return policy.reporters.some(({ name }) => name.toLowerCase() === key)
}

import { type Instant, isUpperBound } from '../model/document.js'
import type { Evidence } from '../model/snapshot.js'
import { addDays, addMs, dayStart } from './time.js'

export interface Life {
  validFrom: Instant
  validUntil: Instant | null
  active: boolean
  /** The last sighting or report; null: no date is known, only an upper bound. */
  lastSign: Instant | null
}

/**
 * The present period of activity. It is counted from the last sighting where a source states one, else from the
 * report; a report within the life of the one before prolongs the period, a later one begins a new one.
 * An upper bound of a date renews nothing: a line of 2018 that was read in 2026 is not alive in 2026.
 *
 * @param days life in days; null: without end
 * @param asOf UTC day; active means valid after its midnight
 * @param also further signs of life: names that were reported on an address
 */
export function lifeOf(evidence: Evidence[], days: number | null, asOf: string, also: Instant[] = []): Life {
  const times = [...signsOfLife(evidence), ...also].sort()
  const [first] = times
  if (first === undefined) {
    const bound = evidence.map(({ publishedAt }) => publishedAt).sort()[0]!
    // STIX wants an end after the beginning.
    return {
      validFrom: bound,
      validUntil: days === null ? null : addMs(bound, 1),
      active: days === null,
      lastSign: null,
    }
  }
  const lastSign = times.at(-1)!
  if (days === null) return { validFrom: first, validUntil: null, active: true, lastSign }
  let [from, until] = [first, addDays(first, days)]
  for (const time of times) {
    if (time > until) from = time
    until = addDays(time, days)
  }
  return { validFrom: from, validUntil: until, active: until > dayStart(asOf), lastSign }
}

/** Lists when evidence shows a value alive: the last sighting where it states one, else the report; an upper bound shows nothing. */
export const signsOfLife = (evidence: Evidence[]): Instant[] =>
  evidence.filter((one) => !isUpperBound(one)).map(({ lastSeen, publishedAt }) => lastSeen ?? publishedAt)

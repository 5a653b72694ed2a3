import { type Instant, isUpperBound } from '../model/document.js'
import type { Evidence } from '../model/snapshot.js'
import { byText } from './order.js'
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
 * @param also periods in which it lives besides, by what it stands on or what stands on it
 */
export function lifeOf(evidence: Evidence[], days: number | null, asOf: string, also: Period[] = []): Life {
  const times = signsOfLife(evidence).sort()
  const [first] = times
  if (first === undefined && also.length === 0) {
    const bound = evidence.map(({ publishedAt }) => publishedAt).sort()[0]!
    // STIX wants an end after the beginning.
    return {
      validFrom: bound,
      validUntil: days === null ? null : addMs(bound, 1),
      active: days === null,
      lastSign: null,
    }
  }
  const lastSign = times.at(-1) ?? null
  if (days === null) return { validFrom: first!, validUntil: null, active: true, lastSign }
  const { from, until } = joined([...periodsOf(times, days), ...also]).at(-1)!
  return { validFrom: from, validUntil: until, active: until > dayStart(asOf), lastSign }
}

/** A time in which something lives, from its first sign to a life after the last. */
export interface Period {
  from: Instant
  until: Instant
}

/** Makes periods of signs of life: one within the life of the one before prolongs it, a later one begins a new period. */
export const periodsOf = (times: Instant[], days: number): Period[] =>
  joined(times.map((time) => ({ from: time, until: addDays(time, days) })))

/** Joins periods that overlap, in order. */
function joined(periods: Period[]): Period[] {
  const found: Period[] = []
  for (const { from, until } of periods.toSorted((a, b) => byText(a.from, b.from))) {
    const last = found.at(-1)
    if (last === undefined || from > last.until) found.push({ from, until })
    else if (until > last.until) last.until = until
  }
  return found
}

/** Lists when evidence shows a value alive: the last sighting where it states one, else the report; an upper bound shows nothing. */
export const signsOfLife = (evidence: Evidence[]): Instant[] =>
  evidence.filter((one) => !isUpperBound(one)).map(({ lastSeen, publishedAt }) => lastSeen ?? publishedAt)

import { type ListName, listOf } from '../model/observable.js'
import type { Indicator, Snapshot } from '../model/snapshot.js'
import type { Standing } from '../model/standing.js'
import { dayOf } from './time.js'

/** Counts what is active, by the list that holds it. */
export function activeByList(indicators: Indicator[]): Standing['active'] {
  const counts = { ips: 0, domains: 0, urls: 0 }
  for (const { type, status } of indicators) {
    const list = listOf(type)
    if (list !== null && status === 'active') counts[list]++
  }
  return counts
}

/** Tells how the feed stands by what a snapshot publishes, watches and lets wait. */
export function standingOf({ indicators, watch, counts }: Snapshot): Standing {
  const active = activeByList(indicators)
  const quiet = (list: ListName): string | null => (active[list] > 0 ? null : lastDay(indicators, list))
  const [published, watched, waiting] = [indicators.length, watch.length, counts.waiting]
  return {
    active,
    quiet_since: { ips: quiet('ips'), domains: quiet('domains') },
    attributed: published + watched + waiting,
    published,
    watched,
    waiting,
    waiting_why: counts.waitingWhy,
  }
}

/** The day on which the last one of a list expired. What is known by an upper bound alone was never active. */
function lastDay(indicators: Indicator[], list: ListName): string | null {
  const ends = indicators.flatMap(({ type, lastSign, validUntil }) =>
    listOf(type) === list && lastSign !== null && validUntil !== null ? [validUntil] : [],
  )
  const last = ends.sort().at(-1)
  return last === undefined ? null : dayOf(last)
}

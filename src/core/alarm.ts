import type { SourceHealth } from '../model/ports.js'
import { daysBetween } from './time.js'

/** Fewer days with documents say nothing of a habit. */
const LEAST_DAYS = 5
/** No source is called silent sooner. */
const LEAST_SILENCE_DAYS = 3

export interface AlarmLimits {
  /** Runs in a row that may fail. */
  failures: number
  /** How many times its usual pause a source may be silent. */
  silence: number
}

/**
 * Why somebody should look at a source, or null: it fails again and again, or is silent far longer than is its habit,
 * which is the mean pause between days on which something of the last year was published.
 */
export function alarmOf(health: SourceHealth, limits: AlarmLimits, now: string): string | null {
  const { failures, publishedDays, firstPublished, lastPublished, message } = health
  if (failures >= limits.failures) return `failed ${failures} times in a row: ${message ?? 'no reason told'}`
  if (publishedDays < LEAST_DAYS || firstPublished === null || lastPublished === null) return null
  const pause = daysBetween(firstPublished, lastPublished) / (publishedDays - 1)
  const silent = daysBetween(lastPublished, now)
  return silent > Math.max(LEAST_SILENCE_DAYS, limits.silence * pause)
    ? `nothing new for ${Math.floor(silent)} days, where it used to be ${pause.toFixed(1)}`
    : null
}

import type { Instant } from '../model/document.js'

const DAY_MS = 86_400_000
/** Start of X's snowflake epoch, 2010-11-04T01:42:54.657Z, in ms since 1970. */
const SNOWFLAKE_EPOCH = 1_288_834_974_657n
/** Ids below this are from before snowflakes and carry no time. */
const FIRST_SNOWFLAKE = 29_700_859_247n

export const instant = (ms: number): Instant => new Date(ms).toISOString()

/** Midnight UTC that begins a day given as `YYYY-MM-DD`. */
export const dayStart = (day: string): Instant => `${day}T00:00:00.000Z`

export const dayOf = (at: Instant): string => at.slice(0, 10)

export const addDays = (at: Instant, days: number): Instant => instant(Date.parse(at) + days * DAY_MS)

/** Days from one instant to a later one; below 0 to an earlier. */
export const daysBetween = (from: Instant, to: Instant): number =>
  (Date.parse(to) - Date.parse(from)) / DAY_MS

export const addMs = (at: Instant, ms: number): Instant => instant(Date.parse(at) + ms)

/** First instant that does not belong to the day any more: what was published before it counts as of that day. */
export const dayEnd = (day: string): Instant => addDays(dayStart(day), 1)

/** Days of the month that come after this one (UTC). */
export function daysLeftInMonth(at: Instant): number {
  const date = new Date(at)
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate() - date.getUTCDate()
}

/** The greatest id that a post made before a time can have: those of that time on are above it. */
export const lastIdBefore = (at: Instant): string =>
  (((BigInt(Date.parse(at)) - SNOWFLAKE_EPOCH) << 22n) - 1n).toString()

/** When a post was posted, by its snowflake id, to the millisecond; null where the id says nothing. */
export function postTime(id: string): Instant | null {
  if (!/^\d{5,19}$/.test(id)) return null
  const snowflake = BigInt(id)
  return snowflake < FIRST_SNOWFLAKE ? null : instant(Number((snowflake >> 22n) + SNOWFLAKE_EPOCH))
}

/**
 * Handle and id of a link to a post on X or Twitter; null for any other link. `i` and `i/web` stand in a handle's place
 * where X itself links a post without saying whose it is: then the handle is null.
 */
export function postLink(url: string): { handle: string | null; id: string } | null {
  const match =
    /^https?:\/\/(?:www\.|mobile\.)?(?:twitter|x)\.com\/(?:i(?:\/web)?|([A-Za-z0-9_]{1,15}))\/status(?:es)?\/(\d{5,19})(?![\d])/i.exec(
      url,
    )
  return match ? { handle: match[1] ?? null, id: match[2]! } : null
}

/** The one spelling of a link to a post; of somebody who is not known, as X itself links it. */
export const postUrl = (handle: string | null, id: string): string =>
  `https://x.com/${handle ?? 'i'}/status/${id}`

/** Years in which something may have been reported: what is outside is a mistake, and would not sort. */
const [EARLIEST, LATEST] = [Date.UTC(1990, 0), Date.UTC(2100, 0)]

/**
 * Reads `2021-06-29`, `2021-06-29 12:00:01` (UTC) or ISO 8601 with a zone; null for anything else,
 * and for days that do not exist.
 */
export function parseTime(text: string): Instant | null {
  const match = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(Z|[+-]\d\d:?\d\d)?)?$/.exec(
    text.trim(),
  )
  if (!match) return null
  const [, day, time = '00:00', zone = 'Z'] = match
  const midnight = Date.parse(`${day}T00:00:00Z`)
  if (Number.isNaN(midnight) || instant(midnight).slice(0, 10) !== day) return null
  const ms = Date.parse(`${day}T${time}${zone}`)
  return Number.isNaN(ms) || ms < EARLIEST || ms >= LATEST ? null : instant(ms)
}

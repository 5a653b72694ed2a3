import { LISTS, type ListName, listOf, type Observable } from '../model/observable.js'
import type { Snapshot } from '../model/snapshot.js'
import { dayStart } from './time.js'

interface Limit {
  least: number
  share: number
}

/** How much a list may change at once before a person must look. */
export interface BrakeLimits {
  /** Of what stood in it, the share that may go unexplained; so many may in any case. */
  shrink: Limit
  /** Of what stood in it, the share that may come on one day; so many may in any case. */
  growth: Limit
}

/** Values of the plain lists. */
export type Lists = Record<ListName, string[]>

/** From so many on, a list that would be empty is one that broke. */
const EMPTIED = 5

/**
 * What stood in a list and would not any more, unexplained: explained is what expired, what a maintainer decided, and what
 * its author took back, with all that follows from it.
 * @param before the lists as published last
 * @param unopposed what would be published if nobody had decided or taken back anything
 */
export function unexplained(
  before: Lists,
  { indicators, delisted }: Pick<Snapshot, 'indicators' | 'delisted'>,
  unopposed: Observable[],
): Lists {
  const explained = new Set([
    ...indicators.map(key),
    ...delisted.filter(({ isExplained }) => isExplained).map(key),
    ...unopposed.map(key),
  ])
  const lostOf = (list: ListName) => before[list].filter((value) => !explained.has(`${list} ${value}`))
  return { ips: lostOf('ips'), domains: lostOf('domains'), urls: lostOf('urls') }
}

/**
 * Why a publication must wait for a person; none: it may go out.
 * @param before the lists as published last
 * @param lost of them, what would go unexplained
 * @param failed sources that failed: a list that they leave empty is their fault
 */
export function brakesOn(
  before: Lists,
  { indicators, asOf }: Pick<Snapshot, 'indicators' | 'asOf'>,
  lost: Lists,
  { shrink, growth }: BrakeLimits,
  failed: string[],
): string[] {
  const active = indicators.filter(({ status }) => status === 'active')
  return LISTS.flatMap((list) => {
    const then = new Set(before[list])
    const now = active.filter(({ type }) => listOf(type) === list)
    const gone = lost[list].length
    if (now.length === 0 && gone > 0 && failed.length > 0)
      return [`${list} held ${then.size} and would be empty while ${failed.join(', ')} failed`]
    if (now.length === 0 && gone === then.size && gone >= EMPTIED)
      return [`${list} held ${then.size} and would be empty, unexplained`]
    // What came since midnight counts with what comes now: many small runs are one large one.
    const ofToday = now.filter(
      ({ value, stamp }) => then.has(value) && stamp.created === dayStart(asOf),
    ).length
    const [base, sooner] = ofToday < then.size ? [then.size - ofToday, ofToday] : [then.size, 0]
    const come = now.filter(({ value }) => !then.has(value)).length + sooner
    return [
      ...(isOver(gone, then.size, shrink)
        ? [`${list} held ${then.size} and would lose ${gone} unexplained (${rate(gone, then.size, shrink)})`]
        : []),
      ...(isOver(come, base, growth)
        ? [`${list} held ${base} and would gain ${come} (${rate(come, base, growth)})`]
        : []),
    ]
  })
}

const isOver = (count: number, of: number, { least, share }: Limit): boolean =>
  count > least && count > share * of

const rate = (count: number, of: number, { share }: Limit): string =>
  `${Math.round((100 * count) / Math.max(1, of))} %; the limit is ${Math.round(100 * share)} %`

const key = ({ type, value }: Observable): string => `${listOf(type)} ${value}`

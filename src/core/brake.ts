import { LISTS, type ListName, listOf, type ObservableType } from '../model/observable.js'
import type { Snapshot } from '../model/snapshot.js'

/** How much a list may change at once before a person must look. */
export interface BrakeLimits {
  /** Of what stood in it, the share that may go unexplained; so many may in any case. */
  shrink: { least: number; share: number }
  /** Of what stood in it, the share that may come; so many may in any case. */
  growth: { least: number; share: number }
}

/** Values of the plain lists. */
export type Lists = Record<ListName, string[]>

/**
 * Why a publication must wait for a person; none: it may go out. What expired, what a maintainer decided, and what its
 * author took back is explained and counts for nothing.
 * @param before the lists as published last
 * @param failed sources that failed: a list that they leave empty is their fault
 */
export function brakesOn(
  before: Lists,
  { indicators, delisted }: Pick<Snapshot, 'indicators' | 'delisted'>,
  { shrink, growth }: BrakeLimits,
  failed: string[],
): string[] {
  const explained = new Set([
    ...indicators.filter(({ status }) => status === 'expired').map(key),
    ...delisted.filter(({ isExplained }) => isExplained).map(key),
  ])
  const active = indicators.filter(({ status }) => status === 'active')
  return LISTS.flatMap((list) => {
    const then = new Set(before[list])
    const now = new Set(active.filter(({ type }) => listOf(type) === list).map(({ value }) => value))
    const gone = [...then].filter((value) => !now.has(value) && !explained.has(`${list} ${value}`)).length
    const come = [...now].filter((value) => !then.has(value)).length
    const isOver = (count: number, { least, share }: { least: number; share: number }) =>
      count > least && count > share * then.size
    const percent = (count: number) => `${Math.round((100 * count) / Math.max(1, then.size))} %`
    const was = `${list} held ${then.size}`
    if (gone > 0 && now.size === 0 && failed.length > 0)
      return [`${was} and would be empty while ${failed.join(', ')} failed`]
    return [
      ...(isOver(gone, shrink)
        ? [
            `${was} and would lose ${gone} unexplained (${percent(gone)}; the limit is ${Math.round(100 * shrink.share)} %)`,
          ]
        : []),
      ...(isOver(come, growth)
        ? [
            `${was} and would gain ${come} (${percent(come)}; the limit is ${Math.round(100 * growth.share)} %)`,
          ]
        : []),
    ]
  })
}

const key = ({ type, value }: { type: ObservableType; value: string }): string => `${listOf(type)} ${value}`

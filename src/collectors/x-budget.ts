import { dayOf, daysLeftInMonth } from '../core/time.js'
import type { CollectContext } from '../model/ports.js'
import type { XPostsConfig } from './x-config.js'
import type { Check } from './x-cursor.js'

/** Posts that may still be read today and this month. What was read today already is not billed twice. */
export interface Budget {
  /** The size of the next page of new posts; 0: not even the least that may be asked for. */
  pageSize: (least: number) => number
  /** How many known posts the next question may name; 0: their share is used. */
  checkSize: () => number
  spend: (ids: string[]) => void
  spendOnChecks: (ids: string[]) => void
  /** Why no page of new posts is asked for. */
  spent: () => string
  /** Posts a day that are for known posts. */
  allowance: number
}

/** As many posts as one page may hold, or one question name. */
const MOST = 100
/** A post of a page may bring what it answers and what it quotes: billed too, and known only when they are there. */
const BILLED_PER_POST = 3
/** A known post may bring its newest version besides. */
const BILLED_PER_CHECK = 4
/** Of the longest month: the allowance of every day fits into the month's share. */
const DAYS = 31

/**
 * New posts and known ones have a part each, so that neither keeps the other from being read. The part of known posts is
 * a daily one, kept free for the rest of the month; what it did not use on days past is free for new posts.
 * @param check counts what was spent on known posts today
 */
export async function budgetOf(
  { budget: { day, month }, check: { share } }: Pick<XPostsConfig, 'budget' | 'check'>,
  check: Check,
  context: CollectContext,
): Promise<Budget> {
  const used = await context.reads()
  const seen = new Set(used.today)
  const allowance = Math.floor(share * Math.min(day, month / DAYS))
  if (check.day !== dayOf(context.now)) Object.assign(check, { day: dayOf(context.now), reads: 0 })

  const spend = (ids: string[]) => {
    for (const id of ids) seen.add(id)
  }
  const dayLeft = () => day - seen.size
  const monthLeft = () => month - used.month - (seen.size - used.today.length)
  const reserved = () => Math.max(0, allowance - check.reads)
  const newOfDay = () => Math.max(0, dayLeft() - reserved())
  const newOfMonth = () => Math.max(0, monthLeft() - reserved() - allowance * daysLeftInMonth(context.now))
  const sizeFor = (left: number, billed: number) => Math.max(0, Math.min(MOST, Math.floor(left / billed)))
  return {
    allowance,
    pageSize: (least) => {
      const size = sizeFor(Math.min(newOfDay(), newOfMonth()), BILLED_PER_POST)
      return size < least ? 0 : size
    },
    checkSize: () => sizeFor(Math.min(reserved(), dayLeft(), monthLeft()), BILLED_PER_CHECK),
    spend,
    spendOnChecks: (ids) => {
      const before = seen.size
      spend(ids)
      check.reads += seen.size - before
    },
    spent: () =>
      newOfDay() <= newOfMonth()
        ? `of the budget of ${day} posts a day ${newOfDay()} are left for new ones, too few for a page; the next UTC day goes on`
        : `of the budget of ${month} posts a month ${newOfMonth()} are left for new ones, too few for a page; the next days go on, or the next month`,
  }
}

import type { CollectContext } from '../model/ports.js'

/** Posts that may still be read today and this month. What was read today already is not billed twice. */
export interface Budget {
  left: () => number
  /** The size of the next page; 0: not even the least that may be asked for. */
  pageSize: (least: number) => number
  spend: (ids: string[]) => void
  spent: () => string
}

export async function budgetOf(
  { day, month }: { day: number; month: number },
  context: CollectContext,
): Promise<Budget> {
  const used = await context.reads()
  const seen = new Set<string>()
  const left = () => Math.max(0, Math.min(day - used.day, month - used.month) - seen.size)
  return {
    left,
    pageSize: (least) => (left() < least ? 0 : Math.min(100, left())),
    spend: (ids) => {
      for (const id of ids) seen.add(id)
    },
    spent: () =>
      day - used.day - seen.size <= month - used.month - seen.size
        ? `the budget of ${day} posts a day is used; the next UTC day goes on`
        : `the budget of ${month} posts a month is used; the next month goes on`,
  }
}

import type { CollectContext } from '../model/ports.js'
import type { Budget } from './x-budget.js'
import type { XPostsConfig } from './x-config.js'
import type { Cursor } from './x-cursor.js'

/** What all parts of one run share. */
export interface Run {
  config: XPostsConfig
  context: CollectContext
  cursor: Cursor
  /** Handles by pinned id. */
  pinned: Map<string, string>
  budget: Budget
}

import type { Indicator, Snapshot } from './snapshot.js'

/** What a list is for: to block with, or for logging only. */
export type Tier = 'block' | 'watch'

/** Judges a file line by line, in order; one checker a file. Each answers what is wrong, or null. */
export interface Checker {
  line(text: string): string | null
  /** After the last line: what is missing, or too much. */
  end?(): string | null
}

/**
 * The file of one consumer: how it is written, and the consumer's own grammar. The two know nothing of each other, so
 * that the one proves the other, and the grammar serves for anybody's file.
 */
export interface ConsumerFormat {
  /** For `--only` and `lint --as`. */
  name: string
  /** Below feeds/, with `/`. */
  path: string
  mediaType: string
  /** Product and feature, in the vendor's words. */
  consumer: string
  /** Where the grammar is written down. */
  reference: string
  /** Entries of one file; more are split over several, since consumers cut off silently. Null: no limit. */
  maxEntries: number | null
  /** What the file is where nothing is active, and that the consumer takes it. */
  whenEmpty: string
  /** The program that reads the whole file in `.ci/run`; null: the grammar alone. */
  checkedBy: string | null
  /** Of the kinds it is for, what it cannot hold; absent: nothing. */
  leavesOut?: string
  /** Absent: to block with. */
  tier?: Tier
  /** An entry stands for all names below it too, so it holds a domain that is the operator's own once. Absent: it does not. */
  coversBelow?: true
  /** Whether an active indicator of its tier belongs in it. */
  takes(indicator: Indicator): boolean
  /** Lines, without their ends. */
  write(listed: Indicator[], snapshot: Snapshot): Iterable<string>
  grammar(): Checker
}

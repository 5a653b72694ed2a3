/** Replacements of one pass, ascending, four numbers each: where it begins and ends in the output, then in the input. */
export type Edits = number[]
const OUT_END = 1
const IN_START = 2
const IN_END = 3
const FIELDS = 4

/** Where the last edit that begins at or before an offset of the output stands; below 0: there is none. */
function editAt(edits: Edits, at: number): number {
  let low = 0
  let high = edits.length / FIELDS
  while (low < high) {
    const middle = (low + high) >> 1
    if (edits[middle * FIELDS]! <= at) low = middle + 1
    else high = middle
  }
  return (low - 1) * FIELDS
}

/** Offset in the input at which what stands at an offset of the output begins. */
export function startBefore(at: number, edits: Edits): number {
  const n = editAt(edits, at)
  if (n < 0) return at
  const outEnd = edits[n + OUT_END]!
  return at < outEnd ? edits[n + IN_START]! : at - outEnd + edits[n + IN_END]!
}

/** Offset in the input at which what stands before an offset of the output ends. */
export function endBefore(at: number, edits: Edits): number {
  const n = editAt(edits, at - 1)
  if (n < 0) return at
  const outEnd = edits[n + OUT_END]!
  return at <= outEnd ? edits[n + IN_END]! : at - outEnd + edits[n + IN_END]!
}

/** Whether an edit made something within a part of the output, or took something out of its middle. */
export function touches(edits: Edits, start: number, end: number): boolean {
  const n = editAt(edits, end - 1)
  return n >= 0 && edits[n + OUT_END]! > start
}

import { canonicalHost, suffixOf } from '../canonical.js'

const FULL_STOP = '。'
/** Nobody writes longer names so; and it bounds the time. */
const MOST_LABELS = 5
const LONGEST_NAME = 253

/**
 * Where in a text `。` stands for a dot. Between labels that make a name together it does; beside a whole name with dots
 * of its own it ends a sentence: `配布先はAndroid。name.duckdns.org`, `name.duckdns.org。comドメイン`.
 */
export function dottedFullStops(text: string): number[] {
  const offsets: number[] = []
  for (let stop = text.indexOf(FULL_STOP); stop >= 0; ) {
    const labels = [labelBefore(text, stop)]
    const stops: number[] = []
    let end = stop
    for (; text[end] === FULL_STOP; end += 1 + labels.at(-1)!.length) {
      stops.push(end)
      labels.push(labelAfter(text, end + 1))
    }
    for (let n = 0; n < stops.length; n++) {
      const joined = joinedFrom(labels, n)
      offsets.push(...stops.slice(n, n + joined))
      n += joined
    }
    stop = text.indexOf(FULL_STOP, end)
  }
  return offsets
}

const isLabelPart = (char: string | undefined): boolean => char !== undefined && /[a-z\d.-]/i.test(char)

function labelBefore(text: string, end: number): string {
  let start = end
  while (start > 0 && end - start <= LONGEST_NAME && isLabelPart(text[start - 1])) start--
  return text.slice(start, end)
}

function labelAfter(text: string, start: number): string {
  let end = start
  while (end - start <= LONGEST_NAME && isLabelPart(text[end])) end++
  return text.slice(start, end)
}

/** How many `。` from a label on are dots. */
function joinedFrom(labels: string[], first: number): number {
  if (labels[first] === '') return 0
  let most = 0
  while (
    most < MOST_LABELS - 1 &&
    first + most + 1 < labels.length &&
    labels[first + most + 1] !== '' &&
    !isWhole(labels[first + most]!) &&
    !isWhole(labels[first + most + 1]!)
  )
    most++
  for (let count = most; count > 0; count--)
    if (mayEnd(labels[first + count]!) && isHost(labels.slice(first, first + count + 1).join('.')))
      return count
  return 0
}

/** A cheap look at a last label, before the dear one at the name: a top-level domain, or the end of an address. */
function mayEnd(label: string): boolean {
  if (label !== lastLabel) {
    lastLabel = label
    lastMayEnd = /^\d{1,3}$/.test(label) || suffixOf(label.toLowerCase()).known
  }
  return lastMayEnd
}
let lastLabel = ''
let lastMayEnd = false

const isWhole = (label: string): boolean => label.includes('.') && isHost(label)
const isHost = (text: string): boolean => text.length <= LONGEST_NAME && canonicalHost(text) !== null

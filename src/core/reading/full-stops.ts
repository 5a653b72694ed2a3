import { canonicalHost, suffixOf } from '../canonical.js'

/** Labels with `。` between them, some perhaps with plain dots of their own. */
const RUN = /[a-z\d.-]+(?:。[a-z\d.-]+)+/gi
/** Nobody writes longer names so; and it bounds the time. */
const MOST_LABELS = 5

/**
 * Where in a text `。` stands for a dot. Between labels that make a name together it does; beside a whole name with dots
 * of its own it ends a sentence: `配布先はAndroid。name.duckdns.org`, `name.duckdns.org。comドメイン`.
 */
export function dottedFullStops(text: string): number[] {
  const offsets: number[] = []
  for (const { 0: run, index } of text.matchAll(RUN)) {
    let at = index
    const labels = run.split('。')
    for (let n = 0; n < labels.length; n++) {
      const joined = joinedFrom(labels, n)
      for (const label of labels.slice(n, n + joined)) {
        at += label.length + 1
        offsets.push(at - 1)
      }
      n += joined
      at += (labels[n]?.length ?? 0) + 1
    }
  }
  return offsets
}

/** How many `。` from a label on are dots. */
function joinedFrom(labels: string[], first: number): number {
  let most = 0
  while (
    most < MOST_LABELS - 1 &&
    first + most + 1 < labels.length &&
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
const mayEnd = (label: string): boolean => /^\d{1,3}$/.test(label) || suffixOf(label.toLowerCase()).known

const isWhole = (label: string): boolean => label.includes('.') && isHost(label)
const isHost = (text: string): boolean => text.length <= 253 && canonicalHost(text) !== null

import type { Observation, Signals } from '../model/observation.js'
import type { Profile } from '../model/profile.js'
import { signalsOf } from './signals.js'

/**
 * In a post that names this campaign and another family, each value belongs to what its own part of the post names: its
 * line (what stands before it there, or, where nothing does, right after it), else the last line above that names any.
 * Where values stand above what names them, nothing is told apart.
 * @returns the observations, those of such a part with the words of it
 */
export function withSections(
  profile: Profile,
  text: string,
  observations: Observation[],
  signals: Signals,
): Observation[] {
  if (!isMixed(signals) && !hasLabels(profile, signals, text)) return observations
  const told = new Map<Observation, Signals>()
  let heading: Signals = []
  let [at, next] = [0, 0]
  for (const block of text.split(/\n\s*\n/)) {
    const lines = block.split('\n').map((line) => {
      const start = text.indexOf(line, at)
      at = start + line.length
      const first = next
      while (next < observations.length && observations[next]!.start < at) next++
      const values = observations.slice(first, next)
      return { line, start, values, words: wordsOfLine(profile, line, values.length > 0) }
    })
    const labelled = lines.findIndex(({ words }) => words.length > 0)
    const valued = lines.findIndex(({ values }) => values.length > 0)
    // A label under its values: whose the others are is not said either.
    if (labelled > valued && valued >= 0) continue
    for (const { line, start, values, words } of lines) {
      if (words.length > 0) heading = words
      const parts = isMixed(words) ? partsOf(profile, text, values, words, start, start + line.length) : []
      values.forEach((value, n) => {
        told.set(value, parts[n] ?? heading)
      })
    }
  }
  return observations.map((one) => {
    const words = told.get(one)
    return words && words.length > 0 ? { ...one, signals: words } : one
  })
}

/** What a line names; that it says to be something else counts as naming another family. */
function wordsOfLine(profile: Profile, line: string, hasValues: boolean): Signals {
  const words = signalsOf(profile, [], line)
  if (words.length > 0) return words
  return OTHER_LABEL.test(line) || (hasValues && TAG_LABEL.test(line)) ? [ANOTHER] : []
}

/** `◆フィッシング(銀行)`, `#TeaBot: value`: a line that says that its values are something else. */
const OTHER_LABEL = /^\s*[◆◇■□▼▽▲△★☆・●]\s*.{0,12}(?:フィッシング|phish|詐欺|マルウェア|stealer)/iu
const TAG_LABEL = /^\s*[#＃][\p{L}\d_]+\s*[:：]/u
const CAMPAIGN_LABEL = /^\s*[◆◇■□▼▽▲△★☆・●#＃]/
const ANOTHER = 'other:another:label'

/** Whether a post has such lines beside one that begins by naming the campaign. */
const hasLabels = (profile: Profile, signals: Signals, text: string): boolean =>
  signals.length > 0 &&
  /[◆◇■□▼▽▲△★☆・●#＃]/.test(text) &&
  text
    .split('\n')
    .some(
      (line) => CAMPAIGN_LABEL.test(line) && signalsOf(profile, [], line.slice(0, LABEL_REACH)).length > 0,
    ) &&
  text.split('\n').some((line) => OTHER_LABEL.test(line) || TAG_LABEL.test(line))
const LABEL_REACH = 24

const isMixed = (signals: Signals): boolean =>
  signals.some((signal) => signal.startsWith('term:')) &&
  signals.some((signal) => signal.startsWith('other:'))

/** What a line that names several families says of each of its values. */
function partsOf(
  profile: Profile,
  text: string,
  values: Observation[],
  words: Signals,
  start: number,
  end: number,
): Signals[] {
  const wordsIn = (from: number, to: number) =>
    from < to ? signalsOf(profile, [], text.slice(from, to)) : []
  // "name is not MoqHao": the denial may be of any value of the line.
  if (words.some((signal) => signal.startsWith('other:not '))) return values.map(() => words)
  const before = values.map((value, n) => wordsIn(values[n - 1]?.end ?? start, value.start))
  const after = values.map((value, n) => wordsIn(value.end, values[n + 1]?.start ?? end))
  const isBefore = (before[0]?.length ?? 0) > 0
  const own = isBefore ? before : after.reverse()
  let last: Signals = []
  const filled = own.map((its) => {
    if (its.length > 0) last = its
    return last
  })
  return isBefore ? filled : filled.reverse()
}

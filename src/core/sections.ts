import type { Observation, Signals } from '../model/observation.js'
import type { Profile } from '../model/profile.js'
import { signalsOf } from './signals.js'

/**
 * In a post that names this campaign and another family, each value belongs to what its own part of the post names: its
 * line (what stands before it there, or, where nothing does, right after it), else the last line above that names any.
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
  let [start, next] = [0, 0]
  for (const line of text.split('\n')) {
    const end = start + line.length
    const first = next
    while (next < observations.length && observations[next]!.start <= end) next++
    const values = observations.slice(first, next)
    const words = signalsOf(profile, [], line)
    if (words.length > 0) heading = words
    else if (values.length > 0 && LABEL.test(line)) heading = [ANOTHER]
    const parts = isMixed(words) ? partsOf(profile, text, values, start, end) : []
    values.forEach((value, n) => {
      told.set(value, parts[n] ?? heading)
    })
    start = end + 1
  }
  return observations.map((one) => {
    const words = told.get(one)
    return words && words.length > 0 ? { ...one, signals: words } : one
  })
}

/** `◆フィッシング(銀行) value`, `#TeaBot: value`: a line that says that its values are something else. */
const LABEL =
  /^\s*(?:[◆◇■□▼▽▲△★☆・●]\s*.{0,12}(?:フィッシング|phish|詐欺|マルウェア|stealer)|[#＃][\p{L}\d_]+\s*[:：])/iu
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
  text.split('\n').some((line) => LABEL.test(line))
const LABEL_REACH = 24

const isMixed = (signals: Signals): boolean =>
  signals.some((signal) => signal.startsWith('term:')) &&
  signals.some((signal) => signal.startsWith('other:'))

/** What a line that names several families says of each of its values. */
function partsOf(
  profile: Profile,
  text: string,
  values: Observation[],
  start: number,
  end: number,
): Signals[] {
  const wordsIn = (from: number, to: number) =>
    from < to ? signalsOf(profile, [], text.slice(from, to)) : []
  const before = values.map((value, n) => wordsIn(values[n - 1]?.end ?? start, value.start))
  const after = values.map((value, n) => wordsIn(value.end, values[n + 1]?.start ?? end))
  const isBefore = (before[0]?.length ?? 0) > 0
  const own = isBefore ? before : after.reverse()
  let last: Signals = []
  const filled = own.map((words) => {
    if (words.length > 0) last = words
    return last
  })
  return isBefore ? filled : filled.reverse()
}

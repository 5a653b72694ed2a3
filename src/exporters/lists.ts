import { addDays, dayStart } from '../core/time.js'
import type { Checker } from '../model/consumer.js'
import { LISTS, type ListName, listOf } from '../model/observable.js'
import type { Exporter } from '../model/ports.js'
import type { Indicator, Snapshot } from '../model/snapshot.js'
import { hostName, lineGrammar, network, refuse } from './grammar.js'
import { lines, placeOf } from './text.js'

/** What a list holds, by its name. */
type Choice = (snapshot: Snapshot) => Indicator[]

/** Addresses change hands: for whoever wants to be stricter, or bolder, than the life we give them. */
const DAYS = [14, 30, 60]

const CHOICES = new Map<string, Choice>([
  ...LISTS.flatMap((list): [string, Choice][] => [
    [list, ({ indicators }) => indicators.filter((one) => isOf(list, one) && isActive(one))],
    [`${list}-all`, ({ indicators }) => indicators.filter((one) => isOf(list, one))],
  ]),
  ...DAYS.map((days): [string, Choice] => [
    `ips-${days}d`,
    ({ indicators, asOf }) =>
      indicators.filter(
        (one) => isOf('ips', one) && one.lastSign !== null && addDays(one.lastSign, days) > dayStart(asOf),
      ),
  ]),
  ...(['ips', 'domains'] as const).map((list): [string, Choice] => [
    `watch-${list}`,
    ({ watch }) => watch.filter((one) => isOf(list, one) && isActive(one)),
  ]),
])

const isOf = (list: ListName, { type }: Indicator): boolean => listOf(type) === list
const isActive = ({ status }: Indicator): boolean => status === 'active'

/** What each plain list takes: canonical values of one kind, none twice. */
export const plainGrammars = new Map<string, () => Checker>([
  ['ips', lineGrammar((line) => (line.includes('/') ? refuse('a network') : network(line)))],
  ['domains', lineGrammar((line) => hostName(line))],
  ['urls', lineGrammar(anyUrl)],
])

function anyUrl(line: string): string {
  if (!/^[a-z]+:\/\/[\x21-\x7e]+$/.test(line) || !URL.canParse(line)) refuse(`${line} is not a URL in ASCII`)
  return line
}

/**
 * Plain lists: one value a line, no header, no comment, one kind a file. `-all` is history: for searching logs only; what
 * is watched is for logging only.
 */
export const lists: Exporter = {
  names: [...CHOICES.keys()],
  summary: `plain lists: what is active now, everything ever published (-all), addresses with a sign of life in the last ${DAYS.join(', ')} days, and what is watched (watch/), **for logging only**`,
  render(snapshot, name) {
    const values = CHOICES.get(name)!(snapshot).map(({ value }) => value)
    return [
      {
        path: `${placeOf(name)}.txt`,
        mediaType: 'text/plain; charset=utf-8',
        entries: values.length,
        body: lines(values),
      },
    ]
  },
}

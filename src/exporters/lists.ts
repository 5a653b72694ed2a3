import { addDays, dayStart } from '../core/time.js'
import type { Checker } from '../model/consumer.js'
import { LISTS, listOf } from '../model/observable.js'
import type { Exporter } from '../model/ports.js'
import type { Indicator, Snapshot } from '../model/snapshot.js'
import { hostName, lineGrammar, network, refuse } from './grammar.js'
import { lines } from './text.js'

/** Which indicators a list holds, by its name. */
type Choice = (indicator: Indicator, snapshot: Snapshot) => boolean

/** Addresses change hands: for whoever wants to be stricter, or bolder, than the life we give them. */
const DAYS = [14, 30, 60]

const CHOICES = new Map<string, Choice>([
  ...LISTS.flatMap((list): [string, Choice][] => [
    [list, ({ type, status }) => listOf(type) === list && status === 'active'],
    [`${list}-all`, ({ type }) => listOf(type) === list],
  ]),
  ...DAYS.map((days): [string, Choice] => [
    `ips-${days}d`,
    ({ type, lastSign }, { asOf }) =>
      listOf(type) === 'ips' && lastSign !== null && addDays(lastSign, days) > dayStart(asOf),
  ]),
])

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

/** Plain lists: one value a line, no header, no comment, one kind a file. `-all` is history: for searching logs only. */
export const lists: Exporter = {
  names: [...CHOICES.keys()],
  summary: `plain lists: what is active now, everything ever published (-all), and addresses with a sign of life in the last ${DAYS.join(', ')} days`,
  render(snapshot, name) {
    const isListed = CHOICES.get(name)!
    const values = snapshot.indicators.filter((one) => isListed(one, snapshot)).map(({ value }) => value)
    return [
      {
        path: `${name}.txt`,
        mediaType: 'text/plain; charset=utf-8',
        entries: values.length,
        body: lines(values),
      },
    ]
  },
}

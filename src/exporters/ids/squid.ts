import { uncovered } from '../../core/zone.js'
import type { Checker, ConsumerFormat } from '../../model/consumer.js'
import { isAddress } from '../../model/observable.js'
import { hostName, lineGrammar, network } from '../grammar.js'

const common = {
  mediaType: 'text/plain; charset=utf-8',
  reference: 'https://www.squid-cache.org/Doc/config/acl/',
  maxEntries: null,
  checkedBy: 'squid',
}
/** What no request can name: squid warns of a list that is empty, at each start. */
const NO_NAME = '.invalid'
const NO_ADDRESS = '192.0.2.0'

/** `.d` stands for the name and all below it. Squid reports a name below another as an error and leaves one of them out. */
export const squid: ConsumerFormat[] = [
  {
    ...common,
    name: 'squid-names',
    leavesOut: 'names below a listed one, which it covers',
    path: 'ids/squid-names.txt',
    consumer: 'Squid `acl NAME dstdomain "FILE"`, names and all below them',
    whenEmpty: `\`${NO_NAME}\` alone, which is nobody's (RFC 6761): Squid warns of an empty list`,
    coversBelow: true,
    takes: ({ type }) => type === 'domain-name',
    write: (listed) =>
      orElse(
        NO_NAME,
        uncovered(listed.map(({ value }) => value)).map((name) => `.${name}`),
      ),
    grammar: () =>
      listGrammar((line) => {
        const name = line.replace(/^\./, '')
        if (`.${name}` !== NO_NAME) hostName(name)
        return line
      }, coveredOf),
  },
  {
    ...common,
    name: 'squid-addresses',
    path: 'ids/squid-addresses.txt',
    consumer: 'Squid `acl NAME dst "FILE"`',
    whenEmpty: `\`${NO_ADDRESS}\` alone, an address of documentation (RFC 5737): Squid warns of an empty list`,
    takes: ({ type }) => isAddress(type),
    write: (listed) =>
      orElse(
        NO_ADDRESS,
        listed.map(({ value }) => value),
      ),
    grammar: () => listGrammar((line) => network(line)),
  },
]

const orElse = (nothing: string, lines: string[]): string[] => (lines.length > 0 ? lines : [nothing])

/** @param faultOf what is wrong with all entries together */
function listGrammar(
  entryOf: (line: string) => string,
  faultOf = (_: Set<string>): string | null => null,
): Checker {
  const entries = new Set<string>()
  const checker = lineGrammar((line) => {
    if (/^\s*(?:#|$)/.test(line)) return null
    entries.add(line)
    return entryOf(line)
  })()
  return {
    line: checker.line,
    end: () => (entries.size === 0 ? 'no entry: Squid warns of an empty list' : faultOf(entries)),
  }
}

/** A name below another that has a dot in front; without a dot of its own, the name itself with one counts too. */
function coveredOf(entries: Set<string>): string | null {
  for (const entry of entries) {
    const labels = entry.split('.')
    const wider = labels
      .map((_, n) => `.${labels.slice(n).join('.')}`)
      .find((name) => name !== entry && entries.has(name))
    if (wider !== undefined) return `${entry} stands below ${wider}, which Squid calls an error`
  }
  return null
}

import { uncovered } from '../../core/zone.js'
import type { ConsumerFormat } from '../../model/consumer.js'
import { hostName, lineGrammar, network, refuse } from '../grammar.js'

const common = {
  mediaType: 'text/plain; charset=utf-8',
  reference: 'https://thekelleys.org.uk/dnsmasq/docs/dnsmasq-man.html',
  maxEntries: null,
  whenEmpty: 'an empty file; it sets nothing',
  checkedBy: 'dnsmasq',
}

/**
 * `local=/d/` answers NXDOMAIN for the name, all below it, and all types, in every version: `address=/d/#` lets all but A
 * and AAAA pass upstream since 2.86, and gives out an address that leads to the machine itself. Names below another are
 * left out: they change nothing, and versions before 2.86 walk the whole list for each query.
 *
 * A line that dnsmasq does not know keeps it from starting. So IPv6 answers, which older versions do not know, stand apart.
 */
export const dnsmasq: ConsumerFormat[] = [
  {
    ...common,
    name: 'dnsmasq-names',
    leavesOut: 'names below a listed one, which it covers',
    path: 'dns/dnsmasq-names.conf',
    consumer: 'dnsmasq `conf-file`, names and all below them',
    coversBelow: true,
    takes: ({ type }) => type === 'domain-name',
    write: (listed) => uncovered(listed.map(({ value }) => value)).map((name) => `local=/${name}/`),
    grammar: lineGrammar((line) => {
      if (isComment(line)) return null
      const [, name] = /^(?:local|server|address)=\/([^/]*)\/(?:#|::|0\.0\.0\.0)?$/.exec(line) ?? []
      return name === undefined ? refuse('not `local=/name/`') : hostName(name)
    }),
  },
  answers('dnsmasq-addresses', 4, 'dnsmasq `conf-file`, answers that hold an IPv4 address'),
  answers(
    'dnsmasq-addresses-ipv6',
    6,
    'dnsmasq `conf-file`, answers that hold an IPv6 address (not before 2.86)',
  ),
]

function answers(name: string, family: 4 | 6, consumer: string): ConsumerFormat {
  return {
    ...common,
    name,
    path: `dns/${name}.conf`,
    consumer,
    takes: ({ type }) => type === `ipv${family}-addr`,
    write: (listed) => listed.map(({ value }) => `bogus-nxdomain=${value}`),
    grammar: lineGrammar((line) => {
      if (isComment(line)) return null
      const [, address] = /^bogus-nxdomain=(\S*)$/.exec(line) ?? []
      return address === undefined ? refuse('not `bogus-nxdomain=address`') : network(address, family)
    }),
  }
}

const isComment = (line: string): boolean => /^\s*(?:#|$)/.test(line)

import type { ConsumerFormat } from '../../model/consumer.js'
import { isAddress } from '../../model/observable.js'
import { addressOrRange, hostName, lineGrammar, network } from '../grammar.js'

const common = {
  mediaType: 'text/plain; charset=utf-8',
  maxEntries: null,
  checkedBy: null,
  write: (listed: { value: string }[]) => listed.map(({ value }) => value),
}
const pfBlockerNg = {
  ...common,
  reference: 'https://github.com/pfBlockerNG/pfBlockerNG',
  whenEmpty: 'an empty file; pfBlockerNG puts its placeholder in its place',
}

/** Lists of the two firewalls upon pf: bare, since what is no address may be read as one somewhere in a comment. */
export const pf: ConsumerFormat[] = [
  {
    ...pfBlockerNg,
    name: 'pfblockerng-ipv4',
    path: 'firewall/pfblockerng-ipv4.txt',
    consumer: 'pfSense: pfBlockerNG, IPv4 feed (format Auto)',
    takes: ({ type }) => type === 'ipv4-addr',
    grammar: lineGrammar((line) => (line.startsWith('#') ? null : network(line, 4))),
  },
  {
    ...pfBlockerNg,
    name: 'pfblockerng-ipv6',
    path: 'firewall/pfblockerng-ipv6.txt',
    consumer: 'pfSense: pfBlockerNG, IPv6 feed (format Auto)',
    takes: ({ type }) => type === 'ipv6-addr',
    grammar: lineGrammar((line) => (line.startsWith('#') ? null : network(line, 6))),
  },
  {
    ...pfBlockerNg,
    name: 'pfblockerng-dnsbl',
    path: 'firewall/pfblockerng-dnsbl.txt',
    consumer: 'pfSense: pfBlockerNG, DNSBL feed',
    whenEmpty: 'an empty file',
    takes: ({ type }) => type === 'domain-name',
    grammar: lineGrammar((line) => (line.startsWith('#') ? null : hostName(line))),
  },
  {
    ...common,
    name: 'opnsense-ip',
    path: 'firewall/opnsense-ip.txt',
    consumer: 'OPNsense alias, URL Table (IPs)',
    reference: 'https://github.com/opnsense/core/blob/master/src/opnsense/scripts/filter/lib/alias/uri.py',
    whenEmpty: 'an empty file; the alias then matches nothing',
    takes: ({ type }) => isAddress(type),
    // It reads the first word of a line; words that are no address it would look up as names.
    grammar: lineGrammar((line) => {
      const [entry = ''] = line.split(/[\s,;|#]+/)
      return entry === '' || entry.startsWith('//') ? null : addressOrRange(entry)
    }),
  },
]

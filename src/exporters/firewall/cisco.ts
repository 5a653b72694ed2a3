import { suffixOf } from '../../core/canonical.js'
import type { ConsumerFormat } from '../../model/consumer.js'
import { isAddress } from '../../model/observable.js'
import { hostName, lineGrammar, network, refuse, webUrl } from '../grammar.js'
import { valuesOrNothing } from '../nothing.js'
import { isWebUrl, withoutFragment } from '../urls.js'

const common = {
  mediaType: 'text/plain; charset=utf-8',
  reference: 'https://docs.defenseorchestrator.com/cdfmc/c_custom_security_intelligence_lists_2.html',
  // 500 MB a file, which no list of ours comes near.
  maxEntries: null,
  checkedBy: null,
}
// A feed without an entry that it can read is taken for broken, and the old one stays in force.
const nothing = (entry: string) =>
  `the one entry \`${entry}\`, which matches nothing: an empty feed would leave the last one in force`

/** Custom feeds of Firewall Management Center. One line that can be read suffices for it to load what it can. */
export const cisco: ConsumerFormat[] = [
  {
    ...common,
    name: 'cisco-ip',
    path: 'firewall/cisco-ip.txt',
    consumer: 'Cisco Security Intelligence, network feed',
    whenEmpty: nothing('192.0.2.1'),
    takes: ({ type }) => isAddress(type),
    write: (listed) => valuesOrNothing(listed, 'address'),
    grammar: lineGrammar((line) => {
      if (isComment(line)) return null
      if (line.endsWith('/0')) refuse('a /0 network, which it does not take')
      return network(line)
    }),
  },
  {
    ...common,
    name: 'cisco-domain',
    leavesOut: 'names that are a public suffix',
    path: 'firewall/cisco-domain.txt',
    consumer: 'Cisco Security Intelligence, DNS feed',
    whenEmpty: nothing('nothing.invalid'),
    coversBelow: true,
    takes: ({ type, value }) => type === 'domain-name' && !isSuffix(value),
    write: (listed) => valuesOrNothing(listed, 'name'),
    grammar: lineGrammar((line) => {
      if (isComment(line)) return null
      const name = hostName(line.replace(/(?<=^|\.)\*(?=\.|$)/g, 'any'))
      if (isSuffix(name)) refuse(`${line} would match everybody's names below it`)
      return line
    }),
  },
  {
    ...common,
    name: 'cisco-url',
    path: 'firewall/cisco-url.txt',
    consumer: 'Cisco Security Intelligence, URL feed',
    whenEmpty: nothing('http://nothing.invalid/'),
    takes: isWebUrl,
    write: (listed) => valuesOrNothing(withoutFragment(listed), 'url'),
    grammar: lineGrammar((line) => {
      if (isComment(line)) return null
      const url = webUrl(line.includes('://') ? line : `http://${line}`)
      if (isSuffix(new URL(url).hostname)) refuse(`${line} would match everybody's names below it`)
      return url
    }),
  },
]

const isComment = (line: string) => line.startsWith('#')

/** An entry matches all names below it: `duckdns.org` would block every customer of the provider. */
const isSuffix = (host: string) => /[a-z]$/.test(host) && suffixOf(host).registrable === null

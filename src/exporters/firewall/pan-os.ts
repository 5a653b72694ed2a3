import type { ConsumerFormat } from '../../model/consumer.js'
import { isAddress } from '../../model/observable.js'
import type { Indicator } from '../../model/snapshot.js'
import { addressOrRange, hostName, lineGrammar, refuse } from '../grammar.js'
import { orNothing, valuesOrNothing } from '../nothing.js'

const REFERENCE =
  'https://docs.paloaltonetworks.com/network-security/security-policy/administration/objects/external-dynamic-lists/formatting-guidelines-for-an-external-dynamic-list'
/** Of the smallest models; more is skipped, with a line in the system log that nobody reads. */
const MAX_ENTRIES = 50_000
/** A domain that is the operator's own takes two of them. */
const MAX_NAMES = MAX_ENTRIES / 2
// Cortex XSOAR puts something into an empty list so that PAN-OS gives up the one before: whether an empty file is enough
// is written down nowhere.
const nothing = (entry: string) =>
  `the one entry \`${entry}\`, which matches nothing: an empty file may leave the last list in force`

const common = {
  mediaType: 'text/plain; charset=utf-8',
  reference: REFERENCE,
  maxEntries: MAX_ENTRIES,
  checkedBy: null,
}

/** External dynamic lists: one kind a list, no header, no comment. */
export const panOs: ConsumerFormat[] = [
  {
    ...common,
    name: 'pan-os-ip',
    path: 'firewall/pan-os-ip.txt',
    consumer: 'PAN-OS external dynamic list, IP',
    whenEmpty: nothing('192.0.2.1'),
    takes: ({ type }) => isAddress(type),
    write: (listed) => valuesOrNothing(listed, 'address'),
    // A comment is allowed behind an address only.
    grammar: lineGrammar((line) => addressOrRange(line.replace(/ .*$/, '')), MAX_ENTRIES),
  },
  {
    ...common,
    name: 'pan-os-domain',
    path: 'firewall/pan-os-domain.txt',
    consumer:
      "PAN-OS external dynamic list, domain: names, and all below a domain that is the operator's own",
    maxEntries: MAX_NAMES,
    whenEmpty: nothing('nothing.invalid'),
    coversBelow: true,
    takes: ({ type }) => type === 'domain-name',
    write: (listed) => orNothing(listed.flatMap(matchers), 'name'),
    grammar: lineGrammar((line) => hostName(line.replace(/^(?:\*\.|\^)/, '')) && line, MAX_ENTRIES),
  },
  {
    ...common,
    name: 'pan-os-url',
    leavesOut: 'URLs over 254 characters, of an IPv6 address, or with `*` or `^`',
    path: 'firewall/pan-os-url.txt',
    consumer: 'PAN-OS external dynamic list, URL',
    whenEmpty: nothing('nothing.invalid/'),
    takes: ({ type, value }) => type === 'url' && panOsUrl(value) !== null,
    // http and https of one page are one entry.
    write: (listed) => new Set(valuesOrNothing(listed, 'url').map((url) => panOsUrl(url)!)),
    grammar: lineGrammar((line) => {
      if (line.length > MAX_URL) refuse(`longer than ${MAX_URL} characters`)
      if (line.includes('://')) refuse('a scheme: the list takes host and path only')
      if (!line.includes('/')) refuse('no slash behind the host: it would match longer names that begin so')
      if (/[\s#]/.test(line)) refuse('a blank or a comment')
      if (/[*^]/.test(line.replace(/^\*\./, ''))) refuse('a wildcard, which stands before the host alone')
      const host = line.slice(0, line.indexOf('/'))
      if (host.includes(':')) refuse('a port')
      hostName(host.replace(/^\*\./, ''), { orAddress: true })
      return line
    }, MAX_ENTRIES),
  },
]

/** A name matches itself alone; `*.d` what is below `d`, and not `d`. */
const matchers = ({ value, operated }: Indicator): string[] =>
  operated === value ? [value, `*.${value}`] : [value]

const MAX_URL = 254

/** Without scheme and port, as the list matches; null for what it cannot hold: an IPv6 host in brackets is not documented. */
function panOsUrl(url: string): string | null {
  const { protocol, hostname, pathname, search } = new URL(url)
  const entry = `${hostname}${pathname}${search}`
  // `*` and `^` would be wildcards.
  const isPlain = /^https?:$/.test(protocol) && !hostname.startsWith('[') && !/[*^]/.test(entry)
  return isPlain && entry.length <= MAX_URL ? entry : null
}

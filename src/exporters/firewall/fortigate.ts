import type { ConsumerFormat } from '../../model/consumer.js'
import { isAddress } from '../../model/observable.js'
import { addressOrRange, hash, hostName, lineGrammar, refuse, webUrl } from '../grammar.js'
import { isWebUrl, withoutFragment } from '../urls.js'

/** Before FortiOS 7.4.4 a resource holds so many entries or 10 MB; more is cut off. */
const MAX_ENTRIES = 128 * 1024
/** So many of the longest names (253 characters) stay below 10 MB. */
const MAX_NAMES = 39_000
/** The longest line is 4 KB; with ours so many stay below 10 MB. */
const MAX_URL = 999
const MAX_URLS = 10_000

const common = {
  mediaType: 'text/plain; charset=utf-8',
  reference:
    'https://community.fortinet.com/t5/FortiGate/Technical-Tip-How-to-use-an-external-resource-on-a-remote-HTTP/ta-p/225335',
  // community.fortinet.com ta-p/421802.
  whenEmpty: 'an empty file; the feed then matches nothing',
  checkedBy: null,
}

/** External resources of FortiOS, one kind a list. Its other products document the same lines. */
export const fortigate: ConsumerFormat[] = [
  {
    ...common,
    name: 'fortigate-ip',
    path: 'firewall/fortigate-ip.txt',
    consumer: 'FortiGate, FortiProxy, FortiMail threat feed, IP address',
    maxEntries: MAX_ENTRIES,
    takes: ({ type }) => isAddress(type),
    write: (listed) => listed.map(({ value }) => value),
    grammar: lineGrammar((line) => (isComment(line) ? null : addressOrRange(line)), MAX_ENTRIES),
  },
  {
    ...common,
    name: 'fortigate-domain',
    path: 'firewall/fortigate-domain.txt',
    consumer: 'FortiGate, FortiProxy threat feed, domain name',
    maxEntries: MAX_NAMES,
    takes: ({ type }) => type === 'domain-name',
    write: (listed) => listed.map(({ value }) => value),
    grammar: lineGrammar(
      (line) => (isComment(line) ? null : hostName(line.replace(/^\*\.?/, '')) && line),
      MAX_ENTRIES,
    ),
  },
  {
    ...common,
    name: 'fortigate-url',
    leavesOut: 'URLs over 999 characters',
    path: 'firewall/fortigate-url.txt',
    consumer: 'FortiGate, FortiProxy, FortiMail threat feed, FortiGuard category (URL)',
    maxEntries: MAX_URLS,
    takes: (one) => isWebUrl(one) && one.value.length <= MAX_URL,
    write: (listed) => withoutFragment(listed).map(({ value }) => value),
    grammar: lineGrammar((line) => {
      if (isComment(line)) return null
      if (line.length > 4_000) refuse('longer than 4 KB')
      return webUrl(line)
    }, MAX_ENTRIES),
  },
  {
    ...common,
    name: 'fortigate-hash',
    leavesOut: 'SHA-512',
    path: 'firewall/fortigate-hash.txt',
    consumer: 'FortiGate, FortiProxy, FortiMail threat feed, malware hash',
    reference:
      'https://docs.fortinet.com/document/fortigate/7.6.0/administration-guide/913906/malware-hash-threat-feed',
    maxEntries: MAX_ENTRIES,
    // Kinds may stand together; FortiOS scans somewhat slower then.
    takes: ({ type, value }) => type === 'file' && value.length <= 64,
    write: (listed) => listed.map(({ value }) => value),
    grammar: lineGrammar(
      (line) => (isComment(line) ? null : hash(line.replace(/ +\S.*$/, ''), 'MD5', 'SHA-1', 'SHA-256')),
      MAX_ENTRIES,
    ),
  },
]

const isComment = (line: string) => line.startsWith('#')

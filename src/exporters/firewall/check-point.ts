import { hashAlgorithm } from '../../core/canonical.js'
import type { ConsumerFormat } from '../../model/consumer.js'
import type { Observable } from '../../model/observable.js'
import { csvGrammar, csvLine, oneOf } from '../csv.js'
import { addressOrRange, hash, hostName, network, refuse } from '../grammar.js'
import { withoutFragment } from '../urls.js'

const COLUMNS = ['UNIQ-NAME', 'VALUE', 'TYPE', 'CONFIDENCE', 'SEVERITY', 'PRODUCT', 'COMMENT'] as const
const LEVELS = ['low', 'medium', 'high', 'critical']
/** What a gateway of R81.20 holds at least. */
const MAX_ENTRIES = 2_000_000

/** What each type holds; mail types are judged by nothing but their name. */
const VALUES: Record<string, (value: string) => unknown> = {
  URL: (value) => /^[\x21-\x7e]+$/.test(value) || refuse(`${value} is not a URL in ASCII`),
  Domain: (value) => hostName(value),
  IP: (value) => (value.includes('/') ? refuse(`${value} is not a single address`) : network(value, 4)),
  'IP Range': (value) => (value.includes(':') ? refuse(`${value} is not IPv4`) : addressOrRange(value)),
  MD5: (value) => hash(value, 'MD5'),
  SHA1: (value) => hash(value, 'SHA-1'),
  SHA256: (value) => hash(value, 'SHA-256'),
  ...Object.fromEntries(
    ['Mail-subject', 'Mail-to', 'Mail-from', 'Mail-cc', 'Mail-reply-to'].map((type) => [type, () => true]),
  ),
}

/** Custom Intelligence Feeds: all kinds in one file, since each feed is configured on each gateway. */
export const checkPoint: ConsumerFormat[] = [
  {
    name: 'check-point',
    leavesOut: 'IPv6, SHA-512',
    path: 'firewall/check-point.csv',
    mediaType: 'text/csv; charset=utf-8',
    consumer: 'Check Point Custom Intelligence Feeds (ioc_feeds)',
    reference:
      'https://supportcenter.checkpoint.com/supportcenter/portal?eventSubmit_doGoviewsolutiondetails=&solutionid=sk132193',
    maxEntries: MAX_ENTRIES,
    whenEmpty: 'the header alone',
    checkedBy: null,
    takes: (one) => typeOf(one) !== null,
    *write(listed, { profile }) {
      yield `# ${COLUMNS.join(',')}`
      for (const one of withoutFragment(listed)) {
        const type = typeOf(one)!
        // Addresses are Anti-Bot's, all else Anti-Virus's, as in the vendor's example.
        const product = type === 'IP' ? 'AB' : 'AV'
        yield csvLine([one.id, one.value, type, levelOf(one.confidence), 'high', product, profile.family])
      }
    },
    grammar: csvGrammar({
      columns: COLUMNS,
      header: /^# ?UNIQ-NAME,VALUE,TYPE,CONFIDENCE,SEVERITY,PRODUCT,COMMENT$/,
      comment: /^"?#(?! ?UNIQ-NAME)/,
      entryOf: ({ 'UNIQ-NAME': name, VALUE: value, TYPE: type, ...row }) => {
        if (name === '') refuse('no UNIQ-NAME')
        oneOf(Object.keys(VALUES), type, 'TYPE')
        VALUES[type]!(value)
        oneOf(['', ...LEVELS], row.CONFIDENCE, 'CONFIDENCE')
        oneOf(['', ...LEVELS], row.SEVERITY, 'SEVERITY')
        oneOf(['', 'AV', 'AB'], row.PRODUCT, 'PRODUCT')
        return name
      },
      most: MAX_ENTRIES,
    }),
  },
]

const HASH_TYPES = { MD5: 'MD5', 'SHA-1': 'SHA1', 'SHA-256': 'SHA256', 'SHA-512': null }

/** Null for what it does not take: IPv6, SHA-512. */
function typeOf({ type, value }: Observable): string | null {
  if (type === 'file') return HASH_TYPES[hashAlgorithm(value)]
  return { url: 'URL', 'domain-name': 'Domain', 'ipv4-addr': 'IP', 'ipv6-addr': null }[type]
}

const levelOf = (confidence: number): string =>
  confidence >= 80 ? 'high' : confidence >= 50 ? 'medium' : 'low'

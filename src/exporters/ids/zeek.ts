import { hashAlgorithm } from '../../core/canonical.js'
import type { ConsumerFormat, Tier } from '../../model/consumer.js'
import type { Observable } from '../../model/observable.js'
import type { Snapshot } from '../../model/snapshot.js'
import { hostName, lineGrammar, network, refuse } from '../grammar.js'

const FIELDS = ['indicator', 'indicator_type', 'meta.source', 'meta.desc', 'meta.url']

/** Types and values that Zeek looks for; a name is met whole, not what stands below it. */
export const zeek: ConsumerFormat[] = [
  {
    name: 'zeek-intel',
    path: 'ids/zeek-intel.dat',
    consumer: 'Zeek intelligence framework, `Intel::read_files`',
    ...intel('block'),
  },
  {
    name: 'watch-zeek-intel',
    path: 'watch/zeek.intel',
    consumer: '**for logging only**: the same of what is watched, under a source of its own',
    ...intel('watch'),
    tier: 'watch',
  },
]

function intel(tier: Tier): Omit<ConsumerFormat, 'name' | 'path' | 'consumer'> {
  return {
    leavesOut: '`https:` URLs and those of IPv6 addresses',
    mediaType: 'text/tab-separated-values; charset=utf-8',
    reference: 'https://docs.zeek.org/en/lts/frameworks/intel.html',
    maxEntries: null,
    whenEmpty: 'the `#fields` line alone; no item',
    checkedBy: null,
    takes: (indicator) => item(indicator) !== null,
    // Two URLs that differ behind the number sign only are one to Zeek.
    write: (listed, snapshot) => [
      ['#fields', ...FIELDS].join('\t'),
      ...new Set(listed.map((one) => [...item(one)!, ...metaOf(snapshot, tier)].join('\t'))),
    ],
    grammar() {
      let columns: string[] | null = null
      const items = lineGrammar((line) => itemOf(line, columns!))()
      return {
        line(text) {
          if (text.startsWith('#fields')) {
            columns = text.split('\t').slice(1)
            const missing = FIELDS.slice(0, 3).filter((name) => !columns!.includes(name))
            return missing.length === 0
              ? null
              : `no column ${missing.join(', ')} (columns are parted by tabs)`
          }
          if (text === '' || text.startsWith('#')) return null
          return columns === null ? 'an item before the line `#fields`' : items.line(text)
        },
        end: () => (columns === null ? 'no line `#fields`' : null),
      }
    },
  }
}

/** As Zeek sees it on the wire; null for what it never can. */
function item({ type, value }: Observable): [value: string, type: string] | null {
  if (type === 'url') {
    const url = zeekUrl(value)
    return url === null ? null : [url, 'Intel::URL']
  }
  if (type === 'file') return hashAlgorithm(value) === 'SHA-512' ? null : [value, 'Intel::FILE_HASH']
  return [value, type === 'domain-name' ? 'Intel::DOMAIN' : 'Intel::ADDR']
}

/**
 * `HTTP::build_url`: host, port but 80, path. It sees plain HTTP only; it splits the host at a colon, so that it knows no
 * IPv6 host; and a backslash begins an escape in the file.
 */
function zeekUrl(value: string): string | null {
  const { protocol, host, hostname, pathname, search } = new URL(value)
  const url = `${host}${pathname}${search}`
  return protocol === 'http:' && !hostname.startsWith('[') && !url.includes('\\') ? url : null
}

/** The same for each item: Zeek keeps one such record a source. */
const metaOf = ({ publisher, profile }: Snapshot, tier: Tier): string[] =>
  tier === 'watch'
    ? [`${publisher.name} watch`, `${profile.family}: for logging only, never to block`, publisher.baseUrl]
    : [publisher.name, profile.family, publisher.baseUrl]

function itemOf(line: string, columns: string[]): string {
  const cells = line.split('\t')
  if (cells.length !== columns.length)
    refuse(`${cells.length} cells, and \`#fields\` names ${columns.length} (cells are parted by tabs)`)
  const cell = (name: string) => cells[columns.indexOf(name)]!
  const [indicator, type] = [cell('indicator'), cell('indicator_type')]
  if (cells.includes('')) refuse('an empty cell: what is not set is `-`')
  if (cell('meta.source') === '-') refuse('no source')
  check(indicator, type)
  return `${indicator} (${type})`
}

function check(indicator: string, type: string): void {
  if (type === 'Intel::ADDR' && indicator.includes('/')) refuse('a network: it is an Intel::SUBNET')
  if (type === 'Intel::ADDR' || type === 'Intel::SUBNET') network(indicator)
  else if (type === 'Intel::DOMAIN') hostName(indicator)
  else if (type === 'Intel::FILE_HASH') {
    if (!/^(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})$/.test(indicator))
      refuse(`${indicator} is no MD5, SHA-1 or SHA-256`)
  } else if (type === 'Intel::URL') {
    if (indicator.includes('://')) refuse('a scheme: Zeek compares host and path')
    if (/[\s\\]/.test(indicator) || !indicator.includes('/')) refuse(`${indicator} is not host and path`)
    hostName(indicator.replace(/(?::\d+)?\/.*$/, ''), { orAddress: true })
  } else if (!/^Intel::(?:SOFTWARE|EMAIL|USER_NAME|CERT_HASH|PUBKEY_HASH|FILE_NAME)$/.test(type))
    refuse(`no type ${type}`)
}

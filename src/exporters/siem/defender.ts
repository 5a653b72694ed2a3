import { hashAlgorithm } from '../../core/canonical.js'
import type { ConsumerFormat } from '../../model/consumer.js'
import type { Observable } from '../../model/observable.js'
import { csvGrammar, csvLine, oneOf } from '../csv.js'
import { hash, hostName, network, refuse, webUrl } from '../grammar.js'
import { sayFirstReport } from '../text.js'
import { isWebUrl, withoutFragment } from '../urls.js'

const COLUMNS = [
  'indicatorType',
  'indicatorValue',
  'expirationTime',
  'action',
  'severity',
  'title',
  'description',
  'recommendedActions',
  'rbacGroups',
  'category',
  'mitretechniques',
  'GenerateAlert',
] as const
/** Of one import. A tenant holds 15,000 in all. */
const MAX_ENTRIES = 500

const VALUES: Record<string, (value: string) => unknown> = {
  FileSha1: (value) => hash(value, 'SHA-1'),
  FileSha256: (value) => hash(value, 'SHA-256'),
  IpAddress: (value) => (value.includes('/') ? refuse(`${value} is a network`) : network(value)),
  DomainName: (value) => hostName(value),
  Url: (value) => webUrl(value.includes('://') ? value : `http://${value}`),
}

const common = {
  mediaType: 'text/csv; charset=utf-8',
  reference: 'https://learn.microsoft.com/en-us/defender-endpoint/indicator-manage',
  maxEntries: MAX_ENTRIES,
  whenEmpty: 'the header alone; what was imported goes by its expirationTime',
  checkedBy: null,
  write,
  grammar: csvGrammar({
    columns: COLUMNS,
    // Microsoft writes the columns now so, now with capitals.
    header: new RegExp(`^${COLUMNS.join(',')}$`, 'i'),
    entryOf: ({ indicatorType: type, indicatorValue: value, ...row }) => {
      oneOf(Object.keys(VALUES), type, 'indicatorType')
      VALUES[type]!(value)
      oneOf(['Allowed', 'Audit', 'Warn', 'Block', 'BlockAndRemediate'], row.action, 'action')
      if (row.action === 'BlockAndRemediate' && !type.startsWith('File'))
        refuse('BlockAndRemediate is for files; the row would not be imported')
      oneOf(['', 'Informational', 'Low', 'Medium', 'High'], row.severity, 'severity')
      if (row.title === '' || row.description === '') refuse('title and description may not be empty')
      if (!/^(?:\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.0Z)?$/.test(row.expirationTime))
        refuse(`expirationTime ${row.expirationTime} is not YYYY-MM-DDTHH:MM:SS.0Z`)
      if (row.category !== '' && !/^[A-Z][A-Za-z]+$/.test(row.category))
        refuse(`category ${row.category} is not in Pascal case`)
      if (!/^(?:true|false)?$/i.test(row.GenerateAlert)) refuse('GenerateAlert is neither True nor False')
      return value
    },
    most: MAX_ENTRIES,
  }),
}

/** Files for Settings > Endpoints > Indicators > Import, one for each tab there. */
export const defender: ConsumerFormat[] = [
  {
    ...common,
    name: 'defender-ip',
    leavesOut: 'IPv6',
    path: 'siem/defender-ip.csv',
    consumer: 'Microsoft Defender for Endpoint, IP addresses',
    // IPv6 is documented nowhere.
    takes: ({ type }) => type === 'ipv4-addr',
  },
  {
    ...common,
    name: 'defender-url',
    leavesOut: 'URLs of IPv6 addresses',
    path: 'siem/defender-url.csv',
    consumer: 'Microsoft Defender for Endpoint, URLs/Domains',
    takes: (one) => one.type === 'domain-name' || (isWebUrl(one) && !one.value.includes('//[')),
  },
  {
    ...common,
    name: 'defender-file',
    leavesOut: 'MD5, SHA-512',
    path: 'siem/defender-file.csv',
    consumer: 'Microsoft Defender for Endpoint, file hashes',
    takes: (one) => one.type === 'file' && typeOf(one) !== null,
  },
]

function* write(...[listed, { profile }]: Parameters<ConsumerFormat['write']>): Iterable<string> {
  yield COLUMNS.join(',')
  for (const one of withoutFragment(listed))
    yield csvLine([
      typeOf(one)!,
      one.value,
      one.validUntil?.replace(/\.\d+Z$/, '.0Z') ?? '',
      'Block',
      'High',
      profile.family,
      `Reported as ${profile.family} ${sayFirstReport(one, 'since ')}`,
      '',
      '',
      '',
      '',
      'True',
    ])
}

const HASH_TYPES = { MD5: null, 'SHA-1': 'FileSha1', 'SHA-256': 'FileSha256', 'SHA-512': null }

/** Null for what an import does not take. */
function typeOf({ type, value }: Observable): string | null {
  if (type === 'file') return HASH_TYPES[hashAlgorithm(value)]
  return { 'ipv4-addr': 'IpAddress', 'ipv6-addr': null, 'domain-name': 'DomainName', url: 'Url' }[type]
}

import type { ConsumerFormat } from '../../model/consumer.js'
import { csvGrammar, csvLine, oneOf } from '../csv.js'
import { hostName, network, refuse } from '../grammar.js'
import { sayFirstReport } from '../text.js'
import { withoutFragment } from '../urls.js'

const COLUMNS = [
  'threatTypes',
  'tags',
  'name',
  'description',
  'confidence',
  'revoked',
  'validFrom',
  'validUntil',
  'tlpLevel',
  'severity',
  'observableType',
  'observableValue',
] as const
/** 50 MB a file: with the longest URL that we put in, so many rows stay below. */
const MAX_ENTRIES = 20_000
const MAX_VALUE = 2_000

const VALUES: Record<string, (value: string) => unknown> = {
  'ipv4-addr': (value) => network(value, 4),
  'ipv6-addr': (value) => network(value, 6),
  'domain-name': (value) => hostName(value),
  url: (value) => URL.canParse(value) || refuse(`${value} is not a URL`),
}

/** Threat intelligence > Import > Import using a file: CSV, “All other indicator types”. Files have another template. */
export const sentinel: ConsumerFormat[] = [
  {
    name: 'sentinel',
    leavesOut: 'files; values over 2,000 characters',
    path: 'siem/sentinel.csv',
    mediaType: 'text/csv; charset=utf-8',
    consumer: 'Microsoft Sentinel, import using a file (CSV, all other indicator types)',
    reference: 'https://learn.microsoft.com/en-us/azure/sentinel/indicators-bulk-file-import',
    maxEntries: MAX_ENTRIES,
    whenEmpty: 'the header alone; what was imported goes by its validUntil',
    checkedBy: null,
    takes: ({ type, value }) => type !== 'file' && value.length <= MAX_VALUE,
    *write(listed, { profile }) {
      yield COLUMNS.join(',')
      for (const one of withoutFragment(listed)) {
        const { type, value, confidence, validFrom, validUntil } = one
        yield csvLine([
          'malicious-activity',
          profile.malware.labels.join(', '),
          `${profile.family} ${type}`,
          `Reported as ${profile.family} ${sayFirstReport(one, 'since ')}`,
          confidence,
          '',
          validFrom,
          validUntil ?? '',
          'white',
          '',
          type,
          value,
        ])
      }
    },
    grammar: csvGrammar({
      columns: COLUMNS,
      entryOf: ({ observableType: type, observableValue: value, ...row }) => {
        oneOf(Object.keys(VALUES), type, 'observableType')
        VALUES[type]!(value)
        if (row.validFrom === '') refuse('no validFrom')
        for (const time of [row.validFrom, row.validUntil])
          if (time !== '' && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/.test(time))
            refuse(`${time} is not a time in UTC`)
        if (!/^(?:\d{1,2}|100)?$/.test(row.confidence))
          refuse(`confidence ${row.confidence} is not up to 100`)
        oneOf(['', 'white', 'clear', 'green', 'amber', 'red'], row.tlpLevel.toLowerCase(), 'tlpLevel')
        return value
      },
    }),
  },
]

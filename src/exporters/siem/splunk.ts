import type { ConsumerFormat } from '../../model/consumer.js'
import { isAddress } from '../../model/observable.js'
import type { Indicator } from '../../model/snapshot.js'
import { csvGrammar, csvLine } from '../csv.js'
import { addressOrRange, hash, hostName, refuse, webUrl } from '../grammar.js'
import { isWebUrl, withoutFragment } from '../urls.js'

/**
 * Lookups of the Threat Intelligence framework, one a collection: the header names the collection's fields, and no other.
 * @param subject the field that holds the value; the rest stay empty
 */
const lookup = <Field extends string>(
  name: string,
  title: string,
  fields: readonly ('description' | 'weight' | Field)[],
  subject: Field,
  takes: (indicator: Indicator) => boolean,
  entryOf: (value: string) => string,
): ConsumerFormat => ({
  name: `splunk-${name}`,
  path: `siem/splunk-${name}.csv`,
  mediaType: 'text/csv; charset=utf-8',
  consumer: `Splunk Enterprise Security, ${title}`,
  reference: 'https://docs.splunk.com/Documentation/ES/5.1.1/Admin/Supportedthreatinteltypes',
  maxEntries: null,
  whenEmpty: 'the header alone',
  checkedBy: null,
  takes,
  *write(listed, { profile }) {
    yield fields.join(',')
    for (const { value, confidence } of withoutFragment(listed)) {
      const row: Partial<Record<string, string | number>> = {
        description: profile.family,
        [subject]: value,
        weight: confidence,
      }
      yield csvLine(fields.map((field) => row[field] ?? ''))
    }
  },
  grammar: csvGrammar({
    columns: fields,
    entryOf: (row) => {
      if (!/^(?:[1-9]\d?|100)?$/.test(row.weight)) refuse(`the weight ${row.weight} is not from 1 to 100`)
      return entryOf(row[subject])
    },
  }),
})

export const splunk: ConsumerFormat[] = [
  lookup(
    'ip',
    'ip_intel (addresses)',
    ['description', 'ip', 'weight'],
    'ip',
    ({ type }) => isAddress(type),
    addressOrRange,
  ),
  lookup(
    'domain',
    'ip_intel (domains)',
    ['description', 'domain', 'weight'],
    'domain',
    ({ type }) => type === 'domain-name',
    hostName,
  ),
  lookup(
    'http',
    'http_intel',
    ['description', 'http_referrer', 'http_user_agent', 'url', 'weight'],
    'url',
    isWebUrl,
    webUrl,
  ),
  lookup(
    'file',
    'file_intel',
    ['description', 'file_hash', 'file_name', 'weight'],
    'file_hash',
    ({ type }) => type === 'file',
    (value) => hash(value, 'MD5', 'SHA-1', 'SHA-256', 'SHA-512'),
  ),
]

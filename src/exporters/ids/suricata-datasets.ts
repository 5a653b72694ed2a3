import type { ConsumerFormat } from '../../model/consumer.js'
import { isAddress } from '../../model/observable.js'
import { hostName, lineGrammar, network, refuse } from '../grammar.js'

const common = {
  mediaType: 'text/plain; charset=utf-8',
  reference: 'https://docs.suricata.io/en/latest/rules/datasets.html',
  maxEntries: null,
  whenEmpty: 'an empty file; a set without values',
  checkedBy: 'suricata',
}

/** Values for `suricata-datasets.rules`. Suricata does not start over a line that it cannot decode. */
export const suricataDatasets: ConsumerFormat[] = [
  {
    ...common,
    name: 'suricata-names',
    path: 'ids/suricata-names.lst',
    consumer: 'Suricata data set of type string: names in base64 (not what stands below them)',
    takes: ({ type }) => type === 'domain-name',
    write: (listed) => listed.map(({ value }) => Buffer.from(value).toString('base64')),
    grammar: lineGrammar((line) => {
      const name = Buffer.from(line, 'base64')
      if (line === '' || name.toString('base64') !== line) refuse('not base64')
      return hostName(name.toString('latin1'))
    }),
  },
  {
    ...common,
    name: 'suricata-addresses',
    path: 'ids/suricata-addresses.lst',
    consumer: 'Suricata data set of type ip (Suricata 7 and later)',
    takes: ({ type }) => isAddress(type),
    write: (listed) => listed.map(({ value }) => value),
    grammar: lineGrammar((line) =>
      line.includes('/') ? refuse('a network: the set takes addresses') : network(line),
    ),
  },
]

import type { ConsumerFormat } from '../../model/consumer.js'
import { isAddress } from '../../model/observable.js'
import { lineGrammar, network, refuse } from '../grammar.js'

const common = {
  mediaType: 'text/plain; charset=utf-8',
  reference: 'https://docs.suricata.io/en/latest/reputation/ipreputation/ip-reputation-format.html',
  maxEntries: null,
  checkedBy: 'suricata',
}
/** Suricata has ids below 60 and short names of 31 characters; who has other lists gives ours another id in both files. */
const CATEGORY = 1
const MAX_CATEGORY = 59
const MAX_SHORT_NAME = 31
/** 0 is "not known". */
const MAX_SCORE = 127

/** What the addresses' scores mean, and the scores: our confidence, which ends at 100. */
export const suricataIprep: ConsumerFormat[] = [
  {
    ...common,
    name: 'suricata-iprep-categories',
    path: 'ids/iprep-categories.txt',
    consumer: 'Suricata `reputation-categories-file`',
    whenEmpty: 'the same line',
    takes: ({ type }) => isAddress(type),
    write: (_, { profile: { label } }) => [
      `${CATEGORY},${label.slice(0, MAX_SHORT_NAME)},${label} command servers and landing pages`,
    ],
    grammar: lineGrammar((line) => {
      if (isComment(line)) return null
      const [id = '', name = '', ...text] = line.split(',')
      if (text.length === 0) refuse('not `id,short name,description`')
      if (!isUpTo(id, MAX_CATEGORY)) refuse(`${id} is no id from 1 to ${MAX_CATEGORY}`)
      if (!/^\S+$/.test(name) || name.length > MAX_SHORT_NAME) refuse(`${name} is no short name`)
      return `category ${id}`
    }),
  },
  {
    ...common,
    name: 'suricata-iprep',
    path: 'ids/iprep-addresses.list',
    consumer: 'Suricata `reputation-files`',
    whenEmpty: 'an empty file; no address has a score',
    takes: ({ type }) => isAddress(type),
    write: (listed) =>
      listed.map(({ value, confidence }) => `${value},${CATEGORY},${Math.max(1, confidence)}`),
    grammar: lineGrammar((line) => {
      if (isComment(line)) return null
      const [address = '', category = '', score = '', ...more] = line.split(',')
      if (score === '' || more.length > 0) refuse('not `address,category,score`')
      if (!isUpTo(category, MAX_CATEGORY)) refuse(`${category} is no category from 1 to ${MAX_CATEGORY}`)
      if (!isUpTo(score, MAX_SCORE)) refuse(`${score} is no score from 1 to ${MAX_SCORE}`)
      return `${network(address)} in category ${category}`
    }),
  },
]

const isUpTo = (text: string, most: number): boolean => /^[1-9]\d*$/.test(text) && Number(text) <= most
const isComment = (line: string): boolean => /^(?:[#\s]|$)/.test(line)

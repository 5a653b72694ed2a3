import type { ConsumerFormat } from '../../model/consumer.js'
import { isAddress } from '../../model/observable.js'
import { hostName, lineGrammar, network, refuse } from '../grammar.js'

const common = {
  mediaType: 'text/plain; charset=utf-8',
  reference: 'https://github.com/AdguardTeam/AdGuardHome/wiki/Hosts-Blocklists',
  maxEntries: null,
  whenEmpty: 'an empty file; a list without rules',
  checkedBy: null,
}

/**
 * Names and addresses apart: a rule with an address blocks each answer that holds it, whoever asked for what.
 *
 * The address stands between bars. Bare, it is looked for anywhere: 212.51.144.4 blocks 212.51.144.40 too
 * (AdGuardHome#6348); and `^` takes a colon for an end, so that `2a00:1::1^` would block 2a00:1::1:5.
 */
export const adguardHome: ConsumerFormat[] = [
  {
    ...common,
    name: 'adguard-home-names',
    path: 'dns/adguard-home-names.txt',
    consumer: 'AdGuard Home DNS blocklist, names and all below them',
    coversBelow: true,
    takes: ({ type }) => type === 'domain-name',
    write: (listed) => listed.map(({ value }) => `||${value}^`),
    grammar: lineGrammar((line) => {
      if (isComment(line)) return null
      if (!line.startsWith('|')) return hostName(line)
      const [, name] = /^\|\|(.*)\^$/.exec(line) ?? []
      return name === undefined
        ? refuse('not `||name^`: without the caret it matches longer names')
        : `||${hostName(name)}^`
    }),
  },
  {
    ...common,
    name: 'adguard-home-addresses',
    path: 'dns/adguard-home-addresses.txt',
    consumer: 'AdGuard Home DNS blocklist, answers that hold an address',
    takes: ({ type }) => isAddress(type),
    write: (listed) => listed.map(({ value }) => `|${value}|`),
    grammar: lineGrammar((line) => {
      if (isComment(line)) return null
      const [, address] = /^\|([^|]*)\|$/.exec(line) ?? []
      if (address === undefined)
        return refuse('not `|address|`: without the bars it matches longer addresses')
      if (address.includes('/')) refuse('a network: answers are compared as text')
      return network(address)
    }),
  },
]

const isComment = (line: string): boolean => /^\s*(?:[!#]|$)/.test(line)

import type { ConsumerFormat } from '../../model/consumer.js'
import { hostName, lineGrammar, refuse } from '../grammar.js'

/** Addresses that lead nowhere, or to the machine itself. */
const NOWHERE = new Set(['0.0.0.0', '127.0.0.1', '::', '::1'])

/** A hosts file knows the very name and none below it: nothing is covered by another. */
export const hosts: ConsumerFormat[] = [
  {
    name: 'hosts',
    path: 'dns/hosts.txt',
    mediaType: 'text/plain; charset=utf-8',
    consumer: 'hosts file (names only as listed, none below them)',
    reference: 'https://man7.org/linux/man-pages/man5/hosts.5.html',
    maxEntries: null,
    whenEmpty: 'an empty file; it names no host',
    checkedBy: 'dnsmasq',
    takes: ({ type }) => type === 'domain-name',
    // 0.0.0.0 fails at once, where 127.0.0.1 waits for, or reaches, what listens on the machine.
    write: (listed) => listed.map(({ value }) => `0.0.0.0 ${value}`),
    grammar: lineGrammar((line) => {
      const [address = '', ...names] = line.replace(/#.*$/, '').split(/[ \t]+/)
      if (address === '' && names.length === 0) return null
      if (!NOWHERE.has(address))
        refuse(`${address || 'a blank'} in front: only ${[...NOWHERE].join(' ')} block`)
      if (names.length === 0) refuse('no name behind the address')
      return names.map((name) => hostName(name)).join(' ')
    }),
  },
]

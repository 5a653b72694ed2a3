import type { Checker, ConsumerFormat } from '../../model/consumer.js'
import { isAddress } from '../../model/observable.js'
import { lineGrammar, network, refuse } from '../grammar.js'

/** One file, which nft takes whole or not at all: who is listed before and after is never free in between. */
export const nftables: ConsumerFormat[] = [
  {
    name: 'nftables',
    path: 'firewall/moqhao.nft',
    mediaType: 'text/plain; charset=utf-8',
    consumer: 'Linux nftables, `nft -f`: sets of IPv4 and IPv6',
    reference: 'https://wiki.nftables.org/wiki-nftables/index.php/Sets',
    maxEntries: null,
    whenEmpty: 'the table and its sets, emptied',
    checkedBy: 'nft',
    takes: ({ type }) => isAddress(type),
    *write(listed, { profile }) {
      // No hyphen in names of nft. Rules see sets of their own table alone, and chains in it outlive each load.
      const table = `inet ${profile.label.replaceAll('-', '_')}`
      yield '# nft -f moqhao.nft replaces what the sets hold. Rules in the same table, once:'
      yield `# add chain ${table} forward { type filter hook forward priority filter - 1; }`
      yield `# add rule ${table} forward ip daddr @ipv4 drop`
      yield `# add rule ${table} forward ip6 daddr @ipv6 drop`
      yield `add table ${table}`
      yield `add set ${table} ipv4 { type ipv4_addr; }`
      yield `add set ${table} ipv6 { type ipv6_addr; }`
      yield `flush set ${table} ipv4`
      yield `flush set ${table} ipv6`
      for (const { type, value } of listed)
        yield `add element ${table} ${type === 'ipv4-addr' ? 'ipv4' : 'ipv6'} { ${value} }`
    },
    grammar: rulesetGrammar,
  },
]

const NAME = '[a-zA-Z][\\w./\\\\]*'
const TABLE = new RegExp(`^add table ((?:ip|ip6|inet) ${NAME})$`)
const SET = new RegExp(
  `^add set ((?:ip|ip6|inet) ${NAME}) (${NAME}) \\{ ?type (ipv4|ipv6)_addr ?;(?: ?flags ([a-z, ]+?) ?;)?(?: ?auto-merge ?;?)? ?\\}$`,
)
const FLUSH = new RegExp(`^flush set ((?:ip|ip6|inet) ${NAME} ${NAME})$`)
const ELEMENTS = new RegExp(`^add element ((?:ip|ip6|inet) ${NAME} ${NAME}) \\{(.*)\\}$`)

/** Files that fill sets of addresses: each declares what it names, and flushes before it adds. */
function rulesetGrammar(): Checker {
  const tables = new Set<string>()
  const sets = new Map<string, { family: 4 | 6; isInterval: boolean; isFlushed: boolean }>()
  const setOf = (name: string) => sets.get(name) ?? refuse(`set ${name} is not declared before it is named`)
  const elements = new Set<string>()
  return lineGrammar((line) => {
    if (line === '' || line.startsWith('#')) return null
    const table = TABLE.exec(line)
    if (table) return tables.add(table[1]!) && null
    const declared = SET.exec(line)
    if (declared) {
      const [, inTable = '', name, type, flags = ''] = declared
      if (!tables.has(inTable)) refuse(`table ${inTable} is not declared before it is named`)
      sets.set(`${inTable} ${name}`, {
        family: type === 'ipv4' ? 4 : 6,
        isInterval: flags.includes('interval'),
        isFlushed: false,
      })
      return null
    }
    const flushed = FLUSH.exec(line)
    if (flushed) {
      setOf(flushed[1]!).isFlushed = true
      return null
    }
    const [, name = '', list = ''] = ELEMENTS.exec(line) ?? refuse('not a statement that fills a set')
    const { family, isInterval, isFlushed } = setOf(name)
    if (!isFlushed) refuse(`${name} is not flushed before: what is gone would stay in it`)
    for (const element of list.split(',').map((text) => text.trim())) {
      if (element === '') refuse('braces with nothing in them, or a comma too many')
      if (element.includes('/') && !isInterval)
        refuse(`${element}: a network in a set without flags interval`)
      const key = `${name} ${network(element, family)}`
      if (elements.has(key)) refuse(`${element} stands in it twice`)
      elements.add(key)
    }
    return null
  })()
}

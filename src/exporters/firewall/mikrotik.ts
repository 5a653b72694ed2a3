import type { Checker, ConsumerFormat } from '../../model/consumer.js'
import type { Snapshot } from '../../model/snapshot.js'
import { lineGrammar, network, refuse } from '../grammar.js'

const common = {
  mediaType: 'text/plain; charset=utf-8',
  reference: 'https://manual.mikrotik.com/docs/firewall-and-quality-of-service/firewall/address-lists',
  maxEntries: null,
  whenEmpty: 'a script that empties the list',
  checkedBy: null,
}

/**
 * Scripts for `/import`, one a family, since RouterOS without the IPv6 package stops at the line that names its menu.
 *
 * An import first moves the list aside, adds what is listed now, and then removes what was set aside: with a rule for either
 * list no address is free in between, and nothing is looked for by its address, which RouterOS may spell otherwise. An
 * import that broke off leaves the older list in force. Entries have no timeout: those with one are lost when the router
 * starts, and leave one by one where it can fetch nothing for a while.
 */
export const mikrotik: ConsumerFormat[] = [
  {
    ...common,
    name: 'mikrotik-ipv4',
    path: 'firewall/mikrotik-ipv4.rsc',
    consumer: 'MikroTik RouterOS, IPv4 address list',
    takes: ({ type }) => type === 'ipv4-addr',
    write: (listed, snapshot) =>
      script(
        'ip',
        snapshot,
        listed.map(({ value }) => value),
      ),
    grammar: scriptGrammar('ip'),
  },
  {
    ...common,
    name: 'mikrotik-ipv6',
    path: 'firewall/mikrotik-ipv6.rsc',
    consumer: 'MikroTik RouterOS, IPv6 address list',
    takes: ({ type }) => type === 'ipv6-addr',
    write: (listed, snapshot) =>
      script(
        'ipv6',
        snapshot,
        listed.map(({ value }) => `${value}/128`),
      ),
    grammar: scriptGrammar('ipv6'),
  },
]

function* script(menu: 'ip' | 'ipv6', { profile }: Snapshot, addresses: string[]): Iterable<string> {
  const list = profile.label
  yield `# /import file-name=mikrotik-${menu === 'ip' ? 'ipv4' : 'ipv6'}.rsc`
  yield `# Drop by both lists, ${list} and ${list}-old: the second holds the list while it is renewed.`
  yield `/${menu} firewall address-list`
  yield `:foreach entry in=[find list=${list}] do={ :do { set $entry list=${list}-old } on-error={ remove $entry } }`
  for (const address of addresses) yield `:do { add list=${list} address=${address} } on-error={}`
  yield `remove [find list=${list}-old]`
}

/** Scripts that touch nothing but one menu of address lists, and in which no line can stop the import. */
function scriptGrammar(menu: 'ip' | 'ipv6'): () => Checker {
  const inMenu = new RegExp(`^/${menu}[ /]firewall[ /]address-list$`)
  const family = menu === 'ip' ? 4 : 6
  const word = '[\\w.-]+'
  const aside = new RegExp(
    `^:foreach (\\w+) in=\\[find list=${word}\\] do=\\{ :do \\{ set \\$\\1 list=${word} \\} on-error=\\{ remove \\$\\1 \\} \\}$`,
  )
  const remove = new RegExp(`^remove \\[find list=${word}\\]$`)
  const add = new RegExp(
    `^:do \\{ ?add list=(${word}) address=([0-9a-f.:/]+)(?: timeout=(?:\\d+[smhdw])+)?(?: comment="[^"\\\\$]*")? ?\\} on-error=\\{\\}$`,
    'i',
  )
  return () => {
    let isInMenu = false
    const lines = lineGrammar((line) => {
      if (line === '' || line.startsWith('#')) return null
      if (inMenu.test(line)) {
        isInMenu = true
        return null
      }
      if (!isInMenu) refuse(`before the line /${menu} firewall address-list`)
      if (aside.test(line) || remove.test(line)) return null
      if (/^add /.test(line)) refuse('an add outside of :do { } on-error={}: the import stops where it fails')
      const [, list, address] = add.exec(line) ?? refuse('not a line that adds to an address list')
      return `${network(address!, family).replace(/\/(?:32|128)$/, '')} of ${list}`
    })()
    return {
      ...lines,
      end: () => (isInMenu ? null : `no line /${menu} firewall address-list`),
    }
  }
}

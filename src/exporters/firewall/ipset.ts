import type { Checker, ConsumerFormat } from '../../model/consumer.js'
import { isAddress } from '../../model/observable.js'
import { lineGrammar, network, refuse } from '../grammar.js'

/** Of either set. It does not go by the number of entries: two sets that swap must be made alike in every run. */
const MAX_ELEMENTS = 1_048_576

/** For `ipset restore`: a set is filled beside the one in force and takes its place in one step. */
export const ipset: ConsumerFormat[] = [
  {
    name: 'ipset',
    path: 'firewall/moqhao.ipset',
    mediaType: 'text/plain; charset=utf-8',
    consumer: 'Linux iptables, `ipset restore`: sets of IPv4 and IPv6',
    reference: 'https://ipset.netfilter.org/ipset.man.html',
    // Two files would swap each other's sets away.
    maxEntries: null,
    whenEmpty: 'both sets, emptied',
    checkedBy: 'ipset',
    takes: ({ type }) => isAddress(type),
    *write(listed, { profile }) {
      const [ipv4, ipv6] = [`${profile.label}4`, `${profile.label}6`]
      const added = (family: string) => listed.filter(({ type }) => type === family).map(({ value }) => value)
      yield '# ipset restore -file moqhao.ipset, then once:'
      yield `# iptables -I FORWARD -m set --match-set ${ipv4} dst -j DROP`
      yield `# ip6tables -I FORWARD -m set --match-set ${ipv6} dst -j DROP`
      yield* replaced(ipv4, 'inet', added('ipv4-addr'))
      yield* replaced(ipv6, 'inet6', added('ipv6-addr'))
    },
    grammar: restoreGrammar,
  },
]

function* replaced(set: string, family: string, addresses: string[]): Iterable<string> {
  const made = `hash:ip family ${family} maxelem ${MAX_ELEMENTS} -exist`
  yield `create ${set} ${made}`
  yield `create ${set}-new ${made}`
  // A restore that broke off may have left it half full.
  yield `flush ${set}-new`
  for (const address of addresses) yield `add ${set}-new ${address}`
  yield `swap ${set}-new ${set}`
  yield `destroy ${set}-new`
}

const CREATE =
  /^create (\S+) (hash:(?:ip|net)) family (inet6?)(?: hashsize \d+)?(?: maxelem (\d+))?(?: timeout \d+)?( -exist)?$/
const ADD = /^add (\S+) (\S+)(?: timeout \d+)?( -exist)?$/
/** The kernel's. */
const DEFAULT_MAXELEM = 65_536
const LONGEST_NAME = 31

/** What `ipset restore` takes in a kernel without sets, and what swaps to leave no gap. */
function restoreGrammar(): Checker {
  const sets = new Map<string, { made: string; family: 4 | 6; takesNetworks: boolean; most: number }>()
  const held = new Map<string, Set<string>>()
  const setOf = (name: string) => sets.get(name) ?? refuse(`set ${name} is not created before it is named`)
  return lineGrammar((line) => {
    if (line === '' || line.startsWith('#')) return null
    const created = CREATE.exec(line)
    if (created) {
      const [, name = '', kind, family, most = DEFAULT_MAXELEM, exist] = created
      if (name.length > LONGEST_NAME) refuse(`${name} has more than ${LONGEST_NAME} characters`)
      if (!exist) refuse('a create without -exist fails where the set exists')
      sets.set(name, {
        made: `${kind} ${family}`,
        family: family === 'inet' ? 4 : 6,
        takesNetworks: kind === 'hash:net',
        most: Number(most),
      })
      held.set(name, new Set())
      return null
    }
    const added = ADD.exec(line)
    if (added) {
      const [, name = '', entry = ''] = added
      const { family, takesNetworks, most } = setOf(name)
      if (entry.includes('/') && !takesNetworks) refuse(`${entry}: hash:ip would add each address of it`)
      const entries = held.get(name)!
      if (entries.has(network(entry, family))) refuse(`${entry} stands in it twice`)
      entries.add(network(entry, family))
      if (entries.size > most) refuse(`${name} is full: maxelem ${most}`)
      return null
    }
    const [command, first = '', second, ...more] = line.split(' ')
    if (more.length > 0) refuse('not a command that fills a set')
    if (command === 'swap') {
      if (setOf(first).made !== setOf(second ?? '').made) refuse('sets of two types do not swap')
    } else if ((command === 'flush' || command === 'destroy') && second === undefined) setOf(first)
    else refuse('not a command that fills a set')
    return null
  })()
}

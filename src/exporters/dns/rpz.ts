import { isZoneName, MAX_ZONE_NAME, uncovered } from '../../core/zone.js'
import type { Checker, ConsumerFormat } from '../../model/consumer.js'
import { isAddress } from '../../model/observable.js'
import type { Snapshot, Stamp } from '../../model/snapshot.js'
import { hostName, lineGrammar, network, refuse } from '../grammar.js'

const DAY = 86_400
/** Of what lives without end, the days that a secondary goes on with a zone it cannot refresh. */
const ENDLESS = 30

const common = {
  mediaType: 'text/plain; charset=utf-8',
  reference: 'https://datatracker.ietf.org/doc/html/draft-vixie-dnsop-dns-rpz-00',
  maxEntries: null,
  whenEmpty: 'a zone without rules: `$TTL`, SOA and NS',
  checkedBy: 'named-checkzone, named, unbound',
}

/**
 * Response policy zones: answer NXDOMAIN. Names are relative, so that the zone bears whatever name its user gives it.
 *
 * A name below another is left out: to a name server `x.y.d` makes `y.d` exist, and then `*.d` holds for neither `y.d` nor
 * `z.y.d` (RFC 4592, empty non-terminals): the longer rule would tear a hole into the shorter.
 */
export const rpz: ConsumerFormat[] = [
  {
    ...common,
    name: 'rpz-names',
    leavesOut: 'names over 190 characters; names below a listed one, which it covers',
    path: 'dns/rpz-names.zone',
    consumer:
      'response policy zone (BIND, Unbound, PowerDNS Recursor, Knot Resolver), names and all below them',
    coversBelow: true,
    takes: isZoneName,
    write: (listed, snapshot) => [
      ...head('names', snapshot),
      ...uncovered(listed.map(({ value }) => value)).flatMap((name) => [
        `${name} CNAME .`,
        `*.${name} CNAME .`,
      ]),
    ],
    grammar: () =>
      zoneGrammar((owner) => {
        if (owner.includes('.rpz-')) refuse('a rule for addresses: they have a zone of their own')
        const name = hostName(owner.replace(/^\*\./, ''))
        if (name.length > MAX_ZONE_NAME)
          refuse(`longer than ${MAX_ZONE_NAME} characters: no room for the zone's name`)
      }, holeIn),
  },
  {
    ...common,
    name: 'rpz-addresses',
    path: 'dns/rpz-addresses.zone',
    consumer: 'response policy zone, answers that hold an address',
    takes: ({ type }) => isAddress(type),
    write: (listed, snapshot) => [
      ...head('addresses', snapshot),
      ...listed.map(({ value }) => `${addressOwner(value)} CNAME .`),
    ],
    grammar: () =>
      zoneGrammar((owner) => {
        if (!owner.endsWith('.rpz-ip')) refuse(`${owner} is no rule for an address (rpz-ip)`)
        network(addressOf(owner.slice(0, -'.rpz-ip'.length)))
      }),
  },
]

function head(zone: 'names' | 'addresses', snapshot: Snapshot): string[] {
  // A secondary that cannot refresh it goes on as long as what is listed lives, and no longer.
  const { 'domain-name': ofName, 'ipv4-addr': ofAddress } = snapshot.life
  // A name lives as long as the address it stands on.
  const days =
    (zone === 'names' && ofName !== null && ofAddress !== null ? Math.max(ofName, ofAddress) : ofAddress) ??
    ENDLESS
  const serial = serialOf(snapshot.stamps.get(`list ${zone}`)!)
  return [
    '$TTL 300',
    `@ SOA localhost. nobody.invalid. ${serial} 3600 900 ${days * DAY} 300`,
    '@ NS localhost.',
  ]
}

/** Grows when what the zone holds has changed, and only then: the record of publications knows when, to the second. */
const serialOf = ({ modified }: Stamp): number => Date.parse(modified) / 1000

/** `32.4.3.2.1.rpz-ip` of 1.2.3.4; `128.5.zz.1.2a00.rpz-ip` of 2a00:1::5. */
function addressOwner(address: string): string {
  const parts = address.includes(':') ? address.replace(/^::|::$|::/, ':zz:').split(':') : address.split('.')
  const reversed = parts.filter((part) => part !== '').reverse()
  return [address.includes(':') ? 128 : 32, ...reversed, 'rpz-ip'].join('.')
}

/** The network of such an owner, as CIDR. */
function addressOf(owner: string): string {
  const [prefix = '', ...reversed] = owner.split('.')
  const parts = reversed.reverse()
  if (parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part)))
    return `${parts.join('.')}/${prefix}`
  const address = parts.map((part) => (part === 'zz' ? '' : part)).join(':')
  return `${address.replace(/^(?=:)/, ':').replace(/(?<=[^:]:)$/, ':')}/${prefix}`
}

const NUMBER = String.raw`\d{1,10}`
const HEAD: [string, RegExp][] = [
  ['$TTL', new RegExp(`^\\$TTL ${NUMBER}$`)],
  ['SOA', new RegExp(`^@ (?:${NUMBER} )?(?:IN )?SOA \\S+\\. \\S+\\.(?: ${NUMBER}){5}$`)],
  ['NS', /^@ (?:\d+ )?(?:IN )?NS \S+\.$/],
]

/**
 * `$TTL`, SOA, NS, in this order; then rules of one line each. Policies are NXDOMAIN, NODATA, no answer.
 * @param faultOf what is wrong with all owners together
 */
function zoneGrammar(
  checkOwner: (owner: string) => void,
  faultOf = (_: Set<string>): string | null => null,
): Checker {
  let seen = 0
  const owners = new Set<string>()
  const rules = lineGrammar((line) => {
    const [, owner, action] = /^(\S+)[ \t]+(?:\d+[ \t]+)?(?:IN[ \t]+)?CNAME[ \t]+(\S+)$/.exec(line) ?? []
    if (owner === undefined || action === undefined) return refuse('not `name CNAME .`')
    if (owner.endsWith('.')) refuse('a dot behind the name: it would stand outside the zone')
    if (!/^(?:\*?\.|rpz-drop\.)$/.test(action)) refuse(`${action} is no policy that blocks`)
    checkOwner(owner)
    owners.add(owner)
    return owner
  })()
  return {
    line(text) {
      if (/^\s*(?:;|$)/.test(text)) return null
      const expected = HEAD[seen]
      if (!expected) return rules.line(text)
      const [name, pattern] = expected
      seen++
      return pattern.test(text.replace(/\s+/g, ' ')) ? null : `expected ${name} here`
    },
    end: () => (seen < HEAD.length ? `no ${HEAD[seen]![0]}` : faultOf(owners)),
  }
}

/** A name that only exists because of a longer one, below a wildcard that it thereby escapes. */
function holeIn(owners: Set<string>): string | null {
  for (const owner of owners) {
    const labels = owner.replace(/^\*\./, '').split('.')
    const parents = labels.slice(1).map((_, n) => labels.slice(n + 1).join('.'))
    const wide = parents.findIndex((parent) => owners.has(`*.${parent}`))
    const hole = parents.slice(0, Math.max(wide, 0)).find((parent) => !owners.has(parent))
    if (hole !== undefined) return `${owner} lets ${hole} escape *.${parents[wide]}`
  }
  return null
}

import { createHash } from 'node:crypto'
import { bySeniority } from '../../core/order.js'
import { dayOf } from '../../core/time.js'
import type { ConsumerFormat, Tier } from '../../model/consumer.js'
import { isAddress, type ObservableType } from '../../model/observable.js'
import type { Indicator, Snapshot, Stamp } from '../../model/snapshot.js'
import { hostName, lineGrammar, network, refuse } from '../grammar.js'

const common = {
  mediaType: 'text/plain; charset=utf-8',
  maxEntries: null,
  checkedBy: 'suricata',
}
const isNamed = ({ type }: { type: ObservableType }) => type === 'domain-name' || isAddress(type)

/**
 * A rule for each name and address, or two rules over the lists of `suricata-datasets.ts`, which are lighter: the first
 * say in the alert what was met, are switched off one by one, and match below a name too; a set holds whole values only.
 */
export const suricataRules: ConsumerFormat[] = [
  {
    ...common,
    name: 'suricata-rules',
    path: 'ids/suricata.rules',
    consumer: 'Suricata 6 and later, a rule for each name (and all below it) and address',
    ...eachItsRule('block'),
    coversBelow: true,
  },
  {
    ...common,
    name: 'watch-suricata-rules',
    path: 'watch/suricata.rules',
    consumer: '**for logging only**: the same of what is watched, alerts of the lowest priority',
    ...eachItsRule('watch'),
    tier: 'watch',
  },
  {
    ...common,
    name: 'suricata-datasets-rules',
    path: 'ids/suricata-datasets.rules',
    consumer: 'Suricata 7 and later, two rules over the data sets beside it',
    reference: 'https://docs.suricata.io/en/latest/rules/datasets.html',
    whenEmpty: 'the same two rules; sets without values match nothing',
    takes: isNamed,
    write: (_, { profile: { label } }) => [
      `alert dns $HOME_NET any -> any any (msg:"${label} name looked up"; dns.query; dataset:isset,${label}-names,type string,load suricata-names.lst; classtype:trojan-activity; sid:${FIRST_SID}; rev:1;)`,
      `alert ip $HOME_NET any -> any any (msg:"${label} address contacted"; ip.dst; dataset:isset,${label}-addresses,type ip,load suricata-addresses.lst; threshold:type limit,track by_both,count 1,seconds 3600; classtype:trojan-activity; sid:${FIRST_SID + 1}; rev:1;)`,
    ],
    grammar: rulesGrammar(),
  },
]

function eachItsRule(
  tier: Tier,
): Pick<ConsumerFormat, 'reference' | 'whenEmpty' | 'takes' | 'write' | 'grammar'> {
  return {
    reference: 'https://docs.suricata.io/en/latest/rules/intro.html',
    whenEmpty: 'an empty file; Suricata warns where it has no other rules',
    takes: isNamed,
    write(listed, snapshot) {
      const sids = sidsOf(snapshot, tier)
      return listed.map((one) => rule(one, tier, snapshot.profile.label, sids.get(one.value)!))
    },
    grammar: rulesGrammar(),
  }
}

function rule({ type, value, stamp }: Indicator, tier: Tier, label: string, sid: number): string {
  const [match, what] = isAddress(type)
    ? [
        `ip $HOME_NET any -> ${type === 'ipv6-addr' ? `[${value}]` : value} any`,
        `address contacted: ${value}"`,
      ]
    : [
        'dns $HOME_NET any -> any any',
        `name looked up: ${value}"; dns.query; dotprefix; content:".${value}"; nocase; endswith`,
      ]
  // The record of publications dates nothing that is watched, so its rule says no date and never changes.
  if (tier === 'watch')
    return `alert ${match} (msg:"${label}-feed watch (for logging only) ${what}; classtype:misc-activity; priority:4; sid:${sid}; rev:1;)`
  const [created, updated] = [stamp.created, stamp.modified].map((at) => dayOf(at).replaceAll('-', '_'))
  return `alert ${match} (msg:"${label} ${what}; classtype:trojan-activity; sid:${sid}; rev:${revision(stamp)}; metadata:created_at ${created}, updated_at ${updated};)`
}

/** Grows with each change of what is known, which the record of publications dates to the second. */
const revision = ({ created, modified }: Stamp): number =>
  1 + (Date.parse(modified) - Date.parse(created)) / 1000

/** Above all that sidallocation.org gives out, and below 2^31, for what keeps it as a signed number. */
const FIRST_SID = 1_000_000_000
const LAST_SID = 2_147_483_647
/** For rules that stand for no single value. */
const RESERVED = 100

/** Rule ids of single values. Those of what is watched lie below, where no allocation known to us does. */
const SIDS: Record<Tier, { first: number; count: number }> = {
  block: { first: FIRST_SID + RESERVED, count: LAST_SID - FIRST_SID - RESERVED },
  watch: { first: 700_000_000, count: 100_000_000 },
}

/**
 * A rule id by the hash of the value, for each name, address, and domain that covers names. Of two values with one hash the
 * one published first keeps it, and the other takes the hash of a longer text: so an id depends on what was published
 * before, active or not, and never on what comes later. Of what is watched, which was not published, the first in order
 * keeps it.
 */
export function sidsOf(
  { indicators, watch }: Pick<Snapshot, 'indicators' | 'watch'>,
  tier: Tier,
): Map<string, number> {
  const sids = new Map<string, number>()
  const taken = new Set<number>()
  const named = (tier === 'watch' ? watch : indicators).filter(isNamed)
  // A domain is as old as the oldest name under it.
  const domains = named.flatMap(({ operated, stamp }) =>
    operated === null ? [] : [{ value: operated, stamp }],
  )
  for (const { value } of [...named, ...domains].sort(bySeniority)) {
    if (sids.has(value)) continue
    let text = value
    while (taken.has(sidOf(text, tier))) text += ' '
    taken.add(sidOf(text, tier))
    sids.set(value, sidOf(text, tier))
  }
  return sids
}

function sidOf(text: string, tier: Tier): number {
  const { first, count } = SIDS[tier]
  return first + (createHash('sha256').update(text).digest().readUIntBE(0, 6) % count)
}

const HEADER = /^(alert|drop|reject|pass) ([a-z0-9]+) (\S+) (\S+) (->|<>) (\S+) (\S+) \((.*)\)$/
const PROTOCOLS = new Set([
  'ip',
  'tcp',
  'udp',
  'icmp',
  'dns',
  'http',
  'tls',
  'ssh',
  'smtp',
  'quic',
  'http2',
  'tcp-pkt',
])

/** Suricata's own words for what it leaves out silently otherwise: an option unknown to it is not told from one we do not know. */
function rulesGrammar() {
  return lineGrammar((line) => {
    if (/^\s*(?:#|$)/.test(line)) return null
    const [, , protocol, from, , , to, , body] =
      HEADER.exec(line) ?? refuse('not `action protocol from port -> to port (options)`')
    if (!PROTOCOLS.has(protocol!)) refuse(`no protocol ${protocol}`)
    for (const hosts of [from!, to!]) checkHosts(hosts)
    const options = optionsOf(body!)
    if (!/^".+"$/.test(options.get('msg') ?? '')) refuse('no msg in quotes')
    checkContent(options)
    const [sid, rev] = ['sid', 'rev'].map((name) => options.get(name) ?? refuse(`no ${name}`))
    for (const number of [sid!, rev!])
      if (!/^[1-9]\d{0,9}$/.test(number) || Number(number) > 0xffffffff)
        refuse(`${number} is no number above 0 in 32 bits`)
    return `sid ${sid}`
  })
}

function checkHosts(hosts: string): void {
  for (const host of hosts
    .replace(/^!/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .split(','))
    if (!/^!?(?:any|\$[A-Z0-9_]+)$/.test(host)) network(host.replace(/^!/, ''))
}

/** `name:value;` or `name;`, with `\;` in a value; each must end in its semicolon. */
function optionsOf(body: string): Map<string, string> {
  const options = new Map<string, string>()
  const pattern = /\s*([a-z0-9_.-]+)(?::\s*((?:[^;\\]|\\.)*))?;/gy
  let end = 0
  for (const match of body.matchAll(pattern)) {
    options.set(match[1]!, match[2] ?? '')
    end = match.index + match[0].length
  }
  if (body.slice(end).trim() !== '')
    refuse(`not an option that ends in a semicolon: ${body.slice(end).trim()}`)
  return options
}

/** A name in a DNS rule is compared in lower case, with a dot in front where `dotprefix` puts one. */
function checkContent(options: Map<string, string>): void {
  const content = options.get('content')
  if (content === undefined || !options.has('dns.query')) return
  const name = /^"(.*)"$/.exec(content)?.[1] ?? refuse('content without quotes')
  if (options.has('dotprefix') && !name.startsWith('.'))
    refuse(`no dot in front of ${name}, as dotprefix wants`)
  hostName(name.replace(/^\./, ''))
}

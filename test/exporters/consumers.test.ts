import { describe, expect, it } from 'vitest'
import { lint } from '../../src/app/lint.js'
import { consumerExporter, split } from '../../src/exporters/consumer.js'
import { consumers } from '../../src/exporters/consumers.js'
import type { Artifact } from '../../src/model/ports.js'
import type { Indicator, Snapshot } from '../../src/model/snapshot.js'
import { snapshotOf } from './snapshot.js'

const render = (name: string, snapshot: Snapshot): Artifact[] => {
  const format = consumers.find((one) => one.name === name)!
  return [...consumerExporter(format).render(snapshot, name)]
}
async function* bytesOf(text: string) {
  yield Buffer.from(text)
}
const faultsOf = async (name: string, text: string) => (await lint(bytesOf(text), name)).faults

describe.each(consumers)('$name', ({ name, takes, maxEntries }) => {
  const full = snapshotOf(5_000)

  it('is taken whole by its own grammar, and holds all that it takes', async () => {
    const artifacts = render(name, full)
    for (const { body } of artifacts) expect(await faultsOf(name, [...body].join(''))).toEqual([])
    const entries = artifacts.reduce((sum, one) => sum + one.entries, 0)
    expect(entries).toBe(full.indicators.filter(takes).length)
    expect(entries).toBeGreaterThan(0)
    for (const one of artifacts) expect(one.entries).toBeLessThanOrEqual(maxEntries ?? entries)
  })

  it('changes by the lines of an indicator where the indicator comes or goes', () => {
    const linesOf = (indicators: Indicator[]) =>
      new Set(render(name, { ...full, indicators }).flatMap(({ body }) => [...body]))
    const [first, ...others] = full.indicators.filter(takes)
    const [all, rest, alone, none] = [[first!, ...others], others, [first!], []].map(linesOf)
    expect([...all!].filter((line) => !rest!.has(line))).toEqual(
      [...alone!].filter((line) => !none!.has(line)),
    )
    expect([...rest!].filter((line) => !all!.has(line))).toEqual([])
  })

  it('is taken empty', async () => {
    const [{ body, entries }, ...more] = render(name, snapshotOf(0)) as [Artifact]
    expect([entries, more]).toEqual([0, []])
    expect(await faultsOf(name, [...body].join(''))).toEqual([])
  })
})

const zone = (rule: string) => `$TTL 300\n@ SOA a. b. 1 2 3 4 5\n@ NS a.\n${rule}\n`
const suricataRule = (content: string) =>
  `alert dns any any -> any any (msg:"x"; dns.query; dotprefix; ${content}; nocase; endswith; sid:1; rev:1;)\n`
const intel = (item: string) => `#fields\tindicator\tindicator_type\tmeta.source\n${item}\n`

/** Per format: lines that the consumer would refuse or misread, each with what is said of it. */
const REFUSED: [format: string, file: string, message: RegExp][] = [
  ['pan-os-ip', 'evil.example.com\n', /not an IP address/],
  ['pan-os-ip', '# made today\n', /not an IP address/],
  ['pan-os-ip', '31.1.2.3\n31.1.2.3\n', /twice/],
  ['pan-os-ip', '31.1.2.3', /no end of line/],
  ['pan-os-ip', '31.1.2.3\r\n', /CRLF/],
  ['pan-os-ip', '\ufeff31.1.2.3\n', /byte order mark/],
  ['pan-os-ip', '1.0.0.1-::1\n', /IPv4 and IPv6/],
  ['pan-os-domain', '31.1.2.3\n', /takes names/],
  ['pan-os-domain', 'a.*.example.com\n', /not a host name/],
  ['pan-os-domain', 'テスト.jp\n', /not a host name/],
  ['pan-os-url', 'http://a.example.com/\n', /scheme/],
  ['pan-os-url', 'a.example.com\n', /slash/],
  ['pan-os-url', 'a.example.com:8080/\n', /port/],
  ['hosts', '31.1.2.3\n', /only 0\.0\.0\.0/],
  ['hosts', '0.0.0.0 31.1.2.3\n', /takes names/],
  ['hosts', '0.0.0.0 *.example.com\n', /not a host name/],
  ['hosts', '31.1.2.3 evil.example.com\n', /only 0\.0\.0\.0/],
  ['hosts', 'evil.example.com\n', /only 0\.0\.0\.0/],
  ['rpz-names', zone('evil.example.com. CNAME .'), /dot behind the name/],
  ['rpz-names', zone('Evil.example.com CNAME .'), /not a host name/],
  ['rpz-names', zone('31.1.2.3 CNAME .'), /takes names/],
  ['rpz-names', zone('32.3.2.1.31.rpz-ip CNAME .'), /zone of their own/],
  ['rpz-names', zone('evil.example.com A 127.0.0.1'), /not `name CNAME/],
  ['rpz-names', 'evil.example.com CNAME .\n@ SOA a. b. 1 2 3 4 5\n@ NS a.\n', /expected \$TTL/],
  ['rpz-names', zone('*.d.example CNAME .\nx.y.d.example CNAME .'), /lets y\.d\.example escape/],
  ['rpz-names', zone('evil.example.com CNAME rpz-passthru.'), /no policy that blocks/],
  ['rpz-names', '$TTL 300\n@ SOA a. b. 1 2 3 4 5\n', /no NS/],
  ['rpz-addresses', zone('32.31.1.2.300.rpz-ip CNAME .'), /not an IP address/],
  ['rpz-addresses', zone('31.1.2.3 CNAME .'), /rpz-ip/],
  ['rpz-addresses', zone('evil.example.com CNAME .'), /rpz-ip/],
  ['rpz-addresses', zone('64.3.2.1.31.rpz-ip CNAME .'), /not a network/],
  ['rpz-addresses', zone('128.1.zz.2.zz.2a00.rpz-ip CNAME .'), /not an IP address/],
  ['dnsmasq-names', 'evil.example.com\n', /not `local/],
  ['dnsmasq-names', 'local=/31.1.2.3/\n', /takes names/],
  ['dnsmasq-names', 'address=/evil.example.com/31.1.2.3\n', /not `local/],
  ['dnsmasq-names', 'local=/*.example.com/\n', /not a host name/],
  ['dnsmasq-names', 'bogus-nxdomain=31.1.2.3\n', /not `local/],
  ['dnsmasq-addresses', 'bogus-nxdomain=2a00::1\n', /IPv6/],
  ['dnsmasq-addresses', 'bogus-nxdomain=evil.example.com\n', /not an IP address/],
  ['dnsmasq-addresses', '31.1.2.3\n', /not `bogus-nxdomain/],
  ['dnsmasq-addresses-ipv6', 'bogus-nxdomain=31.1.2.3\n', /IPv4/],
  ['dnsmasq-addresses-ipv6', 'bogus-nxdomain=[2a00::1]\n', /not an IP address/],
  ['dnsmasq-addresses-ipv6', 'bogus-nxdomain 2a00::1\n', /not `bogus-nxdomain/],
  ['unbound-names', 'server:\nlocal-zone: "31.1.2.3" always_nxdomain\n', /takes names/],
  ['unbound-names', 'server:\nlocal-zone: "evil.example.com." transparent\n', /does not block/],
  ['unbound-names', 'server:\nlocal-zone: evil.example.com.\n', /not `local-zone/],
  ['unbound-names', 'server:\nlocal-data: "evil.example.com. A 127.0.0.1"\n', /not `local-zone/],
  ['unbound-names', '', /no `server:`/],
  ['pi-hole', '||evil.example.com\n', /not `\|\|name/],
  ['pi-hole', '||evil.example.com^ # MoqHao\n', /not `\|\|name/],
  ['pi-hole', 'evil.example.com # MoqHao\n', /no domain/],
  ['pi-hole', '||Evil.example.com^\n', /no domain/],
  ['pi-hole', '31.1.2.31\n', /IP address/],
  ['pi-hole', 'evil.example.com/path\n', /no domain/],
  ['pi-hole', '||evil.example.com^$important\n', /not `\|\|name/],
  ['adguard-home-names', '||evil.example.com\n', /caret/],
  ['adguard-home-names', '31.1.2.3\n', /takes names/],
  ['adguard-home-names', '||31.1.2.3^\n', /takes names/],
  ['adguard-home-names', '||EVIL.example.com^\n', /not a host name/],
  ['adguard-home-addresses', '31.1.2.3\n', /bars/],
  ['adguard-home-addresses', '||31.1.2.3^\n', /bars/],
  ['adguard-home-addresses', '|31.1.2.0/24|\n', /network/],
  ['adguard-home-addresses', '|evil.example.com|\n', /not an IP address/],
  ['suricata-rules', suricataRule('content:".evil.example.com"').replace(' sid:1;', ''), /no sid/],
  ['suricata-rules', suricataRule('content:".evil.example.com"').repeat(2), /twice/],
  ['suricata-rules', suricataRule('content:"evil.example.com"'), /no dot/],
  ['suricata-rules', suricataRule('content:".Evil.example.com"'), /not a host name/],
  ['suricata-rules', suricataRule('content:".evil.example.com"').replace('rev:1;', 'rev:1'), /semicolon/],
  [
    'suricata-rules',
    suricataRule('content:".evil.example.com"').replace('sid:1', 'sid:4294967296'),
    /32 bits/,
  ],
  [
    'suricata-rules',
    'alert ip any any -> evil.example.com any (msg:"x"; sid:1; rev:1;)\n',
    /not an IP address/,
  ],
  ['suricata-rules', 'evil.example.com\n', /not `action/],
  ['suricata-datasets-rules', 'alert dns any any -> any any (dns.query; sid:1; rev:1;)\n', /no msg/],
  ['suricata-datasets-rules', 'alert dns any any -> any any (msg:"x"; sid:1;)\n', /no rev/],
  ['suricata-datasets-rules', 'alert dsn any any -> any any (msg:"x"; sid:1; rev:1;)\n', /no protocol/],
  ['suricata-names', 'evil.example.com\n', /not base64/],
  ['suricata-names', `${Buffer.from('31.1.2.3').toString('base64')}\n`, /takes names/],
  ['suricata-names', `${Buffer.from('Evil.example.com').toString('base64')}\n`, /not a host name/],
  ['suricata-names', `${Buffer.from('a.example.com').toString('base64').replace(/=+$/, '')}\n`, /not base64/],
  ['suricata-names', `${Buffer.from('evil.example.com\n').toString('base64')}\n`, /not a host name/],
  ['suricata-addresses', '31.1.2.0/24\n', /network/],
  ['suricata-addresses', 'evil.example.com\n', /not an IP address/],
  ['suricata-addresses', '31.1.2.3,10\n', /not an IP address/],
  ['suricata-iprep-categories', '60,moqhao,MoqHao\n', /no id/],
  ['suricata-iprep-categories', '1,moqhao\n', /not `id/],
  ['suricata-iprep-categories', '1,mo qhao,MoqHao\n', /no short name/],
  ['suricata-iprep', '31.1.2.3,1,128\n', /no score/],
  ['suricata-iprep', '31.1.2.3,1\n', /not `address/],
  ['suricata-iprep', 'evil.example.com,1,85\n', /not an IP address/],
  ['suricata-iprep', '31.1.2.3, 1, 85\n', /no category/],
  ['zeek-intel', '#fields indicator indicator_type meta.source\n', /no column.*tabs/],
  ['zeek-intel', intel('evil.example.com Intel::DOMAIN x'), /1 cells.*tabs/],
  ['zeek-intel', intel('http://evil.example.com/\tIntel::URL\tx'), /scheme/],
  ['zeek-intel', intel('31.1.2.3\tIntel::DOMAIN\tx'), /takes names/],
  ['zeek-intel', intel('31.1.2.0/24\tIntel::ADDR\tx'), /SUBNET/],
  ['zeek-intel', intel('evil.example.com\tIntel::DOMAIN\t'), /empty cell/],
  ['zeek-intel', intel('evil.example.com\tDOMAIN\tx'), /no type/],
  ['zeek-intel', '31.1.2.3\tIntel::ADDR\tx\n#fields\tindicator\tindicator_type\tmeta.source\n', /before/],
  ['squid-names', '.example.com\n.evil.example.com\n', /stands below/],
  ['squid-names', 'example.com\n.example.com\n', /stands below/],
  ['squid-names', '31.1.2.3\n', /takes names/],
  ['squid-names', '*.example.com\n', /not a host name/],
  ['squid-names', '# nothing\n', /no entry/],
  ['squid-addresses', '.evil.example.com\n', /not an IP address/],
  ['squid-addresses', '31.1.2.0/33\n', /not a network/],
  ['squid-addresses', '', /no entry/],
]

it.each(REFUSED)('%s refuses %j', async (name, file, message) => {
  const faults = await faultsOf(name, file)
  expect(faults).toHaveLength(1)
  expect(faults[0]!.message).toMatch(message)
})

it('every format refuses something', () => {
  expect(new Set(REFUSED.map(([name]) => name))).toEqual(new Set(consumers.map(({ name }) => name)))
})

it('a part that is full splits in two, and no other entry moves', () => {
  const { indicators } = snapshotOf(2_000)
  const partOf = (count: number) =>
    new Map(
      [...split(indicators.slice(0, count), 500)].flatMap(({ suffix, entries }) =>
        entries.map(({ value }) => [value, suffix] as const),
      ),
    )
  const [before, after] = [partOf(1_900), partOf(1_901)]
  expect([...before].filter(([value, suffix]) => after.get(value) !== suffix)).toEqual([])
  expect(new Set(before.values()).size).toBeGreaterThan(3)
  expect(before.values()).toContain('')
})

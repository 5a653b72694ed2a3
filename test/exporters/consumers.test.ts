import { describe, expect, it } from 'vitest'
import { lint } from '../../src/app/lint.js'
import { consumerExporter, split } from '../../src/exporters/consumer.js'
import { consumers } from '../../src/exporters/consumers.js'
import type { Artifact } from '../../src/model/ports.js'
import type { Snapshot } from '../../src/model/snapshot.js'
import { snapshotOf } from './snapshot.js'

const render = (name: string, snapshot: Snapshot): Artifact[] => {
  const format = consumers.find((one) => one.name === name)!
  return [...consumerExporter(format).render(snapshot, name)]
}
async function* bytesOf(text: string) {
  yield Buffer.from(text)
}
const faultsOf = async (name: string, text: string) => (await lint(bytesOf(text), name)).faults

const full = snapshotOf(5_000)

describe.each(consumers)('$name', ({ name, tier, takes, maxEntries }) => {
  const held = tier === 'watch' ? 'watch' : 'indicators'

  it('is taken whole by its own grammar, and holds all that it takes', async () => {
    const artifacts = render(name, full)
    for (const { body } of artifacts) expect(await faultsOf(name, [...body].join(''))).toEqual([])
    const entries = artifacts.reduce((sum, one) => sum + one.entries, 0)
    expect(entries).toBe(full[held].filter(takes).length)
    expect(entries).toBeGreaterThan(0)
    for (const one of artifacts) expect(one.entries).toBeLessThanOrEqual(maxEntries ?? entries)
  })

  it('reads as a person expects', async () => {
    for (const { path, body } of render(name, snapshotOf(24)))
      await expect([...body].join('')).toMatchFileSnapshot(`../golden/consumers/${path}`)
  })

  it('changes as many lines as an indicator has in it', () => {
    const linesOf = (snapshot: Snapshot) =>
      render(name, snapshot).flatMap(({ path, body }) => [...body].map((line) => `${path}: ${line}`))
    // In one part: of several, an entry of each later one moves up where one goes.
    const full = snapshotOf(600)
    const gone = full[held].filter(takes)[7]
    const before = linesOf(full)
    const after = linesOf({ ...full, [held]: full[held].filter((one) => one !== gone) })
    const kept = new Set(after)
    const changed = before.filter((line) => !kept.has(line))
    // Rules over a list beside them are the same whatever it holds.
    const isFixed = linesOf(snapshotOf(0)).join() === before.join()
    expect(changed.length > 0).toBe(!isFixed)
    expect(after).toEqual(before.filter((line) => kept.has(line)))
  })

  it('is taken empty', async () => {
    const [{ body, entries }, ...more] = render(name, snapshotOf(0)) as [Artifact]
    expect([entries, more]).toEqual([0, []])
    expect(await faultsOf(name, [...body].join(''))).toEqual([])
  })
})

const CHECK_POINT = '# UNIQ-NAME,VALUE,TYPE,CONFIDENCE,SEVERITY,PRODUCT,COMMENT\n'
const NFT = 'add table inet t\nadd set inet t s { type ipv4_addr; }\n'
const DEFENDER =
  'indicatorType,indicatorValue,expirationTime,action,severity,title,description,recommendedActions,rbacGroups,category,mitretechniques,GenerateAlert\n'
const defenderRows = (count: number) =>
  Array.from(
    { length: count },
    (_, n) => `IpAddress,31.1.${n >> 8}.${n & 255},,Block,High,t,d,,,,,True\n`,
  ).join('')
const SENTINEL =
  'threatTypes,tags,name,description,confidence,revoked,validFrom,validUntil,tlpLevel,severity,observableType,observableValue\n'
const SIGMA = 'title: t\nlogsource:\n    category: dns\ndetection:\n    selection:\n'
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
  ['pan-os-url', 'a.example.com/*\n', /wildcard/],
  ['pan-os-url', '*.example.com/a^b\n', /wildcard/],
  ['pan-os-ip', `${'1'.repeat(20_000)}\n`, /more than 16384/],
  ['fortigate-ip', 'evil.example.com\n', /not an IP address/],
  ['fortigate-ip', '31.1.2.3 # C2\n', /not an IP address/],
  ['fortigate-ip', '31.1.2.3/33\n', /not a network/],
  ['fortigate-ip', '7.4.4\n', /not an IP address/],
  ['fortigate-domain', '31.1.2.3\n', /takes names/],
  ['fortigate-domain', 'https://a.example.com/\n', /not a host name/],
  ['fortigate-domain', 'a.example.com,b.example.com\n', /not a host name/],
  ['fortigate-url', 'a.example.com/x\n', /not an http/],
  ['fortigate-url', 'hxxp://a.example.com/\n', /not an http/],
  ['fortigate-url', `http://a.example.com/${'x'.repeat(4_000)}\n`, /4 KB/],
  ['fortigate-hash', 'd41d8cd98f00b204e9800998ecf8427e_sample\n', /no hash/],
  ['fortigate-hash', `${'a'.repeat(128)}\n`, /no hash/],
  ['fortigate-hash', 'a.example.com\n', /no hash/],
  ['cisco-ip', '0.0.0.0/0\n', /\/0/],
  ['cisco-ip', '31.1.2.3 # C2\n', /not an IP address/],
  ['cisco-ip', '31.1.2.1-31.1.2.9\n', /not an IP address/],
  ['cisco-domain', 'duckdns.org\n', /everybody's names/],
  ['cisco-domain', 'a.example.com # C2\n', /not a host name/],
  ['cisco-domain', '例え.jp\n', /not a host name/],
  ['cisco-url', 'http://duckdns.org/\n', /everybody's names/],
  ['cisco-url', 'http://a.example.com/テスト\n', /ASCII/],
  ['cisco-url', 'http://a.example.com/ # C2\n', /ASCII/],
  ['check-point', `${CHECK_POINT}o1,31.1.2.3,IP,high,high,AB\n`, /6 columns/],
  ['check-point', `${CHECK_POINT}o1,2a00::1,IP,high,high,AB,\n`, /IPv6/],
  ['check-point', `${CHECK_POINT}o1,a.example.com,FQDN,high,high,AV,\n`, /TYPE is FQDN/],
  ['check-point', `${CHECK_POINT}o1,31.1.2.3,IP,90,high,AB,\n`, /CONFIDENCE is 90/],
  ['check-point', `${CHECK_POINT}# a note\n`, /1 columns/],
  ['check-point', `${CHECK_POINT}o1,31.1.2.3,IP,,,,\no1,31.1.2.4,IP,,,,\n`, /twice/],
  ['check-point', 'UNIQ-NAME,VALUE,TYPE,CONFIDENCE,SEVERITY,PRODUCT,COMMENT\n', /header/],
  ['check-point', '', /no header/],
  ['pfblockerng-ipv4', '2a00::1\n', /IPv6/],
  ['pfblockerng-ipv4', '031.001.002.003\n', /not an IP address/],
  ['pfblockerng-ipv4', '<html><body>404</body></html>\n', /not an IP address/],
  ['pfblockerng-ipv6', '31.1.2.3\n', /IPv4/],
  ['pfblockerng-ipv6', '2a00::1::2\n', /not an IP address/],
  ['pfblockerng-ipv6', 'fe80::1%eth0\n', /not an IP address/],
  ['pfblockerng-dnsbl', '0.0.0.0 a.example.com\n', /not a host name/],
  ['pfblockerng-dnsbl', '||a.example.com^\n', /not a host name/],
  ['pfblockerng-dnsbl', '31.1.2.3\n', /takes names/],
  ['opnsense-ip', 'a.example.com\n', /not an IP address/],
  ['opnsense-ip', '31.1.2.3/24/8\n', /not a network/],
  ['opnsense-ip', '1.0.2-beta ; a version\n', /not an IP address/],
  ['mikrotik-ipv4', '/ip firewall address-list\nadd list=x address=31.1.2.3\n', /outside of :do/],
  ['mikrotik-ipv4', '/ip firewall address-list\n:do { add list=x address=2a00::1 } on-error={}\n', /IPv6/],
  ['mikrotik-ipv4', '/ip firewall address-list\n/system reset-configuration\n', /not a line that adds/],
  [
    'mikrotik-ipv4',
    '/ip firewall address-list\n:do { add list=x address=31.1.2.3 comment="$[/user print]" } on-error={}\n',
    /not a line that adds/,
  ],
  ['mikrotik-ipv4', '# nothing else\n', /no line/],
  ['mikrotik-ipv6', '/ip firewall address-list\n/ipv6 firewall address-list\n', /before the line/],
  ['mikrotik-ipv6', '/ipv6 firewall address-list\n:do { add list=x address=31.1.2.3 } on-error={}\n', /IPv4/],
  [
    'mikrotik-ipv6',
    '/ipv6 firewall address-list\n:do { add list=x address=evil.example } on-error={}\n',
    /not a line/,
  ],
  ['nftables', 'flush set inet t s\n', /not declared/],
  ['nftables', 'add set inet t s { type ipv4_addr; }\n', /not declared/],
  ['nftables', `${NFT}add element inet t s { 31.1.2.3 }\n`, /not flushed/],
  ['nftables', `${NFT}flush set inet t s\nadd element inet t s { }\n`, /nothing in them/],
  ['nftables', `${NFT}flush set inet t s\nadd element inet t s { 2a00::1 }\n`, /IPv6/],
  ['nftables', `${NFT}flush set inet t s\nadd element inet t s { 31.1.2.0/24 }\n`, /flags interval/],
  ['nftables', `${NFT}flush ruleset\n`, /not a statement/],
  ['ipset', 'add s 31.1.2.3\n', /not created/],
  ['ipset', 'create s hash:ip family inet\n', /-exist/],
  ['ipset', 'create s hash:ip family inet -exist\nadd s 2a00::1\n', /IPv6/],
  ['ipset', 'create s hash:ip family inet -exist\nadd s 31.1.0.0/16\n', /each address/],
  ['ipset', 'create s hash:ip family inet maxelem 1 -exist\nadd s 31.1.2.3\nadd s 31.1.2.4\n', /full/],
  ['ipset', 'create a hash:ip family inet -exist\ncreate b hash:net family inet -exist\nswap a b\n', /swap/],
  ['splunk-ip', 'description, ip, weight\n', /header/],
  ['splunk-ip', 'description,ip,weight\nMoqHao,a.example.com,60\n', /not an IP address/],
  ['splunk-ip', 'description,ip,weight\nMoqHao,31.1.2.3,0\n', /weight/],
  ['splunk-domain', 'description,domain,weight\nMoqHao,31.1.2.3,60\n', /takes names/],
  ['splunk-domain', 'description,domain,weight\nMoqHao, since 2018,a.example.com,60\n', /4 columns/],
  ['splunk-domain', 'description,domain,weight\nMoqHao,*.example.com,60\n', /not a host name/],
  ['splunk-http', 'description,url,weight\n', /header/],
  [
    'splunk-http',
    'description,http_referrer,http_user_agent,url,weight\n,,,a.example.com,60\n',
    /not an http/,
  ],
  ['splunk-http', 'description,http_referrer,http_user_agent,url,weight\n"x,,,,\n', /quotes/],
  ['splunk-file', 'description,file_hash,file_name,weight\nx,a.apk,,60\n', /no hash/],
  ['splunk-file', 'description,file_hash,file_name,weight\n\n', /empty line/],
  ['splunk-file', 'file_hash,file_name,weight,description\n', /header/],
  ['defender-ip', `${DEFENDER}IpAddress,31.1.2.0/24,,Block,High,t,d,,,,,True\n`, /network/],
  ['defender-ip', `${DEFENDER}IpAddress,31.1.2.3,,BlockAndRemediate,High,t,d,,,,,True\n`, /for files/],
  ['defender-ip', `${DEFENDER}IpAddress,31.1.2.3,,Block,High,,d,,,,,True\n`, /title/],
  ['defender-ip', `${DEFENDER}IpAddress,31.1.2.3,2026-12-20,Block,High,t,d,,,,,True\n`, /expirationTime/],
  ['defender-ip', `${DEFENDER}${defenderRows(501)}`, /501 entries/],
  ['defender-url', `${DEFENDER}Domain,a.example.com,,Block,High,t,d,,,,,True\n`, /indicatorType/],
  ['defender-url', `${DEFENDER}DomainName,a.example.com,,Alert,High,t,d,,,,,True\n`, /action/],
  ['defender-url', `${DEFENDER}Url,a.example.com/x,,Block,High,t,d\n`, /7 columns/],
  ['defender-file', `${DEFENDER}FileMd5,${'a'.repeat(32)},,Block,High,t,d,,,,,True\n`, /indicatorType/],
  ['defender-file', `${DEFENDER}FileSha256,${'a'.repeat(40)},,Block,High,t,d,,,,,True\n`, /no hash/],
  [
    'defender-file',
    `${DEFENDER}FileSha1,${'a'.repeat(40)},,Block,High,t,d,,,credential access,,True\n`,
    /Pascal/,
  ],
  ['sentinel', `${SENTINEL}x,,,,85,,,,white,,ipv4-addr,31.1.2.3\n`, /no validFrom/],
  ['sentinel', `${SENTINEL}x,,,,85,,2026-11-20,,white,,ipv4-addr,31.1.2.3\n`, /not a time/],
  ['sentinel', `${SENTINEL}x,,,,85,,2026-11-20T00:00:00Z,,white,,ip,31.1.2.3\n`, /observableType/],
  ['sentinel', 'Remove this row before the upload\n', /header/],
  ['sigma-dns', `${SIGMA}        query:\n    condition: selection\n`, /nothing stands under query/],
  ['sigma-dns', `${SIGMA}        query:\n            - *.example.com\n    condition: x\n`, /single quotes/],
  ['sigma-dns', `${SIGMA}        query:\n            - 31.1.2.3\n    condition: x\n`, /takes names/],
  ['sigma-dns', `${SIGMA}        query: a.example.com\n`, /no detection.condition/],
  ['sigma-proxy', `date: 2026\n${SIGMA}        cs-host: x\n    condition: x\n`, /no date/],
  ['sigma-proxy', `name_of_rule: x\n${SIGMA}        cs-host: x\n    condition: x\n`, /no key of a rule/],
  ['sigma-proxy', `id: moqhao-1\n${SIGMA}        cs-host: x\n    condition: x\n`, /no id/],
  ['sigma-ip', `${SIGMA}        dst_ip:\n            - a.example.com\n    condition: x\n`, /not an IP/],
  ['sigma-ip', `${SIGMA}        dst_ip: x\n          - 31.1.2.3\n    condition: x\n`, /four spaces/],
  ['sigma-ip', `level: severe\n${SIGMA}        dst_ip: x\n    condition: x\n`, /no level/],
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
  ['watch-suricata-rules', suricataRule('content:".evil.example.com"').replace(' rev:1;', ''), /no rev/],
  ['watch-zeek-intel', intel('evil.example.com\tIntel::DOMAIN\t-'), /no source/],
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

it('what is empty looks as it should', async () => {
  const files = consumers.map(({ name }) => {
    const [{ path, body }] = render(name, snapshotOf(0)) as [Artifact]
    return `==> ${path} <==\n${[...body].join('')}`
  })
  await expect(files.join('\n')).toMatchFileSnapshot('../golden/consumers/empty.txt')
})

it('every format refuses something', () => {
  expect(new Set(REFUSED.map(([name]) => name))).toEqual(new Set(consumers.map(({ name }) => name)))
})

it.each([
  'pan-os-url',
  'fortigate-url',
  'cisco-url',
  'check-point',
  'splunk-http',
  'defender-url',
  'sentinel',
])('%s holds once what differs only in what it leaves out', async (name) => {
  const [one] = full.indicators.filter(({ value }) => value.startsWith('http://') && value.endsWith('.com/'))
  const spelled = ['', '#a', '#b'].map((end) => ({
    ...one!,
    id: `indicator--${end}`,
    value: one!.value + end,
  }))
  const secure = { ...one!, id: 'indicator--s', value: one!.value.replace('http:', 'https:') }
  const [{ body }] = render(name, { ...full, indicators: [...spelled, secure] }) as [Artifact]
  const text = [...body].join('')
  expect(await faultsOf(name, text)).toEqual([])
  expect(text.split(new URL(one!.value).hostname)).toHaveLength(name === 'pan-os-url' ? 2 : 3)
})

it('what is polled keeps its entries where more come: these go into further parts', () => {
  const { indicators } = snapshotOf(1_200)
  const late = { created: '2026-11-24T00:00:00.000Z', modified: '2026-11-24T00:00:00.000Z' }
  const partsOf = (count: number) =>
    [
      ...split(
        indicators.slice(0, count).map((one, n) => (n % 3 === 0 && n > 300 ? { ...one, stamp: late } : one)),
        500,
      ),
    ].map(({ suffix, entries }) => [suffix, entries.map(({ value }) => value)] as const)
  expect(partsOf(500).map(([suffix, values]) => [suffix, values.length])).toEqual([['', 500]])
  const [first, second, third] = partsOf(1_200)
  expect([first![0], second![0], third![0]]).toEqual(['', '-1', '-2'])
  expect([...first![1], ...second![1], ...third![1]].sort()).toEqual(
    indicators.map(({ value }) => value).sort(),
  )
  // One more, published today: one line more, in the last part.
  const added = { ...indicators[7]!, value: 'aaa-new.example.org', stamp: late }
  const [one, two, three] = [...split([...indicators, added], 500)].map(({ entries }) =>
    entries.map(({ value }) => value),
  )
  const [a, b, c] = [...split(indicators, 500)].map(({ entries }) => entries.map(({ value }) => value))
  expect([one, two]).toEqual([a, b])
  expect(three).toEqual([...c!, 'aaa-new.example.org'])
})

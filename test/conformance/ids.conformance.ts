import { readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import ipaddr from 'ipaddr.js'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import { sidsOf } from '../../src/exporters/ids/suricata-rules.js'
import type { Indicator, Snapshot } from '../../src/model/snapshot.js'
import { indicator, snapshotOf } from '../exporters/snapshot.js'
import { capture, datagram, dnsQuery } from './packets.js'
import { folder, put, putFeed, run } from './programs.js'

/** A domain that is the operator's own. */
const OWN = 'own.example'
/** Names below a listed one among them, since Squid must not have those, and names below a domain of the operator's. */
const withCovered = (snapshot: Snapshot): Snapshot => ({
  ...snapshot,
  indicators: [
    ...snapshot.indicators,
    ...['wide.example.net', 'a.b.wide.example.net'].map((name) => indicator('domain-name', name)),
    ...[`a.${OWN}`, `b.${OWN}`].map((name) => ({ ...indicator('domain-name', name), operated: OWN })),
  ],
})
const linesOf = (path: string) => readFileSync(path, 'utf8').split('\n').length - 1
const told = (...files: string[]) =>
  console.log(files.map((file) => `${basename(file)}: ${linesOf(file)} lines`).join('\n'))

/** Of the rule by which the test asks for the score; we publish none, since it would not load without the two files. */
const IPREP_SID = 1

function suricataConf(dir: string, snapshot: Snapshot) {
  const feed = (name: string) => putFeed(dir, name, snapshot)
  const lists = ['suricata-names', 'suricata-addresses', 'suricata-iprep', 'suricata-iprep-categories'].map(
    feed,
  )
  const rules = ['suricata-rules', 'watch-suricata-rules', 'suricata-datasets-rules'].map(feed)
  const iprep = put(
    dir,
    'iprep.rules',
    `alert ip any any -> any any (msg:"score"; iprep:dst,${snapshot.profile.label},>,0; sid:${IPREP_SID}; rev:1;)\n`,
  )
  const conf = put(
    dir,
    'suricata.yaml',
    `%YAML 1.1
---
vars:
  address-groups:
    HOME_NET: "[10.0.0.0/8,fd00::/8]"
default-log-dir: ${dir}
outputs:
  - fast:
      enabled: yes
      filename: fast.log
stats:
  enabled: no
unix-command:
  enabled: no
classification-file: /etc/suricata/classification.config
reference-config-file: /etc/suricata/reference.config
app-layer:
  protocols:
    dns:
      udp:
        enabled: yes
        detection-ports:
          dp: 53
reputation-categories-file: ${dir}/iprep-categories.txt
default-reputation-path: ${dir}
reputation-files:
  - iprep-addresses.list
default-rule-path: ${dir}
rule-files:
${[...rules, iprep].map((file) => `  - ${file}`).join('\n')}
`,
  )
  return { conf, files: [...lists, ...rules], rules: [...rules, iprep] }
}

describe.each([
  ['50,000 indicators', withCovered(snapshotOf(50_000))],
  ['nothing', snapshotOf(0)],
])('the programs take %s', (_, snapshot) => {
  const dir = folder(afterAll)

  it('squid -k parse', () => {
    const [names, addresses] = ['squid-names', 'squid-addresses'].map((name) =>
      putFeed(dir, name, snapshot),
    ) as [string, string]
    const conf = put(
      dir,
      'squid.conf',
      `http_port 127.0.0.1:3128\nvisible_hostname localhost\npid_filename none\ncache_log /dev/stderr\nacl names dstdomain "${names}"\nacl addresses dst "${addresses}"\nhttp_access deny names\nhttp_access deny addresses\nhttp_access allow localhost\n`,
    )
    const { code, output } = run('squid', ['-k', 'parse', '-f', conf])
    expect([code, output]).toEqual([0, expect.not.stringMatching(/ERROR|WARNING|FATAL/)])
    expect(output).toContain('acl names dstdomain')
    told(names, addresses)
  })

  it('suricata -T', () => {
    const { conf, files, rules } = suricataConf(dir, snapshot)
    const { code, output } = run('suricata', ['-T', '-v', '-c', conf, '-l', dir])
    expect([code, output]).toEqual([0, expect.not.stringMatching(/^(?:E|W|Error|Warning)\b.*/m)])
    const count = rules.reduce((sum, file) => sum + linesOf(file), 0)
    expect(output).toContain(`${count} rules successfully loaded, 0 rules failed`)
    told(...files)
  })
})

it('Suricata alerts to what is listed, and to nothing else', () => {
  const dir = folder(onTestFinished)
  const snapshot = withCovered(snapshotOf(5_000))
  const { conf } = suricataConf(dir, snapshot)
  const of = (all: Indicator[], type: string) => all.find((one) => one.type === type)!.value
  const kinds = ['domain-name', 'ipv4-addr', 'ipv6-addr']
  const [name, address, address6] = kinds.map((type) => of(snapshot.indicators, type))
  const [watchedName, watchedAddress, watchedAddress6] = kinds.map((type) => of(snapshot.watch, type))
  const bytes = (text: string) => Buffer.from(ipaddr.parse(text).toByteArray())
  const asked = [name, `www.${name}`, `x${name}`, 'good.example', `new.${OWN}`, `x${OWN}`, watchedName]
  const queries = asked.map((query, n) => datagram(20_000 + n, bytes('10.0.0.53'), 53, dnsQuery(query!)))
  const reached = [address, address6, '192.0.2.7', '2001:db8::7', watchedAddress, watchedAddress6]
  const contacts = reached.map((to, n) => datagram(30_000 + n, bytes(to!), 9, Buffer.from('x')))
  const pcap = join(dir, 'traffic.pcap')
  writeFileSync(pcap, capture([...queries, ...contacts]))
  const { code, output } = run('suricata', ['-r', pcap, '-k', 'none', '-c', conf, '-l', dir])
  expect([code, output]).toEqual([0, expect.not.stringMatching(/^(?:E|W|Error|Warning)\b.*/m)])

  const alerts = readFileSync(join(dir, 'fast.log'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => /\[1:(\d+):\d+\].*\[Priority: (\d+)\].*\s\S+:(\d+) -> /.exec(line)!)
    .map(([, sid, priority, port]) => `${port} ${sid}${priority === '4' ? ' to log' : ''}`)
  const sids = sidsOf(snapshot, 'block')
  const watched = sidsOf(snapshot, 'watch')
  expect(alerts.sort()).toEqual(
    [
      `20000 ${sids.get(name!)}`,
      '20000 1000000000',
      `20001 ${sids.get(name!)}`,
      `20004 ${sids.get(OWN)}`,
      `20006 ${watched.get(watchedName!)} to log`,
      `30000 ${sids.get(address!)}`,
      '30000 1000000001',
      `30000 ${IPREP_SID}`,
      `30001 ${sids.get(address6!)}`,
      '30001 1000000001',
      `30001 ${IPREP_SID}`,
      `30004 ${watched.get(watchedAddress!)} to log`,
      `30005 ${watched.get(watchedAddress6!)} to log`,
    ].sort(),
  )
})

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFailed, onTestFinished, vi } from 'vitest'
import { PACKAGE_ROOT } from '../../src/app/workspace.js'
import type { Snapshot } from '../../src/model/snapshot.js'
import { indicator, snapshotOf } from '../exporters/snapshot.js'
import { ask, folder, freePort, put, putFeed, run, type Server, serve } from './programs.js'

const WIDE = 'wide.example.net'
/** A domain that is the operator's own. */
const OWN = 'own.example'
/** Names below a listed one among them, since some consumers must not have those, and names below the domain. */
const withCovered = (snapshot: Snapshot): Snapshot => ({
  ...snapshot,
  indicators: [
    ...snapshot.indicators,
    ...[`a.${OWN}`, `b.${OWN}`].map((name) => ({ ...indicator('domain-name', name), operated: OWN })),
    ...[WIDE, `a.b.${WIDE}`].map((name) => indicator('domain-name', name)),
  ],
})
const full = withCovered(snapshotOf(50_000))
const linesOf = (path: string) => readFileSync(path, 'utf8').split('\n').length - 1

const namedConf = (dir: string, port: number, more: string) =>
  put(
    dir,
    `named-${port}.conf`,
    `options { directory "${dir}"; listen-on port ${port} { 127.0.0.1; }; listen-on-v6 { none; }; pid-file none;
       session-keyfile none; recursion yes; dnssec-validation no; empty-zones-enable no; ${more}
     controls {};\n`,
  )
const rpzNamedConf = (dir: string, port: number, world: number, names: string, addresses: string) =>
  namedConf(
    dir,
    port,
    `forward only; forwarders { 127.0.0.1 port ${world}; }; response-policy { zone "names.rpz"; zone "addresses.rpz"; }; };
     zone "names.rpz" { type primary; file "${names}"; };
     zone "addresses.rpz" { type primary; file "${addresses}"; };`,
  )
const unboundConf = (dir: string, port: number, world: number, more: string) =>
  put(
    dir,
    `unbound-${port}.conf`,
    `server:
  interface: 127.0.0.1@${port}
  directory: "${dir}"
  chroot: ""
  username: ""
  pidfile: ""
  use-syslog: no
  do-daemonize: no
  do-not-query-localhost: no
  module-config: "respip iterator"
forward-zone:
  name: "."
  forward-addr: 127.0.0.1@${world}
remote-control:
  control-enable: no
${more}\n`,
  )
const rpzClauses = (names: string, addresses: string) =>
  [names, addresses].map((file, n) => `rpz:\n  name: "rpz-${n}."\n  zonefile: "${file}"`).join('\n')
const dnsmasqConf = (dir: string, port: number, world: number, more: string[]) =>
  put(
    dir,
    `dnsmasq-${port}.conf`,
    [
      'no-resolv',
      'no-hosts',
      'listen-address=127.0.0.1',
      'bind-interfaces',
      'user=root',
      'pid-file',
      'keep-in-foreground',
      `port=${port}`,
      `server=127.0.0.1#${world}`,
      ...more,
    ]
      .join('\n')
      .concat('\n'),
  )

describe.each([
  ['50,000 indicators', full],
  ['nothing', snapshotOf(0)],
])('the programs take %s', (_, snapshot) => {
  const dir = folder(afterAll)
  const feed = (name: string) => putFeed(dir, name, snapshot)
  const told = (...files: string[]) => console.log(`${files.map(linesOf).join(' + ')} lines`)

  it.each(['rpz-names', 'rpz-addresses'])('named-checkzone: %s', (name) => {
    const file = feed(name)
    const { code, output } = run('named-checkzone', [`${'z'.repeat(54)}.rpz.`, file])
    expect([code, output.replace(/serial \d+/, 'serial N')]).toEqual([
      0,
      expect.stringMatching(/^zone \S+: loaded serial N\nOK\n$/),
    ])
    told(file)
  })

  it('named-checkconf', () => {
    const conf = rpzNamedConf(dir, 1, 2, feed('rpz-names'), feed('rpz-addresses'))
    const { code, output } = run('named-checkconf', ['-z', conf])
    expect([code, output]).toEqual([0, expect.not.stringMatching(/error|warning|ignored|fail/i)])
  })

  it('unbound-checkconf: local zones', () => {
    const file = feed('unbound-names')
    expect(run('unbound-checkconf', [unboundConf(dir, 1, 2, `include: "${file}"`)])).toEqual({
      code: 0,
      output: expect.stringMatching(/^unbound-checkconf: no errors in \S+\n$/),
    })
    told(file)
  })

  it('unbound-checkconf: response policy zones', () => {
    const [names, addresses] = [feed('rpz-names'), feed('rpz-addresses')]
    expect(run('unbound-checkconf', [unboundConf(dir, 1, 2, rpzClauses(names, addresses))])).toEqual({
      code: 0,
      output: expect.stringMatching(/^unbound-checkconf: no errors in \S+\n$/),
    })
  })

  it('dnsmasq --test', () => {
    const files = ['dnsmasq-names', 'dnsmasq-addresses', 'dnsmasq-addresses-ipv6'].map(feed)
    const conf = dnsmasqConf(
      dir,
      1,
      2,
      files.map((file) => `conf-file=${file}`),
    )
    expect(run('dnsmasq', ['--test', `--conf-file=${conf}`])).toEqual({
      code: 0,
      output: 'dnsmasq: syntax check OK.\n',
    })
    told(...files)
  })
})

/** Resolvers on this machine alone: behind them stands a server that knows an answer to each name. */
describe('the resolvers answer', () => {
  const dir = folder(afterAll)
  const of = (type: string) => full.indicators.filter((one) => one.type === type).map(({ value }) => value)
  const names = of('domain-name')
  const [address, address6] = [of('ipv4-addr')[0]!, of('ipv6-addr')[0]!]
  let world: number
  const servers: Server[] = []
  const start = async (program: string, args: string[], port: number) => {
    const server = await serve(program, args, port)
    servers.push(server)
    onTestFailed(() => console.log(server.output().slice(-2_000)))
    return server
  }

  beforeAll(async () => {
    world = await freePort()
    const zone = put(
      dir,
      'world.zone',
      `$TTL 300\n@ SOA localhost. nobody.invalid. 1 3600 900 86400 300\n@ NS localhost.\n* A 192.0.2.7\n* AAAA 2001:db8::7\nv4.answer. A ${address}\nv6.answer. AAAA ${address6}\nnear.answer. A 192.0.2.8\n`,
    )
    const conf = namedConf(dir, world, `}; zone "." { type primary; file "${zone}"; };`)
    servers.push(await serve('named', ['-g', '-c', conf], world))
  })
  afterAll(async () => {
    for (const { end } of servers) await end()
  })

  const passes = (port: number) => {
    expect(ask(port, 'good.example')).toBe('NOERROR 192.0.2.7')
    expect(ask(port, 'good.example', 'AAAA')).toBe('NOERROR 2001:db8::7')
    expect(ask(port, 'near.answer')).toBe('NOERROR 192.0.2.8')
    expect(ask(port, `x${OWN}`)).toBe('NOERROR 192.0.2.7')
  }
  const refusesNames = (port: number) => {
    for (const name of [
      names[0]!,
      names.at(-5)!,
      `www.${names[0]}`,
      WIDE,
      `b.${WIDE}`,
      `c.b.${WIDE}`,
      `a.b.${WIDE}`,
      `z.a.b.${WIDE}`,
      OWN,
      `a.${OWN}`,
      `new.${OWN}`,
    ])
      expect([name, ask(port, name)]).toEqual([name, 'NXDOMAIN'])
    expect(ask(port, names[0]!, 'TXT')).toBe('NXDOMAIN')
  }
  const refusesAnswers = (port: number) => {
    expect(ask(port, 'v4.answer')).toBe('NXDOMAIN')
    expect(ask(port, 'v6.answer', 'AAAA')).toBe('NXDOMAIN')
  }

  it('without our lists', () => {
    expect(ask(world, names[0]!)).toBe('NOERROR 192.0.2.7')
    expect(ask(world, 'v4.answer')).toBe(`NOERROR ${address}`)
    expect(ask(world, 'v6.answer', 'AAAA')).toBe(`NOERROR ${address6}`)
  })

  it('BIND, response policy zones', async () => {
    const port = await freePort()
    const conf = rpzNamedConf(
      dir,
      port,
      world,
      putFeed(dir, 'rpz-names', full),
      putFeed(dir, 'rpz-addresses', full),
    )
    const { output } = await start('named', ['-g', '-c', conf], port)
    // named-checkzone knows nothing of policies: only the server itself tells of an address it cannot read.
    await vi.waitFor(() => expect(output().match(/rpz: \S+: reload done: success/g)).toHaveLength(2), 30_000)
    expect(output()).not.toMatch(/invalid rpz|rpz.*(?:not canonical|fail)/)
    passes(port)
    refusesNames(port)
    refusesAnswers(port)
  })

  it('Unbound, response policy zones', async () => {
    const port = await freePort()
    const clauses = rpzClauses(putFeed(dir, 'rpz-names', full), putFeed(dir, 'rpz-addresses', full))
    await start('unbound', ['-d', '-c', unboundConf(dir, port, world, clauses)], port)
    passes(port)
    refusesNames(port)
    refusesAnswers(port)
  })

  it('Unbound, local zones', async () => {
    const port = await freePort()
    const include = `include: "${putFeed(dir, 'unbound-names', full)}"`
    await start('unbound', ['-d', '-c', unboundConf(dir, port, world, include)], port)
    passes(port)
    refusesNames(port)
  })

  it('dnsmasq', async () => {
    const port = await freePort()
    const files = ['dnsmasq-names', 'dnsmasq-addresses', 'dnsmasq-addresses-ipv6'].map((name) =>
      putFeed(dir, name, full),
    )
    const conf = dnsmasqConf(
      dir,
      port,
      world,
      files.map((file) => `conf-file=${file}`),
    )
    await start('dnsmasq', [`--conf-file=${conf}`], port)
    passes(port)
    refusesNames(port)
    refusesAnswers(port)
  })

  it('dnsmasq, hosts file', async () => {
    const port = await freePort()
    const conf = dnsmasqConf(dir, port, world, [`addn-hosts=${putFeed(dir, 'hosts', full)}`])
    await start('dnsmasq', [`--conf-file=${conf}`], port)
    passes(port)
    for (const name of [names[0]!, names.at(-3)!, `a.b.${WIDE}`])
      expect(ask(port, name)).toBe('NOERROR 0.0.0.0')
    expect(ask(port, `b.${WIDE}`)).toBe('NOERROR 192.0.2.7')
  })
})

it.each(['README.md', 'README.ja.md'])('unbound-checkconf takes what %s tells to write', (name) => {
  const [, block] = /\n {3}```\n(.*?)\n {3}```/s.exec(readFileSync(join(PACKAGE_ROOT, name), 'utf8'))!
  const dir = folder(onTestFinished)
  const config = block!.replaceAll('FEED', 'https://feed.example').replaceAll('/var/lib/unbound', dir)
  expect(
    run('unbound-checkconf', [put(dir, 'unbound.conf', `server:\n  chroot: ""\n${config}\n`)]),
  ).toMatchObject({
    code: 0,
  })
})

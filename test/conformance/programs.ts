import { type SpawnSyncOptions, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { consumerExporter } from '../../src/exporters/consumer.js'
import { consumers } from '../../src/exporters/consumers.js'
import type { Snapshot } from '../../src/model/snapshot.js'

const PACKAGES: Record<string, string> = {
  'named-checkzone': 'bind9-utils',
  'named-checkconf': 'bind9-utils',
  named: 'bind9',
  unbound: 'unbound',
  'unbound-checkconf': 'unbound',
  dnsmasq: 'dnsmasq-base',
  squid: 'squid',
  suricata: 'suricata (of bookworm-backports where the release has none)',
  dig: 'bind9-dnsutils',
}

const missing = (program: string) =>
  new Error(
    `${program} is not here: apt-get update && apt-get install -y --no-install-recommends ${PACKAGES[program]}`,
  )

/**
 * A folder that the programs may read under whatever user they go on as.
 * @param whenDone `afterAll` or `onTestFinished`: then it goes
 */
export function folder(whenDone: (remove: () => void) => void): string {
  const dir = mkdtempSync(join(tmpdir(), 'moqhao-conformance-'))
  chmodSync(dir, 0o755)
  whenDone(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

export function put(dir: string, name: string, text: string): string {
  const path = join(dir, name)
  writeFileSync(path, text)
  return path
}

/** The file of a consumer, written out; one of what is watched has the name of its folder in front. */
export function putFeed(dir: string, name: string, snapshot: Snapshot): string {
  const format = consumers.find((one) => one.name === name)!
  const [artifact] = consumerExporter(format).render(snapshot, name)
  return put(dir, basename(artifact!.path.replace('watch/', 'watch-')), [...artifact!.body].join(''))
}

/** Runs a program to its end. */
export function run(
  program: string,
  args: string[],
  options: SpawnSyncOptions = {},
): { code: number | null; output: string } {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    timeout: 110_000,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
    ...options,
  })
  if ((error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT') throw missing(program)
  if (error) throw error
  return { code: status, output: `${stdout}${stderr}` }
}

/** A port that nobody had a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  return port
}

export interface Server {
  output(): string
  end(): Promise<void>
}

/**
 * Starts a name server that ends by itself, whatever becomes of the test, and waits until it answers.
 * @returns what it said so far, and how to end it
 */
export async function serve(program: string, args: string[], port: number): Promise<Server> {
  run('dig', ['-v'])
  const server = spawn('timeout', ['100', program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [server.stdout, server.stderr]) stream.on('data', (chunk) => (output += String(chunk)))
  const ended = once(server, 'exit')
  for (let tries = 0; tries < 300; tries++) {
    if (server.exitCode === 127) throw missing(program)
    if (server.exitCode !== null) throw new Error(`${program} ended: ${output.slice(-2_000)}`)
    if (/status: /.test(run('dig', digArgs(port, 'good.example', 'A')).output))
      return {
        output: () => output,
        end: async () => {
          server.kill()
          await ended
        },
      }
    await sleep(100)
  }
  server.kill()
  throw new Error(`${program} does not answer: ${output.slice(-2_000)}`)
}

const digArgs = (port: number, name: string, type: string) => [
  '+time=2',
  '+tries=2',
  '@127.0.0.1',
  '-p',
  String(port),
  name,
  type,
]

/** Status and the data of all answers: `NOERROR 192.0.2.7`. */
export function ask(port: number, name: string, type = 'A'): string {
  const { output } = run('dig', digArgs(port, name, type))
  const status = /status: ([A-Z]+)/.exec(output)?.[1] ?? `no answer: ${output}`
  const answers = [...output.matchAll(/^[^;\s]\S*\s+\d+\s+IN\s+\S+\s+(\S+)$/gm)].map(([, address]) => address)
  return [status, ...answers].join(' ')
}

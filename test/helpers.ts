import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { afterAll, onTestFinished } from 'vitest'
import { openWorkspace, PACKAGE_ROOT, type Workspace } from '../src/app/workspace.js'
import { main } from '../src/cli/main.js'
import { read } from '../src/core/read.js'
import type { Document } from '../src/model/document.js'
import type { CollectContext, ListFormat, ListInput } from '../src/model/ports.js'
import { Profile } from '../src/model/profile.js'

export { smallArchive } from './small-archive.js'

export const NOW = '2026-11-23T12:00:00.000Z'

/** Of ids that a publisher other than the shipped one gives. */
export const NAMESPACE = '6f1c1d1e-35a6-5d1a-9a43-0b7f5bb4a0f5'

export const profile = Profile.parse(
  JSON.parse(readFileSync(join(PACKAGE_ROOT, 'profiles/moqhao.json'), 'utf8')),
)

/** A folder that goes when the test ends. */
export function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'moqhao-test-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

/** A folder that goes when the tests of the file end. */
export function lastingFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'moqhao-test-'))
  lasting.push(dir)
  return dir
}

const lasting: string[] = []
afterAll(() => {
  for (const dir of lasting) rmSync(dir, { recursive: true, force: true })
})

export function workspace(options: { dir?: string; now?: string } = {}): Workspace {
  const opened = openWorkspace({
    dir: options.dir ?? folder(),
    now: () => options.now ?? NOW,
    env: () => undefined,
  })
  onTestFinished(() => opened.close())
  return opened
}

/** Runs the command line in this process, without a network. */
export async function cli(
  args: string[],
  {
    stdin = '',
    now = NOW,
    env = {} as Record<string, string>,
    unreachable = async (): Promise<string | null> => 'ENOTFOUND',
  } = {},
) {
  const out = { stdout: '', stderr: '' }
  const sink = (name: 'stdout' | 'stderr') =>
    new Writable({
      write(chunk, _encoding, done) {
        out[name] += String(chunk)
        done()
      },
    })
  const code = await main(args, {
    stdin: Readable.from(stdin === '' ? [] : [Buffer.from(stdin)]),
    stdout: sink('stdout'),
    stderr: sink('stderr') as unknown as NodeJS.WriteStream,
    env: (name) => env[name],
    now: () => now,
    signal: new AbortController().signal,
    unreachable,
  })
  return { code, ...out }
}

/** Numbers below 1, always the same ones: a linear congruential generator (Numerical Recipes). */
export function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

export async function* bytesOf(text: string | Uint8Array): AsyncIterable<Uint8Array> {
  yield typeof text === 'string' ? new TextEncoder().encode(text) : text
}

/** All documents a format makes of a text, parts of one document put together. */
export async function parse(
  format: ListFormat,
  text: string,
  options: unknown = {},
  input: Partial<ListInput> = {},
): Promise<Document[]> {
  const documents: Document[] = []
  const whole = {
    name: 'list',
    source: 'test',
    sha256: 'a'.repeat(64),
    bytes: bytesOf(text),
    publishedAt: null,
    retrievedAt: NOW,
    url: null,
    notice: () => {},
    own: { namespace: NAMESPACE, restores: () => false },
    ...input,
  }
  for await (const document of format.read(whole, format.options.parse(options))) documents.push(document)
  return documents
}

export const post = (text: string, told: Partial<Document> = {}): Document => ({
  id: 'post:1439663629909979140',
  kind: 'post',
  source: 'x-researchers',
  road: 'x-api',
  author: 'ninoseki',
  publishedAt: '2021-09-19T18:52:11.000Z',
  basis: 'post-id',
  retrievedAt: NOW,
  url: 'https://x.com/ninoseki/status/1439663629909979140',
  references: [],
  tags: [],
  body: { text },
  ...told,
})

/** The world of a collector without network, files or memory. */
export const collectContext = (told: Partial<CollectContext> = {}): CollectContext => ({
  cursor: null,
  signal: new AbortController().signal,
  now: NOW,
  env: () => undefined,
  open: async () => {
    throw new Error('no file is opened')
  },
  list: async () => [],
  unreachable: async () => null,
  timeoutMs: 5_000,
  posts: async () => [],
  reads: async () => ({ today: [], month: 0 }),
  own: { namespace: NAMESPACE, restores: () => false },
  ...told,
})

/** Puts documents into a workspace's database. */
export async function commit(workspace: Workspace, ...documents: Document[]): Promise<void> {
  for (const document of documents)
    await workspace
      .store()
      .commit(document.source, null, [{ document, reading: read(document, workspace.policy.profile) }])
}

/** The policy that ships, without any decision. */
export function workspacePolicy(): Workspace['policy'] {
  const dir = mkdtempSync(join(tmpdir(), 'moqhao-test-'))
  const { policy } = openWorkspace({ dir, now: () => NOW, env: () => undefined })
  rmSync(dir, { recursive: true })
  return policy
}

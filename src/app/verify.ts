import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { EnvHttpProxyAgent, fetch } from 'undici'
import { z } from 'zod'
import { USER_AGENT } from '../collectors/user-agent.js'
import { Rules } from '../core/rules.js'
import { FeedError } from '../errors.js'
import { consumers } from '../exporters/consumers.js'
import { LedgerDocument, LedgerRegistration } from '../model/ledger.js'
import { Event as MispEvent, Manifest as MispManifest } from '../model/misp.js'
import { PublishedIndicator, StixIndex } from '../model/published.js'
import { Bundle } from '../model/stix/index.js'
import { Git } from '../publish/git.js'
import { Cursor, Forced } from '../publish/ledger.js'
import { MANIFEST, type Manifest, parseManifest, RecordLine, SUMS, sumsOf } from '../publish/publish.js'
import { lint } from './lint.js'
import { MISP_EVENT, mispFindings } from './verify-misp.js'

/** What is wrong with one published file. */
export interface Finding {
  path: string
  what: string
}

export interface Verified {
  files: number
  bytes: number
  version: number
  asOf: string
  /** Files that are not there because git is told to ignore them: a publication builds them. */
  unbuilt: string[]
  findings: Finding[]
}

/** Gives a file of a published folder; null: it is not there. */
export type Reader = (path: string) => Promise<Uint8Array | null>

const ANSWER_MS = 60_000
/** GitHub takes no larger file. */
const MAX_BYTES = 100 * 1024 * 1024
/** Findings of one file; a file of another format has as many as lines. */
const MOST_FINDINGS = 5

/**
 * Recomputes everything that a published folder says of itself: checksums and sizes, the grammar of each consumer's file,
 * the schema of STIX, MISP and ledger; and that nothing lies there that the manifest does not know.
 * @param where a folder or an http(s) address
 * @throws {FeedError} `input` where there is no manifest
 */
export async function verify(where: string): Promise<Verified> {
  const isRemote = /^https?:\/\//.test(where)
  const read = isRemote ? fromAddress(where) : fromFolder(where)
  const manifestBytes = await read(MANIFEST)
  if (manifestBytes === null)
    throw new FeedError('input', `${where}: no ${MANIFEST}; nothing is published there`)
  const manifest = parseManifest(Buffer.from(manifestBytes).toString('utf8'), `${where}/${MANIFEST}`)
  const unbuilt = isRemote ? [] : await unbuiltIn(where, manifest)
  const built = manifest.files.filter(({ path }) => !unbuilt.includes(path))
  const findings: Finding[] = []
  for (const file of built)
    for (const what of await findingsOf(file, await read(file.path))) findings.push({ path: file.path, what })
  findings.push(...stixIndexFindings(manifest, await read(STIX_INDEX)))
  const paths = built.map(({ path }) => path)
  findings.push(...(await mispFindings(read, paths)))
  const sums = await read(SUMS)
  if (sums === null || Buffer.from(sums).toString('utf8') !== sumsOf(manifest, hashOf(manifestBytes)))
    findings.push({ path: SUMS, what: `does not say what ${MANIFEST} says` })
  if (!isRemote) findings.push(...strangers(where, manifest))
  return {
    files: manifest.files.length,
    bytes: manifest.files.reduce((sum, { bytes }) => sum + bytes, 0),
    version: manifest.version,
    asOf: manifest.as_of,
    unbuilt,
    findings,
  }
}

/** What a checkout lacks and is meant to lack. Where git ignores all that is published, it says nothing of any file. */
async function unbuiltIn(root: string, { files }: Manifest): Promise<string[]> {
  const missing = files.map(({ path }) => path).filter((path) => !existsSync(join(root, path)))
  const ignored = missing.length === 0 ? [] : await new Git(root).ignored([MANIFEST, ...missing])
  return ignored.includes(MANIFEST) ? [] : ignored
}

async function findingsOf(
  { path, bytes, sha256, entries }: Manifest['files'][number],
  content: Uint8Array | null,
): Promise<string[]> {
  if (content === null) return ['is missing']
  if (content.length !== bytes) return [`has ${content.length} bytes, and ${MANIFEST} says ${bytes}`]
  if (hashOf(content) !== sha256) return [`has another checksum than ${MANIFEST} says`]
  const found = await formatFindings(path, content, entries)
  return found.length > MOST_FINDINGS
    ? [...found.slice(0, MOST_FINDINGS), `and ${found.length - MOST_FINDINGS} more`]
    : found
}

async function formatFindings(path: string, content: Uint8Array, entries: number): Promise<string[]> {
  // A part beyond a consumer's limit has its number behind the name of the whole.
  const consumer = consumers.find((one) => one.path === path.replace(/-\d+(?=\.\w+$)/, ''))
  const plain = /^(?:watch\/)?(ips|domains|urls)(?:-all|-\d+d)?\.txt$/.exec(path)?.[1]
  const format = plain ?? consumer?.name
  if (format !== undefined) {
    const { lines, faults } = await lint(once(content), format)
    return [
      ...faults.map(({ line, message }) => `line ${line}: ${message}`),
      ...(plain && lines !== entries ? [`${lines} lines, and ${MANIFEST} says ${entries}`] : []),
    ]
  }
  const text = Buffer.from(content).toString('utf8')
  const schema = SCHEMAS.find(([pattern]) => pattern.test(path))?.[1]
  if (path.endsWith('.jsonl') && schema)
    return text
      .split('\n')
      .flatMap((line, n) =>
        line === '' || schema.safeParse(json(line)).success
          ? []
          : [`line ${n + 1}: not what stands in this file`],
      )
  const parsed = schema?.safeParse(json(text))
  return (parsed?.error?.issues ?? []).map((issue) => `${issue.path.join('.')}: ${issue.message}`)
}

const STIX_INDEX = 'stix/index.json'

/** Whether it names the bundles that are there, all of them but the withdrawals, and how much each holds. */
function stixIndexFindings({ files }: Manifest, content: Uint8Array | null): Finding[] {
  const index = StixIndex.safeParse(json(Buffer.from(content ?? '').toString('utf8')))
  // A file that is missing, or is no index, was found already.
  if (!index.success) return []
  const said = Object.values(index.data).flat()
  const there = files.filter(({ path }) => /^stix\/(?!index\.json$|revoked\.json$)/.test(path))
  const is = (one: { path: string; entries: number }) =>
    said.some(({ path, indicators }) => path === one.path && indicators === one.entries)
  return said.length === there.length && there.every(is)
    ? []
    : [{ path: STIX_INDEX, what: `names other bundles, or other counts, than ${MANIFEST}` }]
}

/** Files of ours that have a schema, by path. */
const SCHEMAS: [RegExp, z.ZodType][] = [
  [/^ledger\/\d{4}-\d\d\.jsonl$/, LedgerDocument],
  [/^ledger\/registrations\.jsonl$/, LedgerRegistration],
  [/^ledger\/published\.jsonl$/, RecordLine],
  [/^ledger\/cursors\.jsonl$/, Cursor],
  [/^ledger\/forced\.jsonl$/, Forced],
  [/^ledger\/rules\.jsonl$/, Rules],
  [/^indicators\.json$/, z.array(PublishedIndicator)],
  [/^stix\/index\.json$/, StixIndex],
  [/^stix\//, Bundle],
  [/^misp\/manifest\.json$/, MispManifest],
  [MISP_EVENT, MispEvent],
]

/** Undefined, which no schema takes, where it is no JSON. */
function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

async function* once(content: Uint8Array): AsyncIterable<Uint8Array> {
  yield content
}

const hashOf = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex')

/** Of people and of the run, beside what is published. */
const BESIDE = new Set([MANIFEST, SUMS, 'status.json'])

function strangers(root: string, manifest: Manifest): Finding[] {
  const known = new Set(manifest.files.map(({ path }) => path))
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((path) => !known.has(path) && !BESIDE.has(path))
    .map((path) => ({ path, what: `is not in ${MANIFEST}` }))
}

const fromFolder =
  (root: string): Reader =>
  async (path) =>
    existsSync(join(root, path)) ? readFileSync(join(root, path)) : null

function fromAddress(base: string): Reader {
  const dispatcher = new EnvHttpProxyAgent()
  return async (path) => {
    const url = new URL(path, base.endsWith('/') ? base : `${base}/`)
    try {
      const signal = AbortSignal.timeout(ANSWER_MS)
      const answer = await fetch(url, { dispatcher, signal, headers: { 'user-agent': USER_AGENT } })
      if (answer.status === 404) return null
      if (!answer.ok) throw new FeedError('source', `${url}: answered ${answer.status}`)
      return await upTo(MAX_BYTES, answer.body!, url)
    } catch (error) {
      if (error instanceof FeedError) throw error
      throw new FeedError('source', `${url}: cannot be read (${(error as Error).message})`, { cause: error })
    }
  }
}

async function upTo(most: number, body: AsyncIterable<Uint8Array>, url: URL): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > most) throw new FeedError('source', `${url}: more than ${most} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

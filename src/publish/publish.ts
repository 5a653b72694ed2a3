import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Lists } from '../core/brake.js'
import { FeedError, quote } from '../errors.js'
import { type ListName, ObservableType } from '../model/observable.js'
import type { Artifact } from '../model/ports.js'
import type { PublishedEntry } from '../model/snapshot.js'
import { type FileEntry, Staging, sweep } from './files.js'

export const MANIFEST = 'manifest.json'
export const SUMS = 'SHA256SUMS'
const RECORD = 'ledger/published.jsonl'

/** A path below the folder: a manifest is read back, and names what may be removed. */
const BELOW = /^(?!\.)[\w.-]+(?:\/(?!\.)[\w.-]+)*$/

export const Manifest = z.object({
  version: z.number().int().min(1),
  as_of: z.iso.date(),
  files: z.array(
    z.object({
      path: z.string().regex(BELOW, 'a path below the folder'),
      sha256: z.string(),
      bytes: z.number(),
      entries: z.number(),
      media_type: z.string(),
    }),
  ),
})
export type Manifest = z.infer<typeof Manifest>

export interface Published {
  version: number
  asOf: string
  /** Whether the content differs from the publication before: else only files that were missing are written. */
  isNew: boolean
  written: string[]
  removed: string[]
  unchanged: number
}

/**
 * Publishes a set of artifacts. All are written beside their places first; then they are put in place, the manifest
 * last. What has not changed is not touched; if nothing has, neither are the manifest and its day.
 * The caller holds the lock of the working folder.
 * @param asOf day of this publication, kept only if content changed
 * @param beside artifacts that are written only along with a change: how far was read is no content
 */
export function publish(
  root: string,
  artifacts: Iterable<Artifact>,
  { record, asOf, beside }: { record: PublishedEntry[]; asOf: string; beside: Artifact[] },
): Published {
  const previous = readManifest(root)
  sweep(root)
  const staging = new Staging(root)
  try {
    for (const artifact of artifacts) staging.add(artifact)
    staging.add(recordArtifact(record))
    const content = [...staging.files]
    const same = previous && sameAs(previous, content, beside) ? previous : null
    const files: FileEntry[] = [
      ...content,
      ...(same ? same.files.filter(isAmong(beside)) : beside.map((artifact) => staging.add(artifact))),
    ]
    const head = same
      ? { version: same.version, asOf: same.as_of }
      : { version: (previous?.version ?? 0) + 1, asOf }
    const manifest = staging.add(manifestArtifact(head, files))
    const sums = staging.add(sumsArtifact([...files, manifest]))
    staging.put(staging.files.filter((file) => file !== sums && file !== manifest))
    // Before the manifest: a run that is killed here finds again in the old one what has to go.
    const removed = (previous?.files ?? [])
      .map(({ path }) => path)
      .filter((path) => !files.some((file) => file.path === path))
    for (const path of removed) rmSync(join(root, path), { force: true })
    staging.put([sums, manifest])
    return { ...head, isNew: same === null, removed, ...outcome(staging) }
  } catch (error) {
    staging.discard()
    throw error
  }
}

/** Removes what an earlier manifest names and the present one does not: git takes back no file that it does not hold. */
export function removeStale(root: string, earlier: Manifest): void {
  const known = new Set(readManifest(root)?.files.map(({ path }) => path))
  for (const { path } of earlier.files) if (!known.has(path)) rmSync(join(root, path), { force: true })
}

/** Writes artifacts to a folder and nothing else: no record, no manifest, and nothing is removed. */
export function write(root: string, artifacts: Iterable<Artifact>): Pick<Published, 'written' | 'unchanged'> {
  const staging = new Staging(root)
  try {
    for (const artifact of artifacts) staging.add(artifact)
    staging.put()
    return outcome(staging)
  } catch (error) {
    staging.discard()
    throw error
  }
}

function outcome({ files }: Staging): Pick<Published, 'written' | 'unchanged'> {
  const written = files.filter(({ changed }) => changed).map(({ path }) => path)
  return { written, unchanged: files.length - written.length }
}

const isAmong =
  (artifacts: Artifact[]) =>
  ({ path }: { path: string }): boolean =>
    artifacts.some((artifact) => artifact.path === path)

/** Whether a manifest is the one of these files, to the byte, whatever stands beside them. */
function sameAs(manifest: Manifest, files: FileEntry[], beside: Artifact[]): boolean {
  const isBeside = isAmong(beside)
  const known = new Map(
    manifest.files.filter((file) => !isBeside(file)).map(({ path, sha256 }) => [path, sha256]),
  )
  return known.size === files.length && files.every(({ path, sha256 }) => known.get(path) === sha256)
}

function recordArtifact(record: PublishedEntry[]): Artifact {
  function* body(): Iterable<string> {
    for (const { id, type, value, listed, hash, created, modified, version } of record)
      yield `${JSON.stringify({ id, type, value, listed, hash, created, modified, version })}\n`
  }
  return { path: RECORD, mediaType: 'application/jsonl', entries: record.length, body: body() }
}

function manifestArtifact(
  { version, asOf }: { version: number; asOf: string },
  files: FileEntry[],
): Artifact {
  const rows = [...files]
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map(
      ({ path, sha256, bytes, entries, media_type }) =>
        `    ${JSON.stringify({ path, sha256, bytes, entries, media_type })}`,
    )
  const text = `{\n  "version": ${version},\n  "as_of": "${asOf}",\n  "files": [\n${rows.join(',\n')}\n  ]\n}\n`
  return { path: MANIFEST, mediaType: 'application/json', entries: files.length, body: [text] }
}

function sumsArtifact(files: Checksum[]): Artifact {
  const rows = sumsLines(files)
  return { path: SUMS, mediaType: 'text/plain; charset=utf-8', entries: rows.length, body: rows }
}

type Checksum = Pick<FileEntry, 'path' | 'sha256'>

/** In the form of sha256sum(1): `sha256sum -c SHA256SUMS` checks it. */
const sumsLines = (files: Checksum[]): string[] =>
  [...files].sort((a, b) => (a.path < b.path ? -1 : 1)).map(({ path, sha256 }) => `${sha256}  ${path}\n`)

/** What SHA256SUMS says where a manifest has this checksum. */
export const sumsOf = ({ files }: Manifest, sha256: string): string =>
  sumsLines([...files, { path: MANIFEST, sha256 }]).join('')

/** The plain lists as published last. */
export const readLists = (root: string): Lists => ({
  ips: readList(root, 'ips'),
  domains: readList(root, 'domains'),
  urls: readList(root, 'urls'),
})

function readList(root: string, name: ListName): string[] {
  const path = join(root, `${name}.txt`)
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter(Boolean) : []
}

/** @returns null where nothing has been published yet */
export function readManifest(root: string): Manifest | null {
  const path = join(root, MANIFEST)
  if (!existsSync(path)) return null
  return parseManifest(readFileSync(path, 'utf8'), path)
}

/** @throws {FeedError} `store` for what is no manifest */
export function parseManifest(text: string, path: string): Manifest {
  try {
    return Manifest.parse(JSON.parse(text))
  } catch (error) {
    throw new FeedError(
      'store',
      `${path}: not a manifest of moqhao-feed; restore it, or delete it to publish afresh`,
      { cause: error },
    )
  }
}

/** A line of `ledger/published.jsonl`. */
export const RecordLine = z.object({
  id: z.string(),
  hash: z.string(),
  created: z.string(),
  modified: z.string(),
  version: z.number().int(),
  type: ObservableType.optional(),
  value: z.string().optional(),
  listed: z
    .object({
      source: z.string(),
      month: z.string().regex(/^\d{4}-\d\d$/),
      type: ObservableType,
      value: z.string(),
      pair: z.tuple([z.string(), z.string()]).optional(),
    })
    .optional(),
})

/** The record of the last publication; empty before the first. */
export function readRecord(root: string): PublishedEntry[] {
  const path = join(root, RECORD)
  if (!existsSync(path)) return []
  const lines = readFileSync(path, 'utf8').split('\n')
  return lines.flatMap((line, n) => {
    if (line === '') return []
    try {
      return [RecordLine.parse(JSON.parse(line)) as PublishedEntry]
    } catch {
      throw new FeedError(
        'store',
        `${path}:${n + 1}: not an entry of the publication record: ${quote(line)}; restore the file from git`,
      )
    }
  })
}

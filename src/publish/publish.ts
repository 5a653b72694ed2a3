import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { FeedError, quote } from '../errors.js'
import { ObservableType } from '../model/observable.js'
import type { Artifact } from '../model/ports.js'
import type { PublishedEntry } from '../model/snapshot.js'
import { discard, put, type Staged, stage } from './files.js'

const MANIFEST = 'manifest.json'
const SUMS = 'SHA256SUMS'
const RECORD = 'ledger/published.jsonl'

export const Manifest = z.object({
  version: z.number().int().min(1),
  as_of: z.iso.date(),
  files: z.array(
    z.object({
      path: z.string(),
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
  written: string[]
  removed: string[]
  unchanged: number
}

/**
 * Publishes a set of artifacts. All are written beside their places first; then they are put in place, the manifest
 * last. What has not changed is not touched; if nothing has, neither are the manifest and its day.
 * @param asOf day of this publication, kept only if content changed
 */
export function publish(
  root: string,
  artifacts: Iterable<Artifact>,
  record: PublishedEntry[],
  asOf: string,
): Published {
  const staged: Staged[] = []
  try {
    for (const artifact of artifacts) staged.push(stage(root, artifact))
    staged.push(stage(root, recordArtifact(record)))
    const previous = readManifest(root)
    const paths = new Set(staged.map(({ path }) => path))
    const removed = (previous?.files ?? []).map(({ path }) => path).filter((path) => !paths.has(path))
    const written = staged.filter(({ changed }) => changed).map(({ path }) => path)
    const isNew = !previous || removed.length > 0 || written.length > 0
    const head = isNew
      ? { version: (previous?.version ?? 0) + 1, asOf }
      : { version: previous.version, asOf: previous.as_of }
    const manifest = stage(root, manifestArtifact(head, staged))
    const closing = [stage(root, sumsArtifact([...staged, manifest])), manifest]
    const unchanged = [...staged, ...closing].filter(({ changed }) => !changed).length
    written.push(...closing.filter(({ changed }) => changed).map(({ path }) => path))
    put(root, [...staged, ...closing])
    for (const path of removed) rmSync(join(root, path), { force: true })
    return { ...head, written, removed, unchanged }
  } catch (error) {
    discard(staged)
    throw error
  }
}

function recordArtifact(record: PublishedEntry[]): Artifact {
  function* body(): Iterable<string> {
    for (const { id, type, value, hash, created, modified, version } of record)
      yield `${JSON.stringify({ id, type, value, hash, created, modified, version })}\n`
  }
  return { path: RECORD, mediaType: 'application/jsonl', entries: record.length, body: body() }
}

function manifestArtifact({ version, asOf }: { version: number; asOf: string }, files: Staged[]): Artifact {
  const rows = [...files]
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map(
      ({ path, sha256, bytes, entries, media_type }) =>
        `    ${JSON.stringify({ path, sha256, bytes, entries, media_type })}`,
    )
  const text = `{\n  "version": ${version},\n  "as_of": "${asOf}",\n  "files": [\n${rows.join(',\n')}\n  ]\n}\n`
  return { path: MANIFEST, mediaType: 'application/json', entries: files.length, body: [text] }
}

/** In the form of sha256sum(1): `sha256sum -c SHA256SUMS` checks it. */
function sumsArtifact(files: Staged[]): Artifact {
  const rows = [...files]
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ path, sha256 }) => `${sha256}  ${path}\n`)
  return { path: SUMS, mediaType: 'text/plain; charset=utf-8', entries: rows.length, body: rows }
}

/** @returns null where nothing has been published yet */
export function readManifest(root: string): Manifest | null {
  const path = join(root, MANIFEST)
  if (!existsSync(path)) return null
  try {
    return Manifest.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch (error) {
    throw new FeedError(
      'store',
      `${path}: not a manifest of moqhao-feed; restore it, or delete it to publish afresh`,
      { cause: error },
    )
  }
}

const RecordLine = z.object({
  id: z.string(),
  hash: z.string(),
  created: z.string(),
  modified: z.string(),
  version: z.number().int(),
  type: ObservableType.optional(),
  value: z.string().optional(),
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

import { createHash } from 'node:crypto'
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { FeedError } from '../errors.js'
import type { Artifact } from '../model/ports.js'

/** One published file, as manifest.json has it. */
export interface FileEntry {
  path: string
  sha256: string
  bytes: number
  entries: number
  media_type: string
}

/** A file written beside its place, not yet in it. */
export interface Staged extends FileEntry {
  temporary: string
  changed: boolean
}

const CHUNK = 65_536

/** Writes an artifact to a temporary file beside its place, hashing on the way, and says whether it differs from what is there. */
export function stage(root: string, { path, mediaType, entries, body }: Artifact): Staged {
  const target = join(root, path)
  const temporary = `${target}.tmp-${process.pid}`
  return writing(root, () => {
    mkdirSync(dirname(target), { recursive: true })
    const hash = createHash('sha256')
    const file = openSync(temporary, 'w', 0o644)
    let bytes = 0
    try {
      for (const chunk of chunks(body)) {
        hash.update(chunk)
        bytes += writeSync(file, chunk)
      }
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    const sha256 = hash.digest('hex')
    return {
      path,
      sha256,
      bytes,
      entries,
      media_type: mediaType,
      temporary,
      changed: sha256 !== hashOf(target),
    }
  })
}

/** Puts staged files into place; what has not changed stays untouched, bytes and times. */
export function put(root: string, staged: Staged[]): void {
  writing(root, () => {
    for (const { path, temporary, changed } of staged) {
      if (changed) renameSync(temporary, join(root, path))
      else rmSync(temporary, { force: true })
    }
    for (const folder of new Set(
      staged.filter(({ changed }) => changed).map(({ path }) => dirname(join(root, path))),
    ))
      syncFolder(folder)
  })
}

/** Throws staged files away. */
export function discard(staged: Staged[]): void {
  for (const { temporary } of staged) rmSync(temporary, { force: true })
}

/** @returns sha256 in hex, or null where there is no such file */
export function hashOf(path: string): string | null {
  try {
    return createHash('sha256').update(readFileSync(path)).digest('hex')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

function* chunks(body: Iterable<string>): Iterable<Buffer> {
  let gathered = ''
  for (const piece of body) {
    gathered += piece
    if (gathered.length >= CHUNK) {
      yield Buffer.from(gathered)
      gathered = ''
    }
  }
  if (gathered !== '') yield Buffer.from(gathered)
}

function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/** Runs `work` and says what a failing disk or folder means. */
export function writing<T>(root: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    const { code, path } = error as NodeJS.ErrnoException
    const meaning: Record<string, string> = {
      EACCES: 'no permission to write',
      EPERM: 'no permission to write',
      EROFS: 'the file system is read-only',
      ENOSPC: 'the disk is full',
      ENOENT: 'the folder does not exist',
      ENOTDIR: 'not a folder',
    }
    if (!code || !meaning[code]) throw error
    throw new FeedError(
      'store',
      `${path ?? root}: ${meaning[code]} (${code}); the published files are as they were`,
      { cause: error },
    )
  }
}

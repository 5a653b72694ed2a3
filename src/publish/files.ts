import { createHash } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
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

/** Files on their way to a folder: all are written beside their places before any is put in place. */
export class Staging {
  readonly files: Staged[] = []
  readonly #root: string

  constructor(root: string) {
    this.#root = root
  }

  /** Writes an artifact to a temporary file, hashing on the way, and tells whether it differs from what is there. */
  add({ path, mediaType, entries, body }: Artifact): Staged {
    const target = join(this.#root, path)
    const temporary = `${target}${TEMPORARY}${process.pid}`
    try {
      const { sha256, bytes, changed } = writing(this.#root, () => {
        mkdirSync(dirname(target), { recursive: true })
        return writeUnless(hashOf(target), temporary, body)
      })
      const staged = { path, sha256, bytes, entries, media_type: mediaType, temporary, changed }
      this.files.push(staged)
      return staged
    } catch (error) {
      removeIfThere(temporary)
      throw error
    }
  }

  /** Puts files into place, in this order; what has not changed stays untouched, bytes and times. */
  put(files: Staged[] = this.files): void {
    writing(this.#root, () => {
      for (const { path, temporary, changed } of files) {
        if (changed) renameSync(temporary, join(this.#root, path))
        else rmSync(temporary, { force: true })
      }
      const folders = files
        .filter(({ changed }) => changed)
        .map(({ path }) => dirname(join(this.#root, path)))
      for (const folder of new Set(folders)) syncFolder(folder)
    })
  }

  discard(): void {
    for (const { temporary } of this.files) removeIfThere(temporary)
  }
}

/** Cleaning up must not hide what went wrong. */
function removeIfThere(path: string): void {
  if (existsSync(path)) rmSync(path, { force: true })
}

/** Between the name of a file and the process that writes it. */
const TEMPORARY = '.tmp-'

/** Removes what killed runs left behind. The caller holds the lock of the working folder. */
export function sweep(root: string): void {
  if (!existsSync(root)) return
  writing(root, () => {
    for (const path of readdirSync(root, { recursive: true }).map(String)) {
      if (/\.tmp-\d+$/.test(path)) rmSync(join(root, path), { force: true })
    }
  })
}

/** Writes a file, and sees to it that it is on the disk unless it is the one already known: that one goes away again. */
function writeUnless(
  known: string | null,
  path: string,
  body: Iterable<string>,
): { sha256: string; bytes: number; changed: boolean } {
  const hash = createHash('sha256')
  const file = openSync(path, 'w', 0o644)
  let bytes = 0
  try {
    for (const chunk of chunks(body)) {
      hash.update(chunk)
      bytes += writeSync(file, chunk)
    }
    const sha256 = hash.digest('hex')
    const changed = sha256 !== known
    if (changed) fsyncSync(file)
    return { sha256, bytes, changed }
  } finally {
    closeSync(file)
  }
}

/** @returns sha256 in hex, or null where there is no such file */
function hashOf(path: string): string | null {
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

/** Puts a text in the place of a file, whole or not at all. */
export function replaceFile(path: string, text: string): void {
  writing(path, () => {
    const temporary = `${path}${TEMPORARY}${process.pid}`
    writeUnless(null, temporary, [text])
    renameSync(temporary, path)
  })
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
      EEXIST: 'a file stands where a folder should',
      EISDIR: 'a folder stands where a file should',
      EIO: 'the disk cannot be read or written',
    }
    if (!code || !meaning[code]) throw error
    throw new FeedError(
      'store',
      `${path ?? root}: ${meaning[code]} (${code}); the published files are as they were`,
      { cause: error },
    )
  }
}

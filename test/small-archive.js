// Configures a folder to collect a small part of the archive: a run over all of it takes ten seconds.
// node test/small-archive.js FOLDER
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'

/** Files that the small one does without: most of its values, and little that the rest has not. */
const LARGE = ['android_roamingmantis.2022-2023-and-undated.txt', 'four-researchers-2021-10_2022-06.csv']
const SHIPPED = join(import.meta.dirname, '../feed.config.json')

export function smallArchive(dir) {
  const path = join(dir, 'feed.config.json')
  const own = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {}
  const sources = (own.sources ?? JSON.parse(readFileSync(SHIPPED, 'utf8')).sources).map((source) =>
    Array.isArray(source.files)
      ? { ...source, files: source.files.filter((file) => !LARGE.includes(basename(file.path))) }
      : source,
  )
  writeFileSync(path, JSON.stringify({ ...own, sources }))
  return dir
}

const [, script, folder] = process.argv
if (script === import.meta.filename && folder !== undefined) smallArchive(folder)

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PACKAGE_ROOT } from '../app/workspace.js'

/** One case of the reading corpus, as `test/fixtures/reading/README.md` says it is written. */
export interface ReadingCase {
  /** File and line. */
  place: string
  /** What is read, or refused, in cases like it. */
  style: string
  /** Who wrote it: `@author day #tag…` or `%line source`; empty: nobody is told. */
  by: string
  /** The text as it stands in the file, with its escapes, and as it is meant. */
  written: string
  text: string
  publish: string[]
  keep: string[]
  forbid: string[]
  /** Null: not looked at. */
  pairs: string[] | null
}

const FOLDER = join(PACKAGE_ROOT, 'test/fixtures/reading')

/** All cases of the corpus in the repository. */
export function readingCorpus(): ReadingCase[] {
  const files = readdirSync(FOLDER)
    .filter((name) => name.endsWith('.txt'))
    .sort()
  return files.flatMap((file) => casesOf(file, readFileSync(join(FOLDER, file), 'utf8')))
}

function casesOf(file: string, content: string): ReadingCase[] {
  let [style, by] = ['', '']
  let line = 0
  return content.split('\n\n').flatMap((block) => {
    const first = line + 1
    line += block.split('\n').length + 1
    const lines = block.split('\n').filter((text) => text !== '')
    for (; lines[0] && /^(?:## |@\w|%line )/.test(lines[0]); lines.shift()) {
      if (lines[0].startsWith('## ')) style = lines[0].slice(3)
      else by = lines[0]
    }
    const [written, ...marks] = lines
    if (written === undefined) return []
    const marked = (mark: string) =>
      marks.filter((text) => text.startsWith(mark)).map((text) => text.slice(mark.length))
    const unknown = marks.find((text) => !/^(?:[+~-] |= |=none$)/.test(text))
    if (unknown !== undefined) throw new Error(`${file}:${first}: no mark: ${unknown}`)
    const pairs = marked('= ')
    return [
      {
        place: `${file}:${first}`,
        style,
        by,
        written,
        text: unescapeCase(written),
        publish: marked('+ ').sort(),
        keep: marked('~ '),
        forbid: marked('- '),
        pairs: pairs.length > 0 || marks.includes('=none') ? pairs.sort() : null,
      },
    ]
  })
}

const unescapeCase = (text: string): string =>
  text.replace(/\\(?:u\{([0-9a-f]+)\}|(.))/g, (_, code: string | undefined, char: string) =>
    code ? String.fromCodePoint(Number.parseInt(code, 16)) : ({ n: '\n', t: '\t' }[char] ?? char),
  )

/** The styles of the corpus, each with its cases. */
export function readingStyles(): Map<string, ReadingCase[]> {
  const styles = new Map<string, ReadingCase[]>()
  for (const one of readingCorpus()) styles.set(one.style, [...(styles.get(one.style) ?? []), one])
  return styles
}

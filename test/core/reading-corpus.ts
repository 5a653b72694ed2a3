import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { rowOfLine } from '../../src/collectors/formats/plain.js'
import { creditOf } from '../../src/core/credit.js'
import type { Document } from '../../src/model/document.js'
import { NOW, post } from '../helpers.js'

export interface ReadingCase {
  name: string
  style: string
  document: Document
  text: string
  publish: string[]
  keep: string[]
  forbid: string[]
  /** Null: not looked at. */
  pairs: string[] | null
}

const FOLDER = join(import.meta.dirname, '../fixtures/reading')

/** All cases of the corpus; its README says how they are written. */
export function readingCases(): ReadingCase[] {
  const files = readdirSync(FOLDER)
    .filter((name) => name.endsWith('.txt'))
    .sort()
  return files.flatMap((file) => casesOf(file, readFileSync(join(FOLDER, file), 'utf8')))
}

function casesOf(file: string, content: string): ReadingCase[] {
  let [style, told]: [string, Partial<Document>] = ['', {}]
  let line = 0
  return content.split('\n\n').flatMap((block) => {
    const first = line + 1
    line += block.split('\n').length + 1
    const lines = block.split('\n').filter((text) => text !== '')
    for (; lines[0] && /^(?:## |@\w|%line )/.test(lines[0]); lines.shift()) {
      if (lines[0].startsWith('## ')) style = lines[0].slice(3)
      else told = toldBy(lines[0])
    }
    const [written, ...marks] = lines
    if (written === undefined) return []
    const marked = (mark: string) =>
      marks.filter((text) => text.startsWith(mark)).map((text) => text.slice(mark.length))
    const unknown = marks.find((text) => !/^(?:[+~-] |= |=none$)/.test(text))
    if (unknown !== undefined) throw new Error(`${file}:${first}: no mark: ${unknown}`)
    const text = unescapeCase(written)
    const pairs = marked('= ')
    return [
      {
        name: `${file}:${first} ${written}`,
        style,
        document: documentOf(text, told),
        text,
        publish: marked('+ ').sort(),
        keep: marked('~ '),
        forbid: marked('- '),
        pairs: pairs.length > 0 || marks.includes('=none') ? pairs.sort() : null,
      },
    ]
  })
}

function toldBy(line: string): Partial<Document> {
  const [who, ...rest] = line.split(' ')
  if (who === '%line') return { kind: 'list', source: rest[0]!, author: null }
  const [day, ...tags] = rest
  return {
    kind: 'post',
    source: 'x-researchers',
    author: who!.slice(1),
    publishedAt: `${day}T08:00:00.000Z`,
    tags,
  }
}

const unescapeCase = (text: string): string =>
  text.replace(/\\(?:u\{([0-9a-f]+)\}|(.))/g, (_, code: string | undefined, char: string) =>
    code ? String.fromCodePoint(Number.parseInt(code, 16)) : ({ n: '\n', t: '\t' }[char] ?? char),
  )

function documentOf(text: string, told: Partial<Document>): Document {
  if (told.kind !== 'list') return post(text, { ...told, author: creditOf(text, told.author ?? null) })
  const row = rowOfLine(text)
  return { ...post(text), ...told, publishedAt: NOW, basis: 'stated', body: { rows: row ? [row] : [] } }
}

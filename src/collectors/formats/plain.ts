import { z } from 'zod'
import type { Row } from '../../model/document.js'
import type { ListFormat } from '../../model/ports.js'
import { inBatches } from '../batches.js'
import { listDate, listDocument, PART_ROWS } from './draft.js'
import { linesOf } from './lines.js'

const Options = z.strictObject({})

/** One value a line; `#`, `;`, `!` and `//` begin a comment. */
export const plain: ListFormat<z.infer<typeof Options>> = {
  name: 'plain',
  summary: 'one value a line, hosts files, adblock rules, `name → address`; # ; ! // begin a comment',
  options: Options,
  async *read(input) {
    async function* rows(): AsyncIterable<Row> {
      for await (const { text } of linesOf(input.bytes, input.name)) {
        const row = rowOfLine(text)
        if (row !== null) yield row
      }
    }
    for await (const part of inBatches(rows(), PART_ROWS))
      yield listDocument(input, part, { id: `list:${input.sha256.slice(0, 32)}`, ...listDate(input) })
  },
}

const COMMENT = /(?:^|(?<=\s))(?:[#;!]|\/\/).*$/
/** `@@||name^` and its like say what is not to be blocked; `/…/` and `^…$` are expressions, `/…` paths. */
const NOT_A_VALUE = /^(?:@@|\/|\^)|[\\{}]/
const ADBLOCK = /^\|\|([^\s^/]+)\^?(?:\$.*)?$/
const HOSTS = /^(?:0\.0\.0\.0|127\.0\.0\.1|::1?)\s+(?=\S)/
const SEPARATOR = /\s*(?:->|→|=>|[,;|\t\s])\s*/

/** The cells of one line of a list, in whichever of the common spellings; null where it holds no value. */
export function rowOfLine(line: string): Row | null {
  const text = line.replace(COMMENT, '').trim()
  if (text === '' || NOT_A_VALUE.test(text)) return null
  const rule = ADBLOCK.exec(text)?.[1]
  if (rule !== undefined) return { cells: [rule] }
  const cells = text
    .replace(HOSTS, '')
    .split(SEPARATOR)
    .filter((cell) => cell !== '')
  return cells.length === 1 ? { cells } : { cells, pairRule: 'row' }
}

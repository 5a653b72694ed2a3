import { z } from 'zod'
import type { Row } from '../../model/document.js'
import type { ListFormat } from '../../model/ports.js'
import { inParts, listDate, listDocument } from './draft.js'
import { linesOf } from './lines.js'

const Options = z.strictObject({})

/** One value a line; `#`, `;`, `!` and `//` begin a comment. */
export const plain: ListFormat<z.infer<typeof Options>> = {
  name: 'plain',
  summary: 'one value a line: names, addresses, URLs, hashes; # ; ! // begin a comment',
  options: Options,
  async *read(input) {
    async function* rows(): AsyncIterable<Row> {
      for await (const { text } of linesOf(input.bytes, input.name)) {
        const value = text.replace(/^\s*(?:[#;!]|\/\/).*|\s+(?:[#;!]|\/\/).*$/, '').trim()
        if (value !== '') yield { cells: [value] }
      }
    }
    for await (const part of inParts(rows()))
      yield listDocument(input, part, { id: `list:${input.sha256.slice(0, 32)}`, ...listDate(input) })
  },
}

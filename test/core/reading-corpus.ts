import { type ReadingCase, readingCorpus } from '../../src/cli/reading-corpus.js'
import { rowOfLine } from '../../src/collectors/formats/plain.js'
import { creditOf } from '../../src/core/credit.js'
import type { Document } from '../../src/model/document.js'
import { NOW, post } from '../helpers.js'

/** All cases of the corpus, each with the document it stands for. */
export const readingCases = (): (ReadingCase & { name: string; document: Document })[] =>
  readingCorpus().map((one) => ({ ...one, name: `${one.place} ${one.written}`, document: documentOf(one) }))

function documentOf({ by, text }: ReadingCase): Document {
  const [who = '', ...rest] = by.split(' ')
  if (who === '%line') {
    const row = rowOfLine(text)
    const told = { kind: 'list', source: rest[0]!, author: null, publishedAt: NOW, basis: 'stated' } as const
    return { ...post(text), ...told, body: { rows: row ? [row] : [] } }
  }
  const [day, ...tags] = rest
  return post(text, {
    source: 'x-researchers',
    author: creditOf(text, who.slice(1)),
    publishedAt: `${day}T08:00:00.000Z`,
    tags,
  })
}

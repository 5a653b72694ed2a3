import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { lineDocument, readDocument } from '../../src/app/read.js'
import { type JsonDocument, toDocument } from '../../src/collectors/formats/jsonl.js'
import { hostOfUrl } from '../../src/core/canonical.js'
import { NOW, workspacePolicy } from '../helpers.js'

interface BlindCase extends JsonDocument {
  /** Published, and not published under any spelling. */
  want: string[]
  harm: string[]
  /** Of what is wanted, what is not published, and why. */
  left?: string[]
  because?: string
}

const cases = readFileSync(join(import.meta.dirname, '../fixtures/reading/blind.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => ({ tags: [], ...(JSON.parse(line) as Omit<BlindCase, 'tags'>) }))
const policy = workspacePolicy()

/** What is published, and the hosts of the URLs among it. */
function published(one: BlindCase): Set<string> {
  const { observations } = readDocument(
    lineDocument(one, toDocument(one, one.source ?? 'import', NOW), policy),
    policy,
  )
  const values = observations.filter(({ verdict }) => verdict === 'publish')
  return new Set(
    values.flatMap(({ type, value }) => (type === 'url' ? [value, hostOfUrl(value).value] : [value])),
  )
}

it.each(cases)('$id $text', (one) => {
  const values = published(one)
  expect(one.want.filter((value) => !values.has(value))).toEqual(one.left ?? [])
  expect(one.harm.filter((value) => values.has(value))).toEqual([])
})

it('says why of each value that it leaves', () => {
  expect(cases.filter(({ left, because }) => (left === undefined) !== (because === undefined))).toEqual([])
})

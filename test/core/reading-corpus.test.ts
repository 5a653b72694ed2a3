import { expect, it } from 'vitest'
import { readDocument } from '../../src/app/read.js'
import { workspacePolicy } from '../helpers.js'
import { readingCases } from './reading-corpus.js'

const cases = readingCases()
const policy = workspacePolicy()

it('is as large as it should be', () => {
  expect(cases.length).toBeGreaterThanOrEqual(300)
})

it.each(cases)('$name', ({ document, text, publish, keep, forbid, pairs }) => {
  const result = readDocument(document, policy)
  const values = result.observations.map(({ value }) => value)
  const published = result.observations
    .filter(({ verdict }) => verdict === 'publish')
    .map(({ value }) => value)
  expect(published.sort()).toEqual(publish)
  expect(values).toEqual(expect.arrayContaining(keep))
  expect(forbid.filter((value) => values.includes(value))).toEqual([])
  if (pairs) expect(result.pairs.map(({ domain, ip }) => `${domain} ${ip}`).sort()).toEqual(pairs)
  if (document.kind === 'post')
    for (const { raw, start, end } of result.observations) expect(text.slice(start, end)).toBe(raw)
})

import { describe, expect, it } from 'vitest'
import { snapshotAsOf } from '../src/app/publish.js'
import { formats } from '../src/collectors/formats/index.js'
import { collectors, SourceEntry } from '../src/collectors/index.js'
import { artifactNames, exporters, renderAll } from '../src/exporters/index.js'
import { commit, parse, post, workspace } from './helpers.js'

it('names are unique and described', () => {
  for (const names of [collectors.map(({ type }) => type), formats.map(({ name }) => name), artifactNames])
    expect(new Set(names).size).toBe(names.length)
  for (const { summary } of [...collectors, ...formats, ...exporters])
    expect(summary.length).toBeGreaterThan(20)
})

it.each(collectors)('a source of type $type takes no unknown key', ({ type }) => {
  expect(
    SourceEntry.safeParse({ type, name: 'x', nonsense: 1 }).error?.issues.some(
      ({ code }) => code === 'unrecognized_keys',
    ),
  ).toBe(true)
})

const HOSTILE = [
  '',
  '\n\n',
  '{}',
  '[]',
  'a,b,c',
  '"',
  '<html></html>',
  '\u0001',
  '=1+1',
  'x'.repeat(10_000),
  '{"id":1}',
  '# Reference: x\ny',
]

/** Of formats that cannot do without. */
const OPTIONS: Record<string, unknown> = { 'x-archive': { handle: 'ninoseki' } }

describe.each(formats)('format $name', (format) => {
  it.each(HOSTILE)('answers %j with documents or an error that names file and line', async (text) => {
    const result = await parse(format, text, OPTIONS[format.name]).catch((error: Error) => error)
    if (result instanceof Error)
      expect(result).toMatchObject({
        name: 'FeedError',
        code: 'input',
        message: expect.stringMatching(/^list[:]/),
      })
    else
      for (const document of result)
        expect(document).toMatchObject({ source: 'test', retrievedAt: expect.any(String) })
  })
})

describe.each(exporters)('exporter $names', ({ names, render }) => {
  it.each(names)('%s is a pure function of the snapshot, empty or not', async (name) => {
    const here = workspace()
    for (const text of [
      '',
      '#MoqHao abcdefghij.duckdns[.]org → 31.1.2.3 hxxp://evil[.]com/a e3b0c44298fc1c149afbf4c8996fb924',
    ]) {
      if (text) await commit(here, post(text))
      const { snapshot } = await snapshotAsOf(here, '2021-09-20')
      const bodyOf = () => [...render(snapshot, name)].flatMap((artifact) => [...artifact.body]).join('')
      const body = bodyOf()
      expect(bodyOf()).toBe(body)
      expect(body === '' || body.endsWith('\n')).toBe(true)
      expect(body).not.toMatch(/\r|\ufeff/)
    }
  })
})

it('no two artifacts share a path', async () => {
  const { snapshot } = await snapshotAsOf(workspace(), '2021-09-20')
  const paths = [...renderAll(snapshot)].map(({ path }) => path)
  expect(new Set(paths).size).toBe(paths.length)
})

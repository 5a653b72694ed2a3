import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, test } from 'vitest'
import { guessFormat } from '../../src/collectors/formats/index.js'
import { stix } from '../../src/collectors/formats/stix.js'
import { MAX_JSON_BYTES } from '../../src/collectors/formats/whole-json.js'
import { indicatorId, objectId, scoId } from '../../src/core/ids.js'
import { read } from '../../src/core/read.js'
import type { Document, Row } from '../../src/model/document.js'
import type { Own } from '../../src/model/ports.js'
import { NAMESPACE, parse, profile } from '../helpers.js'

const fixture = (name: string) =>
  readFileSync(join(import.meta.dirname, `../fixtures/stix/${name}.json`), 'utf8')
const rowsOf = ({ body }: Document): Row[] => ('rows' in body ? body.rows : [])
const AT = '2024-05-01T00:00:00.000Z'
const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
const indicator = (n: number, pattern: string, told: object = {}) => ({
  type: 'indicator',
  id: `indicator--${uuid(n)}`,
  created: AT,
  modified: AT,
  pattern,
  pattern_type: 'stix',
  ...told,
})
const bundle = (...objects: unknown[]) => JSON.stringify({ type: 'bundle', objects })

async function readAll(text: string, own?: Partial<Own>) {
  const notices: string[] = []
  const documents = await parse(
    stix,
    text,
    {},
    {
      notice: (notice) => void notices.push(notice),
      own: { namespace: NAMESPACE, restores: () => false, ...own },
    },
  )
  return { documents, notices }
}

describe("others' bundles", () => {
  it('of STIX 2.0: patterns, and names on addresses from observed data', async () => {
    const { documents, notices } = await readAll(fixture('foreign-2.0'))
    expect(notices).toEqual([])
    expect(documents).toHaveLength(1)
    expect(documents[0]).toMatchObject({
      id: 'list:test:indicator--10000000-0000-4000-8000-000000000003',
      kind: 'list',
      road: 'list',
      author: 'Example CERT',
      publishedAt: '2021-06-29T10:11:12.123Z',
      basis: 'stated',
      url: 'https://cert.example/post',
      tags: ['#MoqHao', '#malicious-activity'],
    })
    const seen = { firstSeen: '2021-06-20T00:00:00.000Z', lastSeen: '2021-06-21T00:00:00.000Z' }
    expect(rowsOf(documents[0]!)).toEqual([
      { cells: ['evil-one.com'], ...seen },
      { cells: ['31.1.2.3'], ...seen },
      { cells: ['31.1.2.4'], ...seen },
      { cells: ['evil-one.com', '31.1.2.3'], pairRule: 'row' },
    ])
    const { observations, pairs } = read(documents[0]!, profile)
    expect(observations.some(({ value }) => value === '31.9.9.9')).toBe(false)
    expect(pairs).toMatchObject([{ domain: 'evil-one.com', ip: '31.1.2.3' }])
  })

  it('of STIX 2.1: what is indicated, what an indicator is based on, what malware drops; nothing that only stands there', async () => {
    const { documents, notices } = await readAll(fixture('foreign-2.1'))
    expect(notices).toEqual([
      '1 revoked indicators passed over',
      "1 indicators passed over: their pattern is not in STIX's language",
      'of 1 indicators what compares otherwise than by equality was passed over: negations, expressions, ranges',
    ])
    const told = documents.map((one) => ({
      id: one.id.slice(-2),
      author: one.author,
      day: one.publishedAt.slice(0, 10),
      tags: one.tags,
      rows: rowsOf(one).map(({ cells }) => cells.join(' ')),
    }))
    expect(told).toEqual([
      {
        id: '09',
        author: 'alice',
        day: '2024-05-01',
        tags: ['#Wroba', '#smishing'],
        rows: ['evil-one.com'],
      },
      { id: '0a', author: 'alice', day: '2024-05-02', tags: ['#Wroba'], rows: ['31.1.2.3:28866'] },
      { id: '0b', author: null, day: '2024-05-02', tags: [], rows: ["http://evil-two.com/it's"] },
      {
        id: '0f',
        author: null,
        day: '2024-05-04',
        tags: ['#Wroba'],
        rows: ['e3b0c44298fc1c149afbf4c8996fb924'],
      },
      { id: '01', author: 'alice', day: '2024-05-03', tags: ['#Wroba'], rows: ['evil-one.com 31.1.2.3'] },
    ])
    expect(rowsOf(documents[4]!)[0]).toMatchObject({
      firstSeen: '2024-05-01T00:00:00.000Z',
      lastSeen: '2024-05-02T00:00:00.000Z',
    })
  })

  it('that hold no indicator are told of, and stop no import of many', async () => {
    const seen = { type: 'domain-name', id: `domain-name--${uuid(1)}`, value: 'evil-one.com' }
    const { documents, notices } = await readAll(bundle(seen))
    expect(documents).toEqual([])
    expect(notices).toEqual(['no indicators in it: what was only observed is context'])
  })

  it('a TAXII envelope is read like a bundle', async () => {
    const { documents } = await readAll(
      JSON.stringify({ more: false, objects: [indicator(1, "[domain-name:value = 'evil-one.com']")] }),
    )
    expect(documents).toHaveLength(1)
  })

  it('of several versions of an object the newest is read, in whichever order', async () => {
    const versions = [
      indicator(1, "[domain-name:value = 'evil-old.com']"),
      indicator(1, "[domain-name:value = 'evil-new.com']", { modified: '2024-05-02T00:00:00Z' }),
    ]
    for (const order of [versions, versions.toReversed()]) {
      const { documents } = await readAll(bundle(...order))
      expect(documents.map(rowsOf)).toEqual([[{ cells: ['evil-new.com'] }]])
    }
  })

  it('a pattern of many values comes in parts of one document', async () => {
    const values = Array.from({ length: 5_000 }, (_, n) => `'h${n}.com'`)
    const { documents } = await readAll(bundle(indicator(1, `[domain-name:value IN (${values})]`)))
    expect(documents.map((one) => rowsOf(one).length)).toEqual([2_000, 2_000, 1_000])
    expect(new Set(documents.map(({ id }) => id)).size).toBe(1)
  })

  it('a reference counts for who names both ends; a revoked relationship for nobody', async () => {
    const [name, address] = [`domain-name--${uuid(1)}`, `ipv4-addr--${uuid(2)}`]
    const [alice, bob] = [`identity--${uuid(3)}`, `identity--${uuid(4)}`]
    const by = (author: string) => ({ created_by_ref: author })
    const { documents } = await readAll(
      bundle(
        { type: 'identity', id: alice, name: 'alice' },
        { type: 'identity', id: bob, name: 'bob' },
        { type: 'domain-name', id: name, value: 'evil-one.com', resolves_to_refs: [address] },
        { type: 'ipv4-addr', id: address, value: '31.1.2.3' },
        indicator(5, "[domain-name:value = 'evil-one.com']", by(alice)),
        indicator(6, "[domain-name:value = 'evil-one.com']", by(bob)),
        indicator(7, "[ipv4-addr:value = '31.1.2.3']", by(alice)),
        {
          type: 'relationship',
          id: `relationship--${uuid(8)}`,
          created: AT,
          relationship_type: 'resolves-to',
          revoked: true,
          source_ref: name,
          target_ref: address,
        },
      ),
    )
    const pairs = documents.filter((one) => read(one, profile).pairs.length > 0)
    expect(pairs.map(({ author }) => author)).toEqual(['alice'])
  })

  it.each([
    ['a name with power over a page', '<img src=x>'],
    ['NUL', 'a\u0000b'],
    ['an empty one', ''],
  ])('%s is nobody, and no tag', async (_, name) => {
    const { documents } = await readAll(
      bundle(
        { type: 'identity', id: `identity--${uuid(1)}`, name },
        { type: 'malware', id: `malware--${uuid(2)}`, name },
        indicator(3, "[domain-name:value = 'evil-one.com']", {
          created_by_ref: `identity--${uuid(1)}`,
          labels: [name],
        }),
      ),
    )
    expect(documents).toMatchObject([{ author: null, tags: [] }])
  })
})

describe('what is hostile, or no bundle', () => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
  test.each([
    ['nothing', '', 'list: not JSON: '],
    ['STIX 1', '<stix:STIX_Package/>', 'list: XML; STIX 1 is not read'],
    ['no bundle', '{"type":"report"}', 'list: no STIX bundle'],
    ['a list', '[]', 'list: no STIX bundle'],
    ['objects that are none', '{"type":"bundle","objects":{}}', 'list: no STIX bundle'],
    ['cut short', bundle(indicator(1, '')).slice(0, -9), 'list: not JSON: '],
    ['NUL', '{"type":"bundle"\u0000}', 'list:1: a binary file'],
    ['an object that is none', bundle(5), 'list: objects.0: object: '],
    ['an object without type', bundle({ id: 'x' }), 'list: objects.0: type: '],
    [
      'a bundle inside',
      bundle({ type: 'bundle', id: 'bundle--x' }),
      'list: objects.0: a bundle inside the bundle: "bundle--x"',
    ],
    [
      'a time that is none',
      bundle(indicator(1, "[a:b = 'c']", { created: 'tomorrow' })),
      `list: objects.0 "indicator--${uuid(1)}": created: no time; wanted: 2021-06-29T12:00:00Z: "tomorrow"`,
    ],
    [
      'a wrong type',
      bundle(indicator(1, "[a:b = 'c']", { labels: 'moqhao' })),
      `list: objects.0 "indicator--${uuid(1)}": labels: Invalid input: expected array, received string: "moqhao"`,
    ],
    ['a pattern that is no text', bundle(indicator(1, 5 as unknown as string)), 'pattern: Invalid input'],
    [
      'an id that is none',
      bundle(indicator(1, '', { id: '../x' })),
      'list: objects.0 "../x": id: no identifier: "../x"',
    ],
    [
      'a pattern that is none',
      bundle(indicator(1, "[domain-name:value = 'a.com'")),
      `list: "indicator--${uuid(1)}": pattern: no STIX pattern: it ends too early`,
    ],
    ['deep brackets', bundle(indicator(1, `${'('.repeat(1e6)}`)), 'no STIX pattern'],
    ['a pattern beyond all measure', bundle(indicator(1, `[a:b = '${'x'.repeat(2e6)}']`)), 'no STIX pattern'],
    [
      'deep nesting in the place of text',
      `{"type":"bundle","objects":[{"type":${deep}}]}`,
      'objects.0: type: ',
    ],
  ])('%s is refused by name', async (_, text, message) => {
    await expect(readAll(text)).rejects.toMatchObject({
      code: 'input',
      message: expect.stringContaining(message),
    })
  })

  test.each([
    ['deep nesting where nobody looks', `{"type":"bundle","objects":[{"type":"x","y":${deep}}]}`],
    ['no objects', '{"type":"bundle","id":"bundle--x"}'],
    [
      '__proto__ everywhere',
      `{"type":"bundle","__proto__":{"objects":[5]},"objects":[{"type":"observed-data","id":"observed-data--${uuid(1)}","objects":{"__proto__":{"type":"domain-name","value":"evil-one.com","resolves_to_refs":["__proto__"]}}},{"type":"file","id":"file--${uuid(2)}","hashes":{"__proto__":"x"}}]}`,
    ],
  ])('%s says nothing', async (_, text) => {
    expect((await readAll(text)).documents).toEqual([])
    expect(({} as Record<string, unknown>).objects).toBeUndefined()
  })

  it('references to nowhere, in a circle and of the wrong kind say nothing', async () => {
    const [self, other] = [`domain-name--${uuid(1)}`, `domain-name--${uuid(2)}`]
    const link = (n: number, type: string, source: string, target: string) => ({
      type: 'relationship',
      id: `relationship--${uuid(n)}`,
      created: AT,
      created_by_ref: `relationship--${uuid(n)}`,
      relationship_type: type,
      source_ref: source,
      target_ref: target,
    })
    const { documents } = await readAll(
      bundle(
        { type: 'domain-name', id: self, value: 'evil-one.com', resolves_to_refs: [other, self, 'x--1'] },
        { type: 'domain-name', id: other, value: 'evil-two.com', resolves_to_refs: [self] },
        link(3, 'resolves-to', self, self),
        link(4, 'based-on', self, other),
        link(5, 'indicates', `indicator--${uuid(6)}`, `indicator--${uuid(6)}`),
        link(7, 'based-on', `indicator--${uuid(6)}`, `malware--${uuid(8)}`),
        indicator(6, "[domain-name:value = 'evil-one.com']", { created_by_ref: `indicator--${uuid(6)}` }),
      ),
    )
    expect(documents.map(rowsOf)).toEqual([[{ cells: ['evil-one.com'] }]])
  })

  it('many that say the same of many cost no more than their number', async () => {
    const COUNT = 3_000
    const { documents } = await readAll(
      bundle(
        ...Array.from({ length: COUNT }, (_, n) =>
          indicator(n, "[domain-name:value = 'evil-one.com' AND ipv4-addr:value = '31.1.2.3']"),
        ),
        { type: 'ipv4-addr', id: `ipv4-addr--${uuid(1)}`, value: '31.1.2.3' },
        {
          type: 'domain-name',
          id: `domain-name--${uuid(2)}`,
          value: 'evil-one.com',
          resolves_to_refs: Array.from({ length: COUNT }, () => `ipv4-addr--${uuid(1)}`),
        },
      ),
    )
    const rows = documents.reduce((sum, one) => sum + rowsOf(one).length, 0)
    expect(rows).toBeLessThan(COUNT * 105)
  })

  it('a bundle over the limit is refused before it is held', async () => {
    async function* endless() {
      for (;;) yield new Uint8Array(1 << 24).fill(0x20)
    }
    await expect(parse(stix, '', {}, { bytes: endless() })).rejects.toThrow(
      `list: more than ${MAX_JSON_BYTES} bytes`,
    )
  })

  it('where a list goes on without what cannot be read, it does', async () => {
    const errors: Error[] = []
    const documents = await parse(
      stix,
      bundle(
        indicator(1, '['),
        indicator(2, '', { created: 5 }),
        indicator(3, "[domain-name:value = 'evil-one.com']"),
      ),
      {},
      { passOver: (error) => void errors.push(error) },
    )
    expect([documents.length, errors.length]).toEqual([1, 2])
  })
})

describe('what we published ourselves', () => {
  const value = { type: 'domain-name', value: 'evil-one.com' } as const
  const pattern = "[domain-name:value = 'evil-one.com']"
  const publisher = objectId(NAMESPACE, 'identity', 'publisher')
  const external_references = [
    {
      source_name: 'maltrail',
      description: 'Reported by ninoseki, 2021-09-19',
      url: 'https://x.com/ninoseki/status/1439663629909979140',
      external_id: 'maltrail:abc',
    },
    {
      source_name: 'team-cymru',
      description: 'Reported by Team Cymru, no later than 2021-10-01',
      external_id: 'team-cymru:1',
    },
    { source_name: 'mitre-attack', external_id: 'S0318' },
  ]
  const standard = `indicator--${uuid(9)}`
  const [identity, extension] = [
    `identity--${uuid(8)}`,
    'extension-definition--ea279b3e-5c71-4632-ac08-831c66a786ba',
  ]
  test.each<[string, object, object[]]>([
    ['by its author', { created_by_ref: publisher }, []],
    ['by its id', { id: indicatorId(NAMESPACE, value) }, []],
    ['by its id of a later generation', { id: indicatorId(NAMESPACE, value, 20) }, []],
    [
      'by an id that OpenCTI keeps',
      { id: standard, x_opencti_stix_ids: [indicatorId(NAMESPACE, value)] },
      [],
    ],
    [
      'by the id that MISP notes',
      { id: standard, description: `a comment\nIndicator ID: ${indicatorId(NAMESPACE, value)}` },
      [],
    ],
    [
      'by the report that it stands in, of whatever month',
      { id: standard },
      ['feed', 'misp 2021-06'].map((name) => ({
        type: 'grouping',
        id: objectId(NAMESPACE, 'report', name).replace('report', 'grouping'),
        object_refs: [standard],
      })),
    ],
    [
      'by one in its extension',
      { id: standard, extensions: { [extension]: { stix_ids: [indicatorId(NAMESPACE, value, 2)] } } },
      [],
    ],
    [
      'by its author, under whatever id',
      { created_by_ref: identity },
      [
        {
          type: 'identity',
          id: identity,
          name: 'moqhao-feed',
          extensions: { [extension]: { stix_ids: [publisher] } },
        },
      ],
    ],
  ])('is known %s: no evidence, and restored only where that is wanted', async (_, told, others) => {
    const text = bundle(...others, indicator(1, pattern, { external_references, ...told }))
    const echo = await readAll(text)
    expect(echo).toEqual({
      documents: [],
      notices: ['1 values that this feed published itself passed over: its own word is no evidence'],
    })
    const { documents, notices } = await readAll(text, { restores: () => true })
    expect(notices).toEqual(['1 values that this feed published itself restored'])
    const rows = { rows: [{ cells: ['evil-one.com'] }] }
    expect(documents).toMatchObject([
      {
        id: 'maltrail:abc',
        source: 'maltrail',
        road: 'feed',
        author: 'ninoseki',
        publishedAt: '2021-09-19T18:52:11.684Z',
        basis: 'post-id',
        url: 'https://x.com/ninoseki/status/1439663629909979140',
        body: rows,
      },
      {
        id: 'team-cymru:1',
        author: 'Team Cymru',
        publishedAt: '2021-10-01T00:00:00.000Z',
        basis: 'list-date',
        url: null,
        body: rows,
      },
    ])
  })

  it('is dated by the sighting of its reporter, if that is of the day', async () => {
    const told = [identity, `identity--${uuid(7)}`]
    const at = (day: string) => ({
      created: AT,
      created_by_ref: publisher,
      first_seen: `${day}T08:09:10.000Z`,
      sighting_of_ref: `indicator--${uuid(1)}`,
    })
    const named = (n: number, reporter: string, day: string) => ({
      source_name: 'list',
      description: `Reported by ${reporter}, ${day}`,
      external_id: `list:${n}`,
    })
    const { documents } = await readAll(
      bundle(
        { type: 'identity', id: told[0], name: 'alice' },
        { type: 'identity', id: told[1], name: 'bob' },
        { type: 'sighting', id: `sighting--${uuid(1)}`, ...at('2021-09-19'), where_sighted_refs: [told[0]] },
        { type: 'sighting', id: `sighting--${uuid(2)}`, ...at('2021-09-20'), where_sighted_refs: [told[1]] },
        indicator(1, pattern, {
          created_by_ref: publisher,
          external_references: [named(1, 'alice', '2021-09-19'), named(2, 'bob', '2021-09-21')],
        }),
      ),
      { restores: () => true },
    )
    expect(documents.map(({ publishedAt, basis }) => [publishedAt, basis])).toEqual([
      ['2021-09-19T08:09:10.000Z', 'stated'],
      ['2021-09-21T00:00:00.000Z', 'stated'],
    ])
  })

  it('does not take what else stands in its place', async () => {
    const reference = { ...external_references[0], external_id: 'list:1' }
    const { documents } = await readAll(
      bundle(
        indicator(1, pattern, {
          created_by_ref: publisher,
          external_references: [
            { ...reference, url: 'javascript:alert(1)' },
            { ...reference, external_id: 'list:2', description: 'Reported by ninoseki, 2021-99-99' },
            { ...reference, external_id: 'list:\u0007' },
            { ...reference, external_id: '1439663629909979140' },
            { ...reference, external_id: 'list:3', description: 'Seen by ninoseki' },
          ],
        }),
      ),
      { restores: () => true },
    )
    expect(documents.map(({ id, url }) => [id, url])).toEqual([['list:1', null]])
  })

  it('is about the malware that it indicates, and nothing else that it is labelled with', async () => {
    const [id, malware, report] = [`indicator--${uuid(1)}`, `malware--${uuid(2)}`, `report--${uuid(3)}`]
    const { documents } = await readAll(
      bundle(
        { type: 'malware', id: malware, name: 'MoqHao' },
        { type: 'report', id: report, name: 'All of it', object_refs: [id] },
        {
          type: 'relationship',
          id: `relationship--${uuid(4)}`,
          created: AT,
          relationship_type: 'indicates',
          source_ref: id,
          target_ref: malware,
        },
        indicator(1, pattern, { created_by_ref: publisher, external_references, labels: ['smishing'] }),
        indicator(5, "[url:value = 'http://evil-one.com/a']", {
          created_by_ref: publisher,
          external_references: [{ ...external_references[0], external_id: 'maltrail:def' }],
          labels: ['moqhao'],
        }),
      ),
      { restores: () => true },
    )
    expect(documents.map(({ tags }) => tags)).toEqual([['#MoqHao'], ['#MoqHao'], ['#moqhao']])
  })

  it("of somebody else's publisher is his", async () => {
    const { documents } = await readAll(
      bundle(indicator(1, pattern, { id: indicatorId(uuid(1), value), external_references })),
      { restores: () => true },
    )
    expect(documents).toMatchObject([{ road: 'list', source: 'test' }])
  })

  it('without its evidence cannot be restored, and a foreign word on it stays one', async () => {
    const { documents, notices } = await readAll(
      bundle(indicator(1, pattern, { created_by_ref: publisher }), indicator(2, pattern)),
      { restores: () => true },
    )
    expect(notices).toEqual([
      '1 values that this feed published itself passed over: they came without their evidence',
    ])
    expect(documents).toMatchObject([{ id: `list:test:indicator--${uuid(2)}`, road: 'list' }])
  })

  it("its pairs are no evidence about others' values either", async () => {
    const ip = { type: 'ipv4-addr', value: '31.1.2.3' } as const
    const { documents } = await readAll(
      bundle(
        { type: 'domain-name', id: scoId(value), value: value.value },
        { type: 'ipv4-addr', id: scoId(ip), value: ip.value },
        indicator(1, pattern),
        indicator(2, "[ipv4-addr:value = '31.1.2.3']"),
        {
          type: 'relationship',
          id: `relationship--${uuid(3)}`,
          created: AT,
          created_by_ref: publisher,
          relationship_type: 'resolves-to',
          source_ref: scoId(value),
          target_ref: scoId(ip),
        },
      ),
    )
    expect(documents.flatMap((one) => read(one, profile).pairs)).toEqual([])
  })
})

test.each([
  ['{"type":"bundle","objects":[', 'stix'],
  ['{\n  "type": "bundle",\n', 'stix'],
  ['{"id":"bundle--10000000-0000-4000-8000-000000000000","objects":[{"a":"', 'stix'],
  ['{"more":true,"objects":[', 'stix'],
  ['{\n  "objects": [', 'stix'],
  ['<stix:STIX_Package xmlns="x">', 'stix'],
  ['{"id":1,"text":"it says \\"type\\":\\"bundle\\""}', 'jsonl'],
])('%j looks like %s', (head, name) => {
  expect(guessFormat(head)).toBe(name)
})

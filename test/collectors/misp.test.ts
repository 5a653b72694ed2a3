import { describe, expect, it, test } from 'vitest'
import { guessFormat } from '../../src/collectors/formats/index.js'
import { misp } from '../../src/collectors/formats/misp.js'
import { indicatorId, mispAttributeId, mispEventId, objectId, uuidOf } from '../../src/core/ids.js'
import { publisherId } from '../../src/core/own.js'
import type { Document, Row } from '../../src/model/document.js'
import type { Own } from '../../src/model/ports.js'
import { NAMESPACE, parse } from '../helpers.js'

const rowsOf = ({ body }: Document): Row[] => ('rows' in body ? body.rows : [])
const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
const attribute = (n: number, type: string, value: string, told: object = {}) => ({
  uuid: uuid(n),
  type,
  value,
  to_ids: true,
  comment: '',
  ...told,
})
const event = (told: object = {}) => ({
  Event: {
    uuid: uuid(0),
    info: 'Smishing wave',
    date: '2021-06-29',
    Orgc: { name: 'Example CERT', uuid: uuid(999) },
    Tag: [{ name: 'tlp:white' }, { name: 'misp-galaxy:mitre-malware="XLoader for Android - S0318"' }],
    Attribute: [],
    Object: [],
    ...told,
  },
})

async function readAll(given: unknown, own?: Partial<Own>) {
  const notices: string[] = []
  const documents = await parse(
    misp,
    typeof given === 'string' ? given : JSON.stringify(given),
    {},
    {
      notice: (notice) => void notices.push(notice),
      own: { namespace: NAMESPACE, restores: () => false, ...own },
    },
  )
  return { documents, notices }
}

describe("others' events", () => {
  it('give a document for each attribute and object that is to be looked for', async () => {
    const { documents, notices } = await readAll(
      event({
        Attribute: [
          attribute(1, 'domain', 'evil-one.com', {
            first_seen: '2021-06-20T00:00:00.000000+00:00',
            Sighting: [
              { type: '0', date_sighting: '1625097600' },
              { type: '1', date_sighting: '1725097600' },
            ],
            Galaxy: [{ GalaxyCluster: [{ value: 'MoqHao' }] }],
          }),
          attribute(2, 'ip-dst|port', '31.1.2.3|28844'),
          attribute(3, 'domain|ip', 'evil-two.com|31.1.2.4'),
          attribute(4, 'filename|sha256', `a|b.apk|${'ab'.repeat(32)}`.replace('a|b', 'ab')),
          attribute(5, 'ip-src', '8.8.4.4', { to_ids: false }),
          attribute(6, 'comment', 'a victim wrote'),
          attribute(7, 'url', 'http://evil-one.com/a', { deleted: true }),
        ],
        Object: [
          {
            uuid: uuid(20),
            name: 'domain-ip',
            Attribute: [
              attribute(21, 'domain', 'evil-three.com'),
              attribute(22, 'ip-dst', '31.1.2.5'),
              attribute(23, 'ip-dst', '31.1.2.6'),
              attribute(24, 'ip-dst', '31.1.2.7', { to_ids: '0' }),
            ],
          },
          {
            uuid: uuid(30),
            name: 'url',
            deleted: '1',
            Attribute: [attribute(31, 'url', 'http://evil-four.com/')],
          },
        ],
      }),
    )
    expect(notices).toEqual([
      '2 deleted attributes passed over',
      '3 attributes passed over: they are context, not to be looked for (to_ids)',
    ])
    expect(documents.map(({ id }) => id)).toEqual(
      [1, 2, 3, 4].map((n) => `list:test:attribute--${uuid(n)}`).concat(`list:test:object--${uuid(20)}`),
    )
    expect(documents[0]).toMatchObject({
      kind: 'list',
      road: 'list',
      author: 'Example CERT',
      publishedAt: '2021-06-29T00:00:00.000Z',
      basis: 'stated',
      tags: ['#Smishing wave', '#tlp:white', '#XLoader for Android', '#MoqHao'],
    })
    expect(documents[1]!.tags).not.toContain('#MoqHao')
    expect(documents.map(rowsOf)).toEqual([
      [
        {
          cells: ['evil-one.com'],
          firstSeen: '2021-06-20T00:00:00.000Z',
          lastSeen: '2021-07-01T00:00:00.000Z',
        },
      ],
      [{ cells: ['31.1.2.3'] }],
      [
        { cells: ['evil-two.com'] },
        { cells: ['31.1.2.4'] },
        { cells: ['evil-two.com', '31.1.2.4'], pairRule: 'row' },
      ],
      [{ cells: ['ab'.repeat(32)] }],
      [
        { cells: ['evil-three.com'] },
        { cells: ['31.1.2.5'] },
        { cells: ['31.1.2.6'] },
        { cells: ['evil-three.com', '31.1.2.5'], pairRule: 'row' },
        { cells: ['evil-three.com', '31.1.2.6'], pairRule: 'row' },
      ],
    ])
  })

  it.each([
    ['an answer of a search', (one: object) => ({ response: [one, one] })],
    ['a list', (one: object) => [one, one]],
  ])('may come as %s', async (_, wrap) => {
    const { documents } = await readAll(wrap(event({ Attribute: [attribute(1, 'domain', 'evil-one.com')] })))
    expect(documents).toHaveLength(2)
  })

  it('names nobody where its organisation has no name that is one, and has the date of reading where it has none', async () => {
    const { documents } = await readAll(
      event({
        date: 'soon',
        Orgc: { name: '<b>', uuid: 'x' },
        Attribute: [attribute(1, 'domain', 'evil-one.com')],
      }),
    )
    expect(documents[0]).toMatchObject({ author: null, basis: 'retrieved' })
  })
})

it.each([0, '0', '9999999999'])('a sighting at %s is of no time', async (date_sighting) => {
  const { documents } = await readAll(
    event({ Attribute: [attribute(1, 'domain', 'evil-one.com', { Sighting: [{ date_sighting }] })] }),
  )
  expect(documents.flatMap(rowsOf)).toEqual([{ cells: ['evil-one.com'] }])
})

it('a sighting that no calendar has is an error of the file', async () => {
  const sighted = attribute(1, 'domain', 'evil-one.com', { Sighting: [{ date_sighting: 1e15 }] })
  await expect(readAll(event({ Attribute: [sighted] }))).rejects.toThrow(
    /Sighting\.0\.date_sighting: .*1000000000000000/,
  )
})

it('galaxies of sectors, countries and producers are no words of the campaign', async () => {
  const { documents } = await readAll(
    event({
      Tag: [{ name: 'misp-galaxy:producer="MoqHao-feed"' }, { name: 'misp-galaxy:tool="Wroba"' }],
      Galaxy: [{ type: 'sector', GalaxyCluster: [{ value: 'Bank' }] }],
      Attribute: [attribute(1, 'domain', 'evil-one.com')],
    }),
  )
  expect(documents[0]!.tags).toEqual(['#Smishing wave', '#Wroba'])
})

describe('what we published ourselves', () => {
  const publisher = uuidOf(publisherId(NAMESPACE))
  const ofFeed = (one: string, value: string, pair?: string[]) =>
    uuidOf(mispAttributeId(NAMESPACE, one, { type: 'domain-name', value }, pair))
  const said = 'Reported by ninoseki, 2021-06-29T12:00:00.000Z, https://x.com/ninoseki/status/1'
  const ours = event({
    Orgc: { name: 'anybody', uuid: publisher },
    Tag: [{ name: 'misp-galaxy:malpedia="MoqHao"' }, { name: 'circl:incident-classification="smishing"' }],
    Attribute: [
      attribute(1, 'domain', 'evil-one.com', { to_ids: false, comment: `${said} (list:a from team-cymru)` }),
      attribute(2, 'ip-dst', '31.1.2.3', { comment: `${said} (list:a from team-cymru)` }),
      attribute(3, 'url', 'http://evil-one.com/a', { deleted: true, comment: 'No longer listed here' }),
      attribute(4, 'domain', 'evil-two.com', { comment: 'an analyst added this' }),
    ],
    Object: [
      {
        uuid: uuid(20),
        name: 'domain-ip',
        Attribute: [
          attribute(21, 'domain', 'evil-one.com', { comment: `${said} (list:a from team-cymru)` }),
          attribute(22, 'ip-dst', '31.1.2.3', { comment: `${said} (list:a from team-cymru)` }),
        ],
      },
    ],
  })

  it('is no evidence', async () => {
    const { documents, notices } = await readAll(ours)
    expect(documents).toEqual([])
    expect(notices).toEqual([
      '1 deleted attributes passed over',
      '3 values that this feed published itself passed over: its own word is no evidence',
    ])
  })

  it('is restored where it is not known: who reported it, when and where; what expired too', async () => {
    const { documents, notices } = await readAll(ours, { restores: () => true })
    expect(documents).toMatchObject([
      {
        id: 'list:a',
        road: 'feed',
        source: 'team-cymru',
        author: 'ninoseki',
        publishedAt: '2021-06-29T12:00:00.000Z',
        url: 'https://x.com/ninoseki/status/1',
        tags: ['#MoqHao'],
      },
    ])
    expect(rowsOf(documents[0]!)).toEqual([
      { cells: ['evil-one.com'] },
      { cells: ['31.1.2.3'] },
      { cells: ['evil-one.com', '31.1.2.3'], pairRule: 'row' },
    ])
    expect(notices).toEqual([
      '1 deleted attributes passed over',
      '1 values that this feed published itself passed over: they came without their evidence',
      '2 values that this feed published itself restored',
    ])
  })

  it.each<[string, object]>([
    [
      'an attribute with the UUID of an indicator of ours',
      event({
        Attribute: [
          attribute(1, 'domain', 'evil-one.com', {
            uuid: uuidOf(indicatorId(NAMESPACE, { type: 'domain-name', value: 'evil-one.com' }, 2)),
          }),
        ],
      }),
    ],
    [
      'an attribute of our feed, in an event that somebody else uploaded',
      event({
        Attribute: [attribute(1, 'domain', 'evil-one.com', { uuid: ofFeed(uuid(0), 'evil-one.com') })],
      }),
    ],
    [
      "an attribute of our feed, in somebody else's event",
      event({
        Attribute: [
          attribute(1, 'domain', 'evil-one.com', {
            uuid: ofFeed(uuidOf(mispEventId(NAMESPACE, 'team-cymru', '2021-06')), 'evil-one.com'),
            comment: `${said} (list:a from team-cymru)`,
          }),
        ],
      }),
    ],
    [
      'an event that was a report of ours',
      event({
        uuid: uuidOf(objectId(NAMESPACE, 'report', 'misp')),
        Attribute: [attribute(1, 'domain', 'evil-one.com')],
      }),
    ],
  ])('is known by its id too: %s', async (_, given) => {
    const { documents, notices } = await readAll(given)
    expect(documents).toEqual([])
    expect(notices[0]).toMatch(/^1 values that this feed published itself passed over/)
  })

  it('a name on an address of our feed is no evidence either, whoever uploaded it', async () => {
    const pair = ['evil-one.com', '31.1.2.3']
    const ends = [
      attribute(1, 'domain', pair[0]!, { uuid: ofFeed(uuid(0), pair[0]!, pair) }),
      attribute(2, 'ip-dst', pair[1]!),
    ]
    const object = { uuid: uuid(20), name: 'domain-ip', Attribute: ends }
    expect((await readAll(event({ Object: [object] }))).documents).toEqual([])
  })
})

test.each<[string, unknown, RegExp]>([
  ['no event', { Events: [] }, /no MISP event .*"\{\\"Events/],
  ['a list of something else', [{}, 1], /0: no MISP event/],
  ['no JSON', '{"Event":', /not JSON/],
  ['no UUID', event({ uuid: 'x' }), /Event "x": uuid: no UUID: "x"/],
  [
    'an attribute without a value',
    event({ Attribute: [{ uuid: uuid(1), type: 'domain' }] }),
    /Attribute\.0 "00000000-0000-4000-8000-000000000001": value: /,
  ],
  [
    'a value that is none',
    event({ Attribute: [attribute(1, 'domain', 'a', { value: { toString: 1 } })] }),
    /Attribute\.0 .*: value: /,
  ],
  [
    'an object without a UUID',
    event({ Object: [{ name: 'file', Attribute: [attribute(1, 'md5', 'a')] }] }),
    /Object\.0: uuid: /,
  ],
  [
    'a sighting at no time',
    event({ Attribute: [attribute(1, 'domain', 'a.com', { Sighting: [{ date_sighting: 'now' }] })] }),
    /Attribute\.0 .*Sighting\.0\.date_sighting/,
  ],
])('refuses %s, and says where', async (_, given, message) => {
  await expect(readAll(given)).rejects.toThrow(message)
})

test('keys that mean something to JavaScript, and values with signs that nobody sees, are read as what they are', async () => {
  const text = JSON.stringify(
    event({
      Attribute: [attribute(1, 'domain', 'evil-one.com\u0000'), attribute(2, 'domain', 'evil-two.com')],
    }),
  ).replace('"info"', '"__proto__":{"to_ids":true},"constructor":1,"info"')
  const { documents } = await readAll(text)
  expect(documents.map(rowsOf)).toContainEqual([{ cells: ['evil-two.com'] }])
  expect(({} as Record<string, unknown>)['to_ids']).toBeUndefined()
})

test('an object of a crowd pairs nobody, and costs no more than its length', async () => {
  const crowd = Array.from({ length: 20_000 }, (_, n) =>
    n % 2 ? attribute(n, 'domain', `h${n}-one.com`) : attribute(n, 'ip-dst', `31.${n % 200}.${n >> 8}.7`),
  )
  const { documents } = await readAll(
    event({ Object: [{ uuid: uuid(1), name: 'domain-ip', Attribute: crowd }] }),
  )
  expect(documents.flatMap(rowsOf).some(({ pairRule }) => pairRule)).toBe(false)
})

test.each([
  ['{"Event":{"uuid":"x"', 'misp'],
  ['{\n  "response": [{"Event": {', 'misp'],
  ['[{"Event":{"id":"1"', 'misp'],
  ['{"id":"1","text":"x"}', 'jsonl'],
  ['{"type":"bundle","id":"bundle--1"', 'stix'],
])('%j looks like %s', (head, format) => {
  expect(guessFormat(head)).toBe(format)
})

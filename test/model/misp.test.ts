import { expect, it } from 'vitest'
import { misp } from '../../src/index.js'

const UUID = '5a2c6c1e-6f0e-5f9b-9d6b-2f1a4e8f0c1'
const attribute = (told: Partial<misp.Attribute> = {}): misp.Attribute => ({
  uuid: `${UUID}1`,
  type: 'domain',
  category: 'Network activity',
  value: 'abcdefghij.duckdns.org',
  to_ids: true,
  comment: '',
  timestamp: '1654041600',
  disable_correlation: false,
  deleted: false,
  ...told,
})
const object = (told: Partial<misp.TemplateObject> = {}): misp.TemplateObject => ({
  uuid: `${UUID}2`,
  name: 'file',
  'meta-category': 'file',
  template_uuid: `${UUID}0`,
  template_version: '25',
  description: 'a file',
  timestamp: '1654041600',
  deleted: false,
  Attribute: [{ ...attribute({ uuid: `${UUID}3`, type: 'md5', value: 'a' }), object_relation: 'md5' }],
  ...told,
})
const event = (told: Partial<misp.Event['Event']> = {}): misp.Event => ({
  Event: {
    uuid: `${UUID}4`,
    info: 'a month',
    date: '2022-06-01',
    threat_level_id: '2',
    analysis: '2',
    timestamp: '1654041600',
    publish_timestamp: '1654041600',
    published: true,
    Orgc: { name: 'us', uuid: `${UUID}5` },
    Tag: [{ name: 'tlp:clear', colour: '#ffffff' }],
    Attribute: [attribute()],
    Object: [object()],
    ...told,
  },
})

it('an event of ours is one', () => {
  expect(misp.Event.safeParse(event()).error).toBeUndefined()
})

it.each<[string, misp.Event, RegExp]>([
  ['nothing in it', event({ Attribute: [], Object: [] }), /holds nothing/],
  ['an older timestamp', event({ timestamp: '1654041599' }), /older than what it holds/],
  [
    'an object older than its attribute',
    event({ Object: [object({ timestamp: '1654041599' })] }),
    /older than what it holds/,
  ],
  ['a UUID twice', event({ Object: [object({ uuid: `${UUID}1` })] }), /two children of one UUID/],
  [
    'a value twice',
    event({ Attribute: [attribute(), attribute({ uuid: `${UUID}6` })] }),
    /a value stands twice/,
  ],
  [
    'a last sign before the first',
    event({
      Attribute: [
        attribute({
          first_seen: '2022-06-02T00:00:00.000000+00:00',
          last_seen: '2022-06-01T00:00:00.000000+00:00',
        }),
      ],
    }),
    /first_seen is after last_seen/,
  ],
  [
    'milliseconds',
    event({ Attribute: [attribute({ first_seen: '2022-06-02T00:00:00.000Z' })] }),
    /first_seen/,
  ],
  ['a property more', { Event: { ...event().Event, distribution: '3' } } as misp.Event, /distribution/],
])('an event with %s is not', (_, broken, message) => {
  expect(misp.Event.safeParse(broken).error?.message).toMatch(message)
})

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { PACKAGE_ROOT } from '../../src/app/workspace.js'
import { Bundle, OPENCTI_EXTENSION } from '../../src/model/stix/index.js'

type Json = Record<string, unknown>
type Broken = { type: string; id: string; objects: (Json & { type: string; id: string })[] }

/** The shape that stix2-validator, misp-stix and pycti take without a warning; see test/app/stix-life.test.ts. */
const whole = (): Broken =>
  JSON.parse(readFileSync(join(PACKAGE_ROOT, 'test/golden/stix/1-active.json'), 'utf8'))
const revoked = (): Broken =>
  JSON.parse(readFileSync(join(PACKAGE_ROOT, 'test/golden/stix/4-revoked.json'), 'utf8'))

/** What is wrong with a bundle one of whose objects was changed. */
function faults(type: string, change: (object: Json, bundle: Broken) => void, bundle = whole()): string[] {
  const object = bundle.objects.find((one) => one.type === type || one['relationship_type'] === type)
  if (!object) throw new Error(`no ${type}`)
  change(object, bundle)
  const { error } = Bundle.safeParse(bundle)
  return (error?.issues ?? []).map(({ path, message }) => `${path.slice(2).join('.')}: ${message}`)
}
const set = (properties: Json) => (object: Json) => Object.assign(object, properties)
const setExtension = (properties: Json) => (object: Json) =>
  Object.assign((object['extensions'] as Record<string, Json>)[OPENCTI_EXTENSION]!, properties)
const OTHER = 'ffffffff-ffff-5fff-8fff-ffffffffffff'

it('a bundle of ours has no fault', () => {
  for (const bundle of [whole(), revoked()]) expect(Bundle.safeParse(bundle).error?.issues).toBeUndefined()
  expect(new Set(whole().objects.map(({ type }) => type))).toEqual(
    new Set([
      'marking-definition',
      'identity',
      'malware',
      'ipv4-addr',
      'ipv6-addr',
      'domain-name',
      'url',
      'file',
      'indicator',
      'relationship',
      'sighting',
      'report',
    ]),
  )
})

describe('each rule, broken', () => {
  it.each([
    // Properties that nobody defined, and none that is missing.
    ['indicator', set({ x_opencti_score: 5 }), /x_opencti_score/],
    ['identity', set({ x_opencti_aliases: ['a'] }), /x_opencti_aliases/],
    ['malware', set({ aliases: ['XLoader'] }), /aliases/],
    ['relationship', set({ external_references: [] }), /external_references/],
    [
      'file',
      set({ extensions: { [OPENCTI_EXTENSION]: { extension_type: 'property-extension' } } }),
      /extensions/,
    ],
    ['relationship', set({ extensions: {} }), /extensions/],
    ['indicator', set({ extensions: { 'extension-definition--a': {} } }), /extensions/],
    ['url', set({ created_by_ref: `identity--${OTHER}` }), /created_by_ref/],
    ['ipv4-addr', set({ spec_version: undefined }), /spec_version/],
    ['indicator', set({ object_marking_refs: [] }), /object_marking_refs/],
    [
      'extension-definition',
      (_: Json, { objects }: Broken) => objects.push({ type: 'tool', id: `tool--${OTHER}` }),
      /type/,
    ],
    // Timestamps.
    ['indicator', set({ valid_from: '2022-06-01T08:00:00Z' }), /three sub-second digits/],
    ['identity', set({ created: '2022-06-01T08:00:00.000+09:00' }), /three sub-second digits/],
    ['indicator', set({ valid_until: '2022-06-01T08:00:00.000Z' }), /valid_until must be after valid_from/],
    ['indicator', set({ modified: '2020-01-01T00:00:00.000Z' }), /modified must be no earlier than created/],
    [
      'resolves-to',
      (one: Json) => (one['stop_time'] = one['start_time']),
      /stop_time must be after start_time/,
    ],
    // Values and ids.
    ['domain-name', set({ value: 'other.duckdns.org' }), /^id: the id of this value is domain-name--/],
    ['ipv4-addr', set({ value: '31.1.2.4' }), /^id: the id of this value/],
    ['file', set({ hashes: { MD5: 'ab'.repeat(16) } }), /^id: the id of this value/],
    ['file', set({ hashes: {} }), /a file needs a hash/],
    ['file', set({ hashes: { MD5: 'AB'.repeat(16) } }), /lower-case hex/],
    ['domain-name', set({ value: 'EVIL.example.org' }), /a lower-case A-label name/],
    ['ipv4-addr', set({ value: '031.1.2.3' }), /value/],
    ['ipv6-addr', set({ value: '2a0d:5600:0024::1' }), /RFC 5952/],
    ['url', set({ value: 'evil.example' }), /value/],
    ['indicator', set({ id: `tool--${OTHER}` }), /^id/],
    // The marking, byte for byte.
    ['marking-definition', set({ name: 'TLP:CLEAR' }), /name/],
    ['marking-definition', set({ created: '2017-01-20T00:00:00.001Z' }), /created/],
    ['marking-definition', set({ definition: { tlp: 'green' } }), /tlp/],
    ['marking-definition', set({ id: 'marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da' }), /id/],
    // Patterns.
    ['indicator', set({ pattern: "[ipv4-addr:value='31.1.2.3']" }), /as OpenCTI spells it/],
    [
      'indicator',
      set({ pattern: "[ipv4-addr:value = '1.1.1.1' OR ipv4-addr:value = '2.2.2.2']" }),
      /one value or one pair/,
    ],
    ['indicator', set({ pattern: "[url:value = 'http://a/it's']" }), /one value or one pair/],
    ['indicator', set({ pattern: "[url:value = 'http://a.example/']" }), /the pattern is about a Url/],
    ['indicator', setExtension({ main_observable_type: 'Unknown' }), /main_observable_type/],
    ['indicator', set({ confidence: 101 }), /confidence/],
    ['indicator', set({ revoked: false }), /revoked/],
    ['indicator', set({ revoked: true }), /what is revoked detects nothing/],
    ['indicator', set({ external_references: [{ source_name: 'a' }] }), /url or external_id/],
    // Relationships and sightings.
    [
      'indicates',
      (one: Json, { objects }: Broken) =>
        (one['target_ref'] = objects.find(({ type }) => type === 'url')!.id),
      /indicates has malware here/,
    ],
    [
      'based-on',
      (one: Json, { objects }: Broken) =>
        (one['target_ref'] = objects.find(({ type }) => type === 'malware')!.id),
      /based-on has domain-name or/,
    ],
    [
      'resolves-to',
      (one: Json) => (one['target_ref'] = one['source_ref']),
      /resolves-to has ipv4-addr or ipv6-addr here/,
    ],
    ['indicates', set({ relationship_type: 'related-to' }), /relationship_type/],
    ['sighting', set({ count: 2 }), /count/],
    ['sighting', set({ where_sighted_refs: [] }), /where_sighted_refs/],
    ['sighting', set({ where_sighted_refs: undefined }), /where_sighted_refs/],
    ['sighting', set({ last_seen: '2030-01-01T00:00:00.000Z' }), /a sighting is of one moment/],
    [
      'sighting',
      (one: Json, { objects }: Broken) =>
        (one['sighting_of_ref'] = objects.find(({ type }) => type === 'url')!.id),
      /sighting_of_ref/,
    ],
    // The bundle.
    [
      'indicator',
      (_: Json, { objects }: Broken) => objects.push(objects.find(({ type }) => type === 'sighting')!),
      /a second object/,
    ],
    [
      'report',
      (_: Json, { objects }: Broken) => objects.push({ ...objects.at(-1)!, id: `report--${OTHER}` }),
      /a second report/,
    ],
    [
      'malware',
      (one: Json, { objects }: Broken) =>
        (one['id'] = `malware--${objects.find(({ type }) => type === 'url')!.id.slice(5)}`),
      /stands for a malware too/,
    ],
    ['indicator', (_: Json, { objects }: Broken) => objects.reverse(), /does not stand before this object/],
    ['sighting', set({ where_sighted_refs: [`identity--${OTHER}`] }), /does not stand before this object/],
    [
      'domain-name',
      setExtension({ created_by_ref: `identity--${OTHER}` }),
      /does not stand before this object/,
    ],
    [
      'report',
      (one: Json) => (one['object_refs'] as string[]).push(`url--${OTHER}`),
      /does not stand before this object/,
    ],
    ['report', set({ object_refs: [] }), /object_refs/],
    ['report', (_: Json, bundle: Broken) => Object.assign(bundle, { spec_version: '2.1' }), /spec_version/],
  ] as [string, (object: Json, bundle: Broken) => void, RegExp][])('%s %#', (type, change, fault) => {
    const found = faults(type === 'extension-definition' ? 'report' : type, change)
    expect(found.join('\n')).toMatch(fault)
  })
})

it('TLP:CLEAR of TLP 2.0 is taken as OASIS publishes it, and in no other spelling', () => {
  const clear = {
    type: 'marking-definition',
    spec_version: '2.1',
    id: 'marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487',
    created: '2022-10-01T00:00:00.000Z',
    name: 'TLP:CLEAR',
    extensions: {
      'extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d': {
        extension_type: 'property-extension',
        tlp_2_0: 'clear',
      },
    },
  }
  const bundle = { type: 'bundle', id: `bundle--${OTHER}`, objects: [clear] }
  expect(Bundle.safeParse(bundle).success).toBe(true)
  expect(Bundle.safeParse({ ...bundle, objects: [{ ...clear, definition_type: 'tlp' }] }).success).toBe(false)
  expect(Bundle.safeParse({ ...bundle, objects: [{ ...clear, name: 'TLP:WHITE' }] }).success).toBe(false)
})

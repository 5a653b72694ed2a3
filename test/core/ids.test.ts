import fc from 'fast-check'
import { v5 } from 'uuid'
import { expect, it } from 'vitest'
import { namespaceOf, objectId, scoId } from '../../src/core/ids.js'
import { uuidV5 } from '../../src/model/stix/ids.js'

it('UUIDv5 is that of the uuid package', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.uuid(), (name, namespace) => {
      expect(uuidV5(name, namespace)).toBe(v5(name, namespace))
    }),
  )
  expect(namespaceOf('https://feed.example')).toBe(v5('https://feed.example', v5.URL))
})

it('no two keys give one id', () => {
  const namespace = namespaceOf('https://feed.example')
  expect(objectId(namespace, 'indicator', 'a', 'b')).not.toBe(objectId(namespace, 'indicator', 'ab'))
  expect(objectId(namespace, 'report', 'a').split('--')[1]).not.toBe(
    objectId(namespace, 'malware', 'a').split('--')[1],
  )
})

// Made by stix2 3.0.2.
it.each([
  ['ipv4-addr', '203.0.113.77', 'ipv4-addr--7413ddce-a9e8-55d7-b915-129c50abc215'],
  ['domain-name', 'moqhao-c2.example.org', 'domain-name--7eafc73e-f684-5b14-a752-6cb1a81d9aa2'],
  ['url', "http://moqhao-c2.example.org/a/it's.apk?x=1&y=%27", 'url--de5b9417-bc25-503d-982c-08f1adb04e00'],
  ['file', 'cd'.repeat(16), 'file--e1b61ebe-defc-5391-9b89-828af67277f3'],
] as const)('%s %s has the id that OASIS says', (type, value, id) => {
  expect(scoId({ type, value })).toBe(id)
})

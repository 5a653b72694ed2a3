import { createHash } from 'node:crypto'
import { objectId } from '../../src/core/ids.js'
import { byObservable } from '../../src/core/order.js'
import type { ObservableType } from '../../src/model/observable.js'
import type { Indicator, Snapshot } from '../../src/model/snapshot.js'
import { profile } from '../helpers.js'

const NAMESPACE = '5a2c6c1e-6f0e-5f9b-9d6b-2f1a4e8f0c11'
const hex = (n: number, algorithm = 'sha256') => createHash(algorithm).update(`value ${n}`).digest('hex')
const byte = (n: number, at: number) => Number.parseInt(hex(n).slice(2 * at, 2 * at + 2), 16)

/** One of IPv6, not zero. */
const group = (n: number) => ((n % 0xfffe) + 1).toString(16)

/** Spellings that a consumer may stumble over, in turn: each is canonical for us. */
const MAKERS: ((n: number) => [ObservableType, string])[] = [
  (n) => ['domain-name', `${hex(n).slice(0, 10)}.duckdns.org`],
  (n) => ['ipv4-addr', `${(byte(n, 0) % 100) + 11}.${byte(n, 1)}.${byte(n, 2)}.${byte(n, 3)}`],
  (n) => ['url', `http://${hex(n).slice(0, 8)}.example-${n % 7}.com/`],
  (n) => ['domain-name', `xn--${hex(n).slice(0, 6)}-a.${hex(n).slice(6, 9)}.xn--q9jyb4c`],
  (n) => ['ipv6-addr', `2a00:${hex(n).slice(0, 3).replace(/^0+/, '') || '1'}::${group(n)}`],
  (n) => ['url', `https://${hex(n).slice(0, 8)}.duckdns.org:8443/a,b;c'd(e)?q=1&r=%2C|${n}`],
  (n) => ['file', hex(n)],
  (n) => ['domain-name', `a-${n}.b-${hex(n).slice(0, 40)}.co.jp`],
  (n) => [
    'url',
    `http://${(byte(n, 4) % 100) + 11}.${byte(n, 5)}.${byte(n, 6)}.1/${'long/'.repeat(n % 60)}x.apk`,
  ],
  (n) => ['file', hex(n, 'md5')],
  (n) => ['file', hex(n, 'sha1')],
  (n) => ['url', `http://[2a00:1::${group(n)}]:28844/#frag`],
]

/** A snapshot with so many active indicators, of all kinds and odd spellings; the same each time. */
export function snapshotOf(count: number): Snapshot {
  const values = new Map<string, [ObservableType, string]>()
  for (let n = 0; values.size < count; n++) {
    const [type, value] = MAKERS[n % MAKERS.length]!(n)
    values.set(value, [type, value])
  }
  const indicators = [...values.values()].map(([type, value]) => indicator(type, value)).sort(byObservable)
  return {
    asOf: '2026-11-24',
    publisher: {
      name: 'moqhao-feed',
      contact: 'mailto:feed@example.org',
      baseUrl: 'https://feed.example/',
      namespace: NAMESPACE,
      tlp: 'white',
    },
    profile,
    indicators,
    watch: [],
    quarantine: [],
    resolutions: [],
    listings: [],
    delisted: [],
    revoked: [],
    reporters: [REPORTER],
    sources: [
      { name: 'test', title: 'A, "test" | source', url: 'https://source.example/', licence: 'CC0-1.0' },
    ],
    life: { 'domain-name': 30, url: 30, 'ipv4-addr': 14, 'ipv6-addr': 14, file: null },
    counts: { documents: count, unrelated: 0, never: 0, waiting: 0 },
    stamps: new Map(['names', 'addresses'].map((zone) => [`list ${zone}`, { created: AT, modified: AT }])),
  }
}

const REPORTER = { key: 'ninoseki', name: 'ninoseki', kind: 'individual' as const, pinned: true }
const AT = '2026-11-20T00:00:00.000Z'

export const indicator = (type: ObservableType, value: string): Indicator => ({
  id: objectId(NAMESPACE, 'indicator', value),
  type,
  value,
  status: 'active',
  verdict: 'publish',
  confidence: 85,
  firstReported: AT,
  basis: 'post-id',
  lastReported: AT,
  firstSeen: null,
  lastSeen: null,
  validFrom: AT,
  validUntil: type === 'file' ? null : '2026-12-20T00:00:00.000Z',
  lastSign: AT,
  country: null,
  operated: null,
  reporters: [REPORTER],
  sources: ['test'],
  evidence: [],
  reasons: [],
  stamp: { created: AT, modified: AT },
})

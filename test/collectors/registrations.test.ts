import { expect, it, test } from 'vitest'
import { readRegistrations } from '../../src/collectors/registrations.js'
import { NOW } from '../helpers.js'

const TOLD = { name: 'domainmeta.json', source: 'tweetfeed', retrievedAt: NOW }
const readJson = (value: unknown) => readRegistrations(new TextEncoder().encode(JSON.stringify(value)), TOLD)
const entry = (told: object = {}) => ({
  asn: 'AS47846',
  checked_at: '2026-08-16T22:00:33Z',
  created: null,
  ips: null,
  ns: null,
  org: 'SEDO GmbH',
  registrar: null,
  status: 'ok',
  ...told,
})

it('reads what RDAP and DNS told, in one spelling, and passes over names of which nothing was told', () => {
  const entries = {
    'Example-List.com': entry({
      created: '2026-04-10T12:30:24.812491Z',
      ips: ['91.195.240.123', '2A00:0:0::1', '91.195.240.123', '010.0.0.1'],
      ns: ['NS2.DNSOWL.COM', 'ns1.dnsowl.com.', 'ns1.dnsowl.com'],
      registrar: 'NameSilo, LLC',
    }),
    'other-list.com': entry({ created: '2026-07-11T16:55:48.0+02:00' }),
    'unknown-list.com': entry({ status: 'nxdomain' }),
    'empty-list.com': entry({ registrar: '', ns: [], ips: [] }),
    '請求書.pdf': entry({ registrar: 'x' }),
    'duckdns.org': entry({ registrar: 'x' }),
  }
  expect(readJson({ count: 6, entries, generated_at: '2026-08-22T12:45:32Z', version: 1 })).toEqual({
    found: [
      {
        domain: 'example-list.com',
        source: 'tweetfeed',
        checkedAt: '2026-08-16T22:00:33.000Z',
        retrievedAt: NOW,
        registeredAt: '2026-04-10T12:30:24.812Z',
        registrar: 'NameSilo, LLC',
        nameServers: ['ns1.dnsowl.com', 'ns2.dnsowl.com'],
        addresses: ['2a00::1', '91.195.240.123'],
      },
      {
        domain: 'other-list.com',
        source: 'tweetfeed',
        checkedAt: '2026-08-16T22:00:33.000Z',
        retrievedAt: NOW,
        registeredAt: '2026-07-11T14:55:48.000Z',
        registrar: null,
        nameServers: [],
        addresses: [],
      },
    ],
    notices: [],
  })
})

test.each([
  ['no object', 7],
  ['no time', entry({ created: 'yesterday' })],
  ['a registrar of two lines', entry({ registrar: 'a\nb' })],
  ['without the time it was asked', { created: '2026-04-10T12:30:24Z' }],
  ['more addresses than any name has', entry({ ips: Array.from({ length: 51 }, (_, n) => `31.7.7.${n}`) })],
])('passes over an entry that is %s, and says so', (_, odd) => {
  const { found, notices } = readJson({
    entries: { 'a\tb.com': odd, 'fine-list.com': entry({ registrar: 'R' }) },
  })
  expect(found.map(({ domain }) => domain)).toEqual(['fine-list.com'])
  expect(notices).toEqual(['domainmeta.json: 1 of 2 entries cannot be read, the first: "a\\tb.com"'])
})

test.each(['', '[]', '{"entries": []}', '{"entries":'])('takes nothing of another document: %s', (text) => {
  expect(readRegistrations(new TextEncoder().encode(text), TOLD)).toEqual({
    found: [],
    notices: ['domainmeta.json: no JSON object with `entries`: nothing known of registrations'],
  })
})

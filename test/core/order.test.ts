import fc from 'fast-check'
import { expect, it } from 'vitest'
import { canonicalAddress } from '../../src/core/canonical.js'
import { byObservable } from '../../src/core/order.js'

it('sorts addresses numerically and names by their zone', () => {
  const of = (type: 'ipv4-addr' | 'ipv6-addr' | 'domain-name', ...values: string[]) =>
    values
      .map((value) => ({ type, value }))
      .sort(byObservable)
      .map(({ value }) => value)
  expect(of('ipv4-addr', '103.80.134.153', '9.1.1.1', '23.0.0.1')).toEqual([
    '9.1.1.1',
    '23.0.0.1',
    '103.80.134.153',
  ])
  expect(of('ipv6-addr', '2001:db8::10', '2001:db8::9', '::1')).toEqual([
    '::1',
    '2001:db8::9',
    '2001:db8::10',
  ])
  expect(of('domain-name', 'z.a.com', 'a.b.com', 'a.com')).toEqual(['a.com', 'z.a.com', 'a.b.com'])
})

it('an IPv6 address has one spelling, and that spelling stays', () => {
  fc.assert(
    fc.property(fc.ipV6(), (text) => {
      const once = canonicalAddress(text)
      if (once) expect(canonicalAddress(once.value)).toEqual(once)
    }),
  )
})

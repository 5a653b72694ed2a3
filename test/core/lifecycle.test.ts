import { expect, it } from 'vitest'
import { lifeOf } from '../../src/core/lifecycle.js'
import type { Basis } from '../../src/model/document.js'
import type { Evidence } from '../../src/model/snapshot.js'

const reported = (publishedAt: string, told: { lastSeen?: string; basis?: Basis } = {}): Evidence =>
  ({
    publishedAt: `${publishedAt}T00:00:00.000Z`,
    lastSeen: told.lastSeen ? `${told.lastSeen}T00:00:00.000Z` : null,
    basis: told.basis ?? 'stated',
  }) as Evidence

it('lives from the last report', () => {
  expect(lifeOf([reported('2021-06-01'), reported('2021-06-10')], 14, '2021-06-20')).toEqual({
    validFrom: '2021-06-01T00:00:00.000Z',
    validUntil: '2021-06-24T00:00:00.000Z',
    active: true,
    lastSign: '2021-06-10T00:00:00.000Z',
  })
})

it('counts from the last sighting where one is stated, not from the report', () => {
  expect(lifeOf([reported('2021-07-01', { lastSeen: '2021-06-01' })], 14, '2021-07-01')).toMatchObject({
    validUntil: '2021-06-15T00:00:00.000Z',
    active: false,
  })
})

it('is over at the midnight it ends', () => {
  expect(lifeOf([reported('2021-06-17')], 14, '2021-07-01').active).toBe(false)
  expect(lifeOf([reported('2021-06-17')], 14, '2021-06-30').active).toBe(true)
})

it('a new report after the end revives: a new period begins', () => {
  expect(lifeOf([reported('2021-01-01'), reported('2021-06-01')], 14, '2021-06-02')).toMatchObject({
    validFrom: '2021-06-01T00:00:00.000Z',
    active: true,
  })
})

it('an upper bound of a date renews nothing', () => {
  expect(lifeOf([reported('2026-08-23', { basis: 'list-date' })], 14, '2026-08-23').active).toBe(false)
  expect(
    lifeOf([reported('2021-06-01'), reported('2026-08-23', { basis: 'list-date' })], 14, '2026-08-24'),
  ).toMatchObject({
    validUntil: '2021-06-15T00:00:00.000Z',
    active: false,
    lastSign: '2021-06-01T00:00:00.000Z',
  })
  expect(lifeOf([reported('2026-08-23', { basis: 'list-date' })], 14, '2026-08-24').lastSign).toBeNull()
})

it('a file has no end', () => {
  expect(lifeOf([reported('2018-01-01')], null, '2026-01-01')).toEqual({
    validFrom: '2018-01-01T00:00:00.000Z',
    validUntil: null,
    active: true,
    lastSign: '2018-01-01T00:00:00.000Z',
  })
})

import { expect, it } from 'vitest'
import { PublicationRecord } from '../../src/core/record.js'

it('keeps the dates of what has not changed', () => {
  const first = new PublicationRecord([], '2021-06-01')
  expect(first.stamp('indicator--1', { a: 1 })).toEqual({
    created: '2021-06-01T00:00:00.000Z',
    modified: '2021-06-01T00:00:00.000Z',
  })
  const second = new PublicationRecord(first.entries(), '2021-06-09')
  expect(second.stamp('indicator--1', { a: 1 })).toEqual({
    created: '2021-06-01T00:00:00.000Z',
    modified: '2021-06-01T00:00:00.000Z',
  })
  expect(second.stamp('indicator--1', { a: 2 })).toEqual({
    created: '2021-06-01T00:00:00.000Z',
    modified: '2021-06-09T00:00:00.000Z',
  })
})

it('modified grows by a second where it changes twice in a day', () => {
  const record = new PublicationRecord([], '2021-06-01')
  record.stamp('indicator--1', 1)
  expect(record.stamp('indicator--1', 2).modified).toBe('2021-06-01T00:00:01.000Z')
  expect(record.stamp('indicator--1', 3).modified).toBe('2021-06-01T00:00:02.000Z')
  expect(record.entries()).toMatchObject([{ version: 3 }])
})

it('does not know what was published later than its day', () => {
  const later = new PublicationRecord([], '2021-06-09')
  later.stamp('indicator--1', 1)
  expect(new PublicationRecord(later.entries(), '2021-06-01').stamp('indicator--1', 1).created).toBe(
    '2021-06-01T00:00:00.000Z',
  )
})

it('remembers what is listed no more, and dates what is listed by itself alone', () => {
  const key = { source: 'a', month: '2021-06', type: 'ipv4-addr', value: '31.1.2.3' } as const
  const first = new PublicationRecord([], '2021-06-01')
  first.stampCommon('list--common', 'white')
  first.list('misp-attribute--1', 1, key)
  const second = new PublicationRecord(first.entries(), '2021-06-02')
  second.stampCommon('list--common', 'clear')
  expect(second.list('misp-attribute--1', 1, key).modified).toBe('2021-06-01T00:00:00.000Z')
  expect(second.listed()).toEqual([['misp-attribute--1', key]])
  expect(second.revoked()).toEqual([])
  const gone = second.list('misp-attribute--1', 'gone', key)
  expect(gone).toEqual({ created: '2021-06-01T00:00:00.000Z', modified: '2021-06-02T00:00:00.000Z' })
  const third = new PublicationRecord(second.entries(), '2021-06-03')
  expect(third.list('misp-attribute--1', 'gone', key)).toEqual(gone)
  // It is no indicator that was withdrawn.
  expect(third.revoked()).toEqual([])
  expect(third.list('misp-attribute--1', 1, key).modified).toBe('2021-06-03T00:00:00.000Z')
})

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

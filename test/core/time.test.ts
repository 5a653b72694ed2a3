import { expect, it, test } from 'vitest'
import { daysLeftInMonth, lastIdBefore, parseTime, postLink, postTime } from '../../src/core/time.js'

it('dates a post by its id, to the millisecond', () => {
  expect(postTime('1470415342266683400')).toBe('2021-12-13T15:28:31.249Z')
  expect(postTime('123456')).toBeNull()
})

it('bounds posts of a time by the last id before it', () => {
  const at = '2021-12-13T15:28:31.249Z'
  const last = lastIdBefore(at)
  expect([postTime(last), postTime(`${BigInt(last) + 1n}`)]).toEqual(['2021-12-13T15:28:31.248Z', at])
})

test.each([
  ['2024-02-01T00:00:00.000Z', 28],
  ['2026-12-31T23:59:59.999Z', 0],
])('counts the days that are left of the month of %s', (at, expected) => {
  expect(daysLeftInMonth(at)).toBe(expected)
})

test.each([
  ['2021-06-29', '2021-06-29T00:00:00.000Z'],
  ['2021-06-29 12:00:01', '2021-06-29T12:00:01.000Z'],
  ['2021-06-29T12:00:01+09:00', '2021-06-29T03:00:01.000Z'],
  ['2021-02-30', null],
  ['29.06.2021', null],
  ['2021-06-29T25:00:00Z', null],
])('reads the time %s', (text, expected) => {
  expect(parseTime(text)).toBe(expected)
})

test.each([
  ['https://twitter.com/ninoseki/status/1115061669929992192', 'ninoseki'],
  ['https://mobile.x.com/a/status/1115061669929992192?s=20', 'a'],
  ['https://x.com/i/web/status/1115061669929992192', null],
  ['https://twitter.com/i/status/1115061669929992192', null],
  ['https://x.com/web/status/1115061669929992192', 'web'],
  ['https://x.com/iamx/status/1115061669929992192', 'iamx'],
  ['https://x.com/i/web/lists/1115061669929992192', undefined],
  ['https://twitter.com.evil.com/a/status/1115061669929992192', undefined],
  ['https://twitter.com/ninoseki', undefined],
])('reads the link %s', (url, handle) => {
  expect(postLink(url)?.handle).toBe(handle)
})

/** Numbers, sizes and times in words. */
import { expect, test } from 'vitest'
import { asClause, fileSize, howMany, listed, moment, timeBetween } from '../../../importer/report/wording.ts'

test.each([
  [0, '0 bytes'],
  [1, '1 byte'],
  [999, '999 bytes'],
  [48_213, '48.2 kB'],
  [999_949, '999.9 kB'],
  [999_950, '1.0 MB'],
  [4_294_967_296, '4.3 GB'],
  [9_999_000_000_000_000, '9999.0 TB'],
])('%d bytes are %s', (bytes, text) => {
  expect(fileSize(bytes)).toBe(text)
})

test.each([
  ['06:00:01.840Z', '1.8 s'],
  ['06:00:09.960Z', '10 s'],
  ['06:01:59.000Z', '119 s'],
  ['06:02:10.000Z', '2 min'],
  ['09:00:00.000Z', '3 h'],
  ['05:59:59.000Z', '0.0 s'],
])('until %s it is %s', (time, text) => {
  expect(timeBetween('2026-11-21T06:00:00.000Z', `2026-11-21T${time}`)).toBe(text)
})

test('two days and more are told in days', () => {
  expect(timeBetween('2026-11-21T06:00:00.000Z', '2026-11-24T07:00:00.000Z')).toBe('3 days')
})

test('a time is told in UTC, and what is none stays as it is', () => {
  expect(moment('2026-11-21T06:00:00.123Z')).toBe('2026-11-21 06:00:00 UTC')
  expect(moment('yesterday')).toBe('yesterday')
})

test('counts and lists read as a sentence', () => {
  expect([howMany(1, 'row'), howMany(2_000, 'row'), howMany(2, 'person', 'people')]).toEqual([
    '1 row',
    '2,000 rows',
    '2 people',
  ])
  expect([listed([]), listed(['a']), listed(['a', 'b']), listed(['a', 'b', 'c'])]).toEqual([
    '',
    'a',
    'a and b',
    'a, b and c',
  ])
  expect(asClause('The file is empty.')).toBe('the file is empty')
  expect(asClause('Manager Email is empty.')).toBe('Manager Email is empty')
})

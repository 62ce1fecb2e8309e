import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ID_PATTERN, newId, startAbove } from '../../importer/id.ts'

test('ids strictly grow, within a millisecond and when the clock steps back', () => {
  let last = ''
  const start = Date.parse('2026-11-21T09:00:00Z')
  for (const ms of [0, 0, 0, 5, 3, 3, -60_000, 6, 7, ...Array.from({ length: 5_000 }, () => 7)]) {
    const id = newId(new Date(start + ms))
    expect(id > last).toBe(true)
    last = id
  }
})

test('an id looks like one, and sorts by its time for centuries', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000 }), (days) => {
      const far = newId(new Date(Date.parse('2100-01-01') + days * 86_400_000))
      expect(far).toMatch(ID_PATTERN)
      expect(newId(new Date('2300-01-01')) > far).toBe(true)
    }),
    { numRuns: 1 },
  )
})

test('what is no id does not look like one', () => {
  for (const no of [
    '',
    '0',
    'not-an-id-at-all',
    '../../etc/passwd',
    '0000000000000000\n',
    'ILOU000000000000',
    '00000000000000000',
  ]) {
    expect(no).not.toMatch(ID_PATTERN)
  }
})

test('a process that starts with its clock set back goes on above the ids given out before', () => {
  const before = newId(new Date('2500-01-01'))
  const later = `${before.slice(0, 9)}z${before.slice(10)}`
  startAbove(later)
  expect(newId(new Date('2026-01-01')) > later).toBe(true)
  startAbove('no id')
  startAbove(before)
  expect(newId(new Date('2026-01-01')) > later).toBe(true)
})

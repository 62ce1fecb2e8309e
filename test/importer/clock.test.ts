import { expect, test } from 'vitest'
import { dayIn, SYSTEM_CLOCK } from '../../importer/clock.ts'

test.each([
  ['UTC', '2026-11-21T23:59:59.999Z', '2026-11-21'],
  ['UTC', '2026-11-22T00:00:00.000Z', '2026-11-22'],
  ['America/Los_Angeles', '2026-11-22T07:59:59Z', '2026-11-21'],
  ['America/Los_Angeles', '2026-11-22T08:00:00Z', '2026-11-22'],
  ['Pacific/Kiritimati', '2026-11-21T10:00:00Z', '2026-11-22'],
  ['Asia/Kolkata', '2026-11-21T18:30:00Z', '2026-11-22'],
  // The night in which an hour is there twice, and the one in which it is missing.
  ['Europe/Berlin', '2026-10-24T22:00:00Z', '2026-10-25'],
  ['Europe/Berlin', '2026-10-25T22:59:59Z', '2026-10-25'],
  ['Europe/Berlin', '2026-10-25T23:00:00Z', '2026-10-26'],
  ['Europe/Berlin', '2026-03-28T23:00:00Z', '2026-03-29'],
  ['Europe/Berlin', '2026-03-29T21:59:59Z', '2026-03-29'],
  ['UTC', '2028-02-29T12:00:00Z', '2028-02-29'],
])('in %s at %s it is %s', (timezone, now, day) => {
  expect(dayIn(timezone, new Date(now))).toBe(day)
})

test('the clock of the system goes by the system', () => {
  expect(Math.abs(SYSTEM_CLOCK.now().getTime() - Date.now())).toBeLessThan(1_000)
})

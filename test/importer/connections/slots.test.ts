import fc from 'fast-check'
import { expect, test } from 'vitest'
import { lastSlot, nextSlot, type SlotPlan } from '../../../importer/connections/slots.ts'

const plan = (timezone: string, times: readonly string[], jitterMinutes = 0): SlotPlan => ({
  ...{ timezone, times, jitterMinutes },
  seed: 'acme/justworks',
})

test.each([
  ['UTC', ['03:00'], '2026-11-21T02:59:59Z', '2026-11-20T03:00', '2026-11-21T03:00:00.000Z'],
  ['UTC', ['03:00'], '2026-11-21T03:00:00Z', '2026-11-21T03:00', '2026-11-22T03:00:00.000Z'],
  ['America/New_York', ['03:00'], '2026-11-21T08:00:00Z', '2026-11-21T03:00', '2026-11-22T08:00:00.000Z'],
  ['Pacific/Kiritimati', ['00:30'], '2026-11-21T10:31:00Z', '2026-11-22T00:30', '2026-11-22T10:30:00.000Z'],
  ['UTC', ['04:00', '16:00'], '2026-11-21T12:00:00Z', '2026-11-21T04:00', '2026-11-21T16:00:00.000Z'],
  // The clocks go from 02:00 to 03:00: half past two comes when they do.
  ['Europe/Berlin', ['02:30'], '2027-03-28T01:00:00Z', '2027-03-28T02:30', '2027-03-29T00:30:00.000Z'],
  // They go from 03:00 back to 02:00: half past two is there twice, and counts once.
  ['Europe/Berlin', ['02:30'], '2026-10-25T00:30:00Z', '2026-10-25T02:30', '2026-10-26T01:30:00.000Z'],
  ['Europe/Berlin', ['02:30'], '2026-10-25T01:30:00Z', '2026-10-25T02:30', '2026-10-26T01:30:00.000Z'],
  // A day of 23 hours: just after its end, 24 hours ago was the day before it.
  ['America/New_York', ['23:59'], '2027-03-15T04:00:05Z', '2027-03-14T23:59', '2027-03-16T03:59:00.000Z'],
])('in %s at %j the slot before %s is %s and the next one %s', (timezone, times, at, last, next) => {
  expect(lastSlot(plan(timezone, times), new Date(at)).name).toBe(last)
  expect(nextSlot(plan(timezone, times), new Date(at)).toISOString()).toBe(next)
})

test('a slot is delayed by a part of the jitter, always the same one, and another for each connection', () => {
  const at = new Date('2026-11-21T02:00:00Z')
  const delays = Array.from({ length: 50 }, (_, n) => {
    const due = nextSlot({ ...plan('UTC', ['03:00'], 30), seed: `acme/${n}` }, at).getTime()
    return (due - Date.parse('2026-11-21T03:00:00Z')) / 60_000
  })
  expect(Math.min(...delays)).toBeGreaterThanOrEqual(0)
  expect(Math.max(...delays)).toBeLessThan(30)
  expect(new Set(delays).size).toBeGreaterThan(40)
})

test('whoever looks again and again meets each slot once, in order, whatever the zone and the clocks do', () => {
  const zones = fc.constantFrom(
    'UTC',
    'Europe/Berlin',
    'America/New_York',
    'Australia/Lord_Howe',
    'Asia/Kathmandu',
  )
  const times = fc.uniqueArray(
    fc.constantFrom('00:00', '01:59', '02:00', '02:30', '03:00', '12:15', '23:59'),
    {
      minLength: 1,
      maxLength: 3,
    },
  )
  const start = fc.date({ min: new Date('2026-01-01'), max: new Date('2027-12-01'), noInvalidDate: true })
  fc.assert(
    fc.property(zones, times, start, fc.nat(60), (timezone, times, start, jitter) => {
      const of = plan(timezone, times, jitter)
      let at = start
      let last = lastSlot(of, at).name
      for (let n = 0; n < 5; n++) {
        const next = nextSlot(of, at)
        expect(next.getTime()).toBeGreaterThan(at.getTime())
        expect(lastSlot(of, new Date(next.getTime() - 1)).name).toBe(last)
        const slot = lastSlot(of, next).name
        expect(slot > last).toBe(true)
        last = slot
        at = next
      }
    }),
    { numRuns: 100 },
  )
})

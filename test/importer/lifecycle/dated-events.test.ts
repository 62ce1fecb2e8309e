import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type DatedPerson, datedEvents, spanOf } from '../../../importer/lifecycle/dated-events.ts'

const TODAY = '2026-11-21'
const person = (given: Partial<DatedPerson>): DatedPerson => ({
  ...{ id: 7, startDate: null, endDate: null, isDeactivated: false, ...given },
})
const kinds = (given: Partial<DatedPerson>, last = '2026-11-20') =>
  datedEvents(person(given), spanOf(TODAY, last)).map(
    ({ kind, day, isLate }) => `${kind} ${day}${isLate ? ' late' : ''}`,
  )

describe("what a person's dates call for", () => {
  test.each<[string, Partial<DatedPerson>, string[]]>([
    ['nothing', {}, []],
    ['a start today', { startDate: TODAY }, [`started ${TODAY}`]],
    ['a start tomorrow', { startDate: '2026-11-22' }, ['upcoming 2026-11-22']],
    ['a start long ahead', { startDate: '2027-01-21' }, []],
    ['the last day that is looked ahead to', { startDate: '2027-01-20' }, ['upcoming 2027-01-20']],
    ['a start known late', { startDate: '2026-11-01' }, ['started 2026-11-01 late']],
    ['the last day that is looked back to', { startDate: '2026-10-22' }, ['started 2026-10-22 late']],
    ['a start long ago', { startDate: '2026-10-21' }, []],
    ['an end today', { endDate: TODAY }, [`left ${TODAY}`]],
    ['an end to come', { endDate: '2026-12-31' }, ['leaving 2026-12-31']],
    [
      'both',
      { startDate: '2026-11-02', endDate: '2026-12-31' },
      ['started 2026-11-02 late', 'leaving 2026-12-31'],
    ],
    ['an end before the start', { startDate: '2026-12-01', endDate: '2026-11-21' }, [`left ${TODAY}`]],
    ['somebody switched off', { isDeactivated: true, startDate: TODAY, endDate: '2026-12-31' }, []],
    ['somebody switched off who left', { isDeactivated: true, endDate: TODAY }, [`left ${TODAY}`]],
  ])('%s', (_name, given, expected) => {
    expect(kinds(given)).toEqual(expected)
  })

  test('whoever was away for long looks back as far as that', () => {
    expect(kinds({ endDate: '2026-09-01' }, '2026-08-31')).toEqual(['left 2026-09-01 late'])
    expect(kinds({ endDate: '2026-09-01' }, '')).toEqual([])
  })
})

test('day after day or after any pause, the same events come of the same dates', () => {
  const day = fc.integer({ min: 0, max: 100 }).map(dayOf)
  const people = fc.record({
    startDate: fc.option(day),
    endDate: fc.option(day),
    isDeactivated: fc.boolean(),
  })
  fc.assert(
    fc.property(people, fc.uniqueArray(fc.integer({ min: 1, max: 99 }), { minLength: 1 }), (given, turns) => {
      const every = eventsOver(
        person(given),
        Array.from({ length: 100 }, (_, at) => at),
      )
      const some = eventsOver(person(given), [0, ...turns.sort((a, b) => a - b), 99])
      // What is only announced may be passed over; what happened may not.
      const happened = (all: Set<string>) => [...all].filter((one) => /^(started|left)/.test(one)).sort()
      expect(happened(some)).toEqual(happened(every))
    }),
  )
})

function dayOf(at: number): string {
  return new Date(Date.parse('2026-01-01') + at * 86_400_000).toISOString().slice(0, 10)
}

function eventsOver(one: DatedPerson, turns: readonly number[]): Set<string> {
  const events = new Set<string>()
  let last = ''
  for (const at of turns) {
    for (const { kind, day } of datedEvents(one, spanOf(dayOf(at), last))) events.add(`${kind} ${day}`)
    last = dayOf(at)
  }
  return events
}

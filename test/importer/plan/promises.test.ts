/** What a plan promises whatever the roster and whatever the file: generated companies, generated mistakes. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Person, statusOf } from '../../../importer/plan/person.ts'
import type { SourceSettings } from '../../../schemas/account.ts'
import { MemoryRoster, type Result, type Row, TODAY } from './memory-roster.ts'

const RUNS = { numRuns: 400 }

const id = fc.constantFrom('1', '2', '3', '4', '5', '6', '7')
const email = fc.constantFrom('a@x.io', 'b@x.io', 'c@x.io', 'd@x.io', 'e@x.io', 'f@x.io', 'g@x.io')
const date = fc.constantFrom('2020-01-01', '2026-11-20', TODAY, '2026-11-22', '2030-01-01')
const said = <T>(value: fc.Arbitrary<T>, weight = 2) =>
  fc.oneof({ arbitrary: value, weight: 6 }, { arbitrary: fc.constant(undefined), weight })
const clearable = <T>(value: fc.Arbitrary<T>) =>
  fc.oneof(
    { arbitrary: value, weight: 4 },
    { arbitrary: fc.constant(undefined), weight: 6 },
    { arbitrary: fc.constant(null), weight: 1 },
  )

/** Few keys, so that rows and people meet in every way there is. */
const row: fc.Arbitrary<Row> = fc
  .record({
    outcome: fc.constantFrom(
      ...([
        'typed',
        'typed',
        'typed',
        'typed',
        'typed',
        'typed',
        'typed',
        'rejected',
        'blank',
        'excluded',
      ] as const),
    ),
    name: said(fc.constantFrom('Ada', 'Grace', 'Edsger', 'ADA'), 1),
    dateOfBirth: said(fc.constantFrom('1990-01-01', '1991-02-02'), 8),
    employeeId: said(id),
    email: clearable(email),
    startDate: clearable(date),
    endDate: clearable(date),
    managerEmail: clearable(email),
    managerEmployeeId: clearable(id),
    deactivated: said(fc.constantFrom('TRUE', 'FALSE'), 12),
    '#Team': clearable(fc.constantFrom('Red', 'Blue')),
  })
  // What the reader rejects before the plan: nobody can tell who is meant.
  .filter((one) => one.outcome !== 'typed' || one.employeeId !== undefined || typeof one.email === 'string')
  .map(withoutSilence)
/** Every rule by which rows and people are doubted. */
const settings: fc.Arbitrary<Partial<SourceSettings>> = fc.record({
  matching: fc.constantFrom('employeeIdThenEmail', 'emailOnly'),
  privacyGuard: fc.constantFrom('block', 'holdRow'),
  doubtfulPeople: fc.constantFrom('block', 'holdRow'),
  rehires: fc.constantFrom('block', 'holdRow', 'allow'),
  leaversMax: fc.constantFrom(0, 2, 5),
  newMax: fc.constantFrom(0, 2, 10),
})
const file = fc.array(row, { maxLength: 14 })
const roster = fc.array(file, { maxLength: 3 }).map((files) => {
  const made = new MemoryRoster()
  for (const one of files) made.import(one, { mayReactivate: true })
  return made
})

/** A reader gives undefined where a cell says nothing; here the key is simply not there. */
function withoutSilence(one: { [key: string]: unknown }): Row {
  return Object.fromEntries(Object.entries(one).filter(([, value]) => value !== undefined)) as Row
}

function holds(property: (roster: MemoryRoster, rows: Row[]) => void): void {
  fc.assert(
    fc.property(roster, file, (before, rows) => property(before, rows)),
    RUNS,
  )
}

const total = ({ counts }: Result) =>
  counts.blank +
  counts.rejected +
  counts.excluded +
  counts.held +
  counts.created +
  counts.updated +
  counts.unchanged

describe('whatever the roster and whatever the file', () => {
  test('every row ends in exactly one place, and the parts are no larger than the whole', () => {
    holds((before, rows) => {
      const result = before.plan(rows)
      const { counts } = result
      expect(counts.read).toBe(rows.length)
      expect(total(result)).toBe(rows.length)
      expect(counts.former + counts.deactivated).toBeLessThanOrEqual(counts.created + counts.updated)
      expect(counts.matched).toBeLessThanOrEqual(counts.updated + counts.unchanged)
      for (const outcome of ['blank', 'excluded'] as const) {
        expect(counts[outcome]).toBe(rows.filter((one) => one.outcome === outcome).length)
      }
    })
  })

  test('the order of the rows and the size of the batches never matter', () => {
    fc.assert(
      fc.property(
        roster,
        fc.array(fc.tuple(row, fc.double({ noNaN: true })), { maxLength: 14 }),
        fc.integer({ min: 1, max: 5 }),
        settings,
        fc.boolean(),
        (before, drawn, batch, rules, isManual) => {
          const rows = drawn.map(([one]) => one)
          const shuffled = drawn.toSorted((a, b) => a[1] - b[1]).map(([one]) => one)
          const [one, other] = [before.clone(), before.clone()]
          const first = one.import(rows, { settings: rules, isManual })
          const second = other.import(shuffled, { batch, seed: 99, settings: rules, isManual })
          expect(second.counts).toEqual(first.counts)
          expect(second.trips).toEqual(first.trips)
          expect(other.canonical()).toEqual(one.canonical())
        },
      ),
      { numRuns: 1_000 },
    )
  })

  test('a file that was taken whole changes nobody when it is applied again', () => {
    holds((before, rows) => {
      const people = [...before.people.values()]
      const first = before.import(rows)
      fc.pre(first.counts.rejected === 0 && first.counts.held === 0)
      // A file that names a manager by a key which it takes away itself contradicts itself.
      const lost = people.flatMap(({ id: number, core }) =>
        (['email', 'employeeId'] as const).flatMap((key) =>
          core[key] === before.people.get(number)?.core[key] ? [] : core[key],
        ),
      )
      const named = rows.flatMap((one) => [one.managerEmail ?? null, one.managerEmployeeId ?? null])
      fc.pre(!named.some((key) => key !== null && lost.includes(key)))
      const canonical = before.canonical()
      const second = before.import(rows)
      expect(second.counts).toMatchObject({
        created: 0,
        updated: 0,
        unchanged: first.counts.created + first.counts.updated + first.counts.unchanged,
      })
      expect(before.canonical()).toEqual(canonical)
    })
  })

  test('a match by email never takes somebody whom another row names by id', () => {
    holds((before, rows) => {
      const result = before.plan(rows)
      const people = [...before.people.values()]
      const byId = (one: Row) => namedBy(people, one, 'employeeId')
      for (const [at, one] of rows.entries()) {
        if (one.outcome !== 'typed' || byId(one)) continue
        const weak = namedBy(people, one, 'email')
        if (!weak) continue
        const isNamedElsewhere = rows.some(
          (other, place) => place !== at && isReadable(other) && byId(other) === weak,
        )
        if (isNamedElsewhere) expect(result.outcomes[at]).toBe('rejected')
      }
    })
  })

  test('a file in two parts does what it does as one, where each way takes every row', () => {
    let compared = 0
    fc.assert(
      fc.property(roster, file, fc.nat(), (before, rows, cut) => {
        const place = rows.length === 0 ? 0 : cut % rows.length
        const [whole, parts] = [before.clone(), before.clone()]
        const results = [
          whole.import(rows, { isManual: true }),
          parts.import(rows.slice(0, place), { isManual: true }),
          parts.import(rows.slice(place), { isManual: true }),
        ]
        // Two rows about one person, a key that changes hands and a circle are told apart only within one file.
        const isWhole = results.every(
          ({ counts, said }) =>
            counts.rejected + counts.held === 0 && !('HIER_LOOP' in said) && !('HIER_MGR_CONFLICT' in said),
        )
        const keysMove = [...whole.people.values()].some(({ id: person, core }) => {
          const old = before.people.get(person)?.core
          const isOther = (key: 'email' | 'employeeId') => old?.[key] != null && old[key] !== core[key]
          return isOther('email') || isOther('employeeId')
        })
        if (!isWhole || keysMove) return
        compared++
        expect(parts.canonical()).toEqual(whole.canonical())
      }),
      { numRuns: 1_000 },
    )
    expect(compared).toBeGreaterThan(50)
  })

  test('nobody is changed whom no row names; a manager they waited for may be linked', () => {
    holds((before, rows) => {
      const people = [...before.people.values()]
      before.import(rows)
      for (const person of people) {
        const isNamed = rows.some(
          (one) => namedBy([person], one, 'employeeId') ?? namedBy([person], one, 'email'),
        )
        if (isNamed) continue
        const { managerId, ...rest } = before.people.get(person.id) ?? person
        expect(rest).toEqual({ ...rest, ...person, managerId: undefined })
        if (person.managerId !== null) expect(managerId).toBe(person.managerId)
      }
    })
  })

  test('deactivated stays deactivated unless the source may reactivate', () => {
    holds((before, rows) => {
      const off = [...before.people.values()].filter((person) => person.core.deactivated === 'TRUE')
      before.import(rows)
      for (const { id: number } of off) expect(before.people.get(number)?.core.deactivated).toBe('TRUE')
    })
  })

  test('more leavers than allowed never pass without a hold, and fewer never trip it', () => {
    fc.assert(
      fc.property(roster, file, fc.integer({ min: 0, max: 4 }), (before, rows, leaversMax) => {
        const present = [...before.people.values()].filter((one) => isPresentNow(one))
        const { trips } = before.import(rows, { settings: { leaversMax } })
        // An End Date within a week counts as leaving now, unless it was there before.
        const leavers = present.filter((one) => {
          const after = before.people.get(one.id)
          return !isPresentNow(after) || (isPresentNow(one, IN_A_WEEK) && !staysUntil(after, IN_A_WEEK))
        }).length
        const trip = trips.find(({ code }) => code === 'GUARD_MASS_LEAVERS')
        expect(trip?.params['leavers'] ?? null).toBe(leavers > leaversMax ? leavers : null)
      }),
      RUNS,
    )
  })

  test('people who exchange their names never do so without a hold, whatever else the file says', () => {
    const people = Array.from({ length: 4 }, (_, at) => ({ name: `Name ${at}`, employeeId: `${90 + at}` }))
    fc.assert(
      fc.property(
        roster,
        file,
        settings,
        fc.shuffledSubarray([0, 1, 2, 3], { minLength: 2 }),
        (before, rows, rules, order) => {
          before.import(people, { isManual: true })
          // Each gets the name of the next; the last one that of the first.
          const exchanged = order.map((at, place): Row => {
            const next = order[(place + 1) % order.length] ?? 0
            return { employeeId: `${90 + at}`, email: `n${at}@x.io`, name: `NAME  ${next}` }
          })
          const { matching: _, ...others } = rules
          const options = { settings: others }
          const { planned, trips } = before.import([...rows, ...exchanged], options)
          const names = before.canonical().filter((one) => String(one).includes('NAME  '))
          const isHeld = trips.some(({ code }) => code === 'GUARD_PRIVACY_SWAP')
          // The rows before them may exchange names of their own.
          const waiting = planned.filter(
            ({ row: at, action, codes }) =>
              at > rows.length && action === 'hold' && codes.includes('GUARD_PRIVACY_SWAP'),
          )
          expect(isHeld ? order.length : waiting.length).toBe(order.length)
          expect(names).toHaveLength(isHeld ? order.length : 0)
        },
      ),
      { numRuns: 200 },
    )
  })

  test('a row that waits changes nobody', () => {
    fc.assert(
      fc.property(roster, file, settings, (before, rows, rules) => {
        const people = new Map(before.people)
        const { planned } = before.import(rows, { settings: rules })
        const taken = new Set(
          planned.flatMap(({ action, personId }) => (action === 'update' ? personId : [])),
        )
        for (const { action, personId } of planned) {
          if (action !== 'hold' || personId === null || taken.has(personId)) continue
          expect(before.people.get(personId)?.core).toEqual(people.get(personId)?.core)
        }
      }),
      RUNS,
    )
  })

  test('no two people ever share an id or an email, everybody has a name, and nobody reports in a circle', () => {
    holds((before, rows) => {
      before.import(rows)
      const people = [...before.people.values()]
      for (const key of ['employeeId', 'email'] as const) {
        const keys = people.flatMap(({ core }) => core[key] ?? [])
        expect(new Set(keys).size).toBe(keys.length)
      }
      for (const { core } of people) {
        expect(core.name).not.toBeNull()
        expect(core.employeeId ?? core.email).not.toBeNull()
        expect(core.startDate !== null && core.endDate !== null && core.startDate > core.endDate).toBe(false)
      }
      for (const person of people) expect(reachesTop(person, before.people)).toBe(true)
    })
  })

  test('who is missing is who is there and is named by no row', () => {
    holds((before, rows) => {
      const isNamed = (person: Person) =>
        rows.some((one) => namedBy([person], one, 'employeeId') ?? namedBy([person], one, 'email'))
      const missing = [...before.people.values()].filter((person) => isPresentNow(person) && !isNamed(person))
      expect(before.plan(rows).counts.missing).toBe(missing.length)
    })
  })
})

function isReadable(one: Row): boolean {
  return one.outcome !== 'blank'
}

function namedBy(people: readonly Person[], one: Row, key: 'employeeId' | 'email'): Person | undefined {
  const value = one[key]
  if (!isReadable(one) || typeof value !== 'string') return undefined
  return people.find((person) => person.core[key] === value)
}

const IN_A_WEEK = '2026-11-28'

function staysUntil(person: Person | undefined, day: string): boolean {
  return person?.core.endDate == null || person.core.endDate > day
}

function isPresentNow(person: Person | undefined, day = TODAY): boolean {
  if (!person) return false
  const status = statusOf(person.core, day)
  return status === 'active' || status === 'upcoming'
}

function reachesTop(start: Person, people: ReadonlyMap<number, Person>): boolean {
  let person: Person | undefined = start
  for (let steps = 0; steps <= people.size; steps++) {
    if (person?.managerId == null) return true
    person = people.get(person.managerId)
  }
  return false
}

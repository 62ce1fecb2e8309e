/** What need not be read again: an import that leaves it unread must end exactly as one that reads everything. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { InputSlot } from '../../../importer/plan/planner.ts'
import { Snapshot, type SnapshotEntry, snapshotChunks } from '../../../importer/plan/snapshot.ts'
import type { SourceSettings } from '../../../schemas/account.ts'
import { type FileOptions, MemoryRoster, type Row } from './memory-roster.ts'

const FIELDS = [
  'name',
  'dateOfBirth',
  'employeeId',
  'email',
  'startDate',
  'endDate',
  'managerEmail',
  'managerEmployeeId',
  'deactivated',
] as const
const SLOTS: InputSlot[] = [
  ...FIELDS.map((field) => ({ kind: 'core', field }) as const),
  { kind: 'demographic', label: 'Team' },
]

const id = fc.constantFrom('1', '02', '3', '04', '2', '4', '7')
const email = fc.constantFrom('a@x.io', 'b@x.io', 'c@x.io', 'd@x.io', 'e@x.io', 'f@x.io', 'g@x.io')
const date = fc.constantFrom('2020-01-01', '2026-11-20', '2026-11-21', '2030-01-01')
const maybe = <T>(value: fc.Arbitrary<T>, weight = 2) =>
  fc.oneof({ arbitrary: value, weight: 4 }, { arbitrary: fc.constant(undefined), weight })
const row: fc.Arbitrary<Row> = fc
  .record({
    outcome: fc.constantFrom(
      ...(['typed', 'typed', 'typed', 'typed', 'typed', 'excluded', 'rejected'] as const),
    ),
    name: maybe(fc.constantFrom('Ada', 'Grace', 'Edsger'), 1),
    dateOfBirth: maybe(fc.constantFrom('1990-01-01', '1991-02-02', '1915-06-01'), 8),
    employeeId: maybe(id, 1),
    email: maybe(fc.oneof(email, email, fc.constant(null)), 1),
    startDate: maybe(date, 8),
    endDate: maybe(fc.oneof(date, fc.constant(null)), 8),
    managerEmail: maybe(fc.oneof(email, fc.constant(null)), 3),
    managerEmployeeId: maybe(id, 8),
    deactivated: maybe(fc.constantFrom('TRUE', 'FALSE'), 12),
    '#Team': maybe(fc.oneof(fc.constantFrom('Red', 'Blue'), fc.constant(null)), 4),
  })
  .filter((one) => one.outcome !== 'typed' || one.employeeId !== undefined || typeof one.email === 'string')
  .map((one) => Object.fromEntries(Object.entries(one).filter(([, value]) => value !== undefined)) as Row)
/** Most of a company's rows name one person each. */
function ofItsOwn(one: Row, at: number): Row {
  const key =
    at % 3 === 2
      ? { email: `${'abcdefg'[at]}@x.io` }
      : { employeeId: ['1', '02', '3', '04', '2', '4', '7'][at] ?? '' }
  return { name: 'Ada', ...one, ...key, outcome: 'typed' }
}
const settings: fc.Arbitrary<Partial<SourceSettings>> = fc.record({
  matching: fc.constantFrom('employeeIdThenEmail', 'emailOnly'),
  privacyGuard: fc.constantFrom('block', 'holdRow'),
  rehires: fc.constantFrom('block', 'holdRow', 'allow'),
})

/** One roster whose files leave unread what they may, and one whose files are read whole. */
class Twins {
  readonly ours = new MemoryRoster()
  readonly theirs = new MemoryRoster()
  #snapshot: Snapshot | null = null
  passed = 0

  /** A file of the source. */
  compare(rows: readonly Row[], options: FileOptions): void {
    const all = { ...options, slots: SLOTS }
    const ours = this.ours.import(rows, { ...all, snapshot: this.#snapshot })
    const theirs = this.theirs.import(rows, all)
    for (const key of ['counts', 'trips', 'fill', 'leavers', 'nextPerson', 'outcomes', 'said'] as const)
      expect(ours[key]).toEqual(theirs[key])
    expect(ours.planned).toEqual(theirs.planned)
    expect(new Map(ours.lines)).toEqual(new Map(theirs.lines))
    expect(this.ours.people).toEqual(this.theirs.people)
    this.#snapshot = stored(ours.remembered)
    this.passed += ours.passed
  }

  /** Something else changes people: a file of another source, a person, an undo. */
  touch(rows: readonly Row[]): void {
    const before = new Map(this.ours.people)
    for (const roster of [this.ours, this.theirs]) roster.import(rows, { mayReactivate: true })
    for (const [person, now] of this.ours.people)
      if (before.get(person) !== now) this.#snapshot?.forget(person)
  }
}

function stored(entries: Iterable<SnapshotEntry>): Snapshot {
  const words = 1
  const snapshot = new Snapshot(words)
  for (const chunk of snapshotChunks(entries, words)) snapshot.add(chunk)
  return snapshot
}

describe('an import that leaves unread what an earlier file said', () => {
  test('plans, counts, says and ends the same as one that reads everything', () => {
    let passed = 0
    // Files of few different rows, so that most come again, next to others that say something else of the same people.
    const file = fc.tuple(fc.array(fc.nat(), { minLength: 2, maxLength: 9 }), fc.array(row, { maxLength: 2 }))
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 3, maxLength: 7 }).map((rows) => rows.map(ofItsOwn)),
        fc.array(fc.tuple(file, fc.array(row, { maxLength: 1 }), fc.boolean()), {
          minLength: 2,
          maxLength: 5,
        }),
        fc.integer({ min: 1, max: 4 }),
        settings,
        fc.boolean(),
        (pool, files, batch, rules, isManual) => {
          const twins = new Twins()
          twins.compare(pool, { batch, settings: rules, isManual })
          for (const [[places, more], others, isBefore] of files) {
            twins.touch(others)
            const known = places.map((place) => pool[place % pool.length] as Row)
            const rows = isBefore ? [...more, ...known] : [...known, ...more]
            twins.compare(rows, { batch, settings: rules, isManual })
          }
          passed += twins.passed
        },
      ),
      { numRuns: 500 },
    )
    // Or the twins would be the same twin.
    expect(passed).toBeGreaterThan(500)
  })
})

test('a row that names the manager whom somebody has by another key than is stored is read each time', () => {
  const twins = new Twins()
  const boss: Row = { name: 'Boss', employeeId: '1', email: 'a@x.io' }
  twins.compare([boss, { name: 'Ada', employeeId: '3', managerEmail: 'a@x.io' }], {})
  const report: Row = { name: 'Ada', employeeId: '3', managerEmployeeId: '1' }
  twins.compare([boss, report], {})
  // The number means another person from now on, or nobody.
  twins.touch([{ name: 'Boss', employeeId: '7', email: 'a@x.io' }])
  twins.compare([report], {})
  expect(twins.ours.find('3').core.managerEmployeeId).toBe('1')
})

describe('a snapshot', () => {
  const entry = fc.record({
    mark: fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer(), fc.integer({ min: 0, max: 1 })),
    person: fc.integer({ min: 1, max: 40 }),
    flags: fc.integer({ min: 0, max: 7 }),
    filled: fc.tuple(fc.integer(), fc.integer()),
  })

  test('says of everybody what it was told last, until they are forgotten', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(entry)),
        fc.array(fc.integer({ min: 1, max: 40 })),
        (chunks, forgotten) => {
          const snapshot = new Snapshot(2)
          const last = new Map<number, (typeof chunks)[number][number]>()
          for (const chunk of chunks) {
            const entries = chunk.map(({ mark, filled, ...rest }) => ({
              ...{ mark: Int32Array.from(mark), filled: Int32Array.from(filled) },
              ...rest,
            }))
            for (const bytes of snapshotChunks(entries, 2)) snapshot.add(bytes)
            for (const one of chunk) last.set(one.person, one)
          }
          for (const person of forgotten) {
            snapshot.forget(person)
            last.delete(person)
          }
          expect(snapshot.live).toBe(last.size)
          expect(Array.from(snapshot.entries(), ({ person }) => person).sort()).toEqual(
            [...last.keys()].sort(),
          )
          for (const { mark, person } of last.values()) {
            const found = snapshot.find(Int32Array.from(mark))
            const who = snapshot.personOf(found)
            expect(last.get(who)?.mark).toEqual(mark)
            if (who !== person) continue
            expect(snapshot.flagsOf(found)).toBe(last.get(person)?.flags)
            expect([0, 1].map((word) => snapshot.filledOf(found, word))).toEqual(last.get(person)?.filled)
          }
          expect(snapshot.find(Int32Array.of(9, 9, 9))).toBe(-1)
        },
      ),
    )
  })

  test('holds more people than a chunk does', () => {
    const entries = Array.from({ length: 70_000 }, (_, at) => ({
      ...{ mark: Int32Array.of(at, at * 7, 1), person: at + 1 },
      ...{ flags: at % 8, filled: Int32Array.of(at) },
    }))
    const snapshot = stored(entries)
    expect([...snapshotChunks(entries, 1)]).toHaveLength(2)
    for (const at of [0, 65_535, 65_536, 69_999]) {
      const found = snapshot.find(Int32Array.of(at, at * 7, 1))
      expect([snapshot.personOf(found), snapshot.flagsOf(found), snapshot.filledOf(found, 0)]).toEqual([
        at + 1,
        at % 8,
        at,
      ])
      expect(snapshot.chunkOf(at + 1)).toBe(at < 65_536 ? 0 : 1)
    }
  })
})

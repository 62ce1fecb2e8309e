import { describe, expect, test } from 'vitest'
import type { Outcome } from '../../../importer/plan/outcomes.ts'
import { Planner } from '../../../importer/plan/planner.ts'
import { sourceSettingsSchema } from '../../../schemas/account.ts'
import { MemoryRoster, type Row } from './memory-roster.ts'

const ada: Row = { name: 'Ada', employeeId: '1', email: 'ada@x.io' }
const bob: Row = { name: 'Bob', employeeId: '2', email: 'bob@x.io' }

/** The same rows in every order. */
function orders<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]]
  return items.flatMap((one, at) => orders(items.toSpliced(at, 1)).map((rest) => [one, ...rest]))
}

function outcomesInEveryOrder(roster: MemoryRoster, rows: readonly Row[]): Outcome[][] {
  const seen = orders(rows.map((_, at) => at)).map((order) => {
    const { outcomes } = roster.plan(order.map((at) => rows[at] ?? {}))
    return rows.map((_, at) => outcomes[order.indexOf(at)] ?? 'blank')
  })
  return [...new Map(seen.map((one) => [one.join(), one])).values()]
}

describe('who is meant', () => {
  const known = () => MemoryRoster.of(ada, bob)

  test.each<[what: string, row: Row, outcome: Outcome, by: string]>([
    ['id and email of one person', ada, 'unchanged', 'none'],
    ['the id, with a new email', { ...ada, email: 'new@x.io' }, 'updated', 'employee_id'],
    ['the email, with a new id', { ...ada, employeeId: '99' }, 'updated', 'email'],
    ['the email alone', { email: 'ada@x.io', name: 'Ada L.' }, 'updated', 'email'],
    ['neither', { name: 'Eve', employeeId: '3', email: 'eve@x.io' }, 'created', 'none'],
    ['id of one, email of another', { ...ada, email: 'bob@x.io' }, 'held', 'none'],
    ['neither, and no name', { employeeId: '3' }, 'rejected', 'none'],
  ])('%s', (_, row, outcome, by) => {
    const { outcomes, planned } = known().plan([row])
    expect(outcomes).toEqual([outcome])
    expect(planned[0]?.matchedBy ?? 'none').toBe(by)
  })

  test('a row that is planned names the person, their version, and where it stands', () => {
    const roster = known()
    const { planned } = roster.plan([{ ...bob, name: 'Robert' }])
    const { id, version } = roster.find('2')
    expect(planned).toEqual([
      {
        ...{ row: 1, line: 2, action: 'update', personId: id, version, matchedBy: 'employee_id', codes: [] },
        changes: [['name', 'Bob', 'Robert']],
      },
    ])
  })

  test('new people get numbers of their own that are never given again', () => {
    const roster = new MemoryRoster()
    const { planned, nextPerson } = roster.import([ada, bob, ada])
    expect(planned.map(({ action, personId }) => [action, personId])).toEqual([
      ['create', 2],
      ['reject', null],
    ])
    expect(nextPerson).toBe(3)
  })

  test('a new person is called by the one part of a name there is; nobody known is renamed by it', () => {
    const roster = MemoryRoster.of(ada)
    const alone: Row = { soleName: 'Madonna' }
    const { outcomes } = roster.import([
      { ...alone, employeeId: '7' },
      { ...alone, employeeId: '1' },
      { name: 'Both Names', soleName: 'Both', employeeId: '8' },
    ])
    expect(outcomes).toEqual(['created', 'unchanged', 'created'])
    expect(['7', '1', '8'].map((id) => roster.find(id).core.name)).toEqual(['Madonna', 'Ada', 'Both Names'])
    // Without a column for names there is no place for one.
    expect(roster.plan([{ soleName: 'Madonna', employeeId: '9' }]).outcomes).toEqual(['rejected'])
  })

  test('a value given is kept under its own demographic, and one of a label not allowed is ignored', () => {
    const roster = MemoryRoster.of(ada)
    roster.import([{ employeeId: '1', '#Team': 'Red', '#Unknown': 'x' }])
    expect(roster.find('1').demographics).toEqual({ 1: 'Red' })
  })
})

describe('two rows about one person', () => {
  test.each<[what: string, rows: Row[], outcomes: Outcome[]]>([
    ['the same id', [ada, { ...ada, email: 'x@x.io' }], ['rejected', 'rejected']],
    ['the same email', [ada, { ...ada, employeeId: '9' }], ['rejected', 'rejected']],
    [
      'a chain of three',
      [ada, { ...ada, employeeId: '9' }, { employeeId: '9', name: 'Z' }],
      ['rejected', 'rejected', 'rejected'],
    ],
    ['three times the same', [ada, ada, ada], ['rejected', 'rejected', 'rejected']],
    [
      'a row that was rejected by the reader',
      [ada, { ...ada, outcome: 'rejected' }],
      ['rejected', 'rejected'],
    ],
    ['a row that is excluded', [ada, { ...ada, outcome: 'excluded' }], ['rejected', 'excluded']],
    ['two different people', [ada, bob], ['created', 'created']],
  ])('of new people: %s', (_, rows, outcomes) => {
    expect(outcomesInEveryOrder(new MemoryRoster(), rows)).toEqual([outcomes])
  })

  const weak: Row = { name: 'Ada by mail', email: 'ada@x.io' }
  test.each<[what: string, rows: Row[], outcomes: Outcome[]]>([
    ['taken', [weak, { employeeId: '1' }], ['rejected', 'unchanged']],
    ['taken with another email', [weak, { ...ada, email: 'new@x.io' }], ['rejected', 'updated']],
    [
      'rejected for its dates',
      [weak, { employeeId: '1', startDate: '2026-02-01', endDate: '2026-01-01' }],
      ['rejected', 'rejected'],
    ],
    ['rejected by the reader', [weak, { employeeId: '1', outcome: 'rejected' }], ['rejected', 'rejected']],
    ['a duplicate', [weak, { employeeId: '1' }, { employeeId: '1' }], ['rejected', 'rejected', 'rejected']],
    ['held', [weak, { employeeId: '1', email: 'bob@x.io' }], ['rejected', 'held']],
    ['absent', [weak, bob], ['updated', 'unchanged']],
  ])('a row by email gives way to the row by id, which is %s, in every order', (_, rows, outcomes) => {
    expect(outcomesInEveryOrder(MemoryRoster.of(ada, bob), rows)).toEqual([outcomes])
  })

  test('a row that is held gives way to being a duplicate, in every order', () => {
    const swapped = { ...ada, email: 'bob@x.io' }
    expect(outcomesInEveryOrder(MemoryRoster.of(ada, bob), [swapped, bob])).toEqual([
      ['rejected', 'rejected'],
    ])
  })

  test('each says what is wrong, and the first says it although it was planned already', () => {
    const { said, issues, planned } = MemoryRoster.of(ada, bob).plan([
      { ...ada, name: 'A' },
      { ...ada, name: 'B' },
    ])
    // Two keys are the same, and once is enough.
    expect(said).toEqual({ ID_DUPLICATE_IN_FILE: [1, 2] })
    expect(new Set(issues.map(({ field }) => field))).toEqual(new Set(['Employee Id']))
    expect(issues.every(({ params }) => params['row'] === 1)).toBe(true)
    expect(planned.filter(({ action }) => action !== 'reject')).toEqual([])
    expect(MemoryRoster.of(ada).plan([weak, { employeeId: '1' }]).said).toEqual({ ID_IN_USE: [1] })
    expect(MemoryRoster.of(ada).plan([{ employeeId: '1' }, weak]).said).toEqual({ ID_IN_USE: [2] })
  })
})

describe('what a row says beside what it does', () => {
  test('a remark names the column it is about', () => {
    const roster = MemoryRoster.of({ ...ada, deactivated: 'TRUE' })
    const { issues, planned } = roster.plan([{ ...ada, deactivated: 'FALSE' }])
    expect(issues).toMatchObject([
      { code: 'W_STICKY_DEACTIVATED', row: 1, line: 2, field: 'Employee Deactivated', rejects: false },
    ])
    // Unchanged, but with something to say: it is in the plan.
    expect(planned).toMatchObject([{ action: 'unchanged', codes: ['W_STICKY_DEACTIVATED'] }])
  })

  test('a remark about the person as a whole names none, and one that rejects says so', () => {
    const roster = MemoryRoster.of({ ...ada, startDate: '2020-01-01', endDate: '2021-01-01' })
    expect(roster.plan([{ ...ada, name: 'A' }]).issues).toMatchObject([
      { code: 'W_ALREADY_FORMER', field: null },
    ])
    expect(roster.plan([{ ...ada, endDate: '2019-01-01' }]).issues).toMatchObject([
      { code: 'VAL_DATE_ORDER', field: 'End Date', rejects: true },
    ])
  })

  test('each code stands once in a row, however often it is said', () => {
    const { planned } = MemoryRoster.of(ada).plan([
      { ...ada, managerEmail: 'ada@x.io', managerEmployeeId: '1' },
    ])
    expect(planned[0]?.codes).toEqual(['HIER_SELF'])
  })

  test('held rows hold the run and say how many they are', () => {
    const { trips, counts } = MemoryRoster.of(ada, bob).plan([{ ...ada, email: 'bob@x.io' }])
    expect(trips).toEqual([{ code: 'ID_SWAPPED', rows: 1, params: {} }])
    expect(counts.held).toBe(1)
  })
})

describe('who is missing', () => {
  test('people who are gone or switched off are not, nor anybody named by a row that was refused', () => {
    const roster = MemoryRoster.of(
      ada,
      bob,
      { name: 'Gone', employeeId: '3', endDate: '2020-01-01' },
      { name: 'Off', employeeId: '4', deactivated: 'TRUE' },
      { name: 'Soon', employeeId: '5', startDate: '2030-01-01' },
    )
    expect(roster.plan([]).counts.missing).toBe(3)
    expect(roster.plan([ada, ada]).counts.missing).toBe(2)
    expect(roster.plan([{ ...ada, email: 'bob@x.io' }]).counts.missing).toBe(1)
    expect(
      roster.plan([
        { employeeId: '1', outcome: 'rejected' },
        { email: 'ada@x.io', name: 'A' },
      ]).counts.missing,
    ).toBe(2)
    expect(roster.plan([{ employeeId: '3' }, { employeeId: '4' }]).counts.missing).toBe(3)
  })

  test('their number never falls below zero, should the roster have grown meanwhile', () => {
    const settings = sourceSettingsSchema.parse({})
    const none = { demographics: new Map(), slots: [], nextPerson: 1, activeBefore: -1, seed: 1 }
    expect(
      new Planner({ today: '2026-01-01', mayReactivate: false, settings, ...none }).end().counts.missing,
    ).toBe(0)
  })
})

test('the keys to look up are those of the people and of their managers, from rows that can be read', () => {
  const settings = sourceSettingsSchema.parse({})
  const fields = ['employeeId', 'email', 'managerEmployeeId', 'managerEmail', 'name'] as const
  const slots = fields.map((field) => ({ kind: 'core' as const, field }))
  const planner = new Planner({
    ...{ today: '2026-01-01', mayReactivate: false, settings, demographics: new Map(), slots },
    ...{ nextPerson: 1, activeBefore: 0, seed: 1 },
  })
  const row = { row: 1, line: 2, codes: [] }
  const keys = planner.keysOf([
    { ...row, outcome: 'typed', values: ['1', 'a@x.io', '2', 'b@x.io', 'Ada'] },
    { ...row, outcome: 'rejected', values: ['3', undefined, undefined, undefined, undefined] },
    { ...row, outcome: 'blank', values: [] },
    { ...row, outcome: 'typed', values: [undefined, 'a@x.io', null, undefined, 'Bob'] },
  ])
  expect(keys).toEqual({ employeeIds: new Set(['1', '2', '3']), emails: new Set(['a@x.io', 'b@x.io']) })
})

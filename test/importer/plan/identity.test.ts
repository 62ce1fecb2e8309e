/** Who somebody is: what a row may change about it, alone, with others of the file, and with what was changed before. */
import { describe, expect, test } from 'vitest'
import type { Outcome } from '../../../importer/plan/outcomes.ts'
import type { SourceSettings } from '../../../schemas/account.ts'
import type { IssueCode } from '../../../schemas/issues.ts'
import { type FileOptions, MemoryRoster, type Row } from './memory-roster.ts'

const ada: Row = { name: 'Ada Lovelace', employeeId: '1', email: 'ada@x.io', dateOfBirth: '1990-01-01' }
const bob: Row = { name: 'Bob Stone', employeeId: '2', email: 'bob@x.io', dateOfBirth: '1991-02-02' }
const eve: Row = { name: 'Eve Hill', employeeId: '3', email: 'eve@x.io', dateOfBirth: '1992-03-03' }

const known = () => MemoryRoster.of(ada, bob, eve)
const codesOf = (rows: Row[], options: FileOptions = {}, roster = known()) =>
  roster.plan(rows, options).trips.map(({ code }) => code)

describe('two or more of what says who somebody is', () => {
  test.each<[what: string, row: Row, trips: boolean]>([
    ['name and email', { ...ada, name: 'Bob', email: 'new@x.io' }, true],
    ['name and date of birth', { ...ada, name: 'Bob', dateOfBirth: '1980-01-01' }, true],
    ['date of birth and email, one taken away', { ...ada, dateOfBirth: null, email: 'new@x.io' }, true],
    ['all three', { ...ada, name: 'Bob', email: 'new@x.io', dateOfBirth: '1980-01-01' }, true],
    ['by email: id and name', { ...ada, employeeId: '9', name: 'Bob' }, true],
    ['by email: id alone', { ...ada, employeeId: '9' }, false],
    ['the name alone', { ...ada, name: 'Ada Byron' }, false],
    ['the email alone', { ...ada, email: 'new@x.io' }, false],
    ['the email, and the name in other writing', { ...ada, email: 'new@x.io', name: 'LOVELACE, Ada' }, false],
    ['the email, and what is no identity', { ...ada, email: 'new@x.io', language: 'en' }, false],
  ])('%s', (_, row, trips) => {
    expect(codesOf([row])).toEqual(trips ? ['GUARD_PRIVACY'] : [])
  })

  test('a blank that is filled is no change', () => {
    const roster = MemoryRoster.of({ name: 'Ada', employeeId: '1' })
    expect(codesOf([{ ...ada, name: 'Ada' }], {}, roster)).toEqual([])
    expect(codesOf([ada], {}, roster)).toEqual([])
  })

  test('the whole run waits, the row is told, and what it would change stays to be seen', () => {
    const { trips, issues, counts, planned } = known().plan([{ ...ada, name: 'Bob', email: 'new@x.io' }, bob])
    expect(counts).toMatchObject({ updated: 1, held: 0 })
    expect(trips).toMatchObject([{ code: 'GUARD_PRIVACY', rows: 1, params: { who: '1 person' } }])
    const params = { who: 'This person', fields: 'Name and Email' }
    expect(issues).toMatchObject([{ code: 'GUARD_PRIVACY', row: 1, line: 2, field: null, params }])
    expect(planned).toMatchObject([{ action: 'update', codes: ['GUARD_PRIVACY'] }])
  })

  test('where the source says so, the row alone waits and the rest goes on; by hand the run always waits', () => {
    const rows = [
      { ...ada, name: 'Bob', email: 'new@x.io' },
      { ...bob, language: 'en' },
    ]
    const settings: Partial<SourceSettings> = { privacyGuard: 'holdRow' }
    const { trips, outcomes, planned } = known().plan(rows, { settings })
    expect([trips, outcomes]).toEqual([[], ['held', 'updated']])
    expect(planned[0]).toMatchObject({ action: 'hold', matchedBy: 'employee_id', codes: ['GUARD_PRIVACY'] })
    expect(planned[0]?.changes.map(([key]) => key)).toEqual(['name', 'email'])
    expect(codesOf(rows, { settings, isManual: true })).toEqual(['GUARD_PRIVACY'])
  })
})

describe('what was changed within the last days counts as well', () => {
  const before = { name: 'Ada Byron' }
  test.each<[what: string, row: Row, changed: Record<string, string | null>, trips: IssueCode[]]>([
    ['another field now', { ...ada, email: 'new@x.io' }, before, ['GUARD_PRIVACY_WINDOW']],
    ['the same field again', { ...ada, name: 'Ada King' }, before, []],
    ['back to what it was', { ...ada, name: 'Ada Byron' }, { name: 'Ada Byron', email: 'old@x.io' }, []],
    ['a blank that was filled', { ...ada, email: 'new@x.io' }, { name: null }, []],
    ['only the writing', { ...ada, email: 'new@x.io' }, { name: 'ada LOVELACE' }, []],
    ['nothing of it now', { ...ada, language: 'en' }, { name: 'Ada Byron', email: 'old@x.io' }, []],
    ['enough now already', { ...ada, name: 'B', email: 'b@x.io' }, before, ['GUARD_PRIVACY']],
    [
      'a value first taken away, then set',
      { ...ada, dateOfBirth: '1980-01-01' },
      { email: 'old@x.io' },
      ['GUARD_PRIVACY_WINDOW'],
    ],
  ])('%s', (_, row, changed, trips) => {
    expect(codesOf([row], { changed: { 1: changed } })).toEqual(trips)
  })

  test('only people who are to change are asked about, and nobody where no days count', () => {
    const changed = { 1: before }
    expect(codesOf([{ ...ada, email: 'new@x.io' }], { changed, settings: { privacyWindowDays: 0 } })).toEqual(
      [],
    )
    expect(codesOf([{ ...bob, email: 'new@x.io' }], { changed })).toEqual([])
  })
})

describe('rows that exchange what says who somebody is', () => {
  const [asBob, asAda] = [
    { ...ada, name: 'STONE Bob' },
    { ...bob, name: 'Ada Lovelace' },
  ]

  test.each<[what: string, rows: Row[], swapped: number[]]>([
    ['two names', [asBob, asAda], [1, 2]],
    ['two names, and a third row', [asAda, eve, asBob], [1, 3]],
    [
      'two dates of birth',
      [
        { ...ada, dateOfBirth: '1991-02-02' },
        { ...bob, dateOfBirth: '1990-01-01' },
      ],
      [1, 2],
    ],
    [
      'a column that was sorted alone',
      [
        { ...ada, name: 'Bob Stone' },
        { ...bob, name: 'Eve Hill' },
        { ...eve, name: 'Ada Lovelace' },
      ],
      [1, 2, 3],
    ],
    ['one takes the name of another who keeps it', [asBob, bob], []],
    ['one takes the name that another gives up', [asBob, { ...bob, name: 'Rob' }], []],
    ['a row of the two is not taken', [asBob, asAda, asAda], []],
  ])('%s', (_, rows, swapped) => {
    const { trips, said, planned } = known().plan(rows)
    expect(said['GUARD_PRIVACY_SWAP'] ?? []).toEqual(swapped)
    expect(trips.find(({ code }) => code === 'GUARD_PRIVACY_SWAP')?.rows ?? 0).toBe(swapped.length)
    const flagged = planned.filter(({ codes }) => codes.includes('GUARD_PRIVACY_SWAP'))
    expect(flagged.map(({ row, action }) => [row, action])).toEqual(swapped.map((row) => [row, 'update']))
  })

  test('where the source says so, they alone wait', () => {
    const { outcomes, trips } = known().plan([asBob, asAda, { ...eve, language: 'en' }], {
      settings: { privacyGuard: 'holdRow' },
    })
    expect([outcomes, trips]).toEqual([['held', 'held', 'updated'], []])
  })

  test('two emails or two ids are seen when the rows are matched', () => {
    const mails = [
      { ...ada, email: 'bob@x.io' },
      { ...bob, email: 'ada@x.io' },
    ]
    expect(known().plan(mails).outcomes).toEqual(['held', 'held'])
    const ids = [
      { ...ada, employeeId: '2' },
      { ...bob, employeeId: '1' },
    ]
    expect(known().plan(ids).outcomes).toEqual(['held', 'held'])
    expect(known().plan(ids, { settings: { matching: 'emailOnly' } }).outcomes).toEqual(['held', 'held'])
  })
})

describe('people who left', () => {
  const gone: Row = { ...ada, endDate: '2020-01-01' }
  const left = () => MemoryRoster.of(gone, bob)

  test.each<[what: string, row: Row, outcome: Outcome, code: IssueCode | null]>([
    [
      'their address with another id and name',
      { name: 'Ada New', employeeId: '9', email: 'ada@x.io' },
      'held',
      'ID_RECYCLED_EMAIL',
    ],
    ['their address with another name', { name: 'Ada New', email: 'ada@x.io' }, 'held', 'ID_RECYCLED_EMAIL'],
    [
      'their address with another id and no name',
      { employeeId: '9', email: 'ada@x.io' },
      'held',
      'ID_RECYCLED_EMAIL',
    ],
    [
      'their address with somebody else who is known',
      { ...bob, email: 'ada@x.io' },
      'held',
      'ID_RECYCLED_EMAIL',
    ],
    [
      'their address with their name',
      { name: 'ADA LOVELACE', email: 'ada@x.io', language: 'en' },
      'updated',
      'W_ALREADY_FORMER',
    ],
    ['back under another id', { ...ada, employeeId: '9', endDate: null }, 'updated', 'GUARD_REHIRE'],
    ['back, the End Date taken away', { ...ada, endDate: null }, 'updated', 'GUARD_REHIRE'],
    ['back, with a later Start Date', { ...ada, startDate: '2026-01-01' }, 'updated', 'GUARD_REHIRE'],
    ['back, but switched off', { ...ada, endDate: null, deactivated: 'TRUE' }, 'updated', null],
    ['the other name of somebody who is there', { name: 'Rob', email: 'bob@x.io' }, 'updated', null],
  ])('%s', (_, row, outcome, code) => {
    const { outcomes, said, trips } = left().plan([row])
    expect(outcomes).toEqual([outcome])
    expect(Object.keys(said)).toEqual(code === null ? [] : [code])
    expect(trips.map((trip) => trip.code)).toEqual(code === null || code.startsWith('W_') ? [] : [code])
  })

  test('who held an address gives way to a row that names the one who left by id, in either order', () => {
    const recycled = { name: 'Ada New', employeeId: '9', email: 'ada@x.io' }
    const moved = { ...gone, email: 'old.ada@x.io' }
    for (const rows of [
      [recycled, moved],
      [moved, recycled],
    ]) {
      expect(left().plan(rows).counts).toMatchObject({ rejected: 1, held: 0, updated: 1 })
    }
  })

  test.each<[FileOptions, Outcome, IssueCode[]]>([
    [{}, 'updated', ['GUARD_REHIRE']],
    [{ settings: { rehires: 'holdRow' } }, 'held', []],
    [{ settings: { rehires: 'allow' } }, 'updated', []],
    [{ isManual: true }, 'updated', []],
    [{ isManual: true, settings: { rehires: 'holdRow' } }, 'updated', []],
  ])('with %o a rehire is %s', (options, outcome, codes) => {
    const { outcomes, trips, issues } = left().plan([{ ...ada, endDate: null }], options)
    expect(outcomes).toEqual([outcome])
    expect(trips.map(({ code }) => code)).toEqual(codes)
    expect(issues).toMatchObject([
      { code: 'GUARD_REHIRE', isRemark: outcome !== 'held' && codes.length === 0 },
    ])
  })
})

describe('somebody new who may be known already', () => {
  const twin: Row = { name: 'LOVELACE Ada', employeeId: '9', email: 'al@x.io' }
  const here = () => MemoryRoster.of({ ...ada, startDate: '2020-05-01' })

  test.each<[what: string, row: Row, same: string | null]>([
    ['the same day of birth', { ...twin, dateOfBirth: '1990-01-01' }, 'date of birth'],
    ['the same first day', { ...twin, startDate: '2020-05-01' }, 'start date'],
    ['both', { ...twin, startDate: '2020-05-01', dateOfBirth: '1990-01-01' }, 'date of birth'],
    ['neither', { ...twin, startDate: '2021-05-01', dateOfBirth: '1991-01-01' }, null],
    ['the name alone', twin, null],
    ['the day alone', { ...twin, name: 'Ada Byron', dateOfBirth: '1990-01-01' }, null],
  ])('%s', (_, row, same) => {
    const { outcomes, trips, issues } = here().plan([row])
    expect(outcomes).toEqual([same === null ? 'created' : 'held'])
    expect(trips.map(({ code }) => code)).toEqual(same === null ? [] : ['ID_POSSIBLE_DUPLICATE'])
    expect(issues.map(({ params }) => params)).toEqual(same === null ? [] : [{ same }])
  })

  test('by hand they are new, with a remark', () => {
    const { outcomes, trips, issues } = here().plan([{ ...twin, dateOfBirth: '1990-01-01' }], {
      isManual: true,
    })
    expect([outcomes, trips]).toEqual([['created'], []])
    expect(issues).toMatchObject([{ code: 'ID_POSSIBLE_DUPLICATE', isRemark: true }])
  })

  test('a name of one part is a name', () => {
    const roster = MemoryRoster.of({ name: 'Ada', employeeId: '1', startDate: '2020-05-01' })
    const row = {
      name: undefined,
      soleName: 'ADA',
      employeeId: '9',
      startDate: '2020-05-01',
    } as unknown as Row
    expect(roster.plan([row]).outcomes).toEqual(['held'])
  })

  test('where the source says so, the rest goes on without such rows', () => {
    const rows = [{ ...twin, dateOfBirth: '1990-01-01' }, eve]
    const { outcomes, trips } = here().plan(rows, { settings: { doubtfulPeople: 'holdRow' } })
    expect([outcomes, trips]).toEqual([['held', 'created'], []])
  })
})

describe('a source that knows people by email alone', () => {
  const options: FileOptions = { settings: { matching: 'emailOnly' } }
  test.each<[what: string, row: Row, outcome: Outcome, by: string]>([
    ['the email', { ...ada, language: 'en' }, 'updated', 'email'],
    ['the email, with a new id', { ...ada, employeeId: '9' }, 'updated', 'email'],
    ['a new address is a new person', { name: 'Neu', employeeId: '9', email: 'neu@x.io' }, 'created', 'none'],
    ['the id of somebody with a new address', { ...ada, email: 'new@x.io' }, 'rejected', 'none'],
    ['the id without an address', { name: 'Ada', employeeId: '1' }, 'rejected', 'none'],
    ['id of one, email of another', { ...ada, email: 'bob@x.io' }, 'held', 'none'],
  ])('%s', (_, row, outcome, by) => {
    const { outcomes, planned } = known().plan([row], options)
    expect(outcomes).toEqual([outcome])
    expect(planned[0]?.matchedBy).toBe(by)
  })

  test('a row with an id does not push away the one with the address, in either order', () => {
    const [byMail, byId] = [
      { name: 'Ada', email: 'ada@x.io' },
      { name: 'Ada', employeeId: '1', email: 'new@x.io' },
    ]
    expect(known().plan([byMail, byId], options).outcomes).toEqual(['updated', 'rejected'])
    expect(known().plan([byId, byMail], options).outcomes).toEqual(['rejected', 'updated'])
  })
})

describe('a manager is a person, not a text', () => {
  const led = (keys: Row): Row => ({ employeeId: '1', ...keys })
  const company = () => {
    const roster = MemoryRoster.of({ ...ada, managerEmail: 'bob@x.io' }, bob, eve)
    roster.import([{ ...bob, email: 'robert@x.io' }])
    return roster
  }

  test.each<[what: string, row: Row, unchanged: boolean]>([
    ['the address they have now', { managerEmail: 'robert@x.io' }, true],
    ['their id', { managerEmployeeId: '2' }, true],
    ['both', { managerEmail: 'robert@x.io', managerEmployeeId: '2' }, true],
    ['the address of old', { managerEmail: 'bob@x.io' }, true],
    ['somebody else', { managerEmail: 'eve@x.io' }, false],
    ['nobody', { managerEmail: null }, false],
  ])('named by %s', (_, row, isUnchanged) => {
    const { counts } = company().plan([led(row)])
    expect(counts.unchanged).toBe(isUnchanged ? 1 : 0)
  })

  test('a row that also names somebody else contradicts itself', () => {
    const { said } = company().plan([led({ managerEmployeeId: '2', managerEmail: 'eve@x.io' })])
    expect(said).toEqual({ HIER_MGR_CONFLICT: [1] })
  })
})

test('two keys that only now turn out to be two people link nobody, and it is told', () => {
  const roster = MemoryRoster.of({ ...ada, managerEmail: 'bob@x.io', managerEmployeeId: '3' })
  expect(roster.managerOf('1')).toBeNull()
  const { said, issues } = roster.import([bob, eve])
  expect(said).toEqual({ HIER_MGR_CONFLICT: [2] })
  expect(issues).toMatchObject([{ isRemark: true }])
  expect(roster.managerOf('1')).toBeNull()
})

test('two keys of the one person who comes link them', () => {
  const roster = MemoryRoster.of({ ...ada, managerEmail: 'bob@x.io', managerEmployeeId: '2' })
  roster.import([bob])
  expect(roster.managerOf('1')).toBe('2')
})

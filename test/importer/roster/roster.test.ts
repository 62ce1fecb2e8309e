/** What is written of a plan, and what a plan may ask, on both engines. */
import { describe, expect, onTestFinished, test } from 'vitest'
import { type Db, openDatabase } from '../../../importer/db/open.ts'
import type { Change } from '../../../importer/plan/diff.ts'
import { IntMap } from '../../../importer/plan/int-map.ts'
import { nameHash } from '../../../importer/plan/name-key.ts'
import { type PersonPlan, RosterWriter } from '../../../importer/roster/apply.ts'
import { EMPTY_ROSTER, rosterLookup } from '../../../importer/roster/lookup.ts'
import { databaseOn, ENGINES, type EngineName } from '../../support/engines.ts'

const ACCOUNT = 'a'

async function openOn(engine: EngineName): Promise<Db> {
  const { db, close } = await openDatabase(await databaseOn(engine))
  onTestFinished(close)
  for (const id of [ACCOUNT, 'b']) {
    await db
      .insertInto('account')
      .values({ id, slug: id, name: id, timezone: 'UTC', created_at: '' })
      .execute()
  }
  return db
}

interface Writing {
  readonly run?: string
  readonly account?: string
  readonly position?: number
  readonly lines?: Record<number, number>
}

/** Writes people in one transaction, as applying a plan does; tells the position it ended at. */
async function write(db: Db, people: readonly PersonPlan[], options: Writing = {}): Promise<number> {
  const { run = 'run-1', account = ACCOUNT, position = 0, lines = {} } = options
  const map = new IntMap()
  for (const [person, manager] of Object.entries(lines)) map.set(Number(person), manager)
  return await db.transaction().execute(async (trx) => {
    const at = '2026-11-21T09:00:00.000Z'
    const writer = new RosterWriter(trx, {
      accountId: account,
      run,
      source: 'sftp',
      position,
      at,
      lines: map,
    })
    await writer.write(people)
    await writer.finish()
    return writer.position
  })
}

function created(personId: number, values: Record<string, string>): PersonPlan {
  return { line: personId + 1, personId, version: null, creation: { values, text: JSON.stringify(values) } }
}

const roster = (db: Db) => db.selectFrom('employee').selectAll().orderBy('id').execute()
const history = (db: Db) => db.selectFrom('history').selectAll().orderBy('seq').execute()

describe.each(ENGINES)('writing on %s', (engine) => {
  test('a new person has what the plan gives them, and nothing else', async () => {
    const db = await openOn(engine)
    expect(
      await write(db, [created(5, { name: 'Ada', email: 'ada@x.io', d2: 'Red', deactivated: 'TRUE' })]),
    ).toBe(1)
    const nothing = {
      preferred_name: null,
      employee_id: null,
      date_of_birth: null,
      start_date: null,
      end_date: null,
    }
    const none = {
      language: null,
      manager_email: null,
      manager_employee_id: null,
      manager_id: null,
      timezone: null,
    }
    const marks = {
      created_run: 'run-1',
      updated_run: 'run-1',
      created_at: '2026-11-21T09:00:00.000Z',
      updated_at: '2026-11-21T09:00:00.000Z',
    }
    expect(await roster(db)).toEqual([
      {
        ...{ account_id: ACCOUNT, id: 5, version: 1, name: 'Ada', email: 'ada@x.io', mobile_phone: null },
        ...{ name_key: nameHash('Ada') },
        ...{ deactivated: 1, demographics: '{"2":"Red"}', ...nothing, ...none, ...marks },
      },
    ])
  })

  test('every field can be set, changed and cleared, and history tells each', async () => {
    const db = await openOn(engine)
    const fields = {
      name: 'A',
      preferredName: 'B',
      employeeId: 'C',
      email: 'd@x.io',
      dateOfBirth: '1990-01-01',
      startDate: '2020-01-01',
      endDate: '2030-01-01',
      language: 'en',
      managerEmail: 'm@x.io',
      managerEmployeeId: 'M',
      timezone: 'UTC',
      mobilePhone: '+123456789',
      d1: 'Red',
    }
    await write(db, [created(1, fields)])
    const changes = Object.entries(fields).map(
      ([key, old]) => [key, old, key === 'name' || key === 'email' ? `new-${old}` : null] as Change,
    )
    const position = await write(db, [{ line: 9, personId: 1, version: 1, changes }], {
      run: 'run-2',
      position: 1,
    })
    const [row] = await roster(db)
    expect(row).toMatchObject({
      version: 2,
      name: 'new-A',
      email: 'new-d@x.io',
      created_run: 'run-1',
      updated_run: 'run-2',
      demographics: '{}',
    })
    const cleared = Object.entries(row ?? {}).filter(([, value]) => value === null)
    expect(cleared.map(([column]) => column).toSorted()).toEqual([
      ...['date_of_birth', 'employee_id', 'end_date', 'language', 'manager_email', 'manager_employee_id'],
      ...['manager_id', 'mobile_phone', 'preferred_name', 'start_date', 'timezone'],
    ])
    const told = (await history(db)).slice(1)
    expect(told.map(({ field, before, after }) => [field, before, after])).toEqual(changes)
    expect(told.map(({ seq }) => seq)).toEqual(changes.map((_, at) => at + 2))
    expect(position).toBe(changes.length + 1)
  })

  test.each([
    [
      'somebody else changed the person',
      { line: 2, personId: 1, version: 7, changes: [['name', 'A', 'B']] as Change[] },
    ],
    ['the person is gone', { line: 2, personId: 99, version: 1, changes: [['name', 'A', 'B']] as Change[] }],
    ['the number is taken', created(1, { name: 'Other', email: 'other@x.io' })],
    ['the email is taken', created(2, { name: 'Other', email: 'ada@x.io' })],
    ['nobody could be known by it', created(3, { name: 'Nobody' })],
  ])('nothing at all is written where %s', async (_, plan) => {
    const db = await openOn(engine)
    await write(db, [created(1, { name: 'Ada', email: 'ada@x.io' })])
    const before = [await roster(db), await history(db)]
    await expect(
      write(db, [created(50, { name: 'Before', email: 'before@x.io' }), plan], { position: 1 }),
    ).rejects.toThrow()
    expect([await roster(db), await history(db)]).toEqual(before)
  })

  test('lines are set for people of the plan and for those who only waited, however many', async () => {
    const db = await openOn(engine)
    const people = Array.from({ length: 2_345 }, (_, at) =>
      created(at + 1, { name: 'P', employeeId: `${at + 1}` }),
    )
    await write(db, people)
    const lines = Object.fromEntries(people.slice(1).map(({ personId }) => [personId, 1]))
    const change: PersonPlan = { line: 2, personId: 2, version: 1, changes: [['name', 'P', 'Q']] }
    await write(db, [change], { position: 2_345, lines: { ...lines, 3: 0 } })
    const rows = await roster(db)
    expect(rows.filter(({ manager_id }) => manager_id === 1)).toHaveLength(2_343)
    expect(rows.slice(0, 3).map(({ manager_id, version }) => [manager_id, version])).toEqual([
      [null, 1],
      [1, 2],
      [null, 1],
    ])
    // All but the one of the plan had no manager before, and get theirs as a change of their own.
    expect(rows.filter(({ version }) => version === 2)).toHaveLength(2_343)
  })

  test('who gets the manager they waited for has a new version and a history that tells it; others have neither', async () => {
    const db = await openOn(engine)
    const people = [1, 2, 3, 4].map((id) => created(id, { name: 'P', employeeId: `${id}` }))
    await write(db, people, { lines: { 4: 1 } })
    const position = await write(db, [], { run: 'run-2', position: 4, lines: { 2: 1, 3: 0, 4: 1 } })
    const rows = await roster(db)
    expect(rows.map(({ version, updated_run, manager_id }) => [version, updated_run, manager_id])).toEqual([
      [1, 'run-1', null],
      [2, 'run-2', 1],
      [1, 'run-1', null],
      [1, 'run-1', 1],
    ])
    expect((await history(db)).slice(4)).toMatchObject([
      { seq: 5, person_id: 2, field: 'managerId', before: null, after: '1', run_id: 'run-2', line: 0 },
    ])
    expect(position).toBe(5)
  })

  test('people who exchange a key within one plan, over a third value, end with the right ones', async () => {
    const db = await openOn(engine)
    await write(db, [created(1, { name: 'A', email: 'a@x.io' }), created(2, { name: 'B', email: 'b@x.io' })])
    const set = (personId: number, version: number, old: string, email: string): PersonPlan => ({
      line: 1,
      personId,
      version,
      changes: [['email', old, email]],
    })
    await write(db, [set(1, 1, 'a@x.io', 'c@x.io')], { position: 2 })
    await write(db, [set(2, 1, 'b@x.io', 'a@x.io')], { position: 3 })
    expect((await roster(db)).map(({ email }) => email)).toEqual(['c@x.io', 'a@x.io'])
  })
})

describe.each(ENGINES)('asking on %s', (engine) => {
  test('people are found by id and by email, of one account only', async () => {
    const db = await openOn(engine)
    await write(db, [
      created(1, { name: 'A', employeeId: '1', email: 'a@x.io' }),
      created(2, { name: 'B', employeeId: '02', email: 'b@x.io' }),
      created(3, { name: 'C', email: 'c@x.io' }),
    ])
    await write(db, [created(1, { name: 'Other', employeeId: '1', email: 'other@x.io' })], { account: 'b' })
    const { byEmployeeId, byEmail } = await rosterLookup(db, ACCOUNT).people({
      employeeIds: new Set(['1', '2', '02', 'none']),
      emails: new Set(['a@x.io', 'c@x.io', 'other@x.io']),
    })
    expect([...byEmployeeId].map(([key, { core }]) => [key, core.name]).toSorted()).toEqual([
      ['02', 'B'],
      ['1', 'A'],
    ])
    expect([...byEmail].map(([key, { core }]) => [key, core.name]).toSorted()).toEqual([
      ['a@x.io', 'A'],
      ['c@x.io', 'C'],
    ])
  })

  test('managers are told for everybody asked about, also for who is not there', async () => {
    const db = await openOn(engine)
    await write(
      db,
      [created(1, { name: 'A', employeeId: '1' }), created(2, { name: 'B', employeeId: '2' })],
      { lines: { 2: 1 } },
    )
    expect(await rosterLookup(db, ACCOUNT).managersOf([2, 1, 77])).toEqual([
      [2, 1],
      [1, 0],
      [77, 0],
    ])
  })

  test('what people were called before the window is told for those asked about, however often it changed since', async () => {
    const db = await openOn(engine)
    await write(
      db,
      [1, 2].map((id) => created(id, { name: 'A', email: `${id}@x.io`, language: 'de' })),
    )
    const change = (personId: number, version: number, ...changes: Change[]): PersonPlan => ({
      ...{ line: 2, personId, version, changes },
    })
    await write(db, [change(1, 1, ['name', 'A', 'B'], ['language', 'de', 'en'])], { position: 2 })
    await write(db, [change(1, 2, ['name', 'B', 'C']), change(2, 1, ['name', 'A', 'D'])], { position: 4 })
    const asked = { changing: new Set([1]), names: new Set<number>() }
    const lookup = rosterLookup(db, ACCOUNT)
    const { past, namesakes } = await lookup.answers({ ...asked, since: '2026-11-21' })
    expect([...past].map(([id, values]) => [id, [...values]])).toEqual([[1, [['name', 'A']]]])
    expect(namesakes.size).toBe(0)
    expect((await lookup.answers({ ...asked, since: '2026-11-22' })).past.size).toBe(0)
    expect((await rosterLookup(db, 'b').answers({ ...asked, since: '2026-11-21' })).past.size).toBe(0)
  })

  test('people are found by their name however it is written, with the days they may share, also once renamed', async () => {
    const db = await openOn(engine)
    const born = { dateOfBirth: '1990-01-01' }
    await write(db, [
      created(1, { name: 'Ana Muñoz', employeeId: '1', ...born }),
      created(2, { name: 'MUNOZ  ana', employeeId: '2', startDate: '2020-01-01' }),
      created(3, { name: 'Bob', employeeId: '3' }),
    ])
    const renamed: Change[] = [['name', 'Bob', 'Muñoz, Ana']]
    await write(db, [{ line: 2, personId: 3, version: 1, changes: renamed }], { position: 3 })
    const names = new Set([nameHash('ana munoz')])
    const asked = { changing: new Set<number>(), since: '2026-01-01', names }
    const { namesakes } = await rosterLookup(db, ACCOUNT).answers(asked)
    const found = [...namesakes.values()]
      .flat()
      .map(({ name, dateOfBirth, startDate }) => [name, dateOfBirth, startDate])
    expect(found.toSorted()).toEqual([
      ['Ana Muñoz', '1990-01-01', null],
      ['MUNOZ  ana', null, '2020-01-01'],
      ['Muñoz, Ana', null, null],
    ])
    expect((await rosterLookup(db, 'b').answers(asked)).namesakes.size).toBe(0)
  })

  test('those who wait for a manager come in the order of their numbers, each once, however many', async () => {
    const db = await openOn(engine)
    const people = Array.from({ length: 1_234 }, (_, at) =>
      created(at + 1, {
        name: 'P',
        employeeId: `${at + 1}`,
        ...(at % 2 === 0 ? { managerEmail: 'm@x.io' } : {}),
        ...(at % 3 === 0 ? { managerEmployeeId: 'M' } : {}),
      }),
    )
    await write(db, people, { lines: { 1: 2 } })
    const waiting: number[] = []
    for await (const some of rosterLookup(db, ACCOUNT).waiting()) waiting.push(...some.map(({ id }) => id))
    expect(waiting).toEqual(
      people
        .map(({ personId }) => personId)
        .filter((one) => one !== 1 && ((one - 1) % 2 === 0 || (one - 1) % 3 === 0)),
    )
  })

  test('lengths of ids with leading zeros are those of digits alone', async () => {
    const db = await openOn(engine)
    const ids = ['0', '00', '0042', '0077', '000417', '123', '0A1', '0-12345', '00 1', 'A007']
    await write(
      db,
      ids.map((employeeId, at) => created(at + 1, { name: 'P', employeeId })),
    )
    expect([...(await rosterLookup(db, ACCOUNT).zeroLengths())].sort()).toEqual([2, 4, 6])
    expect(await rosterLookup(db, 'somebody else').zeroLengths()).toEqual(new Set())
  })

  test('present are those who have not left by that day and are not switched off', async () => {
    const db = await openOn(engine)
    const day = (personId: number, endDate: string): PersonPlan =>
      created(personId, { name: 'P', employeeId: `${personId}`, endDate })
    await write(db, [
      day(1, '2026-11-20'),
      day(2, '2026-11-21'),
      day(3, '2026-11-22'),
      created(4, { name: 'P', employeeId: '4', deactivated: 'TRUE' }),
      created(5, { name: 'P', employeeId: '5', startDate: '2030-01-01' }),
    ])
    const lookup = rosterLookup(db, ACCOUNT)
    expect([await lookup.countPresent('2026-11-20'), await lookup.countPresent('2026-11-21')]).toEqual([3, 2])
    expect(await lookup.absentAmong([1, 2, 3, 4, 5, 6], '2026-11-20')).toEqual(new Set([1, 4, 6]))
    expect(await lookup.absentAmong([], '2026-11-20')).toEqual(new Set())
    await write(db, [], { lines: { 2: 3 }, position: 5 })
    expect([await lookup.countTops('2026-11-20'), await lookup.countTops('2026-11-21')]).toEqual([2, 2])
    expect(await rosterLookup(db, 'b').absentAmong([3], '2026-11-20')).toEqual(new Set([3]))
  })
})

test('a roster without anybody knows nobody', async () => {
  const keys = { employeeIds: new Set(['1']), emails: new Set(['a@x.io']) }
  expect(await EMPTY_ROSTER.people(keys)).toEqual({ byEmployeeId: new Map(), byEmail: new Map() })
  expect([
    await EMPTY_ROSTER.countPresent('2026-01-01'),
    await EMPTY_ROSTER.managersOf([1]),
    await EMPTY_ROSTER.demographics(),
  ]).toEqual([0, [[1, 0]], new Map()])
  for await (const _ of EMPTY_ROSTER.waiting()) throw new Error('somebody waits')
})

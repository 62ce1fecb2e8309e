/** What a plan asks the roster. Reads only. */
import { type Kysely, sql } from 'kysely'
import { EDIT_SOURCE } from '../../schemas/edit.ts'
import { isAnyOf } from '../db/bulk.ts'
import { engineOfDb } from '../db/dialect.ts'
import type { Db } from '../db/open.ts'
import type { EmployeeRow, Tables } from '../db/tables.ts'
import { IDENTITY, type IdentityKey } from '../plan/identity.ts'
import { type Answers, type Namesake, NO_ANSWERS } from '../plan/input.ts'
import type { Person } from '../plan/person.ts'
import type { KeysToLookUp, People, Questions } from '../plan/planner.ts'
import type { ZeroLengths } from '../table/id-zeros.ts'
import { demographicsOf } from './demographics.ts'
import { toPerson } from './employee.ts'

export interface Waiting {
  readonly id: number
  readonly managerEmail: string | null
  readonly managerEmployeeId: string | null
}

/** The roster of one account, as the plan may ask about it; `validate` without an account asks an empty one. */
export interface RosterLookup {
  people(keys: KeysToLookUp): Promise<People>
  /** What else a batch needs to know. */
  answers(questions: Questions): Promise<Answers>
  /** Person and manager, 0 for none. */
  managersOf(ids: readonly number[]): Promise<[person: number, manager: number][]>
  /** Those of the people who have left or are deactivated on that day, or are not there at all. */
  absentAmong(ids: readonly number[], today: string): Promise<Set<number>>
  /** People who are there on that day and report to nobody. */
  countTops(today: string): Promise<number>
  /** People whose manager is named but not known yet, in batches. */
  waiting(): AsyncIterable<readonly Waiting[]>
  /** Active and upcoming people on that day. */
  countPresent(today: string): Promise<number>
  /** Label -> number. */
  demographics(): Promise<Map<string, number>>
  /** Lengths of the Employee Ids that are digits and start with a zero. */
  zeroLengths(): Promise<ZeroLengths>
}

const WAITING_A_BATCH = 500

export function rosterLookup(db: Db, accountId: string): RosterLookup {
  return {
    people: (keys) => people(db, accountId, keys),
    answers: async ({ changing, since, names }) => ({
      past: await pastValues(db, accountId, [...changing], since),
      namesakes: await namesakes(db, accountId, [...names]),
    }),
    managersOf: (ids) => managersOf(db, accountId, ids),
    absentAmong: (ids, today) => absentAmong(db, accountId, ids, today),
    countTops: (today) => countTops(db, accountId, today),
    waiting: () => waiting(db, accountId),
    countPresent: (today) => countPresent(db, accountId, today),
    demographics: () => demographics(db, accountId),
    zeroLengths: () => zeroLengths(db, accountId),
  }
}

/** A roster without anybody. */
export const EMPTY_ROSTER: RosterLookup = {
  people: async () => ({ byEmployeeId: new Map(), byEmail: new Map() }),
  answers: async () => NO_ANSWERS,
  // Also of people who are not there: the walk up must end somewhere.
  managersOf: async (ids) => ids.map((id) => [id, 0]),
  absentAmong: async (ids) => new Set(ids),
  countTops: async () => 0,
  waiting: async function* () {},
  countPresent: async () => 0,
  demographics: async () => new Map(),
  zeroLengths: async () => new Set(),
}

/** The roster of an account that never had anybody: nothing is looked for among nobody. */
export function emptyRosterOf(db: Db, accountId: string): RosterLookup {
  return { ...EMPTY_ROSTER, demographics: () => demographics(db, accountId) }
}

async function people(db: Db, accountId: string, keys: KeysToLookUp): Promise<People> {
  const found = { byEmployeeId: new Map<string, Person>(), byEmail: new Map<string, Person>() }
  const known = new Map<number, Person>()
  const keep = (row: EmployeeRow): void => {
    const person = known.get(row.id) ?? toPerson(row)
    known.set(row.id, person)
    if (row.employee_id !== null && keys.employeeIds.has(row.employee_id))
      found.byEmployeeId.set(row.employee_id, person)
    if (row.email !== null && keys.emails.has(row.email)) found.byEmail.set(row.email, person)
  }
  for (const row of await employeesBy(db, accountId, 'employee_id', [...keys.employeeIds])) keep(row)
  // Most rows give both keys, and whoever was found by one need not be looked for by the other.
  const emails = [...keys.emails].filter((email) => !found.byEmail.has(email))
  for (const row of await employeesBy(db, accountId, 'email', emails)) keep(row)
  return found
}

async function employeesBy(
  db: Db,
  accountId: string,
  column: 'employee_id' | 'email',
  keys: readonly string[],
): Promise<EmployeeRow[]> {
  if (keys.length === 0) return []
  return await db
    .selectFrom('employee')
    .selectAll()
    .where('account_id', '=', accountId)
    .where(isAnyOf(db, column, 'text', keys))
    .execute()
}

/** What people's identity was on that day, of the values that were changed since. */
async function pastValues(
  db: Db,
  accountId: string,
  ids: readonly number[],
  since: string,
): Promise<Answers['past']> {
  const past = new Map<number, Map<IdentityKey, string | null>>()
  if (ids.length === 0) return past
  const rows = await db
    .selectFrom('history')
    .select(['person_id', 'field', 'before'])
    .where('account_id', '=', accountId)
    .where(isAnyOf(db, 'person_id', 'integer', ids))
    .where('field', 'in', IDENTITY)
    // Who corrects one person by hand means that person.
    .where('source', '!=', EDIT_SOURCE)
    .where('at', '>=', since)
    .orderBy('seq')
    .execute()
  for (const { person_id, field, before } of rows) {
    const values = past.get(person_id) ?? new Map<IdentityKey, string | null>()
    const key = field as IdentityKey // the query asks for no others
    // The first change tells what was there before all of them.
    if (!values.has(key)) values.set(key, before)
    past.set(person_id, values)
  }
  return past
}

/** People by the hash of their name, which others may share. */
async function namesakes(
  db: Db,
  accountId: string,
  hashes: readonly number[],
): Promise<Answers['namesakes']> {
  if (hashes.length === 0) return NO_ANSWERS.namesakes
  const rows = await db
    .selectFrom('employee')
    .select(['name', 'date_of_birth as dateOfBirth', 'start_date as startDate', 'name_key'])
    .where('account_id', '=', accountId)
    .where(isAnyOf(db, 'name_key', 'integer', hashes))
    .execute()
  return Map.groupBy(rows satisfies Namesake[], (row) => row.name_key)
}

async function managersOf(db: Db, accountId: string, ids: readonly number[]): Promise<[number, number][]> {
  const rows = await db
    .selectFrom('employee')
    .select(['id', 'manager_id'])
    .where('account_id', '=', accountId)
    .where(isAnyOf(db, 'id', 'integer', ids))
    .execute()
  const known = new Map(rows.map((row) => [row.id, row.manager_id ?? 0]))
  // Also those that are not there: the walk must end somewhere.
  return ids.map((id) => [id, known.get(id) ?? 0])
}

async function* waiting(db: Db, accountId: string): AsyncGenerator<Waiting[]> {
  let after = 0
  for (;;) {
    const rows = await db
      .selectFrom('employee')
      .select(['id', 'manager_email as managerEmail', 'manager_employee_id as managerEmployeeId'])
      .where('account_id', '=', accountId)
      .where('manager_id', 'is', null)
      .where((or) => or.or([or('manager_email', 'is not', null), or('manager_employee_id', 'is not', null)]))
      .where('id', '>', after)
      .orderBy('id')
      .limit(WAITING_A_BATCH)
      .execute()
    const last = rows.at(-1)
    if (!last) return
    yield rows
    after = last.id
  }
}

/** Everybody but those who are gone: both are counted in an index, where looking at each person would read the table. */
async function countPresent(db: Db, accountId: string, today: string): Promise<number> {
  const { count } = await db
    .selectFrom('employee')
    .select((of) => of.fn.countAll<number>().as('count'))
    .where('account_id', '=', accountId)
    .executeTakeFirstOrThrow()
  return Number(count) - (await goneBy(db, accountId, today)).length
}

/** Numbers of the people who left by that day, or are switched off. */
export async function goneBy(db: Kysely<Tables>, accountId: string, today: string): Promise<number[]> {
  // Written as the index is, or it would not be used.
  const { rows } = await sql<{ id: number }>`select id from employee where account_id = ${accountId}
    and (end_date is not null or deactivated = 1) and (end_date <= ${today} or deactivated = 1)`.execute(db)
  return rows.map(({ id }) => id)
}

async function countTops(db: Db, accountId: string, today: string): Promise<number> {
  const { count } = await db
    .selectFrom('employee')
    .select((of) => of.fn.countAll<number>().as('count'))
    .where('account_id', '=', accountId)
    .where('manager_id', 'is', null)
    .where('deactivated', '=', 0)
    .where((or) => or.or([or('end_date', 'is', null), or('end_date', '>', today)]))
    .executeTakeFirstOrThrow()
  return count
}

/** People a question. */
const ASKED_AT_ONCE = 1_000

async function absentAmong(
  db: Db,
  accountId: string,
  ids: readonly number[],
  today: string,
): Promise<Set<number>> {
  const absent = new Set(ids)
  for (let from = 0; from < ids.length; from += ASKED_AT_ONCE) {
    const present = await db
      .selectFrom('employee')
      .select('id')
      .where('account_id', '=', accountId)
      .where(isAnyOf(db, 'id', 'integer', ids.slice(from, from + ASKED_AT_ONCE)))
      .where('deactivated', '=', 0)
      .where((or) => or.or([or('end_date', 'is', null), or('end_date', '>', today)]))
      .execute()
    for (const { id } of present) absent.delete(id)
  }
  return absent
}

/** Found out by the database: in a roster whose ids all begin with a zero, that is everybody. */
async function zeroLengths(db: Db, accountId: string): Promise<ZeroLengths> {
  const isDigits =
    engineOfDb(db) === 'sqlite'
      ? sql<boolean>`employee_id not glob '*[^0-9]*'`
      : sql<boolean>`employee_id !~ '[^0-9]'`
  const rows = await db
    .selectFrom('employee')
    .select(sql<number>`length(employee_id)`.as('length'))
    .distinct()
    .where('account_id', '=', accountId)
    // From "0" up to "1": the index finds them without looking at anybody else.
    .where('employee_id', '>', '0')
    .where('employee_id', '<', '1')
    .where(isDigits)
    .execute()
  return new Set(rows.map(({ length }) => Number(length)))
}

async function demographics(db: Db, accountId: string): Promise<Map<string, number>> {
  return new Map((await demographicsOf(db, accountId)).map(({ id, label }) => [label, id]))
}

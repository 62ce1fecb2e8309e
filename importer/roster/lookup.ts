/** What a plan asks the roster. Reads only. */
import type { Db } from '../db/open.ts'
import type { KeysToLookUp, People } from '../plan/planner.ts'
import { toPerson } from './employee.ts'

export interface Waiting {
  readonly id: number
  readonly managerEmail: string | null
  readonly managerEmployeeId: string | null
}

/** The roster of one account, as the plan may ask about it; `validate` without an account asks an empty one. */
export interface RosterLookup {
  people(keys: KeysToLookUp): Promise<People>
  /** Person and manager, 0 for none. */
  managersOf(ids: readonly number[]): Promise<[person: number, manager: number][]>
  /** People whose manager is named but not known yet, in batches. */
  waiting(): AsyncIterable<readonly Waiting[]>
  /** Active and upcoming people on that day. */
  countPresent(today: string): Promise<number>
  /** Label -> number. */
  demographics(): Promise<Map<string, number>>
}

/** Keys a query; below the least number of parameters that either engine allows. */
const KEYS_A_QUERY = 500

export function rosterLookup(db: Db, accountId: string): RosterLookup {
  return {
    people: (keys) => people(db, accountId, keys),
    managersOf: (ids) => managersOf(db, accountId, ids),
    waiting: () => waiting(db, accountId),
    countPresent: (today) => countPresent(db, accountId, today),
    demographics: () => demographics(db, accountId),
  }
}

/** A roster without anybody. */
export const EMPTY_ROSTER: RosterLookup = {
  people: async () => ({ byEmployeeId: new Map(), byEmail: new Map() }),
  managersOf: async () => [],
  waiting: async function* () {},
  countPresent: async () => 0,
  demographics: async () => new Map(),
}

async function people(db: Db, accountId: string, keys: KeysToLookUp): Promise<People> {
  const found = { byEmployeeId: new Map(), byEmail: new Map() } satisfies People
  for (const [column, wanted] of [
    ['employee_id', keys.employeeIds],
    ['email', keys.emails],
  ] as const) {
    for (const some of slices([...wanted])) {
      const rows = await db
        .selectFrom('employee')
        .selectAll()
        .where('account_id', '=', accountId)
        .where(column, 'in', some)
        .execute()
      const into = column === 'email' ? found.byEmail : found.byEmployeeId
      for (const row of rows) into.set(row[column], toPerson(row))
    }
  }
  return found
}

async function managersOf(db: Db, accountId: string, ids: readonly number[]): Promise<[number, number][]> {
  const pairs: [number, number][] = []
  for (const some of slices(ids)) {
    const rows = await db
      .selectFrom('employee')
      .select(['id', 'manager_id'])
      .where('account_id', '=', accountId)
      .where('id', 'in', some)
      .execute()
    const known = new Map(rows.map((row) => [row.id, row.manager_id ?? 0]))
    // Also those that are not there: the walk must end somewhere.
    for (const id of some) pairs.push([id, known.get(id) ?? 0])
  }
  return pairs
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
      .limit(KEYS_A_QUERY)
      .execute()
    const last = rows.at(-1)
    if (!last) return
    yield rows
    after = last.id
  }
}

async function countPresent(db: Db, accountId: string, today: string): Promise<number> {
  const { count } = await db
    .selectFrom('employee')
    .select((of) => of.fn.countAll<number>().as('count'))
    .where('account_id', '=', accountId)
    .where('deactivated', '=', 0)
    .where((or) => or.or([or('end_date', 'is', null), or('end_date', '>', today)]))
    .executeTakeFirstOrThrow()
  return count
}

async function demographics(db: Db, accountId: string): Promise<Map<string, number>> {
  const rows = await db.selectFrom('demographic').select(['id', 'label']).where('account_id', '=', accountId).execute()
  return new Map(rows.map((row) => [row.label, row.id]))
}

function slices<T>(items: readonly T[]): T[][] {
  const some: T[][] = []
  for (let at = 0; at < items.length; at += KEYS_A_QUERY) some.push(items.slice(at, at + KEYS_A_QUERY))
  return some
}

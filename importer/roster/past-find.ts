/** Finds a person by an Employee Id or Email that they have, had at that moment, or once had. */
import { sql } from 'kysely'
import { emailKey } from '../../schemas/columns.ts'
import type { Db } from '../db/open.ts'
import type { EmployeeRow } from '../db/tables.ts'
import { ImportError } from '../errors.ts'
import { MANAGER } from './apply.ts'
import { everCalled, type RosterView, rosterView } from './past.ts'

interface Wanted {
  readonly key: string
  /** Number of the last history row that counts; null for all of them. */
  readonly position: number | null
  readonly view: RosterView
}

export interface FoundPerson {
  /** As they are at that moment; the last one of somebody who was removed. */
  readonly row: EmployeeRow
  readonly isRemoved: boolean
}

/** Throws `EMPLOYEE_UNKNOWN`. */
export async function findPerson(
  db: Db,
  account: { readonly id: string; readonly slug: string },
  { key, position, view }: Wanted,
): Promise<FoundPerson> {
  const keys = { employeeId: key, email: emailKey(key) }
  const holds = (row: EmployeeRow) => row.email === keys.email || row.employee_id === keys.employeeId
  const now = position === null ? await holdersNow(db, account.id, keys) : []
  if (now[0] !== undefined) return { row: now[0], isRemoved: false }
  const ids = await everCalled(db, account.id, keys)
  const then = [...(await view.rows(ids)).values()]
  const found = then.find(holds)
  if (found !== undefined) return { row: found, isRemoved: false }
  const removed = (await lastOf(db, account.id, { ids, position })).find(holds)
  if (removed !== undefined) return { row: removed, isRemoved: true }
  // Nobody has the key at that moment; whoever had it last before is meant.
  const former = then.at(-1)
  if (former !== undefined) return { row: former, isRemoved: false }
  throw new ImportError('EMPLOYEE_UNKNOWN', {
    slug: account.slug,
    when: position === null ? '' : ' at that time',
  })
}

async function holdersNow(
  db: Db,
  accountId: string,
  { email, employeeId }: { email: string; employeeId: string },
): Promise<EmployeeRow[]> {
  const holders = db.selectFrom('employee').selectAll().where('account_id', '=', accountId)
  return [
    ...(await holders.where('email', '=', email).execute()),
    ...(await holders.where('employee_id', '=', employeeId).execute()),
  ]
}

/** Of people who are not there any more, what they were last. */
export async function lastOf(
  db: Db,
  accountId: string,
  { ids, position }: { ids: readonly number[]; position: number | null },
): Promise<EmployeeRow[]> {
  const rows: EmployeeRow[] = []
  for (const id of ids) {
    let query = db
      .selectFrom('history')
      .select(['seq', 'after'])
      .where('account_id', '=', accountId)
      .where('person_id', '=', id)
      .where('field', '=', '*')
    if (position !== null) query = query.where('seq', '<=', position)
    const last = await query.orderBy('seq', 'desc').limit(1).executeTakeFirst()
    if (last === undefined || last.after !== null) continue
    const row = (await rosterView(db, accountId, last.seq - 1).rows([id])).get(id)
    if (row !== undefined) rows.push(row)
  }
  return rows
}

/** How many people report to the person at that moment. */
export async function reportsAt(
  db: Db,
  { accountId, position, view }: { accountId: string; position: number | null; view: RosterView },
  person: number,
): Promise<number> {
  const now = db
    .selectFrom('employee')
    .select('id')
    .where('account_id', '=', accountId)
    .where('manager_id', '=', person)
  if (position === null) return (await now.execute()).length
  const json = `%"${MANAGER}":"${person}"%`
  const before = db
    .selectFrom('history')
    .select('person_id as id')
    .where('account_id', '=', accountId)
    .where('seq', '>', position)
    .where(
      sql<boolean>`((field = ${MANAGER} and before = ${String(person)}) or (field = '*' and before like ${json}))`,
    )
  const ids = (await now.union(before).execute()).map(({ id }) => id)
  return [...(await view.rows(ids)).values()].filter(({ manager_id }) => manager_id === person).length
}

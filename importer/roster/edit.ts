/** What the roster says to a correction by hand: whose the keys are, and who reports to whom then. Reads only. */
import { headerOf } from '../../schemas/columns.ts'
import type { NamedPerson } from '../../schemas/employee.ts'
import type { Db } from '../db/open.ts'
import type { EmployeeRow } from '../db/tables.ts'
import type { Change } from '../plan/diff.ts'
import type { Person } from '../plan/person.ts'
import { isManagerKey } from '../plan/planned.ts'
import { COLUMN_OF } from './employee.ts'
import { managersAbove, rosterView } from './past.ts'

export interface Lines {
  /** Whether the person reports to somebody else than before. */
  readonly isMoved: boolean
  readonly before: NamedPerson | null
  readonly after: NamedPerson | null
  /** Who waits for a manager with a key that the person gets. */
  readonly waiting: readonly number[]
  /** Person and manager, 0 for nobody: all that is to be set. */
  readonly pairs: readonly (readonly [person: number, manager: number])[]
}

interface Corrected {
  readonly person: Person
  readonly changes: readonly Change[]
}

/** Who reports to whom after the changes, or why they cannot be made. */
export async function linesAfter(
  db: Db,
  accountId: string,
  { person, changes }: Corrected,
): Promise<Lines | { readonly problem: string }> {
  const view = rosterView(db, accountId, null)
  const after = new Map(changes.map(([key, , value]) => [key, value]))
  for (const field of ['email', 'employeeId'] as const) {
    const value = after.get(field)
    const [holder] = typeof value === 'string' ? await holders(db, accountId, field, value) : []
    if (holder !== undefined) return { problem: `somebody else has this ${headerOf(field)}` }
  }
  const keyOf = (key: KeyField | ManagerField) =>
    after.has(key) ? (after.get(key) ?? null) : person.core[key]
  const managers = changes.some(([key]) => isManagerKey(key))
    ? await managersNamed(db, accountId, keyOf)
    : { id: person.managerId }
  if ('problem' in managers) return managers
  const isMoved = managers.id !== person.managerId
  const above = await managersAbove(view, managers.id)
  if (above.includes(person.id)) return { problem: 'they would report to themselves, in a circle' }
  const waiting = (await waitingFor(db, accountId, keyOf)).filter(
    (id) => id !== person.id && !above.includes(id),
  )
  const rows = await view.rows([person.managerId, managers.id].filter((id) => id !== null))
  const named = (id: number | null) => (id === null ? null : nameOf(rows.get(id)))
  return {
    ...{ isMoved, before: named(person.managerId), after: named(managers.id), waiting },
    pairs: [
      ...(isMoved ? [[person.id, managers.id ?? 0] as const] : []),
      ...waiting.map((id) => [id, person.id] as const),
    ],
  }
}

type KeyField = 'email' | 'employeeId'
type ManagerField = 'managerEmail' | 'managerEmployeeId'
/** The keys as they will be. */
type KeyOf = (key: KeyField | ManagerField) => string | null

async function holders(db: Db, accountId: string, field: KeyField, value: string): Promise<EmployeeRow[]> {
  return await db
    .selectFrom('employee')
    .selectAll()
    .where('account_id', '=', accountId)
    .where(COLUMN_OF[field], '=', value)
    .execute()
}

/** A person types few names, so one that nobody has is a slip, not somebody who will come later. */
async function managersNamed(
  db: Db,
  accountId: string,
  keyOf: KeyOf,
): Promise<{ readonly id: number | null } | { readonly problem: string }> {
  let id: number | null = null
  for (const [key, field] of [
    ['managerEmail', 'email'],
    ['managerEmployeeId', 'employeeId'],
  ] as const) {
    const value = keyOf(key)
    if (value === null) continue
    const [holder] = await holders(db, accountId, field, value)
    if (holder === undefined)
      return { problem: `nobody has the ${headerOf(field)} given as ${headerOf(key)}` }
    if (id !== null && id !== holder.id) return { problem: 'the two keys of the manager are two people' }
    id = holder.id
  }
  return { id }
}

/** Who names the person by every key that they name, and has no manager yet. */
async function waitingFor(db: Db, accountId: string, keyOf: KeyOf): Promise<number[]> {
  const [email, employeeId] = [keyOf('email'), keyOf('employeeId')]
  const rows = await db
    .selectFrom('employee')
    .select(['id', 'manager_email', 'manager_employee_id'])
    .where('account_id', '=', accountId)
    .where('manager_id', 'is', null)
    .where((or) => or.or([or('manager_email', '=', email), or('manager_employee_id', '=', employeeId)]))
    .orderBy('id')
    .execute()
  const isMeant = (given: string | null, own: string | null) => given === null || given === own
  return rows.flatMap(({ id, manager_email, manager_employee_id }) =>
    isMeant(manager_email, email) && isMeant(manager_employee_id, employeeId) ? [id] : [],
  )
}

function nameOf(row: EmployeeRow | undefined): NamedPerson | null {
  if (row === undefined) return null
  const { id, name, employee_id: employeeId, email } = row
  return { id, name, employeeId, email }
}

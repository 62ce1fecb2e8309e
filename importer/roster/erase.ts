/**
 * Takes a person out of the roster and out of everything that remembers them. The history keeps its numbers and which
 * run did something when, but not what: its values are gone, also where others named the person as their manager.
 */
import { type Kysely, sql, type Transaction } from 'kysely'
import { insertRows, isAnyOf } from '../db/bulk.ts'
import type { HistoryTable, Tables } from '../db/tables.ts'
import type { Change } from '../plan/diff.ts'
import { HISTORY, MANAGER } from './apply.ts'
import { ERASED, WHOLE } from './past-person.ts'
import { forgetSnapshots } from './snapshots.ts'

const MANAGER_KEYS = ['managerEmail', 'managerEmployeeId']

export interface ErasureOf {
  readonly accountId: string
  readonly people: readonly number[]
  /** Every Employee Id and Email they ever had, unless it is somebody else's now. */
  readonly keys: readonly string[]
  /** What was said of them in demographics: field of the history, and value. */
  readonly labelled: readonly (readonly [field: string, value: string])[]
  /** ISO 8601, UTC. */
  readonly at: string
}

export interface Traces {
  readonly keys: string[]
  readonly names: string[]
  readonly labelled: [field: string, value: string][]
  readonly changes: number
  readonly planRows: number
  readonly reports: number
}

/** What there is of these people. Reads only. */
export async function tracesOf(
  db: Kysely<Tables>,
  accountId: string,
  people: readonly number[],
): Promise<Traces> {
  const isTheirs = (column: string) => isAnyOf(db, column, 'integer', people)
  const history = await db
    .selectFrom('history')
    .select(['field', 'before', 'after'])
    .where('account_id', '=', accountId)
    .where(isTheirs('person_id'))
    .execute()
  const plans = await db
    .selectFrom('plan_row')
    .select((of) => of.fn.countAll<number>().as('count'))
    .where('account_id', '=', accountId)
    .where(isTheirs('person_id'))
    .executeTakeFirstOrThrow()
  const named = history.flatMap((change) => valuesIn(change))
  const valuesOf = (...fields: string[]) => [
    ...new Set(named.flatMap(([field, value]) => (fields.includes(field) ? [value] : []))),
  ]
  const keys = await notOthers(db, { accountId, people, keys: valuesOf('email', 'employeeId') })
  const reports = await reportsOf(db, { accountId, people, keys })
  return {
    ...{ keys, names: valuesOf('name'), changes: history.length },
    labelled: named.filter(([field]) => /^d\d+$/.test(field)),
    ...{ planRows: Number(plans.count), reports: reports.length },
  }
}

function valuesIn({
  field,
  before,
  after,
}: Pick<HistoryTable, 'field' | 'before' | 'after'>): [string, string][] {
  const texts = [before, after].filter((text) => text !== null)
  if (field !== WHOLE) return texts.map((text) => [field, text])
  return texts.flatMap((text) => Object.entries(JSON.parse(text) as Record<string, string>)) // our own JSON
}

/** A key that was handed on is somebody else's now, and whoever names it means them. */
async function notOthers(db: Kysely<Tables>, { accountId, people, keys }: Of): Promise<string[]> {
  const holders = await db
    .selectFrom('employee')
    .select(['id', 'email', 'employee_id'])
    .where('account_id', '=', accountId)
    .where((or) => or.or([isAnyOf(db, 'email', 'text', keys), isAnyOf(db, 'employee_id', 'text', keys)]))
    .execute()
  const others = holders.filter(({ id }) => !people.includes(id))
  const taken = new Set(others.flatMap(({ email, employee_id }) => [email, employee_id]))
  return keys.filter((key) => !taken.has(key))
}

type Of = Pick<ErasureOf, 'accountId' | 'people' | 'keys'>

async function reportsOf(db: Kysely<Tables>, { accountId, people, keys }: Of) {
  return await db
    .selectFrom('employee')
    .select(['id', 'manager_id', 'manager_email', 'manager_employee_id'])
    .where('account_id', '=', accountId)
    .where((or) =>
      or.or([
        isAnyOf(db, 'manager_id', 'integer', people),
        isAnyOf(db, 'manager_email', 'text', keys),
        isAnyOf(db, 'manager_employee_id', 'text', keys),
      ]),
    )
    .execute()
}

/** Erases everything that `tracesOf` found. `position` is the account's, which the transaction must hold. */
export async function erasePeople(
  trx: Transaction<Tables>,
  of: ErasureOf,
  position: number,
): Promise<number> {
  const last = await releaseReports(trx, of, position)
  const mine = (column: string) => isAnyOf(trx, column, 'integer', of.people)
  await trx.deleteFrom('employee').where('account_id', '=', of.accountId).where(mine('id')).execute()
  await trx
    .updateTable('history')
    .set({ field: ERASED, before: null, after: null })
    .where('account_id', '=', of.accountId)
    .where(mine('person_id'))
    .execute()
  await trx
    .updateTable('plan_row')
    .set({ changes: '[]', person_id: null })
    .where('account_id', '=', of.accountId)
    .where(mine('person_id'))
    .execute()
  // A date tells of somebody, even without a name.
  await trx
    .deleteFrom('lifecycle_event')
    .where('account_id', '=', of.accountId)
    .where(mine('person_id'))
    .execute()
  await trx.deleteFrom('pin').where('account_id', '=', of.accountId).where(mine('person_id')).execute()
  for (const key of of.keys) await forgetKey(trx, of.accountId, key)
  for (const [field, value] of of.labelled) await forgetSpelling(trx, of.accountId, { field, value })
  // Nothing that is told by marks of records may lie in the way of what the next file says, or tell of the erased.
  await forgetSnapshots(trx, of.accountId)
  // Every plan that was made before is made again, and history tells that something happened.
  const entries = of.people.map((person, at) => entry(of, { person, field: ERASED, seq: last + at + 1 }))
  await insertRows(trx, 'history', HISTORY, entries)
  return last + entries.length
}

async function releaseReports(trx: Transaction<Tables>, of: ErasureOf, position: number): Promise<number> {
  const history: HistoryTable[] = []
  for (const { id, manager_id, manager_email, manager_employee_id } of await reportsOf(trx, of)) {
    if (of.people.includes(id)) continue
    const isManager = manager_id !== null && of.people.includes(manager_id)
    await trx
      .updateTable('employee')
      .set({
        manager_id: isManager ? null : manager_id,
        manager_email: isManager || of.keys.includes(manager_email ?? '') ? null : manager_email,
        manager_employee_id:
          isManager || of.keys.includes(manager_employee_id ?? '') ? null : manager_employee_id,
      })
      .set((employee) => ({ version: employee('version', '+', 1) }))
      .where('account_id', '=', of.accountId)
      .where('id', '=', id)
      .execute()
    if (!isManager) continue
    const seq = position + history.length + 1
    history.push({ ...entry(of, { person: id, field: MANAGER, seq }), before: String(manager_id) })
  }
  await insertRows(trx, 'history', HISTORY, history)
  return position + history.length
}

function entry(
  { accountId, at }: ErasureOf,
  { person, field, seq }: { person: number; field: string; seq: number },
): HistoryTable {
  const nothing = { before: null, after: null, run_id: '', source: 'erase', line: 0 }
  return { account_id: accountId, seq, person_id: person, field, ...nothing, at }
}

/** Where others named the person as their manager. */
async function forgetKey(trx: Transaction<Tables>, accountId: string, key: string): Promise<void> {
  for (const column of ['before', 'after'] as const) {
    await trx
      .updateTable('history')
      .set({ [column]: null })
      .where('account_id', '=', accountId)
      .where('field', 'in', MANAGER_KEYS)
      .where(column, '=', key)
      .execute()
    await forgetInWhole(trx, { accountId, key, column })
  }
  const rows = await trx
    .selectFrom('plan_row')
    .select(['run_id', 'row', 'changes'])
    .where('account_id', '=', accountId)
    .where(contains('changes', key))
    .execute()
  for (const { run_id, row, changes } of rows) {
    const kept = (JSON.parse(changes) as Change[]).map(([field, before, after]) => [
      field,
      ...[before, after].map((value) => (MANAGER_KEYS.includes(field) && value === key ? null : value)),
    ]) // our own JSON
    await trx
      .updateTable('plan_row')
      .set({ changes: JSON.stringify(kept) })
      .where('account_id', '=', accountId)
      .where('run_id', '=', run_id)
      .where('row', '=', row)
      .execute()
  }
}

/** Others may have the value as well; then the next file that says it is how its spelling is known again. */
async function forgetSpelling(
  trx: Transaction<Tables>,
  accountId: string,
  { field, value }: { field: string; value: string },
): Promise<void> {
  await trx
    .deleteFrom('demographic_value')
    .where('account_id', '=', accountId)
    .where('demographic_id', '=', Number(field.slice(1)))
    .where('value', '=', value)
    .execute()
}

async function forgetInWhole(
  trx: Transaction<Tables>,
  { accountId, key, column }: { accountId: string; key: string; column: 'before' | 'after' },
): Promise<void> {
  const rows = await trx
    .selectFrom('history')
    .select(['seq', column])
    .where('account_id', '=', accountId)
    .where('field', '=', WHOLE)
    .where(contains(column, key))
    .execute()
  for (const row of rows) {
    const values = Object.entries(JSON.parse(row[column] ?? '{}') as Record<string, string>) // our own JSON
    const kept = values.filter(([field, value]) => !(MANAGER_KEYS.includes(field) && value === key))
    await trx
      .updateTable('history')
      .set({ [column]: JSON.stringify(Object.fromEntries(kept)) })
      .where('account_id', '=', accountId)
      .where('seq', '=', row.seq)
      .execute()
  }
}

function contains(column: string, key: string) {
  const pattern = `%${JSON.stringify(key).replace(/[\\%_]/g, '\\$&')}%`
  return sql<boolean>`${sql.ref(column)} like ${pattern} escape '\\'`
}

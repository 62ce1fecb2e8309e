/** Takes fields out of the roster and out of everything that remembers them. The history keeps its numbers, not what it said. */
import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely'
import type { CoreField } from '../../schemas/columns.ts'
import { insertRows } from '../db/bulk.ts'
import type { HistoryTable, Tables } from '../db/tables.ts'
import type { Change } from '../plan/diff.ts'
import { isDemographicKey, type ValueKey } from '../plan/person.ts'
import { isManagerKey } from '../plan/planned.ts'
import { HISTORY, MANAGER } from './apply.ts'
import { COLUMN_OF } from './employee.ts'
import { REDACTED, WHOLE } from './past-person.ts'
import { forgetSnapshots } from './snapshots.ts'

export interface RedactionOf {
  readonly accountId: string
  readonly keys: readonly ValueKey[]
}

export interface RedactionTraces {
  readonly people: number
  readonly changes: number
  readonly planRows: number
}

const ROWS_AT_ONCE = 1_000

/** What there is of the fields. Reads only. */
export async function redactionTraces(db: Kysely<Tables>, of: RedactionOf): Promise<RedactionTraces> {
  if (of.keys.length === 0) return { people: 0, changes: 0, planRows: 0 }
  const count = async (table: 'employee' | 'history' | 'plan_row', where: RawBuilder<boolean>) => {
    const row = await db
      .selectFrom(table)
      .select((one) => one.fn.countAll<number>().as('count'))
      .where('account_id', '=', of.accountId)
      .where(where)
      .executeTakeFirstOrThrow()
    return Number(row.count)
  }
  return {
    people: await count('employee', anyOf(of.keys.map(storedOn))),
    changes: await count('history', anyOf(of.keys.flatMap(toldBy))),
    planRows: await count('plan_row', anyOf(of.keys.map((key) => contains('changes', `["${key}",`)))),
  }
}

/** Takes it out. `position` is the account's, which the transaction must hold; answers the new one. */
export async function redact(
  trx: Transaction<Tables>,
  of: RedactionOf,
  { position, at }: { readonly position: number; readonly at: string },
): Promise<number> {
  for (const key of of.keys) {
    await clearPeople(trx, of.accountId, key)
    if (isDemographicKey(key)) await dropLabel(trx, of.accountId, { id: Number(key.slice(1)), at })
    await trx.deleteFrom('pin').where('account_id', '=', of.accountId).where('field', '=', key).execute()
  }
  const fields = [...of.keys, ...(of.keys.some(isManagerKey) ? [MANAGER] : [])]
  await trx
    .updateTable('history')
    .set({ field: REDACTED, before: null, after: null })
    .where('account_id', '=', of.accountId)
    .where('field', 'in', fields)
    .execute()
  await clearWholes(trx, of.accountId, fields)
  await clearPlans(trx, of)
  // Nobody has any more what the last files said of them: it must be read again once it may be.
  await forgetSnapshots(trx, of.accountId)
  // Every plan that was made before is made again.
  const told: HistoryTable = {
    ...{ account_id: of.accountId, seq: position + 1, person_id: 0, field: REDACTED, before: null },
    ...{ after: null, run_id: '', source: 'redact', line: 0, at },
  }
  await insertRows(trx, 'history', HISTORY, [told])
  return position + 1
}

async function clearPeople(trx: Transaction<Tables>, accountId: string, key: ValueKey): Promise<void> {
  if (!isDemographicKey(key)) {
    const line = isManagerKey(key) ? { manager_id: null } : {}
    await trx
      .updateTable('employee')
      .set((one) => ({ [COLUMN_OF[key]]: null, ...line, version: one('version', '+', 1) }))
      .where('account_id', '=', accountId)
      .where(storedOn(key))
      .execute()
    return
  }
  for (;;) {
    const rows = await trx
      .selectFrom('employee')
      .select(['id', 'demographics'])
      .where('account_id', '=', accountId)
      .where(storedOn(key))
      .limit(ROWS_AT_ONCE)
      .execute()
    if (rows.length === 0) break
    for (const { id, demographics } of rows) {
      const { [key.slice(1)]: _, ...kept } = JSON.parse(demographics) as Record<string, string> // our own JSON
      await trx
        .updateTable('employee')
        .set((one) => ({ demographics: JSON.stringify(kept), version: one('version', '+', 1) }))
        .where('account_id', '=', accountId)
        .where('id', '=', id)
        .execute()
    }
  }
}

/** Nobody has a value in it any more, and nobody is to be asked for one. */
async function dropLabel(
  trx: Transaction<Tables>,
  accountId: string,
  { id, at }: { readonly id: number; readonly at: string },
): Promise<void> {
  await trx
    .deleteFrom('demographic_value')
    .where('account_id', '=', accountId)
    .where('demographic_id', '=', id)
    .execute()
  await trx
    .updateTable('demographic')
    .set({ deleted_at: at })
    .where('account_id', '=', accountId)
    .where('id', '=', id)
    .execute()
}

async function clearWholes(
  trx: Transaction<Tables>,
  accountId: string,
  fields: readonly string[],
): Promise<void> {
  for (const column of ['before', 'after'] as const) {
    for (let after = 0; ; ) {
      const rows = await trx
        .selectFrom('history')
        .select(['seq', column])
        .where('account_id', '=', accountId)
        .where('field', '=', WHOLE)
        .where('seq', '>', after)
        .where(anyOf(fields.map((field) => contains(column, `"${field}":`))))
        .orderBy('seq')
        .limit(ROWS_AT_ONCE)
        .execute()
      const last = rows.at(-1)
      if (!last) break
      after = last.seq
      for (const row of rows) {
        const values = Object.entries(JSON.parse(row[column] ?? '{}') as Record<string, string>) // our own JSON
        const kept = Object.fromEntries(values.filter(([field]) => !fields.includes(field)))
        await trx
          .updateTable('history')
          .set({ [column]: JSON.stringify(kept) })
          .where('account_id', '=', accountId)
          .where('seq', '=', row.seq)
          .execute()
      }
    }
  }
}

async function clearPlans(trx: Transaction<Tables>, { accountId, keys }: RedactionOf): Promise<void> {
  for (;;) {
    const rows = await trx
      .selectFrom('plan_row')
      .select(['run_id', 'row', 'changes'])
      .where('account_id', '=', accountId)
      .where(anyOf(keys.map((key) => contains('changes', `["${key}",`))))
      .limit(ROWS_AT_ONCE)
      .execute()
    if (rows.length === 0) return
    for (const { run_id, row, changes } of rows) {
      const kept = (JSON.parse(changes) as Change[]).filter(([key]) => !keys.includes(key)) // our own JSON
      await trx
        .updateTable('plan_row')
        .set({ changes: JSON.stringify(kept) })
        .where('account_id', '=', accountId)
        .where('run_id', '=', run_id)
        .where('row', '=', row)
        .execute()
    }
  }
}

function storedOn(key: ValueKey): RawBuilder<boolean> {
  if (isDemographicKey(key)) return contains('demographics', `"${key.slice(1)}":`)
  return sql<boolean>`${sql.ref(COLUMN_OF[key as CoreField])} is not null`
}

function toldBy(key: ValueKey): RawBuilder<boolean>[] {
  const whole = ['before', 'after'].map(
    (column) => sql<boolean>`(field = ${WHOLE} and ${contains(column, `"${key}":`)})`,
  )
  return [sql<boolean>`field = ${key}`, ...whole]
}

/** No value can look like this: within JSON its quotes are escaped. */
function contains(column: string, text: string): RawBuilder<boolean> {
  const pattern = `%${text.replace(/[\\%_]/g, '\\$&')}%`
  return sql<boolean>`${sql.ref(column)} like ${pattern} escape '\\'`
}

function anyOf(conditions: readonly RawBuilder<boolean>[]): RawBuilder<boolean> {
  return sql<boolean>`(${sql.join(conditions, sql` or `)})`
}

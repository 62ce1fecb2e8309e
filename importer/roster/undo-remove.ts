/** What taking back does to the roster before the plan is written: people go, and keys that change hands are freed. */
import { sql, type Transaction } from 'kysely'
import { insertRows, isAnyOf } from '../db/bulk.ts'
import type { HistoryTable, Tables } from '../db/tables.ts'
import type { Change } from '../plan/diff.ts'
import { HISTORY, MANAGER } from './apply.ts'
import { toPerson } from './employee.ts'
import { WHOLE } from './past-person.ts'
import { valuesOf } from './undo-case.ts'

type Trx = Transaction<Tables>

export interface RemoveContext {
  readonly accountId: string
  readonly run: string
  readonly source: string
  /** Number of the last history row before this one. */
  readonly position: number
  /** ISO 8601, UTC. */
  readonly at: string
}

/** No key that is read from a file starts like this. */
const NOBODYS = '\u0001'

export interface Leaving {
  readonly personId: number
  readonly version: number | null
  readonly line: number
}

/** Takes people out of the roster; the history keeps what they were. Answers the number of the last history row. */
export async function removePeople(
  trx: Trx,
  { accountId, run, source, position, at }: RemoveContext,
  people: readonly Leaving[],
): Promise<number> {
  const ids = people.map(({ personId }) => personId)
  const stored = await trx
    .selectFrom('employee')
    .selectAll()
    .where('account_id', '=', accountId)
    .where(isAnyOf(trx, 'id', 'integer', ids))
    .execute()
  const rows = new Map(stored.map((row) => [row.id, row]))
  const history = people.map(({ personId, version, line }, index): HistoryTable => {
    const row = rows.get(personId)
    if (row?.version !== version || row === undefined)
      throw new Error(`run ${run}: person ${personId} is not at the version the plan was made against`)
    const manager = row.manager_id === null ? {} : { [MANAGER]: String(row.manager_id) }
    const before = JSON.stringify({ ...Object.fromEntries(valuesOf(toPerson(row))), ...manager })
    return {
      ...{ account_id: accountId, seq: position + index + 1, person_id: personId, field: WHOLE, before },
      ...{ after: null, run_id: run, source, line, at },
    }
  })
  await insertRows(trx, 'history', HISTORY, history)
  await trx
    .deleteFrom('employee')
    .where('account_id', '=', accountId)
    .where(isAnyOf(trx, 'id', 'integer', ids))
    .execute()
  return position + people.length
}

/**
 * Two people may exchange their keys, and the database refuses that one by one. So whoever gets another key lets go
 * of the one they have first; what stands there in between is nobody's, and gone before the commit.
 */
export async function freeKeys(
  trx: Trx,
  accountId: string,
  people: readonly { readonly personId: number; readonly changes: readonly Change[] }[],
): Promise<void> {
  for (const [field, column] of [
    ['email', 'email'],
    ['employeeId', 'employee_id'],
  ] as const) {
    const ids = people
      .filter(({ changes }) => changes.some(([key, before]) => key === field && before !== null))
      .map(({ personId }) => personId)
    if (ids.length === 0) continue
    await trx
      .updateTable('employee')
      .set({ [column]: sql<string>`${sql.lit(NOBODYS)} || cast(id as text)` })
      .where('account_id', '=', accountId)
      .where(isAnyOf(trx, 'id', 'integer', ids))
      .execute()
  }
}

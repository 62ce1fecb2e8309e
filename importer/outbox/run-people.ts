/** Whom a run has changed, for those who are told by HTTP: from the rows of its plan, some thousand at a time. */
import type { Kysely } from 'kysely'
import { z } from 'zod'
import type { Tables } from '../db/tables.ts'
import { parsePlanFacts } from '../run/plan-facts.ts'
import { StoredPlanRow } from '../run/stored-row.ts'

/** How far the rows were gone through. */
const cursorSchema = z.object({ run: z.string(), after: z.int() })

const ROWS_AT_ONCE = 2_000
/** People in one message. */
export const PEOPLE_AT_ONCE = 500

export interface SomePeople {
  /** For example `employee.created`, with the numbers of the people. */
  readonly byType: ReadonlyMap<string, readonly number[]>
  /** JSON of where to go on; null at the end. */
  readonly next: string | null
}

export function cursorOf(run: string): string {
  return JSON.stringify({ run, after: 0 })
}

/** The people of the next rows behind the cursor. */
export async function nextPeople(
  trx: Kysely<Tables>,
  accountId: string,
  cursor: string,
): Promise<SomePeople> {
  const { run, after } = cursorSchema.parse(JSON.parse(cursor))
  const of = await trx
    .selectFrom('run')
    .select('plan')
    .where('account_id', '=', accountId)
    .where('id', '=', run)
    .executeTakeFirst()
  const today = parsePlanFacts(of?.plan ?? null)?.today ?? ''
  const rows = await trx
    .selectFrom('plan_row')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('run_id', '=', run)
    .where('row', '>', after)
    .orderBy('row')
    .limit(ROWS_AT_ONCE)
    .execute()
  const byType = new Map<string, number[]>()
  for (const row of rows.map((one) => new StoredPlanRow(one))) {
    for (const type of typesOf(row, today)) {
      const people = byType.get(type) ?? []
      if (row.personId !== null) people.push(row.personId)
      byType.set(type, people)
    }
  }
  const last = rows.length < ROWS_AT_ONCE ? undefined : rows.at(-1)
  return { byType, next: last === undefined ? null : JSON.stringify({ run, after: last.row }) }
}

/** An update is told as such, and as what it does to somebody's standing. */
function typesOf({ action, changes }: StoredPlanRow, today: string): string[] {
  if (action === 'create') return ['employee.created']
  if (action === 'remove') return ['employee.removed']
  if (action !== 'update') return []
  const types = ['employee.updated']
  for (const [key, , value] of changes) {
    if (key === 'endDate' && value !== null && value <= today) types.push('employee.former')
    if (key === 'deactivated') types.push(value === 'TRUE' ? 'employee.deactivated' : 'employee.reactivated')
  }
  return types
}

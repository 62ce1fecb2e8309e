/**
 * The roster as it was: what is stored now, with every later change taken off again. Nothing is kept twice for this;
 * the history tells what each change replaced. Reads people first and their changes after, so that a run which is
 * applied meanwhile does no harm: its changes are taken off as well.
 */
import { type Kysely, sql } from 'kysely'
import { isAnyOf } from '../db/bulk.ts'
import type { EmployeeRow, Tables } from '../db/tables.ts'
import { parsePlanFacts } from '../run/plan-facts.ts'
import { rosterLookup } from './lookup.ts'
import { REDACTED, rowBefore, type Step } from './past-person.ts'

/** People at one moment. */
export interface RosterView {
  /** Everybody, by number, in batches. */
  people(): AsyncIterable<readonly EmployeeRow[]>
  /** Of these people, those who are there. */
  rows(ids: readonly number[]): Promise<Map<number, EmployeeRow>>
  /** Label -> number. */
  demographics(): Promise<Map<string, number>>
}

const PEOPLE_A_BATCH = 500

/** The roster as it was when the account's history had come to `position`; null is as it is. */
export function rosterView(db: Kysely<Tables>, accountId: string, position: number | null): RosterView {
  const rows = (ids: readonly number[]) =>
    position === null ? rowsNow(db, accountId, ids) : rowsAt(db, { accountId, position }, ids)
  return {
    rows,
    async *people() {
      for (let after = 0; ; ) {
        const ids = await nextIds(db, { accountId, position }, after)
        const last = ids.at(-1)
        if (last === undefined) return
        after = last
        const found = await rows(ids)
        yield ids.flatMap((id) => found.get(id) ?? [])
      }
    },
    demographics: async () => {
      if (position !== null) return await demographicsAt(db, { accountId, position })
      // In the order in which they came, on every engine.
      return new Map([...(await rosterLookup(db, accountId).demographics())].sort(([, a], [, b]) => a - b))
    },
  }
}

/** Numbers of the people above somebody with this manager, the manager first. */
export async function managersAbove(view: RosterView, manager: number | null): Promise<number[]> {
  const above: number[] = []
  for (let next = manager; next !== null && !above.includes(next); ) {
    above.push(next)
    next = (await view.rows([next])).get(next)?.manager_id ?? null
  }
  return above
}

interface Moment {
  readonly accountId: string
  readonly position: number
}

/** Numbers of people who are there now or were changed since: whoever was there then is among them. */
async function nextIds(
  db: Kysely<Tables>,
  { accountId, position }: { accountId: string; position: number | null },
  after: number,
): Promise<number[]> {
  const present = db
    .selectFrom('employee')
    .select('id')
    .where('account_id', '=', accountId)
    .where('id', '>', after)
  const some =
    position === null
      ? present
      : present.union(
          db
            .selectFrom('history')
            .select('person_id as id')
            .where('account_id', '=', accountId)
            .where('person_id', '>', after)
            .where('field', '=', '*')
            .where('after', 'is', null)
            .where('seq', '>', position),
        )
  const rows = await some.orderBy('id').limit(PEOPLE_A_BATCH).execute()
  return rows.map(({ id }) => id)
}

async function rowsNow(
  db: Kysely<Tables>,
  accountId: string,
  ids: readonly number[],
): Promise<Map<number, EmployeeRow>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('employee')
    .selectAll()
    .where('account_id', '=', accountId)
    .where(isAnyOf(db, 'id', 'integer', ids))
    .execute()
  return new Map(rows.map((row) => [row.id, row]))
}

async function rowsAt(
  db: Kysely<Tables>,
  { accountId, position }: Moment,
  ids: readonly number[],
): Promise<Map<number, EmployeeRow>> {
  if (ids.length === 0) return new Map()
  const now = await rowsNow(db, accountId, ids)
  const later = await db
    .selectFrom('history')
    .select(['person_id', 'field', 'before'])
    .where('account_id', '=', accountId)
    .where(isAnyOf(db, 'person_id', 'integer', ids))
    .where('seq', '>', position)
    .where('field', '<>', REDACTED)
    .orderBy('seq', 'desc')
    .execute()
  const steps = Map.groupBy<number, Step & { person_id: number }>(later, ({ person_id }) => person_id)
  const then = new Map<number, EmployeeRow>()
  for (const id of ids) {
    const row = rowBefore(now.get(id) ?? null, steps.get(id) ?? [], { accountId, id })
    if (row !== null) then.set(id, row)
  }
  return then
}

/** Those that had come by then: each was brought by a run. */
async function demographicsAt(
  db: Kysely<Tables>,
  { accountId, position }: Moment,
): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('demographic')
    .leftJoin('run', 'run.id', 'demographic.created_run')
    .select(['demographic.id', 'demographic.label', 'run.plan'])
    .where('demographic.account_id', '=', accountId)
    .orderBy('demographic.id')
    .execute()
  const isThere = (plan: string | null) => (parsePlanFacts(plan)?.positionAfter ?? 0) <= position
  return new Map(rows.filter(({ plan }) => isThere(plan)).map(({ id, label }) => [label, id]))
}

/** How far the account's history had come at an instant (ISO 8601, UTC). */
export async function positionAt(db: Kysely<Tables>, accountId: string, instant: string): Promise<number> {
  const row = await db
    .selectFrom('history')
    .select('seq')
    .where('account_id', '=', accountId)
    .where('at', '<=', instant)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.seq ?? 0
}

/**
 * Numbers of the people who ever had this Employee Id or Email, the one who has it now first. Looks through the whole
 * history, so it is only asked where nobody has the key now, or of the past.
 */
export async function everCalled(
  db: Kysely<Tables>,
  accountId: string,
  keys: { readonly email: string; readonly employeeId: string },
): Promise<number[]> {
  const isNamed = (field: 'email' | 'employeeId') => {
    const json = `%${JSON.stringify({ [field]: keys[field] })
      .slice(1, -1)
      .replace(/[\\%_]/g, '\\$&')}%`
    return sql<boolean>`((field = ${field} and (before = ${keys[field]} or after = ${keys[field]}))
      or (field = '*' and coalesce(after, before) like ${json} escape '\\'))`
  }
  const rows = await db
    .selectFrom('history')
    .select('person_id')
    .distinct()
    .where('account_id', '=', accountId)
    .where((or) => or.or([isNamed('email'), isNamed('employeeId')]))
    .orderBy('person_id')
    .execute()
  return rows.map(({ person_id }) => person_id)
}

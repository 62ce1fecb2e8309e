/** Dated events, as people ask for them. */
import { type LifecycleEvent, type LifecycleFilter, lifecycleEventSchema } from '../../schemas/lifecycle.ts'
import type { Db } from '../db/open.ts'

/** By day, the latest first. */
export async function listDated(
  db: Db,
  accountId: string,
  { kind, from, to, limit = 100 }: LifecycleFilter,
): Promise<LifecycleEvent[]> {
  let query = db
    .selectFrom('lifecycle_event as event')
    .leftJoin('employee', (join) =>
      join.onRef('employee.account_id', '=', 'event.account_id').onRef('employee.id', '=', 'event.person_id'),
    )
    .select(['event.day', 'event.kind', 'event.person_id', 'event.recorded_at', 'event.late'])
    .select(['employee.name', 'employee.employee_id', 'employee.email'])
    .where('event.account_id', '=', accountId)
    .orderBy('event.day', 'desc')
    .orderBy('event.person_id')
    .limit(limit)
  if (kind !== undefined) query = query.where('event.kind', '=', kind)
  if (from !== undefined) query = query.where('event.day', '>=', from)
  if (to !== undefined) query = query.where('event.day', '<=', to)
  return (await query.execute()).map((row) =>
    lifecycleEventSchema.parse({
      ...{ day: row.day, kind: row.kind, person: row.person_id, name: row.name, email: row.email },
      ...{ employeeId: row.employee_id, recordedAt: row.recorded_at, isLate: row.late === 1 },
    }),
  )
}

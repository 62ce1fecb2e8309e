/** The people whose dates lie near a day, a stretch of numbers at a time, so that nobody else waits long. */
import type { Kysely } from 'kysely'
import { isAnyOf } from '../db/bulk.ts'
import type { EmployeeRow, Tables } from '../db/tables.ts'
import type { DatedPerson, Span } from '../lifecycle/dated-events.ts'

/** Numbers of people, or rows of the history, at a time. */
const STRETCH = 5_000

/** Of everybody. */
export async function* datedPeople(
  db: Kysely<Tables>,
  accountId: string,
  span: Span,
): AsyncGenerator<DatedPerson[]> {
  const { next_person } = await db
    .selectFrom('account')
    .select('next_person')
    .where('id', '=', accountId)
    .executeTakeFirstOrThrow()
  for (let from = 1; from < next_person; from += STRETCH) {
    const people = await near(db, accountId, span)
      .where('id', '>=', from)
      .where('id', '<', from + STRETCH)
      .execute()
    yield people.map(toDated)
  }
}

/** Of those who were changed behind a row of the history, up to another. */
export async function* datedPeopleChanged(
  db: Kysely<Tables>,
  accountId: string,
  span: Span,
  { after, upTo }: { readonly after: number; readonly upTo: number },
): AsyncGenerator<DatedPerson[]> {
  for (let from = after + 1; from <= upTo; from += STRETCH) {
    const changed = await db
      .selectFrom('history')
      .select('person_id')
      .distinct()
      .where('account_id', '=', accountId)
      .where('seq', '>=', from)
      .where('seq', '<=', Math.min(upTo, from + STRETCH - 1))
      .execute()
    const ids = changed.map(({ person_id }) => person_id)
    const people = await near(db, accountId, span)
      .where(isAnyOf(db, 'id', 'integer', ids))
      .execute()
    yield people.map(toDated)
  }
}

function near(db: Kysely<Tables>, accountId: string, { from, to }: Span) {
  return db
    .selectFrom('employee')
    .select(['id', 'start_date', 'end_date', 'deactivated'])
    .where('account_id', '=', accountId)
    .where((or) =>
      or.or([
        or.and([or('start_date', '>=', from), or('start_date', '<=', to)]),
        or.and([or('end_date', '>=', from), or('end_date', '<=', to)]),
      ]),
    )
}

function toDated(row: Pick<EmployeeRow, 'id' | 'start_date' | 'end_date' | 'deactivated'>): DatedPerson {
  const { id, start_date: startDate, end_date: endDate, deactivated } = row
  return { id, startDate, endDate, isDeactivated: deactivated === 1 }
}

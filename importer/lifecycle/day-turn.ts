/**
 * Follows the calendar: on each day of an account, in its time zone, everybody's dates are looked at once, and after
 * each change those of the people who were changed. An event is recorded once for a person, a kind and a day, and told
 * in the commit that records it; so it does not matter how often, how late, or by how many nodes a day is turned.
 */
import type { Kysely } from 'kysely'
import { dayIn } from '../clock.ts'
import type { Db } from '../db/open.ts'
import type { AccountRow, Tables } from '../db/tables.ts'
import { datedPeople, datedPeopleChanged } from '../roster/dated-people.ts'
import { type DatedEvent, datedEvents, spanOf } from './dated-events.ts'
import { tellDated, tellManyLeft } from './dated-notices.ts'

/** How long whoever turns a day has it alone; who is slower only does work twice. */
const LEASE_MS = 300_000

/** Turns what is due. Answers the slugs of the accounts that had something to do. */
export async function turnDays(db: Db, now: Date): Promise<string[]> {
  const turned: string[] = []
  for (const account of await db.selectFrom('account').selectAll().orderBy('id').execute()) {
    const today = dayIn(account.timezone, now)
    const last = await claim(db, account, today, now)
    if (last === null) continue
    await turn(db, account, { today, last, now })
    turned.push(account.slug)
  }
  return turned
}

interface Last {
  readonly day: string
  readonly position: number
}

/** How far it was followed, where there is something to follow and nobody is at it. */
async function claim(db: Db, account: AccountRow, today: string, now: Date): Promise<Last | null> {
  const row = await db
    .selectFrom('lifecycle')
    .select(['day', 'position'])
    .where('account_id', '=', account.id)
    .executeTakeFirst()
  if (row !== undefined && row.day >= today && row.position >= account.position) return null
  if (row === undefined) await begin(db, account)
  const { numUpdatedRows } = await db
    .updateTable('lifecycle')
    .set({ lease_until: new Date(now.getTime() + LEASE_MS).toISOString() })
    .where('account_id', '=', account.id)
    .where((or) => or.or([or('lease_until', 'is', null), or('lease_until', '<', now.toISOString())]))
    .executeTakeFirst()
  return numUpdatedRows === 1n ? (row ?? { day: '', position: 0 }) : null
}

async function begin(db: Db, { id }: AccountRow): Promise<void> {
  await db
    .insertInto('lifecycle')
    .values({ account_id: id, day: '' })
    .onConflict((on) => on.column('account_id').doNothing())
    .execute()
}

async function turn(
  db: Db,
  account: AccountRow,
  { today, last, now }: { readonly today: string; readonly last: Last; readonly now: Date },
): Promise<void> {
  const span = spanOf(today, last.day)
  const isNewDay = last.day < today
  const people = isNewDay
    ? datedPeople(db, account.id, span)
    : datedPeopleChanged(db, account.id, span, { after: last.position, upTo: account.position })
  let leftToday = 0
  for await (const some of people) {
    const events = some.flatMap((one) => datedEvents(one, span))
    leftToday += await record(db, account, events, { now, today, isFirst: last.day === '' })
  }
  await db.transaction().execute(async (trx) => {
    if (isNewDay) await tellManyLeft(trx, account, { leftToday, today, now })
    await trx
      .updateTable('lifecycle')
      .set({ day: today, position: account.position, lease_until: null })
      .where('account_id', '=', account.id)
      .execute()
  })
}

/** Events at a time: each has six placeholders in one statement. */
const BATCH = 500

/** Answers how many of the new ones are about people who left on this very day. */
async function record(
  db: Db,
  account: AccountRow,
  events: readonly DatedEvent[],
  { now, today, isFirst }: { readonly now: Date; readonly today: string; readonly isFirst: boolean },
): Promise<number> {
  let leftToday = 0
  for (let at = 0; at < events.length; at += BATCH) {
    const some = events.slice(at, at + BATCH)
    await db.transaction().execute(async (trx) => {
      const fresh = await insertNew(trx, account.id, some, now)
      leftToday += fresh.filter(({ kind, day }) => kind === 'left' && day === today).length
      // What was so before anybody followed the calendar is no news.
      if (!isFirst) await tellDated(trx, account.id, fresh, now)
    })
  }
  return leftToday
}

async function insertNew(
  trx: Kysely<Tables>,
  accountId: string,
  events: readonly DatedEvent[],
  now: Date,
): Promise<DatedEvent[]> {
  const recorded_at = now.toISOString()
  const rows = events.map(({ person: person_id, kind, day, isLate }) => ({
    ...{ account_id: accountId, person_id, kind, day, recorded_at },
    late: isLate ? 1 : 0,
  }))
  const inserted = await trx
    .insertInto('lifecycle_event')
    .values(rows)
    .onConflict((on) => on.columns(['account_id', 'person_id', 'kind', 'day']).doNothing())
    .returning(['person_id', 'kind', 'day'])
    .execute()
  const isNew = new Set(inserted.map(({ person_id, kind, day }) => `${person_id} ${kind} ${day}`))
  return events.filter(({ person, kind, day }) => isNew.has(`${person} ${kind} ${day}`))
}

/** Tells others of dated events: in messages of some hundred people, by their numbers only. */
import type { Kysely } from 'kysely'
import { guardSettingsSchema } from '../../schemas/guards.ts'
import type { LifecycleNotice } from '../../schemas/lifecycle.ts'
import type { AccountRow, Tables } from '../db/tables.ts'
import { newId } from '../id.ts'
import { rosterLookup } from '../roster/lookup.ts'
import type { DatedEvent } from './dated-events.ts'

/** One event for each kind and day. There are never more people in it than one call records. */
export async function tellDated(
  trx: Kysely<Tables>,
  accountId: string,
  events: readonly DatedEvent[],
  now: Date,
): Promise<void> {
  const groups = Map.groupBy(events, ({ kind, day }) => `${kind} ${day}`)
  for (const group of groups.values()) {
    const [first] = group
    if (first === undefined) continue
    const { kind, day, isLate } = first
    const notice: LifecycleNotice = { kind, day, isLate, people: group.map(({ person }) => person) }
    await trx
      .insertInto('event')
      .values({
        ...{ account_id: accountId, id: newId(now), type: `lifecycle.${kind}`, run_id: null },
        ...{ at: now.toISOString(), data: JSON.stringify(notice) },
      })
      .execute()
  }
}

/**
 * Dates that were given one by one are held against no guard. So where more people leave on a day than one run may
 * take without a person's word, a person hears of it, once for a day.
 */
export async function tellManyLeft(
  trx: Kysely<Tables>,
  account: AccountRow,
  { leftToday, today, now }: { readonly leftToday: number; readonly today: string; readonly now: Date },
): Promise<void> {
  const { leaversMax, leaversShareMax } = guardSettingsSchema.parse({})
  if (leftToday <= leaversMax) return
  const before = leftToday + (await rosterLookup(trx, account.id).countPresent(today))
  const limit = Math.max(leaversMax, Math.floor(before * leaversShareMax))
  if (leftToday <= limit) return
  await trx
    .insertInto('event')
    .values({
      ...{ account_id: account.id, id: `many-left-${today}`, type: 'lifecycle.many_left', run_id: null },
      ...{ at: now.toISOString(), data: JSON.stringify({ left: leftToday, before, limit, day: today }) },
    })
    .onConflict((on) => on.doNothing())
    .execute()
}

/** Fields of a person that no source writes until somebody gives them free, or their day has come. */
import type { Kysely } from 'kysely'
import type { EditRequest } from '../../schemas/edit.ts'
import type { PinTable, RunRow, Tables } from '../db/tables.ts'
import { keysOfFact, type PinInForce } from '../plan/ownership.ts'
import type { ValueKey } from '../plan/person.ts'

/** The pins in force on a day, by person. Few people have any, so all of an account are had at once. */
export async function pinsInForce(
  db: Kysely<Tables>,
  accountId: string,
  today: string,
): Promise<Map<number, Map<ValueKey, PinInForce>>> {
  const pins = new Map<number, Map<ValueKey, PinInForce>>()
  for (const { person_id, field, until, by } of await inForce(db, accountId, today).execute()) {
    const of = pins.get(person_id) ?? new Map<ValueKey, PinInForce>()
    pins.set(person_id, of.set(field as ValueKey, { by, until })) // written by `setPin`
  }
  return pins
}

/** The pins of a person that are in force on a day. */
export async function pinsOf(
  db: Kysely<Tables>,
  accountId: string,
  person: number,
  today: string,
): Promise<PinTable[]> {
  return await inForce(db, accountId, today).where('person_id', '=', person).execute()
}

/** What is pinned on a day, but for the pins that came with a run: undoing it takes these away. */
export async function pinnedBut(
  db: Kysely<Tables>,
  { account_id, id }: Pick<RunRow, 'account_id' | 'id'>,
  today: string,
): Promise<{ readonly person: number; readonly field: ValueKey }[]> {
  const rows = await inForce(db, account_id, today).execute()
  return rows
    .filter(({ run_id }) => run_id !== id)
    .map(({ person_id: person, field }) => ({ person, field: field as ValueKey })) // written by `setPin`
}

function inForce(db: Kysely<Tables>, accountId: string, today: string) {
  return db
    .selectFrom('pin')
    .selectAll()
    .where('account_id', '=', accountId)
    .where((or) => or.or([or('until', 'is', null), or('until', '>=', today)]))
    .orderBy('person_id')
    .orderBy('field')
}

/** Pins a field, and what is one fact with it; a pin that is there gives way. */
export async function setPin(
  db: Kysely<Tables>,
  pin: Omit<PinTable, 'field'> & { field: ValueKey },
): Promise<void> {
  const rows = keysOfFact(pin.field).map((field) => ({ ...pin, field }))
  await db
    .insertInto('pin')
    .values(rows)
    .onConflict((on) =>
      on.columns(['account_id', 'person_id', 'field']).doUpdateSet((of) => ({
        until: of.ref('excluded.until'),
        by: of.ref('excluded.by'),
        at: of.ref('excluded.at'),
        run_id: of.ref('excluded.run_id'),
      })),
    )
    .execute()
}

/** False where the field is not pinned. */
export async function removePin(
  db: Kysely<Tables>,
  { accountId, person, field }: { accountId: string; person: number; field: ValueKey },
): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('pin')
    .where('account_id', '=', accountId)
    .where('person_id', '=', person)
    .where('field', 'in', keysOfFact(field))
    .executeTakeFirst()
  return numDeletedRows > 0n
}

/** Pins what a correction asks to be pinned, in the commit that applies it. */
export async function pinAsAsked(
  trx: Kysely<Tables>,
  run: RunRow,
  { person, values, pin }: EditRequest,
  at: string,
): Promise<void> {
  if (pin === null) return
  const of = { account_id: run.account_id, person_id: person, until: pin.until, by: run.sent_by, at }
  // Keys were checked when the wish was filed.
  for (const [field] of values) await setPin(trx, { ...of, field: field as ValueKey, run_id: run.id })
}

/** Takes away the pins that came with a run that is undone. */
export async function removePinsOf(
  trx: Kysely<Tables>,
  { account_id, id }: Pick<RunRow, 'account_id' | 'id'>,
): Promise<void> {
  await trx.deleteFrom('pin').where('account_id', '=', account_id).where('run_id', '=', id).execute()
}

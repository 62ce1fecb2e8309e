/** Fields of a person that no source writes until somebody gives them free, or their day has come. */
import type { Kysely } from 'kysely'
import type { PinTable, Tables } from '../db/tables.ts'
import { keysOfFact, type PinInForce } from '../plan/ownership.ts'
import type { ValueKey } from '../plan/person.ts'

/** The pins in force on a day, by person. Few people have any, so all of an account are had at once. */
export async function pinsInForce(
  db: Kysely<Tables>,
  accountId: string,
  today: string,
): Promise<Map<number, Map<ValueKey, PinInForce>>> {
  const rows = await db
    .selectFrom('pin')
    .select(['person_id', 'field', 'until', 'by'])
    .where('account_id', '=', accountId)
    .where((or) => or.or([or('until', 'is', null), or('until', '>=', today)]))
    .orderBy('person_id')
    .orderBy('field')
    .execute()
  const pins = new Map<number, Map<ValueKey, PinInForce>>()
  for (const { person_id, field, until, by } of rows) {
    const of = pins.get(person_id) ?? new Map<ValueKey, PinInForce>()
    pins.set(person_id, of.set(field as ValueKey, { by, until })) // written by `setPin`
  }
  return pins
}

/** The pins of a person, also such as have had their day. */
export async function pinsOf(db: Kysely<Tables>, accountId: string, person: number): Promise<PinTable[]> {
  return await db
    .selectFrom('pin')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('person_id', '=', person)
    .orderBy('field')
    .execute()
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

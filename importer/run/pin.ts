/** Pinning a field of a person as it is, and giving it free. No run: it changes what later files may do, and nobody. */
import { z } from 'zod'
import { dayIn } from '../clock.ts'
import type { Db } from '../db/open.ts'
import { ImportError } from '../errors.ts'
import { rosterView } from '../roster/past.ts'
import { findPerson } from '../roster/past-find.ts'
import type { Account, NewPin } from '../types.ts'
import { fieldOf } from './fields.ts'
import { removePin, setPin } from './pins.ts'

/** Throws `EMPLOYEE_UNKNOWN`, `FIELD_UNKNOWN`, `PIN_INVALID`. */
export async function pinPerson(
  { db, now }: { readonly db: Db; readonly now: Date },
  account: Account,
  { key, pin, by }: { readonly key: string; readonly pin: NewPin; readonly by: string },
): Promise<null> {
  const { until } = pin
  assertPinnable(until, dayIn(account.timezone, now))
  const person_id = await personOf(db, account, key)
  const field = await fieldOf(db, account.id, pin.field)
  const at = now.toISOString()
  await setPin(db, { account_id: account.id, person_id, field, until, by, at, run_id: null })
  return null
}

/** Throws `EMPLOYEE_UNKNOWN`, `FIELD_UNKNOWN`, `PIN_UNKNOWN`. */
export async function unpinPerson(
  db: Db,
  account: Account,
  { key, field }: { readonly key: string; readonly field: string },
): Promise<null> {
  const person = await personOf(db, account, key)
  const of = { accountId: account.id, person, field: await fieldOf(db, account.id, field) }
  if (!(await removePin(db, of))) throw new ImportError('PIN_UNKNOWN', { field })
  return null
}

/** Throws `PIN_INVALID`. */
export function assertPinnable(until: string | null, today: string): void {
  if (until === null) return
  if (!z.iso.date().safeParse(until).success)
    throw new ImportError('PIN_INVALID', { problem: 'it is no day' })
  if (until < today) throw new ImportError('PIN_INVALID', { problem: 'the day is over' })
}

async function personOf(db: Db, account: Account, key: string): Promise<number> {
  const view = rosterView(db, account.id, null)
  const { row, isRemoved } = await findPerson(db, account, { key, position: null, view })
  if (isRemoved) throw new ImportError('EMPLOYEE_UNKNOWN', { slug: account.slug, when: ' any more' })
  return row.id
}

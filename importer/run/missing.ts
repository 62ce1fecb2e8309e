/** Asking the missing ledger of a source, and a person's word on who stands in it. */
import type { MissingPage, MissingPlace } from '../../schemas/missing.ts'
import { dayIn } from '../clock.ts'
import type { Db } from '../db/open.ts'
import { ImportError } from '../errors.ts'
import { ignoreMissing, missingPeople } from '../roster/missing.ts'
import { rosterView } from '../roster/past.ts'
import { findPerson } from '../roster/past-find.ts'
import { findSource } from '../sources.ts'
import type { Account } from '../types.ts'

/** Throws `SOURCE_UNKNOWN`. */
export async function missingOf(
  db: Db,
  account: Account,
  name: string,
  place: MissingPlace & { readonly now: Date },
): Promise<MissingPage> {
  const { settings } = await findSource(db, account.slug, name)
  const { now, ...rest } = place
  const question = { ...rest, accountId: account.id, source: name, today: dayIn(account.timezone, now) }
  return {
    ...{ account: account.slug, source: name, setting: settings.missing },
    ...(await missingPeople(db, question)),
  }
}

/** Throws `SOURCE_UNKNOWN`, `EMPLOYEE_UNKNOWN`, `MISSING_NEVER_SENT`. */
export async function ignore(
  db: Db,
  account: Account,
  of: { readonly source: string; readonly key: string },
  word: { readonly by: string; readonly now: Date },
): Promise<void> {
  await findSource(db, account.slug, of.source)
  const view = rosterView(db, account.id, null)
  const { row } = await findPerson(db, account, { key: of.key, position: null, view })
  const person = { accountId: account.id, source: of.source, id: row.id }
  if (!(await ignoreMissing(db, person, { by: word.by, at: word.now.toISOString() })))
    throw new ImportError('MISSING_NEVER_SENT', { source: of.source })
}

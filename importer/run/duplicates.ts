/** Likely duplicates of an account, and a person's word that two records are two people. */
import type { DuplicatePage, DuplicatePlace } from '../../schemas/duplicate.ts'
import type { Db } from '../db/open.ts'
import { ImportError } from '../errors.ts'
import { duplicatesOf, keepApart } from '../roster/duplicates.ts'
import { rosterView } from '../roster/past.ts'
import { findPerson } from '../roster/past-find.ts'
import type { Account } from '../types.ts'

export async function duplicatePage(db: Db, account: Account, place: DuplicatePlace): Promise<DuplicatePage> {
  return { account: account.slug, ...(await duplicatesOf(db, account.id, place)) }
}

/** Two people by an Employee Id or Email each. Throws `EMPLOYEE_UNKNOWN`, `MERGE_REFUSED` where both are one. */
export async function saidApart(
  db: Db,
  account: Account,
  keys: readonly [string, string],
  word: { readonly by: string; readonly at: string },
): Promise<void> {
  const view = rosterView(db, account.id, null)
  const [one, other] = await Promise.all(
    keys.map((key) => findPerson(db, account, { key, position: null, view })),
  )
  if (!one || !other || one.row.id === other.row.id) {
    throw new ImportError('MERGE_REFUSED', { problem: 'both are the same person' })
  }
  await keepApart(db, account.id, [one.row.id, other.row.id], word)
}

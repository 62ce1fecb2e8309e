/**
 * Looking after an account's demographics. A label may change and a demographic may go, its number never: plans, history
 * and undoing speak of numbers, so none of them is touched.
 */
import { setImmediate as breath } from 'node:timers/promises'
import { type Kysely, sql, type Transaction } from 'kysely'
import { COLUMNS } from '../../schemas/columns.ts'
import type { DemographicSummary } from '../../schemas/demographic.ts'
import { isForbiddenLabel } from '../../schemas/forbidden.ts'
import { cleanHeader, headerKey } from '../../schemas/headers.ts'
import type { Tables } from '../db/tables.ts'
import { ImportError } from '../errors.ts'

type Db = Kysely<Tables>

export interface Demographic {
  readonly id: number
  readonly label: string
}

/** Those that the account has, by number. */
export async function demographicsOf(db: Db, accountId: string): Promise<Demographic[]> {
  return await db
    .selectFrom('demographic')
    .select(['id', 'label'])
    .where('account_id', '=', accountId)
    .where('deleted_at', 'is', null)
    .orderBy('id')
    .execute()
}

/** Label -> number also of those that were deleted, for what is told of the past. */
export async function everyLabel(db: Db, accountId: string): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('demographic')
    .select(['id', 'label'])
    .where('account_id', '=', accountId)
    .execute()
  return new Map(rows.map(({ id, label }) => [label, id]))
}

/** People that are looked at before others may have their turn. */
const PEOPLE_AT_ONCE = 2_000

export interface Fill {
  readonly active: number
  /** By number: active people with a value, and others with one. */
  readonly filled: ReadonlyMap<number, number>
  readonly others: ReadonlyMap<number, number>
}

/** How many people have a value in each. */
export async function fillOf(db: Db, accountId: string, today: string): Promise<Fill> {
  const [filled, others] = [new Map<number, number>(), new Map<number, number>()]
  let active = 0
  for (let after = 0; ; ) {
    const rows = await db
      .selectFrom('employee')
      .select(['id', 'deactivated', 'end_date', 'demographics'])
      .where('account_id', '=', accountId)
      .where('id', '>', after)
      .orderBy('id')
      .limit(PEOPLE_AT_ONCE)
      .execute()
    const last = rows.at(-1)
    if (!last) return { active, filled, others }
    after = last.id
    for (const { deactivated, end_date, demographics } of rows) {
      const isActive = deactivated === 0 && (end_date === null || end_date > today)
      if (isActive) active++
      const counts = isActive ? filled : others
      for (const id of Object.keys(JSON.parse(demographics))) count(counts, Number(id)) // our own JSON
    }
    await breath()
  }
}

function count(counts: Map<number, number>, id: number): void {
  counts.set(id, (counts.get(id) ?? 0) + 1)
}

/** The numbers of a summary without when the column was last sent. */
export function summaryOf(
  { id, label }: Demographic,
  { active, filled, others }: Fill,
): Omit<DemographicSummary, 'lastSent'> {
  return { label, filled: filled.get(id) ?? 0, active, others: others.get(id) ?? 0 }
}

/** Gives a demographic another label. Throws `DEMOGRAPHIC_UNKNOWN`, `DEMOGRAPHIC_INVALID`. */
export async function renameDemographic(
  db: Db,
  accountId: string,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<void> {
  const problem = problemOf(to)
  if (problem !== null) throw new ImportError('DEMOGRAPHIC_INVALID', { problem })
  await db.transaction().execute(async (trx) => {
    await changeLabels(trx, accountId)
    const known = await demographicsOf(trx, accountId)
    const one = known.find(({ label }) => label === from)
    if (one === undefined) throw new ImportError('DEMOGRAPHIC_UNKNOWN', { label: from })
    if (known.some(({ label }) => label === to))
      throw new ImportError('DEMOGRAPHIC_INVALID', { problem: `there is one called "${to}" already` })
    await freeLabels(trx, accountId, [to])
    await trx
      .updateTable('demographic')
      .set({ label: to })
      .where('account_id', '=', accountId)
      .where('id', '=', one.id)
      .execute()
  })
}

/** Deletes one that nobody has a value in. Throws `DEMOGRAPHIC_UNKNOWN`, `DEMOGRAPHIC_IN_USE`. */
export async function deleteDemographic(db: Db, accountId: string, label: string, at: string): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await changeLabels(trx, accountId)
    const one = (await demographicsOf(trx, accountId)).find((known) => known.label === label)
    if (one === undefined) throw new ImportError('DEMOGRAPHIC_UNKNOWN', { label })
    // The text of a value cannot look like a key: its quotes are written otherwise.
    const { people } = await trx
      .selectFrom('employee')
      .select((of) => of.fn.countAll<number>().as('people'))
      .where('account_id', '=', accountId)
      .where('demographics', 'like', `%"${one.id}":%`)
      .executeTakeFirstOrThrow()
    if (Number(people) > 0) throw new ImportError('DEMOGRAPHIC_IN_USE', { label, people: Number(people) })
    const mine = { account_id: accountId, id: one.id }
    await trx
      .updateTable('demographic')
      .set({ deleted_at: at })
      .where('account_id', '=', mine.account_id)
      .where('id', '=', mine.id)
      .execute()
    await trx
      .deleteFrom('demographic_value')
      .where('account_id', '=', mine.account_id)
      .where('demographic_id', '=', mine.id)
      .execute()
  })
}

/** A label that was deleted may be used again, by another demographic: the old one keeps it with a mark. */
export async function freeLabels(
  trx: Transaction<Tables>,
  accountId: string,
  labels: readonly string[],
): Promise<void> {
  for (const label of labels) {
    await trx
      .updateTable('demographic')
      .set({ label: sql<string>`label || ' (deleted ' || deleted_at || ', no. ' || id || ')'` })
      .where('account_id', '=', accountId)
      .where('label', '=', label)
      .where('deleted_at', 'is not', null)
      .execute()
  }
}

/** What is taken back may give people a value in one that was deleted since: it is there again. */
export async function reviveDemographics(
  trx: Transaction<Tables>,
  accountId: string,
  ids: ReadonlySet<number>,
): Promise<void> {
  if (ids.size === 0) return
  await trx
    .updateTable('demographic')
    .set({ deleted_at: null })
    .where('account_id', '=', accountId)
    .where('id', 'in', [...ids])
    .where('deleted_at', 'is not', null)
    .execute()
}

/** A plan that waits was made with the labels as they were: with another number to give out, it is planned again. */
async function changeLabels(trx: Transaction<Tables>, accountId: string): Promise<void> {
  await trx
    .updateTable('account')
    .set((account) => ({ next_demographic: account('next_demographic', '+', 1) }))
    .where('id', '=', accountId)
    .execute()
}

/** Why a file could not have a demographic of that name. */
function problemOf(label: string): string | null {
  if (label !== cleanHeader(label) || label === '') return 'a label has no spaces at its ends'
  const key = headerKey(label)
  if (COLUMNS.some(({ header, aliases }) => [header, ...aliases].some((name) => headerKey(name) === key)))
    return 'a column of that name is a field'
  return isForbiddenLabel(label) ? 'values of this kind are never stored' : null
}

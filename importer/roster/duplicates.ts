/**
 * Records that are likely one person: the same name, however it is spelled, and the same date of birth or the same
 * start date, where nothing else says that they are two. Found by the index of names, so a roster of a million people
 * is not compared with itself.
 */
import { type Kysely, sql } from 'kysely'
import type { DuplicatePage, DuplicatePlace, DuplicateRecord } from '../../schemas/duplicate.ts'
import type { EmployeeRow, Tables } from '../db/tables.ts'
import { isSameName } from '../plan/name-key.ts'

type Db = Kysely<Tables>

/** Pairs of the account in the order of their numbers. */
export async function duplicatesOf(
  db: Db,
  accountId: string,
  { after, limit = 100 }: DuplicatePlace,
): Promise<Pick<DuplicatePage, 'pairs' | 'next'>> {
  const pairs: DuplicatePage['pairs'] = []
  let [older = 0, newer = 0] = after?.split('-').map(Number) ?? []
  for (;;) {
    const found = await pairsBehind(db, accountId, { older, newer, limit: limit + 1 - pairs.length })
    for (const pair of found) {
      // Different names may share a number in the index.
      if (isSameName(pair.one.name, pair.other.name)) pairs.push(asPair(pair))
      ;[older, newer] = [pair.one.id, pair.other.id]
    }
    if (found.length === 0 || pairs.length > limit) break
  }
  const shown = pairs.slice(0, limit)
  const last = shown.at(-1)
  return { pairs: shown, next: pairs.length > limit && last ? `${last.older.id}-${last.newer.id}` : null }
}

interface Pair {
  readonly one: EmployeeRow
  readonly other: EmployeeRow
}

async function pairsBehind(
  db: Db,
  accountId: string,
  { older, newer, limit }: { older: number; newer: number; limit: number },
): Promise<Pair[]> {
  const rows = await db
    .selectFrom('employee as one')
    .innerJoin('employee as other', (on) =>
      on
        .onRef('other.account_id', '=', 'one.account_id')
        .onRef('other.name_key', '=', 'one.name_key')
        .onRef('other.id', '>', 'one.id'),
    )
    .select(['one.id as older', 'other.id as newer'])
    .where('one.account_id', '=', accountId)
    .where(sql<boolean>`(one.id, other.id) > (${older}, ${newer})`)
    // Two different dates of birth are two people, whatever else they share.
    .where((is) =>
      is.or([
        is('one.date_of_birth', '=', is.ref('other.date_of_birth')),
        is.and([
          is('one.start_date', '=', is.ref('other.start_date')),
          is.or([is('one.date_of_birth', 'is', null), is('other.date_of_birth', 'is', null)]),
        ]),
      ]),
    )
    .where((is) =>
      is.not(
        is.exists(
          is
            .selectFrom('not_duplicate as said')
            .select('said.by')
            .whereRef('said.account_id', '=', 'one.account_id')
            .whereRef('said.older_id', '=', 'one.id')
            .whereRef('said.newer_id', '=', 'other.id'),
        ),
      ),
    )
    .orderBy('one.id')
    .orderBy('other.id')
    .limit(limit)
    .execute()
  const ids = [...new Set(rows.flatMap((row) => [row.older, row.newer]))]
  if (ids.length === 0) return []
  const people = await db
    .selectFrom('employee')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('id', 'in', ids)
    .execute()
  const byId = new Map(people.map((person) => [person.id, person]))
  return rows.flatMap((row) => {
    const [one, other] = [byId.get(row.older), byId.get(row.newer)]
    // One of them may have gone between the two questions.
    return one && other ? [{ one, other }] : []
  })
}

function asPair({ one, other }: Pair): DuplicatePage['pairs'][number] {
  const same = [
    one.date_of_birth !== null && one.date_of_birth === other.date_of_birth ? ('dateOfBirth' as const) : null,
    one.start_date !== null && one.start_date === other.start_date ? ('startDate' as const) : null,
  ].filter((key) => key !== null)
  return { older: asRecord(one), newer: asRecord(other), same }
}

function asRecord(row: EmployeeRow): DuplicateRecord {
  return {
    ...{ id: row.id, name: row.name, employeeId: row.employee_id, email: row.email },
    ...{ startDate: row.start_date, endDate: row.end_date, deactivated: row.deactivated === 1 },
    createdAt: row.created_at,
  }
}

/** Leaves the pair out of the list from now on; saying it twice is saying it once. */
export async function keepApart(
  db: Db,
  accountId: string,
  people: readonly [number, number],
  word: { readonly by: string; readonly at: string },
): Promise<void> {
  const [older_id, newer_id] = [Math.min(...people), Math.max(...people)]
  await db
    .insertInto('not_duplicate')
    .values({ account_id: accountId, older_id, newer_id, ...word })
    .onConflict((on) => on.columns(['account_id', 'older_id', 'newer_id']).doNothing())
    .execute()
}

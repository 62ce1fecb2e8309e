/** People can be found by their name as it is compared: for likely duplicates. */
import { type Kysely, sql } from 'kysely'
import { nameHash } from '../../plan/name-key.ts'
import type { Tables } from '../tables.ts'

/** People at a time. */
const BATCH = 1_000

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('employee')
    .addColumn('name_key', 'integer', (c) => c.notNull().defaultTo(0))
    .execute()
  await nameEverybody(db as Kysely<Tables>) // the columns it uses are there by now
  await db.schema.createIndex('employee_by_name').on('employee').columns(['account_id', 'name_key']).execute()
}

async function nameEverybody(db: Kysely<Tables>): Promise<void> {
  for (let last = { account_id: '', id: 0 }; ; ) {
    const rows = await db
      .selectFrom('employee')
      .select(['account_id', 'id', 'name'])
      .where(sql<boolean>`(account_id, id) > (${last.account_id}, ${last.id})`)
      .orderBy('account_id')
      .orderBy('id')
      .limit(BATCH)
      .execute()
    const next = rows.at(-1)
    if (!next) return
    for (const { account_id, id, name } of rows) {
      await db
        .updateTable('employee')
        .set({ name_key: nameHash(name) })
        .where('account_id', '=', account_id)
        .where('id', '=', id)
        .execute()
    }
    last = next
  }
}

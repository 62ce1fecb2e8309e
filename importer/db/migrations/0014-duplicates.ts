/** That two records with one name are two people, because somebody said so. */
import type { Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('not_duplicate')
    .addColumn('account_id', 'text', (c) => c.notNull())
    .addColumn('older_id', 'integer', (c) => c.notNull())
    .addColumn('newer_id', 'integer', (c) => c.notNull())
    .addColumn('by', 'text', (c) => c.notNull())
    .addColumn('at', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('not_duplicate_pk', ['account_id', 'older_id', 'newer_id'])
    .execute()
}

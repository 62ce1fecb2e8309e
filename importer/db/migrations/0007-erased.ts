/** That somebody was erased, without who: so that it is noticed when a file brings them back. */
import type { Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('erased')
    .addColumn('account_id', 'text', (c) => c.notNull().references('account.id'))
    .addColumn('mark', 'text', (c) => c.notNull())
    .addColumn('erased_at', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('erased_pk', ['account_id', 'mark'])
    .execute()
}

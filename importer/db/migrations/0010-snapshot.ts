/** What the files of a source said last, as marks of their records; and who is gone, found without looking at everybody. */
import { type Kysely, sql } from 'kysely'
import type { ColumnTypes } from '../dialect.ts'

export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('plan_snapshot')
    .addColumn('account_id', 'text', (c) => c.notNull())
    .addColumn('run_id', 'text', (c) => c.notNull())
    .addColumn('chunk', 'integer', (c) => c.notNull())
    .addColumn('rules', 'text', (c) => c.notNull())
    .addColumn('mark_key', types.bytes, (c) => c.notNull())
    .addColumn('is_whole', 'integer', (c) => c.notNull())
    .addColumn('entries', types.bytes, (c) => c.notNull())
    .addPrimaryKeyConstraint('plan_snapshot_pk', ['account_id', 'run_id', 'chunk'])
    .execute()
  await db.schema
    .createTable('source_snapshot')
    .addColumn('account_id', 'text', (c) => c.notNull())
    .addColumn('source', 'text', (c) => c.notNull())
    .addColumn('chunk', 'integer', (c) => c.notNull())
    .addColumn('rules', 'text', (c) => c.notNull())
    .addColumn('free_text', 'text', (c) => c.notNull())
    .addColumn('mark_key', types.bytes, (c) => c.notNull())
    .addColumn('position', types.bigint, (c) => c.notNull())
    .addColumn('entries', types.bytes, (c) => c.notNull())
    .addPrimaryKeyConstraint('source_snapshot_pk', ['account_id', 'source', 'chunk'])
    .execute()
  await sql`create index employee_gone on employee (account_id, id, end_date, deactivated)
    where end_date is not null or deactivated = 1`.execute(db)
}

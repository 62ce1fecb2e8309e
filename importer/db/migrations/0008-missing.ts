/** Who of a source's people stood in which of its files last: four bytes a person and source, not a row. */
import type { Kysely } from 'kysely'
import type { ColumnTypes } from '../dialect.ts'

export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('plan_seen')
    .addColumn('account_id', 'text', (c) => c.notNull())
    .addColumn('run_id', 'text', (c) => c.notNull())
    .addColumn('chunk', 'integer', (c) => c.notNull())
    .addColumn('people', types.bytes, (c) => c.notNull())
    .addPrimaryKeyConstraint('plan_seen_pk', ['account_id', 'run_id', 'chunk'])
    .execute()
  await db.schema
    .createTable('source_seen')
    .addColumn('account_id', 'text', (c) => c.notNull())
    .addColumn('source', 'text', (c) => c.notNull())
    .addColumn('chunk', 'integer', (c) => c.notNull())
    .addColumn('files', types.bytes, (c) => c.notNull())
    .addPrimaryKeyConstraint('source_seen_pk', ['account_id', 'source', 'chunk'])
    .execute()
  await db.schema
    .createTable('source_file')
    .addColumn('account_id', 'text', (c) => c.notNull())
    .addColumn('source', 'text', (c) => c.notNull())
    .addColumn('number', 'integer', (c) => c.notNull())
    .addColumn('run_id', 'text', (c) => c.notNull())
    .addColumn('at', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('source_file_pk', ['account_id', 'source', 'number'])
    .execute()
  await db.schema
    .createTable('missing_ignored')
    .addColumn('account_id', 'text', (c) => c.notNull())
    .addColumn('source', 'text', (c) => c.notNull())
    .addColumn('person_id', 'integer', (c) => c.notNull())
    .addColumn('file', 'integer', (c) => c.notNull())
    .addColumn('by', 'text', (c) => c.notNull())
    .addColumn('at', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('missing_ignored_pk', ['account_id', 'source', 'person_id'])
    .execute()
}

/** What happens by the calendar: dated events, what is no longer kept, and what is noticed about a source. */
import { type Kysely, sql } from 'kysely'
import type { ColumnTypes } from '../dialect.ts'

export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('lifecycle')
    .addColumn('account_id', 'text', (c) => c.notNull().primaryKey())
    .addColumn('day', 'text', (c) => c.notNull())
    .addColumn('position', types.bigint, (c) => c.notNull().defaultTo(0))
    .addColumn('lease_until', 'text')
    .execute()
  await db.schema
    .createTable('lifecycle_event')
    .addColumn('account_id', 'text', (c) => c.notNull())
    .addColumn('person_id', 'integer', (c) => c.notNull())
    .addColumn('kind', 'text', (c) =>
      c.notNull().check(sql`kind in ('upcoming', 'started', 'leaving', 'left')`),
    )
    .addColumn('day', 'text', (c) => c.notNull())
    .addColumn('recorded_at', 'text', (c) => c.notNull())
    .addColumn('late', 'integer', (c) => c.notNull())
    .addPrimaryKeyConstraint('lifecycle_event_pk', ['account_id', 'person_id', 'kind', 'day'])
    .execute()
  await db.schema
    .createIndex('lifecycle_event_by_day')
    .on('lifecycle_event')
    .columns(['account_id', 'day', 'person_id'])
    .execute()
  await db.schema
    .createTable('feed_warning')
    .addColumn('account_id', 'text', (c) => c.notNull())
    .addColumn('source', 'text', (c) => c.notNull())
    .addColumn('code', 'text', (c) => c.notNull())
    .addColumn('since', 'text', (c) => c.notNull())
    .addColumn('params', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('feed_warning_pk', ['account_id', 'source', 'code'])
    .execute()
  for (const column of ['file_removed_at', 'rows_removed_at', 'reports_removed_at'])
    await db.schema.alterTable('run').addColumn(column, 'text').execute()
}

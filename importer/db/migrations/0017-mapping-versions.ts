/** What the fields of an API become, by version: none is ever changed, so each can be gone back to. */
import type { Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('mapping_version')
    .addColumn('account_id', 'text', (c) => c.notNull().references('account.id'))
    .addColumn('source', 'text', (c) => c.notNull())
    .addColumn('version', 'integer', (c) => c.notNull())
    .addColumn('mapping', 'text', (c) => c.notNull())
    .addColumn('by', 'text', (c) => c.notNull())
    .addColumn('reason', 'text')
    .addColumn('reverts_to', 'integer')
    .addColumn('at', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('mapping_version_pk', ['account_id', 'source', 'version'])
    .execute()
  await db.schema.alterTable('run').addColumn('snapshot', 'text').execute()
}

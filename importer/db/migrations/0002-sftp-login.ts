/** From where a key may be used, and passwords for the accounts that may have one. */
import type { Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('sftp_key')
    .addColumn('networks', 'text', (c) => c.notNull().defaultTo(''))
    .execute()

  await db.schema
    .createTable('sftp_password')
    .addColumn('account_id', 'text', (c) => c.primaryKey().references('account.id'))
    .addColumn('hash', 'text', (c) => c.notNull())
    .addColumn('set_at', 'text', (c) => c.notNull())
    .addColumn('last_used_at', 'text')
    .execute()
}

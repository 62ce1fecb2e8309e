/** What reading needs to know of earlier files and of their senders: spellings, PGP keys, proofs of completeness. */
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('run').addColumn('proof', 'text').execute()

  await db.schema
    .createTable('demographic_value')
    .addColumn('account_id', 'text', (c) => c.notNull().references('account.id'))
    .addColumn('demographic_id', 'integer', (c) => c.notNull())
    .addColumn('key', 'text', (c) => c.notNull())
    .addColumn('value', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('demographic_value_pk', ['account_id', 'demographic_id', 'key'])
    .execute()

  await db.schema
    .createTable('pgp_key')
    .addColumn('account_id', 'text', (c) => c.notNull().references('account.id'))
    .addColumn('fingerprint', 'text', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull().check(sql`kind in ('own', 'sender')`))
    .addColumn('user_id', 'text', (c) => c.notNull())
    .addColumn('public_key', 'text', (c) => c.notNull())
    .addColumn('private_key', 'text')
    .addColumn('added_at', 'text', (c) => c.notNull())
    .addColumn('expires_at', 'text')
    .addColumn('revoked_at', 'text')
    .addPrimaryKeyConstraint('pgp_key_pk', ['account_id', 'fingerprint'])
    .execute()
}

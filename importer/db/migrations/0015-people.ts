/**
 * People who sign in, what lets them and programs in, what they did, and the answers kept for requests that are sent
 * twice. Who did what may be added to and never changed, and the database itself refuses anything else.
 */
import { type Kysely, sql } from 'kysely'
import { type ColumnTypes, engineOfDb } from '../dialect.ts'

export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await addPeople(db, types)
  await addTokens(db)
  await addAudit(db, types)
  await db.schema
    .createTable('idempotency')
    .addColumn('owner', 'text', (c) => c.notNull())
    .addColumn('key', 'text', (c) => c.notNull())
    .addColumn('request', 'text', (c) => c.notNull())
    .addColumn('body', 'text')
    .addColumn('status', 'integer')
    .addColumn('answer', 'text')
    .addColumn('at', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('idempotency_pk', ['owner', 'key'])
    .execute()
  await db.schema.createIndex('idempotency_at').on('idempotency').column('at').execute()
}

async function addPeople(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('web_user')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('email', 'text', (c) => c.notNull().unique())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('is_operator', 'integer', (c) => c.notNull())
    .addColumn('password_hash', 'text')
    .addColumn('totp_secret', 'text')
    .addColumn('totp_step', types.bigint)
    .addColumn('created_at', 'text', (c) => c.notNull())
    .addColumn('last_sign_in_at', 'text')
    .execute()
  await db.schema
    .createTable('web_role')
    .addColumn('account_id', 'text', (c) => c.notNull().references('account.id'))
    .addColumn('user_id', 'text', (c) => c.notNull().references('web_user.id').onDelete('cascade'))
    .addColumn('role', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('web_role_pk', ['account_id', 'user_id'])
    .execute()
  await db.schema.createIndex('web_role_user').on('web_role').column('user_id').execute()
  await db.schema
    .createTable('web_link')
    .addColumn('hash', 'text', (c) => c.primaryKey())
    .addColumn('user_id', 'text', (c) => c.references('web_user.id').onDelete('cascade'))
    .addColumn('created_at', 'text', (c) => c.notNull())
    .addColumn('expires_at', 'text', (c) => c.notNull())
    .execute()
  await db.schema
    .createTable('web_session')
    .addColumn('hash', 'text', (c) => c.primaryKey())
    .addColumn('user_id', 'text', (c) => c.notNull().references('web_user.id').onDelete('cascade'))
    .addColumn('stage', 'text', (c) => c.notNull())
    .addColumn('created_at', 'text', (c) => c.notNull())
    .addColumn('seen_at', 'text', (c) => c.notNull())
    .addColumn('address', 'text', (c) => c.notNull())
    .addColumn('agent', 'text', (c) => c.notNull())
    .execute()
  await db.schema.createIndex('web_session_user').on('web_session').column('user_id').execute()
}

async function addTokens(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('api_token')
    .addColumn('account_id', 'text', (c) => c.references('account.id'))
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('hash', 'text', (c) => c.notNull().unique())
    .addColumn('ending', 'text', (c) => c.notNull())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('role', 'text', (c) => c.notNull())
    .addColumn('access', 'text', (c) => c.notNull())
    .addColumn('created_by', 'text', (c) => c.notNull())
    .addColumn('created_at', 'text', (c) => c.notNull())
    .addColumn('expires_at', 'text', (c) => c.notNull())
    .addColumn('revoked_at', 'text')
    .addColumn('last_used_at', 'text')
    .execute()
  await db.schema.createIndex('api_token_account').on('api_token').column('account_id').execute()
}

async function addAudit(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('audit')
    .addColumn('seq', types.bigint, (c) => c.primaryKey())
    .addColumn('account_id', 'text')
    .addColumn('at', 'text', (c) => c.notNull())
    .addColumn('actor', 'text', (c) => c.notNull())
    .addColumn('action', 'text', (c) => c.notNull())
    .addColumn('object', 'text', (c) => c.notNull())
    .addColumn('details', 'text', (c) => c.notNull())
    .addColumn('request', 'text')
    .addColumn('hash', 'text', (c) => c.notNull())
    .execute()
  await db.schema.createIndex('audit_account').on('audit').columns(['account_id', 'seq']).execute()
  // Its one row is what two writers queue for.
  await db.schema
    .createTable('audit_head')
    .addColumn('id', 'integer', (c) => c.primaryKey())
    .addColumn('seq', types.bigint, (c) => c.notNull())
    .addColumn('hash', 'text', (c) => c.notNull())
    .execute()
  await sql`insert into audit_head (id, seq, hash) values (1, 0, '')`.execute(db)
  await (engineOfDb(db) === 'sqlite' ? refuseOnSqlite(db) : refuseOnPostgres(db))
}

async function refuseOnSqlite(db: Kysely<unknown>): Promise<void> {
  for (const event of ['update', 'delete']) {
    await sql`create trigger ${sql.ref(`audit_no_${event}`)} before ${sql.raw(event)} on audit
      begin select raise(abort, 'the audit log is only added to'); end`.execute(db)
  }
}

async function refuseOnPostgres(db: Kysely<unknown>): Promise<void> {
  await sql`create or replace function audit_is_added_to() returns trigger language plpgsql as $$
    begin raise exception 'the audit log is only added to'; end $$`.execute(db)
  await sql`create trigger audit_no_change before update or delete or truncate on audit
    for each statement execute function audit_is_added_to()`.execute(db)
}

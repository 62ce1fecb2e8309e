/** Connections: sources that Rollcall asks for their people itself; their secrets, consents and webhooks. */
import { type Kysely, sql } from 'kysely'
import { CONNECTION_STATES } from '../../../schemas/connection.ts'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('connection')
    .addColumn('account_id', 'text', (c) => c.notNull().references('account.id'))
    .addColumn('source', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) =>
      c.notNull().check(sql`state in (${sql.join(CONNECTION_STATES.map((state) => sql.lit(state)))})`),
    )
    .addColumn('settings', 'text', (c) => c.notNull())
    .addColumn('granted', 'text', (c) => c.notNull().defaultTo('[]'))
    .addColumn('auto_sync', 'text', (c) => c.notNull())
    .addColumn('preview', 'text')
    .addColumn('review', 'text')
    .addColumn('connected_at', 'text')
    .addColumn('initial_since', 'text')
    .addColumn('last_sync_at', 'text')
    .addColumn('last_run', 'text')
    .addColumn('problem', 'text')
    .addColumn('mapping_version', 'integer', (c) => c.notNull())
    .addColumn('wanted', 'text', (c) => c.check(sql`wanted in ('initial', 'schedule', 'webhook')`))
    .addColumn('attempts', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('retry_at', 'text')
    .addColumn('last_slot', 'text')
    .addColumn('slots_since', 'text')
    .addColumn('lease_owner', 'text')
    .addColumn('lease_until', 'text')
    .addColumn('hook', 'text', (c) => c.notNull().unique())
    .addColumn('created_at', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('connection_pk', ['account_id', 'source'])
    .addForeignKeyConstraint('connection_source', ['account_id', 'source'], 'source', ['account_id', 'name'])
    .execute()

  await db.schema
    .createTable('connection_secret')
    .addColumn('account_id', 'text', (c) => c.notNull().references('account.id'))
    .addColumn('source', 'text', (c) => c.notNull())
    .addColumn('data_key', 'text', (c) => c.notNull())
    .addColumn('body', 'text', (c) => c.notNull())
    .addColumn('version', 'integer', (c) => c.notNull())
    .addColumn('set_at', 'text', (c) => c.notNull())
    .addColumn('lease_owner', 'text')
    .addColumn('lease_until', 'text')
    .addPrimaryKeyConstraint('connection_secret_pk', ['account_id', 'source'])
    .execute()

  await db.schema
    .createTable('connection_consent')
    .addColumn('account_id', 'text', (c) => c.notNull().references('account.id'))
    .addColumn('source', 'text', (c) => c.notNull())
    .addColumn('ticket', 'text', (c) => c.notNull().unique())
    .addColumn('state', 'text', (c) => c.unique())
    .addColumn('browser', 'text')
    .addColumn('sealed', 'text')
    .addColumn('expires_at', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('connection_consent_pk', ['account_id', 'source'])
    .execute()

  await db.schema
    .createTable('connection_hook')
    .addColumn('account_id', 'text', (c) => c.notNull().references('account.id'))
    .addColumn('source', 'text', (c) => c.notNull())
    .addColumn('mark', 'text', (c) => c.notNull())
    .addColumn('at', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('connection_hook_pk', ['account_id', 'source', 'mark'])
    .execute()
}

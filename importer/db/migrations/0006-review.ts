/** What persons said about a run that waits, and which part of it they chose. */
import type { Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('run').addColumn('review', 'text').execute()
}

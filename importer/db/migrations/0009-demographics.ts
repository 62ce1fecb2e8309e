/** A demographic that is deleted keeps its number and its label for the history. */
import type { Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('demographic').addColumn('deleted_at', 'text').execute()
}

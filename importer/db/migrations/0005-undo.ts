/** Which run a run takes back; and what was said of a person's rows can be found. */
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('run').addColumn('undoes', 'text').execute()
  // Few runs are of this kind, and all of an account are asked for together.
  await sql`create index run_undoing on run (account_id, undoes) where undoes is not null`.execute(db)
  // Nearly all rows of plans have nothing to tell.
  await sql`create index plan_row_told on plan_row (account_id, person_id) where codes <> ''`.execute(db)
}

/**
 * Takes values out of the roster for good, past its history: one commit that whoever applies a plan waits for, and
 * after which the old bytes stand neither in free pages nor in the log.
 */
import { type Kysely, sql, type Transaction } from 'kysely'
import { engineOfDb } from '../db/dialect.ts'
import type { Db } from '../db/open.ts'
import type { Tables } from '../db/tables.ts'
import type { ImportError } from '../errors.ts'
import { WORK_STATES } from './state.ts'

export interface WithoutTrace {
  readonly accountId: string
  /** Why not, while the plan of this run may hold the values. */
  readonly refusal: (run: string) => ImportError
  /** Takes them out. Gets the roster's position and answers the one it leaves. */
  readonly work: (trx: Transaction<Tables>, position: number) => Promise<number>
}

/** Does the work. Throws the refusal while a run is worked on or waits for a person. */
export async function withoutTrace(db: Db, { accountId, refusal, work }: WithoutTrace): Promise<void> {
  const isSqlite = engineOfDb(db) === 'sqlite'
  if (isSqlite) await sql`pragma secure_delete = on`.execute(db)
  await db.transaction().execute(async (trx) => {
    // Takes the roster: whoever applies a plan waits for this, and then finds that the roster has changed.
    const { position } = await trx
      .updateTable('account')
      .set((of) => ({ position: of('position', '+', 0) }))
      .where('id', '=', accountId)
      .returning('position')
      .executeTakeFirstOrThrow()
    const waiting = await undecided(trx, accountId)
    if (waiting !== null) throw refusal(waiting)
    const last = await work(trx, position)
    await trx.updateTable('account').set({ position: last }).where('id', '=', accountId).execute()
  })
  // What was overwritten stands in SQLite's log until it is written back; a reader may put that off to the next time.
  if (isSqlite) await sql`pragma wal_checkpoint(truncate)`.execute(db)
}

async function undecided(db: Kysely<Tables>, accountId: string): Promise<string | null> {
  const run = await db
    .selectFrom('run')
    .select('id')
    .where('account_id', '=', accountId)
    .where('state', 'in', [...WORK_STATES, 'held'])
    .executeTakeFirst()
  return run?.id ?? null
}

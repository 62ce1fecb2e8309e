/**
 * The ledger of runs, which is also the work queue: one run at a time per account, in order of arrival. A worker
 * claims a run with a lease that is kept alive; the fencing number it gets must still stand when it commits.
 */
import { type Insertable, type Kysely, type RawBuilder, sql, type Transaction, type Updateable } from 'kysely'
import type { RunState } from '../../schemas/run.ts'
import { NO_COUNTS } from '../../schemas/run.ts'
import type { Engine } from '../db/dialect.ts'
import type { Db } from '../db/open.ts'
import type { RunRow, RunTable, Tables } from '../db/tables.ts'
import { isTold, recordRun, TOLD } from '../outbox/record-event.ts'
import type { Delivery, RunFilter } from '../types.ts'
import { type Next, WORK_STATES } from './state.ts'

/** How long a claim stands without being renewed. */
export const LEASE_MS = 30_000
/** How often a run is tried before it counts as poisonous. */
export const ATTEMPTS_MAX = 5

/** Enters deliveries that lie on the disk of `node`, or where every node can read them; a second time changes nothing. */
export async function enter(
  db: Db,
  deliveries: readonly Delivery[],
  node: string | null = null,
): Promise<void> {
  await db
    .insertInto('run')
    .values(deliveries.map((delivery) => entered(delivery, node)))
    .onConflict((on) => on.column('id').doNothing())
    .execute()
}

function entered(delivery: Delivery, node: string | null): Insertable<RunTable> {
  return {
    id: delivery.id,
    account_id: delivery.accountId,
    source: delivery.source,
    state: 'received',
    import_type: delivery.importType,
    mode: delivery.mode,
    file_name: delivery.fileName,
    size: delivery.size,
    sha256: null,
    sent_by: delivery.sentBy,
    node,
    received_at: delivery.receivedAt,
    proof: delivery.proof === undefined ? null : JSON.stringify(delivery.proof),
    snapshot: delivery.snapshot === undefined ? null : JSON.stringify(delivery.snapshot),
    finished_at: null,
    counts: JSON.stringify(NO_COUNTS),
    holds: '[]',
    issue_counts: '{}',
    plan: null,
    decided_by: null,
    reason: null,
    error: null,
    lease_owner: null,
    lease_until: null,
  }
}

export async function find(db: Kysely<Tables>, id: string): Promise<RunRow | undefined> {
  return await db.selectFrom('run').selectAll().where('id', '=', id).executeTakeFirst()
}

/** Newest first. */
export async function list(db: Db, filter: RunFilter & { accountId?: string }): Promise<RunRow[]> {
  let query = db
    .selectFrom('run')
    .selectAll()
    .orderBy('id', 'desc')
    .limit(filter.limit ?? 50)
  if (filter.accountId !== undefined) query = query.where('account_id', '=', filter.accountId)
  if (filter.state !== undefined) query = query.where('state', '=', filter.state)
  return await query.execute()
}

/** Of these ids, those without a run. */
export async function unknown(db: Db, ids: readonly string[]): Promise<string[]> {
  const missing: string[] = []
  for (let at = 0; at < ids.length; at += 500) {
    const some = ids.slice(at, at + 500)
    const rows = await db.selectFrom('run').select('id').where('id', 'in', some).execute()
    const known = new Set(rows.map((row) => row.id))
    missing.push(...some.filter((id) => !known.has(id)))
  }
  return missing
}

/**
 * Takes the next run that may be worked on, or nothing. Within an account a run waits for every earlier one that
 * is not at rest, and for any that is being worked on. A report that rests before another try holds nobody up. What
 * was only received is being read from here on.
 */
export async function claim(db: Db, engine: Engine, owner: string, now: Date): Promise<RunRow | undefined> {
  // A look first: on SQLite, who wants to write keeps everybody else from it, even where there is nothing to take.
  if (engine === 'sqlite') return (await hasNext(db, owner, now)) ? await takeNext(db, owner, now) : undefined
  const tried: string[] = []
  for (;;) {
    const { account, run } = await db.transaction().execute((trx) => claimInAccount(trx, owner, now, tried))
    if (run || account === undefined) return run
    tried.push(account)
  }
}

async function hasNext(db: Db, owner: string, now: Date): Promise<boolean> {
  const { rows } = await sql`select id from run as next where ${isClaimable(owner, now)} limit 1`.execute(db)
  return rows.length > 0
}

/**
 * On PostgreSQL two nodes may look at the same moment, and neither sees what the other is about to take. So the
 * account is locked first, or skipped where another node has it, and looked at again under the lock.
 */
async function claimInAccount(
  trx: Transaction<Tables>,
  owner: string,
  now: Date,
  tried: readonly string[],
): Promise<{ account?: string; run?: RunRow | undefined }> {
  const { rows } = await sql<{ id: string }>`
    select account.id from account join run as next on next.account_id = account.id
    where ${isClaimable(owner, now)} and account.id <> all(${tried}::text[])
    order by next.id limit 1 for no key update of account skip locked`.execute(trx)
  const account = rows[0]?.id
  return account === undefined ? {} : { account, run: await takeNext(trx, owner, now, account) }
}

async function takeNext(
  db: Kysely<Tables>,
  owner: string,
  now: Date,
  account: string | null = null,
): Promise<RunRow | undefined> {
  const until = new Date(now.getTime() + LEASE_MS).toISOString()
  // Whoever holds the run's row holds it to commit something; waiting for that while holding the account could deadlock.
  const [which, locking] =
    account === null ? [sql``, sql``] : [sql`next.account_id = ${account} and`, sql`for update skip locked`]
  const { rows } = await sql<RunRow>`
    update run set lease_owner = ${owner}, lease_until = ${until}, fence = fence + 1, attempts = attempts + 1,
      state = case state when 'received' then 'reading' else state end
    where id = (select id from run as next where ${which} ${isClaimable(owner, now)} order by next.id limit 1 ${locking})
    returning *`.execute(db)
  return rows[0]
}

/** Whether the run `next` may be worked on by the node: its file must lie where that node can read it. */
function isClaimable(owner: string, now: Date): RawBuilder<unknown> {
  const states = sql.join(WORK_STATES.map((state) => sql.lit(state)))
  const at = now.toISOString()
  return sql`(next.state in (${states}) or next.report_due = 1)
    and (next.node is null or next.node = ${owner})
    and (next.lease_until is null or next.lease_until < ${at})
    and not exists (
      select 1 from run as other
      where other.account_id = next.account_id and other.id <> next.id
        and ((other.lease_owner is not null and other.lease_until >= ${at})
          or (other.state in (${states}) and other.id < next.id)))`
}

/** When something will next be claimable that is not now: a rest before another try, or a dead worker's lease. */
export async function nextDue(db: Db): Promise<string | null> {
  const row = await db
    .selectFrom('run')
    .select((of) => of.fn.min('lease_until').as('due'))
    .where((or) => or.or([or('state', 'in', [...WORK_STATES]), or('report_due', '=', 1)]))
    .executeTakeFirst()
  return row?.due ?? null
}

/** Keeps the claims of these owners alive. */
export async function renew(db: Db, owner: string, ids: readonly string[], now: Date): Promise<void> {
  if (ids.length === 0) return
  const until = new Date(now.getTime() + LEASE_MS).toISOString()
  await db
    .updateTable('run')
    .set({ lease_until: until })
    .where('id', 'in', ids)
    .where('lease_owner', '=', owner)
    .execute()
}

/** At start: what this node held when it died is free again at once. */
export async function releaseAll(db: Db, owner: string): Promise<void> {
  await db
    .updateTable('run')
    .set({ lease_owner: null, lease_until: null })
    .where('lease_owner', '=', owner)
    .execute()
}

/** Gives a run back, at once or after a rest. `isUntried` where the try does not count: the server stops. */
export async function release(
  db: Db,
  run: Claimed,
  options: { restUntil?: Date; isUntried?: boolean } = {},
): Promise<void> {
  await db
    .updateTable('run')
    .set({ lease_owner: null, lease_until: options.restUntil?.toISOString() ?? null })
    .set((of) => (options.isUntried ? { attempts: of('attempts', '-', 1) } : {}))
    .where('id', '=', run.id)
    .where('fence', '=', run.fence)
    .execute()
}

/** What a worker must show to change a run it claimed. */
export type Claimed = Pick<RunRow, 'id' | 'fence'>

/** Another worker has the run now, or a person moved it: what was being done must be dropped. */
export class LostClaim extends Error {
  constructor(run: string) {
    super(`run ${run} is no longer claimed by this worker`)
    this.name = 'LostClaim'
  }
}

/** Throws `LostClaim` where another worker has the run; holds it until the end of the transaction otherwise. */
export async function assertClaimed(trx: Transaction<Tables>, run: Claimed): Promise<void> {
  const { numUpdatedRows } = await trx
    .updateTable('run')
    .set({ fence: run.fence })
    .where('id', '=', run.id)
    .where('fence', '=', run.fence)
    .executeTakeFirst()
  if (numUpdatedRows !== 1n) throw new LostClaim(run.id)
}

type RunValues = Omit<Updateable<RunTable>, 'id' | 'account_id' | 'state'>

/** Moves a claimed run from one state to the next, and records what others may want to hear; or throws `LostClaim`. */
export async function move<S extends RunState>(
  db: Kysely<Tables> | Transaction<Tables>,
  run: Claimed,
  from: S,
  to: Next<S>,
  values: RunValues = {},
): Promise<void> {
  await inOneCommit(db, to, async (trx) => {
    const moved = await trx
      .updateTable('run')
      .set({ ...values, state: to })
      .where('id', '=', run.id)
      .where('fence', '=', run.fence)
      .where('state', '=', from)
      .returning(TOLD)
      .executeTakeFirst()
    if (moved === undefined) throw new LostClaim(run.id)
    await recordRun(trx, moved)
  })
}

/** Moves a run by a person's word; false where it is not in `from` any more or is being worked on. */
export async function decide<S extends RunState>(
  db: Kysely<Tables> | Transaction<Tables>,
  id: string,
  from: S,
  to: Next<S>,
  values: RunValues,
): Promise<boolean> {
  return await inOneCommit(db, to, async (trx) => {
    const moved = await trx
      .updateTable('run')
      .set({ ...values, state: to, lease_owner: null, lease_until: null })
      // Whoever claimed it meanwhile (to write its report) holds an old number from now on.
      .set((of) => ({ fence: of('fence', '+', 1) }))
      .where('id', '=', id)
      .where('state', '=', from)
      .returning(TOLD)
      .executeTakeFirst()
    // That a run is in force again is told with the run that brought it back.
    if (moved !== undefined && from !== 'undone') await recordRun(trx, moved)
    return moved !== undefined
  })
}

/** Within the caller's transaction, or in one of its own where there is something to record. */
async function inOneCommit<T>(
  db: Kysely<Tables> | Transaction<Tables>,
  to: RunState,
  work: (trx: Kysely<Tables>) => Promise<T>,
): Promise<T> {
  return db.isTransaction || !isTold(to) ? await work(db) : await db.transaction().execute(work)
}

/**
 * Removes what need not be kept any longer: delivered files, rows of plans, reports. Only of runs that are over; what
 * waits for a person keeps everything, and what taking a run back needs lies in the history, which stays.
 */
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Kysely } from 'kysely'
import type { SettingsChange } from '../../schemas/account.ts'
import { type Removal, type Retention, type RetentionView, retentionSchema } from '../../schemas/retention.ts'
import type { Db } from '../db/open.ts'
import type { RunRow, Tables } from '../db/tables.ts'
import { ImportError } from '../errors.ts'
import { deliveryPath, receiptPath, resultsDir } from '../files.ts'
import type { Account } from '../types.ts'
import { addPolicy, policyOf } from './account-policy.ts'
import { isEnd, REST_STATES } from './state.ts'

export interface RetentionContext {
  readonly db: Db
  readonly dataDir: string
  /** Only this node's disk is within reach. */
  readonly nodeId: string
  readonly now: Date
}

const DAY_MS = 86_400_000
const ENDS = REST_STATES.filter(isEnd)
/** Rows of a plan removed in one statement: others write in between. */
const ROWS_AT_ONCE = 5_000
const RUNS_AT_ONCE = 200

export async function retentionOf(db: Kysely<Tables>, account: Account): Promise<RetentionView> {
  const { body, by, at } = await policy(db, account.id)
  return { account: account.slug, settings: body, by, at }
}

function policy(db: Kysely<Tables>, accountId: string) {
  return policyOf(db, accountId, {
    name: 'retention',
    schema: retentionSchema,
    empty: retentionSchema.parse({}),
  })
}

/** Null puts a setting back to its default. Throws `RETENTION_INVALID`. */
export async function setRetention(
  db: Db,
  account: Account,
  change: SettingsChange,
  { by, now }: { readonly by: string; readonly now: Date },
): Promise<RetentionView> {
  await db.transaction().execute(async (trx) => {
    const { version, body } = await policy(trx, account.id)
    const given = Object.entries({ ...body, ...change }).filter(([, value]) => value !== null)
    const parsed = retentionSchema.safeParse(Object.fromEntries(given))
    if (!parsed.success) {
      const [first] = parsed.error.issues
      const problem = `${first?.path.join('.') ?? ''}: ${first?.message ?? 'not valid'}`
      throw new ImportError('RETENTION_INVALID', { problem })
    }
    const row = { account_id: account.id, name: 'retention', version: version + 1 }
    await addPolicy(trx, { ...row, body: JSON.stringify(parsed.data), by, at: now.toISOString() })
  })
  return await retentionOf(db, account)
}

/** What would be removed now. Removes nothing. */
export async function previewRemoval(context: RetentionContext, account: Account): Promise<Removal> {
  const removal = { ...nothing(account), isDone: false }
  const { settings } = await retentionOf(context.db, account)
  if (settings.hold) return removal
  for await (const run of filesDue(context, account.id, settings)) {
    removal.files++
    removal.bytes += await sizeOf(context, run)
  }
  for await (const _ of rowsDue(context, account.id, settings)) removal.rows++
  for await (const _ of reportsDue(context, account.id, settings)) removal.reports++
  const { count } = await context.db
    .selectFrom('outbox')
    .select((of) => of.fn.countAll<number>().as('count'))
    .where('account_id', '=', account.id)
    .where('state', '<>', 'waiting')
    .where('done_at', '<', before(context.now, settings.messages))
    .executeTakeFirstOrThrow()
  return { ...removal, messages: Number(count) }
}

/** Removes it. What is interrupted is gone on with the next time. */
export async function removeOld(context: RetentionContext, account: Account): Promise<Removal> {
  const { db, now } = context
  const removal = { ...nothing(account), isDone: true }
  const { settings } = await retentionOf(db, account)
  if (settings.hold) return removal
  for await (const run of filesDue(context, account.id, settings)) {
    removal.bytes += await sizeOf(context, run)
    await removeFile(context, run)
    removal.files++
  }
  for await (const run of rowsDue(context, account.id, settings)) {
    await removeRows(db, run)
    await mark(db, run, { rows_removed_at: now.toISOString() })
    removal.rows++
  }
  for await (const run of reportsDue(context, account.id, settings)) {
    await removeReports(context, run)
    await mark(db, run, { reports_removed_at: now.toISOString() })
    removal.reports++
  }
  return { ...removal, messages: await removeMessages(context, account.id, settings) }
}

function nothing({ slug }: Account): Omit<Removal, 'isDone'> {
  return { account: slug, files: 0, bytes: 0, rows: 0, reports: 0, messages: 0 }
}

type Due = Pick<RunRow, 'account_id' | 'id' | 'node'>

/** Another node's files are on its own disk, for itself to remove. */
function filesDue(context: RetentionContext, accountId: string, { files }: Retention) {
  return due(context, accountId, { days: files, column: 'file_removed_at' }, (query) =>
    query.where((or) => or.or([or('node', 'is', null), or('node', '=', context.nodeId)])),
  )
}

function rowsDue(context: RetentionContext, accountId: string, { rows }: Retention) {
  return due(context, accountId, { days: rows, column: 'rows_removed_at' }, (query) => query)
}

function reportsDue(context: RetentionContext, accountId: string, { reports }: Retention) {
  return due(context, accountId, { days: reports, column: 'reports_removed_at' }, (query) => query)
}

type DueQuery = ReturnType<typeof overRuns>

function overRuns(db: Db, accountId: string) {
  return (
    db
      .selectFrom('run')
      .select(['account_id', 'id', 'node'])
      .where('account_id', '=', accountId)
      .where('state', 'in', ENDS)
      // Its reports are still to be written, from its rows and its file.
      .where('report_due', '=', 0)
      .where('lease_owner', 'is', null)
  )
}

async function* due(
  { db, now }: RetentionContext,
  accountId: string,
  { days, column }: { days: number; column: 'file_removed_at' | 'rows_removed_at' | 'reports_removed_at' },
  narrow: (query: DueQuery) => DueQuery,
): AsyncGenerator<Due> {
  for (let after = ''; ; ) {
    const runs = await narrow(overRuns(db, accountId))
      .where(column, 'is', null)
      .where('finished_at', '<=', before(now, days))
      .where('id', '>', after)
      .orderBy('id')
      .limit(RUNS_AT_ONCE)
      .execute()
    yield* runs
    const last = runs.at(-1)
    if (last === undefined || runs.length < RUNS_AT_ONCE) return
    after = last.id
  }
}

function before(now: Date, days: number): string {
  return new Date(now.getTime() - days * DAY_MS).toISOString()
}

async function sizeOf({ dataDir }: RetentionContext, { account_id, id }: Due): Promise<number> {
  const found = await stat(deliveryPath(dataDir, { accountId: account_id, id })).catch(() => null)
  return found?.size ?? 0
}

/** The mark comes last: what was marked would never be looked at again. */
async function removeFile({ db, dataDir, now }: RetentionContext, run: Due): Promise<void> {
  const delivery = { accountId: run.account_id, id: run.id }
  // The receipt goes last: a file without one would look like a delivery that was never entered.
  await rm(deliveryPath(dataDir, delivery), { force: true })
  await rm(receiptPath(dataDir, delivery), { force: true })
  await mark(db, run, { file_removed_at: now.toISOString() })
}

async function mark(
  db: Db,
  { account_id, id }: Due,
  values: Partial<Pick<RunRow, 'file_removed_at' | 'rows_removed_at' | 'reports_removed_at'>>,
): Promise<void> {
  await db.updateTable('run').set(values).where('account_id', '=', account_id).where('id', '=', id).execute()
}

async function removeRows(db: Db, { account_id, id }: Due): Promise<void> {
  const { last } = await db
    .selectFrom('plan_row')
    .select((of) => of.fn.max('row').as('last'))
    .where('account_id', '=', account_id)
    .where('run_id', '=', id)
    .executeTakeFirstOrThrow()
  for (let to = ROWS_AT_ONCE; to < Number(last ?? 0) + ROWS_AT_ONCE; to += ROWS_AT_ONCE) {
    await db
      .deleteFrom('plan_row')
      .where('account_id', '=', account_id)
      .where('run_id', '=', id)
      .where('row', '<=', to)
      .execute()
  }
  for (const table of ['plan_links', 'plan_seen', 'run_rows'] as const) {
    await db.deleteFrom(table).where('account_id', '=', account_id).where('run_id', '=', id).execute()
  }
}

async function removeReports({ db, dataDir }: RetentionContext, run: Due): Promise<void> {
  const folder = resultsDir(dataDir, run.account_id)
  for (const name of await readdir(folder).catch(() => [])) {
    if (name.includes(`.${run.id}.`)) await rm(join(folder, name), { force: true })
  }
  await db
    .deleteFrom('run_issue')
    .where('account_id', '=', run.account_id)
    .where('run_id', '=', run.id)
    .execute()
}

async function removeMessages(
  { db, now }: RetentionContext,
  accountId: string,
  { messages }: Retention,
): Promise<number> {
  return await db.transaction().execute(async (trx) => {
    const gone = await trx
      .deleteFrom('outbox')
      .where('account_id', '=', accountId)
      .where('state', '<>', 'waiting')
      .where('done_at', '<', before(now, messages))
      .returning('id')
      .execute()
    for (const { id } of gone) {
      await trx
        .deleteFrom('webhook_attempt')
        .where('account_id', '=', accountId)
        .where('message_id', '=', id)
        .execute()
    }
    return gone.length
  })
}

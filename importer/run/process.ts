/**
 * Takes a claimed run from its state to the next, until it rests. Runs in a worker thread with a connection of its
 * own. Before approval everything is done again after a crash; from approval on it goes on where the state says.
 */
import { createHash } from 'node:crypto'
import { type Clock, dayIn } from '../clock.ts'
import type { Engine } from '../db/dialect.ts'
import type { Db } from '../db/open.ts'
import type { AccountRow, RunRow } from '../db/tables.ts'
import { ImportError, problemOf } from '../errors.ts'
import { deliveryPath } from '../files.ts'
import { RosterWriter } from '../roster/apply.ts'
import { rosterLookup } from '../roster/lookup.ts'
import { DEFAULT_LIMITS } from '../table/records.ts'
import type { Progress } from '../types.ts'
import { hashFile } from './hash-file.ts'
import { ATTEMPTS_MAX, claim, find, LostClaim, move, release } from './ledger.ts'
import { logOutcome } from './outcome-log.ts'
import { plannedAgain } from './plan-again.ts'
import { CONTRACT, type PlanFacts, parsePlanFacts } from './plan-facts.ts'
import { type FilePlan, planFile } from './plan-file.ts'
import { changesOf, clearPlan, linesOf, planSink } from './plan-store.ts'
import { writeResults } from './results.ts'
import { sourceOf } from './source.ts'
import { isResting } from './state.ts'

export interface WorkContext {
  readonly db: Db
  readonly engine: Engine
  readonly dataDir: string
  readonly clock: Clock
  /** The node; its claims are its own again when it restarts. */
  readonly owner: string
  readonly isStopping: () => boolean
  readonly onClaim: (run: string | null) => void
  readonly onProgress: (run: string, progress: Progress) => void
  /** The run moved to another state. */
  readonly onChange: (run: string) => void
  readonly log: (level: 'info' | 'warn' | 'error', fields: Record<string, unknown>, text: string) => void
}

/** Claims and works until there is nothing to do. */
export async function workUntilIdle(context: WorkContext): Promise<void> {
  while (!context.isStopping()) {
    const run = await claim(context.db, context.engine, context.owner, context.clock.now())
    if (!run) return
    context.onClaim(run.id)
    await workOn(context, run)
    context.onClaim(null)
    context.onChange(run.id)
  }
}

/** The work is given up at a safe place because the server stops; it is done again after the next start. */
class Stopping extends Error {}

async function workOn(context: WorkContext, claimed: RunRow): Promise<void> {
  let run = claimed
  try {
    for (;;) {
      await step(context, run)
      const now = await find(context.db, run.id)
      if (!now || now.fence !== run.fence) return
      run = now
      if (isResting(now.state) && now.report_due === 0) break
      context.onChange(run.id)
    }
    logOutcome(context.log, run)
    await release(context.db, run)
  } catch (error) {
    await giveUp(context, run, error).catch(unlessLost)
  }
}

function unlessLost(error: unknown): void {
  if (!(error instanceof LostClaim)) throw error
}

async function step(context: WorkContext, run: RunRow): Promise<void> {
  switch (run.state) {
    case 'received':
      return await move(context.db, run, 'received', 'reading')
    case 'reading':
      return await plan(context, run)
    case 'approved':
      return await apply(context, run)
    case 'applied':
      return await finish(context, run)
    default:
      return await report(context, run)
  }
}

/** What an error means for the run: try again later, or fail with a reason. */
async function giveUp(context: WorkContext, run: RunRow, error: unknown): Promise<void> {
  const { db, clock, log } = context
  if (error instanceof LostClaim) return
  if (error instanceof Stopping) return await release(db, run, { isUntried: true })
  const fields = { run: run.id, state: run.state, attempts: run.attempts, ...errorFields(error) }
  const reason =
    error instanceof ImportError
      ? error
      : new ImportError('RUN_FAILED', { kind: problemOf(error), attempts: run.attempts })
  const isLast = run.attempts >= ATTEMPTS_MAX
  const now = clock.now()
  if ((error instanceof ImportError || isLast) && (run.state === 'reading' || run.state === 'approved')) {
    log('error', fields, 'run failed')
    const values = { error: JSON.stringify({ code: reason.code, params: reason.params }) }
    await move(db, run, run.state, 'failed', {
      ...values,
      finished_at: now.toISOString(),
      report_due: 1,
      attempts: 0,
    })
    return await release(db, run)
  }
  if (isLast && run.state === 'applied') {
    // The people are right; that the results cannot be written must not hold up the account's next file.
    log('error', fields, 'results could not be written; the run ends without them for now')
    await end(context, run, 1)
  } else log('warn', fields, 'run will be tried again')
  const restMs = isLast ? LONG_REST_MS : Math.min(60_000, 1_000 * 2 ** run.attempts)
  await release(db, run, { restUntil: new Date(now.getTime() + restMs) })
}

/** Between tries at something that has failed so often that it will hardly work the next time. */
const LONG_REST_MS = 600_000

/** What may be logged of an error: its kind and where it was thrown, not its message, which may repeat values. */
function errorFields(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { kind: typeof error }
  const frames = error.stack?.split('\n').filter((line) => line.trimStart().startsWith('at '))
  return {
    kind: error.name,
    problem: problemOf(error),
    stack: frames?.slice(0, 8).map((line) => line.trim()),
  }
}

async function plan(context: WorkContext, run: RunRow): Promise<void> {
  const { db, clock } = context
  // Every claim counts as a try, so a file that kills its worker comes to an end as well.
  if (run.attempts > ATTEMPTS_MAX)
    throw new ImportError('RUN_FAILED', { kind: 'crash', attempts: ATTEMPTS_MAX })
  const account = await db
    .selectFrom('account')
    .selectAll()
    .where('id', '=', run.account_id)
    .executeTakeFirstOrThrow()
  const path = deliveryPath(context.dataDir, { accountId: run.account_id, id: run.id })
  const sha256 = await hashFile(path)
  await clearPlan(db, { accountId: run.account_id, run: run.id })
  const twin = await twinOf(db, run, account, sha256)
  const finished_at = clock.now().toISOString()
  if (twin !== null) {
    const counts = { issue_counts: JSON.stringify({ FILE_DUPLICATE: 1 }) }
    await addDuplicateIssue(db, run, twin)
    return await move(db, run, 'reading', 'duplicate', { sha256, finished_at, report_due: 1, ...counts })
  }
  const facts = factsBefore(account, clock)
  const made = await planFile(await planRequest(context, run, account, path, facts.today))
  await savePlan(context, { ...run, sha256 }, facts, made)
}

/** Every claim counts as a try, so what kills its worker comes to an end as well. */
function refusePoison({ attempts }: RunRow): void {
  if (attempts > ATTEMPTS_MAX) throw new ImportError('RUN_FAILED', { kind: 'crash', attempts: ATTEMPTS_MAX })
}

/** The source's last applied run, if it had the same bytes and nobody has touched the roster since. */
async function twinOf(db: Db, run: RunRow, account: AccountRow, sha256: string): Promise<string | null> {
  if (run.mode !== 'apply') return null
  const last = await lastApplied(db, run)
  if (!last || last.sha256 !== sha256 || last.import_type !== run.import_type) return null
  const facts = parsePlanFacts(last.plan)
  return facts?.contract === CONTRACT && facts.positionAfter === account.position ? last.id : null
}

async function lastApplied(db: Db, run: RunRow): Promise<RunRow | undefined> {
  return await db
    .selectFrom('run')
    .selectAll()
    .where('account_id', '=', run.account_id)
    .where('source', '=', run.source)
    .where('state', 'in', ['applied', 'reported', 'succeeded', 'succeeded_with_errors'])
    .where('id', '<>', run.id)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
}

async function addDuplicateIssue(db: Db, run: RunRow, twin: string): Promise<void> {
  const key = { account_id: run.account_id, run_id: run.id, seq: 1, code: 'FILE_DUPLICATE', severity: 'info' }
  const nowhere = { line: null, row: null, column: null, field: null, header: null, value: null }
  await db
    .insertInto('run_issue')
    .values({ ...key, ...nowhere, params: JSON.stringify({ run: twin }) })
    .execute()
}

function factsBefore(account: AccountRow, clock: Clock): PlanFacts {
  return {
    position: account.position,
    nextPersonBefore: account.next_person,
    nextPerson: account.next_person,
    nextDemographicBefore: account.next_demographic,
    newDemographics: [],
    columns: [],
    today: dayIn(account.timezone, clock.now()),
    contract: CONTRACT,
    hasErrors: false,
    positionAfter: null,
  }
}

async function planRequest(
  context: WorkContext,
  run: RunRow,
  account: AccountRow,
  path: string,
  today: string,
) {
  const { db } = context
  const { kind, settings } = await sourceOf(db, run)
  const last = await lastApplied(db, run)
  return {
    file: { path, name: run.file_name },
    limits: DEFAULT_LIMITS,
    roster: rosterLookup(db, account.id),
    knowsRoster: true,
    today,
    settings,
    mayReactivate: kind === 'manual' || settings.reactivate,
    isFirstImport: last === undefined,
    expected: parsePlanFacts(last?.plan ?? null)?.columns ?? [],
    nextPerson: account.next_person,
    nextDemographic: account.next_demographic,
    // The run's own random part: unknown to whoever wrote the file.
    seed: Number.parseInt(createHash('sha256').update(run.id).digest('hex').slice(0, 8), 16),
    sink: planSink(db, { accountId: account.id, run: run.id }, run),
    onBytes: (done: number) => {
      if (context.isStopping()) throw new Stopping()
      context.onProgress(run.id, { phase: 'reading', done, total: run.size })
    },
  }
}

/** Keeps the plan and, in the same commit, lets it go on, hold, or end. */
async function savePlan(context: WorkContext, run: RunRow, before: PlanFacts, made: FilePlan): Promise<void> {
  const { issues, newDemographics, columns, nextPerson, counts } = made
  // Whoever was asked about this run before is asked again, whatever the new plan would do.
  const holds = made.holds.length === 0 && run.holds !== '[]' ? [plannedAgain()] : made.holds
  const hasErrors = issues.severities.has('row') || issues.severities.has('cell')
  const facts: PlanFacts = {
    ...before,
    newDemographics: [...newDemographics],
    columns: [...columns],
    nextPerson,
    hasErrors,
  }
  const finished_at = context.clock.now().toISOString()
  const values = {
    sha256: run.sha256,
    counts: JSON.stringify(counts),
    holds: JSON.stringify(holds),
    issue_counts: JSON.stringify(Object.fromEntries(issues.counts)),
    issues_truncated: issues.isTruncated ? 1 : 0,
    plan: JSON.stringify(facts),
    attempts: 0,
  }
  await context.db.transaction().execute(async (trx) => {
    if (issues.isFatal) {
      return await move(trx, run, 'reading', 'rejected', { ...values, finished_at, report_due: 1 })
    }
    await move(trx, run, 'reading', 'planned', values)
    if (run.mode === 'dry_run')
      return await move(trx, run, 'planned', 'dry_run', { finished_at, report_due: 1 })
    if (holds.length > 0) return await move(trx, run, 'planned', 'held', { report_due: 1 })
    // In the same commit: a run that trips nothing must not wait for a reviewer nobody will call.
    await move(trx, run, 'planned', 'approved', { decided_by: 'policy' })
  })
}

/** The roster is not the one the plan was made against. */
class RosterMoved extends Error {}

async function apply(context: WorkContext, run: RunRow): Promise<void> {
  const { db, clock } = context
  refusePoison(run)
  const facts = parsePlanFacts(run.plan)
  if (facts === null) throw new Error(`run ${run.id} is approved and has no plan`)
  const key = { accountId: run.account_id, run: run.id }
  const lines = await linesOf(db, key)
  const total = countOfChanges(run)
  try {
    await db.transaction().execute(async (trx) => {
      await move(trx, run, 'approved', 'applied')
      await takeRoster(trx, run, facts)
      const { position } = facts
      const at = clock.now().toISOString()
      const writer = new RosterWriter(trx, { ...key, source: run.source, position, at, lines })
      let done = 0
      for await (const rows of changesOf(trx, key)) {
        await writer.write(rows.map((row) => ({ ...row, personId: personOf(row, run) })))
        done += rows.length
        context.onProgress(run.id, { phase: 'applying', done, total })
      }
      await writer.finish()
      const after: PlanFacts = { ...facts, positionAfter: writer.position }
      await trx
        .updateTable('account')
        .set({ position: writer.position })
        .where('id', '=', run.account_id)
        .execute()
      await trx
        .updateTable('run')
        .set({ plan: JSON.stringify(after) })
        .where('id', '=', run.id)
        .execute()
    })
  } catch (error) {
    if (!(error instanceof RosterMoved)) throw error
    await move(db, run, 'approved', 'received', { decided_by: null, attempts: 0 })
  }
}

function countOfChanges(run: RunRow): number {
  const counts = JSON.parse(run.counts) as { created: number; updated: number } // our own JSON
  return counts.created + counts.updated
}

function personOf(row: { personId: number | null; row: number }, run: RunRow): number {
  if (row.personId === null)
    throw new Error(`run ${run.id}: row ${row.row} changes somebody without a number`)
  return row.personId
}

type Trx = Parameters<Parameters<ReturnType<Db['transaction']>['execute']>[0]>[0]

/** Asserts, and locks, the roster that the plan was made against; gives out the numbers the plan used. */
async function takeRoster(trx: Trx, run: RunRow, facts: PlanFacts): Promise<void> {
  const { newDemographics, nextDemographicBefore } = facts
  const { numUpdatedRows } = await trx
    .updateTable('account')
    .set({ next_person: facts.nextPerson, next_demographic: nextDemographicBefore + newDemographics.length })
    .where('id', '=', run.account_id)
    .where('position', '=', facts.position)
    .where('next_person', '=', facts.nextPersonBefore)
    .where('next_demographic', '=', nextDemographicBefore)
    .executeTakeFirst()
  if (numUpdatedRows !== 1n) throw new RosterMoved()
  if (newDemographics.length === 0) return
  const rows = newDemographics.map(({ id, label }) => ({
    account_id: run.account_id,
    id,
    label,
    created_run: run.id,
  }))
  await trx.insertInto('demographic').values(rows).execute()
}

/** After applying: tells the customer, then the run is done. */
async function finish(context: WorkContext, run: RunRow): Promise<void> {
  const finished_at = run.finished_at ?? context.clock.now().toISOString()
  await writeResults(context, { ...run, state: endStateOf(run), finished_at })
  await end(context, { ...run, finished_at }, 0)
}

async function end(context: WorkContext, run: RunRow, report_due: 0 | 1): Promise<void> {
  const finished_at = run.finished_at ?? context.clock.now().toISOString()
  const attempts = report_due === 1 ? run.attempts : 0
  await context.db.transaction().execute(async (trx) => {
    await move(trx, run, 'applied', 'reported')
    await move(trx, run, 'reported', endStateOf(run), { finished_at, report_due, attempts })
  })
}

function endStateOf(run: RunRow): 'succeeded' | 'succeeded_with_errors' {
  return parsePlanFacts(run.plan)?.hasErrors === true ? 'succeeded_with_errors' : 'succeeded'
}

/** Brings `/results` up to date with a run that ended, or waits. */
async function report(context: WorkContext, run: RunRow): Promise<void> {
  await writeResults(context, run)
  await context.db
    .updateTable('run')
    .set({ report_due: 0, attempts: 0 })
    .where('id', '=', run.id)
    .where('fence', '=', run.fence)
    .execute()
}

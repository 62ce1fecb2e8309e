/**
 * Takes a claimed run from its state to the next, until it rests. Runs in a worker thread with a connection of its
 * own. Before approval everything is done again after a crash; from approval on it goes on where the state says.
 */

import { EDIT_SOURCE } from '../../schemas/edit.ts'
import type { RunRow } from '../db/tables.ts'
import { ImportError, problemOf } from '../errors.ts'
import { apply } from './applying.ts'
import { planEdit } from './edit.ts'
import { ATTEMPTS_MAX, claim, find, LostClaim, move, release } from './ledger.ts'
import { MERGE_SOURCE, planMerge } from './merge.ts'
import { logOutcome } from './outcome-log.ts'
import { parsePlanFacts } from './plan-facts.ts'
import { plan } from './planning.ts'
import { dropDelivery } from './redaction.ts'
import { writeResults } from './results.ts'
import { isResting } from './state.ts'
import { planUndo, UNDO_SOURCE } from './undo.ts'
import { Stopping, type WorkContext } from './work.ts'

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

async function workOn(context: WorkContext, claimed: RunRow): Promise<void> {
  let run = claimed
  try {
    for (;;) {
      const now = await step(context, run)
      if (!now || now.fence !== run.fence) return
      run = now
      if (isResting(now.state) && now.report_due === 0) break
      context.onChange(run.id)
    }
    await dropDelivery(context, run)
    logOutcome(context.log, run)
  } catch (error) {
    await giveUp(context, run, error).catch(unlessLost)
  }
}

function unlessLost(error: unknown): void {
  if (!(error instanceof LostClaim)) throw error
}

/** The run after its next step. With the one that lets it rest it is given back. */
async function step(context: WorkContext, run: RunRow): Promise<RunRow | undefined> {
  if (isResting(run.state)) return await report(context, run)
  await advance(context, run)
  return await find(context.db, run.id)
}

async function advance(context: WorkContext, run: RunRow): Promise<void> {
  switch (run.state) {
    case 'received':
      return await move(context.db, run, 'received', 'reading')
    case 'reading':
      return await (PLANNERS[run.source] ?? plan)(context, run)
    case 'approved':
      return await apply(context, run)
    case 'applied':
      return await finish(context, run)
  }
}

/** By source; all others bring files about people. */
const PLANNERS: Readonly<Record<string, typeof plan>> = {
  [UNDO_SOURCE]: planUndo,
  [MERGE_SOURCE]: planMerge,
  [EDIT_SOURCE]: planEdit,
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

/** After applying: tells the customer, then the run is done. */
async function finish(context: WorkContext, run: RunRow): Promise<void> {
  const finished_at = run.finished_at ?? context.clock.now().toISOString()
  await writeResults(context, { ...run, state: endStateOf(run), finished_at })
  await end(context, { ...run, finished_at }, 0)
}

async function end(context: WorkContext, run: RunRow, report_due: 0 | 1): Promise<void> {
  const finished_at = run.finished_at ?? context.clock.now().toISOString()
  const attempts = report_due === 1 ? run.attempts : 0
  const given = report_due === 1 ? {} : NOBODYS
  await context.db.transaction().execute(async (trx) => {
    await move(trx, run, 'applied', 'reported')
    await move(trx, run, 'reported', endStateOf(run), { ...given, finished_at, report_due, attempts })
  })
}

function endStateOf(run: RunRow): 'succeeded' | 'succeeded_with_errors' {
  return parsePlanFacts(run.plan)?.hasErrors === true ? 'succeeded_with_errors' : 'succeeded'
}

/** Brings `/results` up to date with a run that ended, or waits, and gives it back. */
async function report(context: WorkContext, run: RunRow): Promise<RunRow> {
  await writeResults(context, run)
  const reported = await context.db
    .updateTable('run')
    .set({ ...NOBODYS, report_due: 0, attempts: 0 })
    .where('id', '=', run.id)
    .where('fence', '=', run.fence)
    .returningAll()
    .executeTakeFirst()
  if (!reported) throw new LostClaim(run.id)
  return reported
}

/** In the commit after which there is nothing more to do: one less to wait for. */
const NOBODYS = { lease_owner: null, lease_until: null } as const

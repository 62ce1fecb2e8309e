/**
 * Taking a run back is a run itself: it comes as a small file, waits its turn, is planned, applied in one commit and
 * reported like any other, and so can be taken back again.
 */
import { type UndoRequest, undoRequestSchema } from '../../schemas/undo.ts'
import { dayIn } from '../clock.ts'
import type { Db } from '../db/open.ts'
import type { RunRow } from '../db/tables.ts'
import { ImportError } from '../errors.ts'
import { deliveryPath } from '../files.ts'
import { IntMap } from '../plan/int-map.ts'
import { type Outcome, Outcomes } from '../plan/outcomes.ts'
import { statusOf } from '../plan/person.ts'
import type { PlannedRow } from '../plan/planner.ts'
import { labelsOf } from '../report/row-report.ts'
import { everyLabel } from '../roster/demographics.ts'
import { type UndoneOne, UndoPlan } from '../roster/undo.ts'
import type { Undoing } from '../roster/undo-case.ts'
import { IssueList } from '../table/issue-list.ts'
import type { Decision, Delivery } from '../types.ts'
import { find } from './ledger.ts'
import { approveOwn } from './own-plan.ts'
import { fileOwnRequest, readOwnRequest } from './own-request.ts'
import { pinnedBut } from './pins.ts'
import { type PlanFacts, parsePlanFacts } from './plan-facts.ts'
import { clearPlan, planSink } from './plan-store.ts'
import { refusePoison, Stopping, type WorkContext } from './work.ts'

/** Name of the source that undo runs come from. */
export const UNDO_SOURCE = 'undo'

/** The plan of a run, where the run can be taken back. Throws `RUN_NOT_UNDOABLE`. */
export function assertUndoable(run: RunRow): PlanFacts & { readonly positionAfter: number } {
  const refuse = (problem: string) => new ImportError('RUN_NOT_UNDOABLE', { id: run.id, problem })
  if (run.state === 'undone') throw refuse('it is undone already')
  if (run.state !== 'succeeded' && run.state !== 'succeeded_with_errors')
    throw refuse(`its state is ${run.state}, and only what was applied can be undone`)
  const facts = parsePlanFacts(run.plan)
  if (facts === null || facts.positionAfter === null) throw refuse('nothing is known of what it did')
  if (facts.positionAfter === facts.position) throw refuse('it changed nobody')
  return { ...facts, positionAfter: facts.positionAfter }
}

/** Asks for a run to be taken back. Throws `RUN_NOT_UNDOABLE`. */
export async function requestUndo(
  context: Parameters<typeof fileOwnRequest>[0],
  run: RunRow,
  { by, reason }: Decision,
): Promise<Delivery> {
  assertUndoable(run)
  const body: UndoRequest = { kind: 'undo', run: run.id, reason: reason ?? null }
  const fileName = `undo of ${run.file_name}`
  const of = { accountId: run.account_id, source: UNDO_SOURCE, fileName, sentBy: by }
  return await fileOwnRequest(context, { ...of, body })
}

/** What taking the run back would do now. Throws `RUN_NOT_UNDOABLE`. */
export async function openUndo(db: Db, run: RunRow, now: Date): Promise<UndoPlan> {
  const { position, positionAfter } = assertUndoable(run)
  const range = { accountId: run.account_id, run: run.id, after: position, upTo: positionAfter }
  const pinned = await pinnedBut(db, run, await todayOf(db, run, now))
  return await UndoPlan.open(db, range, pinned)
}

/** Plans what the file asks for. Whoever asked has seen it, and what was done since is never touched: so it goes on. */
export async function planUndo(context: WorkContext, claimed: RunRow): Promise<void> {
  const { db } = context
  refusePoison(claimed)
  const key = { accountId: claimed.account_id, run: claimed.id }
  const path = deliveryPath(context.dataDir, { accountId: key.accountId, id: key.run })
  const request = await readOwnRequest(context, claimed, undoRequestSchema)
  await clearPlan(db, key)
  const target = await find(db, request.run)
  if (target?.account_id !== key.accountId) throw new ImportError('RUN_UNKNOWN', { id: request.run })
  const undo = await openUndo(db, target, context.clock.now())
  const made = await keepPlan(context, claimed, { undo, target })
  await approveOwn(context, claimed, { path, ...made, reason: request.reason, undoes: target.id })
}

interface ToKeep {
  readonly undo: UndoPlan
  readonly target: RunRow
}

async function keepPlan(
  context: WorkContext,
  run: RunRow,
  { undo, target }: ToKeep,
): Promise<{ issues: IssueList; outcomes: Outcomes }> {
  const sink = planSink(context.db, { accountId: run.account_id, run: run.id }, run)
  const [issues, outcomes] = [new IssueList(), new Outcomes()]
  const today = await todayOf(context.db, run, context.clock.now())
  const labelOf = labelsOf(await everyLabel(context.db, run.account_id))
  for await (const batch of undo.batches()) {
    if (context.isStopping()) throw new Stopping()
    const rows = batch.map((one) => {
      const row = outcomes.length + 1
      settle(outcomes, one, today)
      addIssues(issues, one.undoing, { row, labelOf })
      return plannedRow(one, row)
    })
    await sink.rows(rows, issues.take())
    context.onProgress(run.id, { phase: 'reading', done: outcomes.length, total: undo.size })
  }
  for (const { label } of parsePlanFacts(target.plan)?.newDemographics ?? [])
    issues.add('UNDO_DEMOGRAPHIC_KEPT', {}, { label })
  const lines = new IntMap()
  for (const [person, manager] of undo.lines()) lines.set(person, manager)
  await sink.finish(outcomes, lines, issues.take())
  return { issues, outcomes }
}

/** Whether nothing of what the run did to the person is taken back. */
export function isKept({ action, changes, lineBack }: Undoing): boolean {
  return action === 'restore' && changes.length === 0 && lineBack === null
}

function outcomeOf(undoing: Undoing): Outcome {
  if (isKept(undoing)) return undoing.kept.length > 0 ? 'rejected' : 'unchanged'
  return OUTCOME_OF[undoing.action]
}

const OUTCOME_OF = { remove: 'removed', recreate: 'created', restore: 'updated' } as const
const ACTION_OF = { remove: 'remove', recreate: 'create', restore: 'update' } as const

function settle(outcomes: Outcomes, { undoing, now }: UndoneOne, today: string): void {
  const outcome = outcomeOf(undoing)
  outcomes.add(undoing.line, outcome)
  if (outcome !== 'updated' || now === null) return
  const core = { ...now.core, ...Object.fromEntries(undoing.changes.map(([key, , value]) => [key, value])) }
  outcomes.settle(outcomes.length, {
    ...{ outcome, isMatched: true, before: statusOf(now.core, today), after: statusOf(core, today) },
    ...{
      isOnlyManager: false,
      leavesSoon: false,
      leavesOn: null,
      replaces: false,
      hasNewId: false,
      guards: [],
    },
  })
}

function plannedRow({ undoing, now }: UndoneOne, row: number): PlannedRow {
  const { personId, line, kept, changes } = undoing
  const codes = [...new Set(kept.map(({ reason }) => reason))]
  const of = { row, line, personId, matchedBy: 'none' as const, codes }
  if (isKept(undoing))
    return { ...of, action: kept.length > 0 ? 'reject' : 'unchanged', version: null, changes: [] }
  // A reporting line alone is set with the others at the end.
  if (undoing.action === 'restore' && changes.length === 0)
    return { ...of, action: 'unchanged', version: null, changes: [] }
  return { ...of, action: ACTION_OF[undoing.action], version: now?.version ?? null, changes }
}

function addIssues(
  issues: IssueList,
  undoing: Undoing,
  { row, labelOf }: { row: number; labelOf: ReturnType<typeof labelsOf> },
): void {
  const severity = isKept(undoing) ? 'row' : 'cell'
  for (const { field, reason } of undoing.kept) {
    const what = field === null ? 'The person' : labelOf(field)
    const place = { row, line: undoing.line, field: field === null ? null : labelOf(field) }
    issues.add(reason, place, { what }, severity)
  }
}

async function todayOf(db: Db, run: RunRow, now: Date): Promise<string> {
  const { timezone } = await db
    .selectFrom('account')
    .select('timezone')
    .where('id', '=', run.account_id)
    .executeTakeFirstOrThrow()
  return dayIn(timezone, now)
}

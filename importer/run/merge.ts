/** A merge is a run like any other: asked for by a small file, planned, applied in one commit, and undone like one. */
import { type MergePreview, type MergeRequest, mergeRequestSchema } from '../../schemas/merge.ts'
import type { Db } from '../db/open.ts'
import type { RunRow } from '../db/tables.ts'
import { ImportError } from '../errors.ts'
import { deliveryPath } from '../files.ts'
import { IntMap } from '../plan/int-map.ts'
import { Outcomes } from '../plan/outcomes.ts'
import type { Person } from '../plan/person.ts'
import type { PlannedRow } from '../plan/planner.ts'
import { labelsOf } from '../report/row-report.ts'
import { toPerson } from '../roster/employee.ts'
import { dropped, type Merged, merged, type Two } from '../roster/merge.ts'
import { managersAbove, rosterView } from '../roster/past.ts'
import { findPerson } from '../roster/past-find.ts'
import { IssueList } from '../table/issue-list.ts'
import type { Account, Decision, Delivery } from '../types.ts'
import { approveOwn } from './own-plan.ts'
import { fileOwnRequest, readOwnRequest } from './own-request.ts'
import { clearPlan, planSink } from './plan-store.ts'
import { refusePoison, type WorkContext } from './work.ts'

/** Name of the source that merges come from. */
export const MERGE_SOURCE = 'merge'

/** Two people by an Employee Id or Email each. */
export interface Pair {
  readonly keep: string
  readonly other: string
}

/** What the merge would do now. Throws `EMPLOYEE_UNKNOWN`, `MERGE_REFUSED`. */
export async function previewMerge(db: Db, account: Account, pair: Pair): Promise<MergePreview> {
  const ids = await numbersOf(db, account, pair)
  const { two, result } = await openMerge(db, account.id, ids)
  const label = labelsOf(await rosterView(db, account.id, null).demographics())
  return {
    ...{
      account: account.slug,
      keep: named(two.keep),
      other: named(two.other),
      reports: result.reports.length,
    },
    taken: result.changes.map(([key, , value]) => ({ field: label(key), value })),
    dropped: dropped(two).map(([key, keep, other]) => ({ field: label(key), keep, other })),
  }
}

/** Asks for the merge. Throws `EMPLOYEE_UNKNOWN`, `MERGE_REFUSED`. */
export async function requestMerge(
  context: Parameters<typeof fileOwnRequest>[0] & { readonly db: Db },
  account: Account,
  pair: Pair,
  { by, reason }: Decision,
): Promise<Delivery> {
  const ids = await numbersOf(context.db, account, pair)
  await openMerge(context.db, account.id, ids)
  const body: MergeRequest = { kind: 'merge', ...ids, reason: reason ?? null }
  const fileName = `merge of person ${ids.other} into ${ids.keep}`
  return await fileOwnRequest(context, {
    accountId: account.id,
    source: MERGE_SOURCE,
    fileName,
    sentBy: by,
    body,
  })
}

/** Plans what the file asks for. */
export async function planMerge(context: WorkContext, run: RunRow): Promise<void> {
  const { db } = context
  refusePoison(run)
  const key = { accountId: run.account_id, run: run.id }
  const path = deliveryPath(context.dataDir, { accountId: key.accountId, id: key.run })
  const request = await readOwnRequest(context, run, mergeRequestSchema)
  await clearPlan(db, key)
  const { two, result } = await openMerge(db, run.account_id, request)
  const [issues, outcomes, lines] = [new IssueList(), new Outcomes(), new IntMap()]
  issues.add('MERGE_KEPT', { row: KEPT_ROW, line: 0 }, { other: two.other.id })
  const rows = rowsOf(two, result)
  for (const { action } of rows) outcomes.add(0, action === 'remove' ? 'removed' : 'updated')
  for (const [person, manager] of result.lines) lines.set(person, manager)
  const sink = planSink(db, key, run)
  await sink.rows(rows, issues.take())
  await sink.finish(outcomes, lines, [])
  await approveOwn(context, run, { path, outcomes, issues, reason: request.reason })
}

/** The row of the plan that is about the one who stays. */
const KEPT_ROW = 2

function rowsOf({ keep, other }: Two, { changes, reports }: Merged): PlannedRow[] {
  const of = (row: number, { id, version }: Person) => {
    return { row, line: 0, personId: id, version, matchedBy: 'none' as const, codes: [], changes: [] }
  }
  const action = (some: readonly unknown[]) => (some.length > 0 ? 'update' : 'unchanged')
  return [
    { ...of(1, other), action: 'remove' },
    { ...of(KEPT_ROW, keep), action: action(changes), changes, codes: ['MERGE_KEPT'] },
    ...reports.map((one, at) => ({
      ...of(KEPT_ROW + 1 + at, one.person),
      ...({ action: action(one.changes), changes: one.changes } as const),
    })),
  ]
}

async function numbersOf(
  db: Db,
  account: Account,
  { keep, other }: Pair,
): Promise<{ keep: number; other: number }> {
  const view = rosterView(db, account.id, null)
  const kept = await findPerson(db, account, { key: keep, position: null, view })
  const gone = await findPerson(db, account, { key: other, position: null, view })
  if (kept.isRemoved || gone.isRemoved) throw refused('one of them was removed already')
  return { keep: kept.row.id, other: gone.row.id }
}

async function openMerge(
  db: Db,
  accountId: string,
  ids: { readonly keep: number; readonly other: number },
): Promise<{ two: Two; result: Merged }> {
  if (ids.keep === ids.other) throw refused('both are the same person')
  const view = rosterView(db, accountId, null)
  const rows = await view.rows([ids.keep, ids.other])
  const [keep, other] = [rows.get(ids.keep), rows.get(ids.other)]
  if (keep === undefined || other === undefined) throw refused('one of them is not there any more')
  const reports = await db
    .selectFrom('employee')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('manager_id', '=', ids.other)
    .orderBy('id')
    .execute()
  const two: Two = {
    ...{ keep: toPerson(keep), other: toPerson(other), reports: reports.map(toPerson) },
    above: {
      keep: await managersAbove(view, keep.manager_id),
      other: await managersAbove(view, other.manager_id),
    },
  }
  const result = merged(two)
  if (result === null) throw refused('somebody between them would report to themselves')
  return { two, result }
}

function named({ id, core }: Person): MergePreview['keep'] {
  return { id, name: core.name, employeeId: core.employeeId, email: core.email }
}

function refused(problem: string): ImportError {
  return new ImportError('MERGE_REFUSED', { problem })
}

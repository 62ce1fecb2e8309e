/** A correction by hand is a run like any other: asked for by a small file, planned, applied in one commit, undone like one. */
import {
  EDIT_SOURCE,
  type Edit,
  type EditPreview,
  type EditRequest,
  editRequestSchema,
} from '../../schemas/edit.ts'
import { dayIn } from '../clock.ts'
import type { Db } from '../db/open.ts'
import type { EmployeeRow, RunRow } from '../db/tables.ts'
import { deliveryPath } from '../files.ts'
import type { Change, RowValue } from '../plan/diff.ts'
import { edited } from '../plan/edit.ts'
import { IntMap } from '../plan/int-map.ts'
import { Outcomes } from '../plan/outcomes.ts'
import type { Person, Status, ValueKey } from '../plan/person.ts'
import { describeCode } from '../report/issue-text.ts'
import { type Lines, linesAfter } from '../roster/edit.ts'
import { toPerson } from '../roster/employee.ts'
import { rosterView } from '../roster/past.ts'
import { findPerson } from '../roster/past-find.ts'
import { IssueList } from '../table/issue-list.ts'
import type { Account, Decision, Delivery } from '../types.ts'
import { readValues, refusedEdit } from './edit-values.ts'
import { namesOfFields } from './fields.ts'
import { approveOwn } from './own-plan.ts'
import { fileOwnRequest, readOwnRequest } from './own-request.ts'
import { assertPinnable } from './pin.ts'
import { clearPlan, planSink } from './plan-store.ts'
import { refusePoison, type WorkContext } from './work.ts'

/** What is changed on whom; the person by an Employee Id or Email. */
export interface EditOf {
  readonly account: Account
  readonly key: string
  readonly edit: Edit
}

interface Place {
  readonly db: Db
  readonly now: Date
}

/** What the correction would do now. Throws `EMPLOYEE_UNKNOWN`, `FIELD_UNKNOWN`, `EDIT_REFUSED`. */
export async function previewEdit({ db, now }: Place, of: EditOf): Promise<EditPreview> {
  const { account, edit } = of
  const { person, values, changes, lines } = await open({ db, now }, of)
  const nameOf = await namesOfFields(db, account.id)
  return {
    ...{ account: account.slug, person: named(person) },
    changes: changes.map(([key, before, after]) => ({ field: nameOf(key), before, after })),
    pinned: edit.pin === null ? [] : values.map(({ key }) => nameOf(key)),
    manager: lines.isMoved ? { before: lines.before, after: lines.after } : null,
    reports: lines.waiting.length,
  }
}

/** Asks for the correction. Throws `EMPLOYEE_UNKNOWN`, `FIELD_UNKNOWN`, `EDIT_REFUSED`. */
export async function requestEdit(
  context: Parameters<typeof fileOwnRequest>[0] & { readonly db: Db },
  of: EditOf,
  { by, reason }: Decision,
): Promise<Delivery> {
  const { person, values } = await open({ db: context.db, now: context.clock.now() }, of)
  const { id, name, employeeId, email } = named(person)
  const body: EditRequest = {
    ...{ kind: 'edit', person: id, reason: reason ?? null, pin: of.edit.pin },
    called: [name, employeeId, email].filter((one) => one !== null),
    values: values.map(({ key, value }) => [key, value ?? null]),
  }
  const fileName = `correction of person ${id}`
  const from = { accountId: of.account.id, source: EDIT_SOURCE, fileName, sentBy: by }
  return await fileOwnRequest(context, { ...from, body })
}

/** Plans what the file asks for. */
export async function planEdit(context: WorkContext, run: RunRow): Promise<void> {
  const { db, clock } = context
  refusePoison(run)
  const key = { accountId: run.account_id, run: run.id }
  const path = deliveryPath(context.dataDir, { accountId: key.accountId, id: key.run })
  const request = await readOwnRequest(context, run, editRequestSchema)
  await clearPlan(db, key)
  const row = (await rosterView(db, key.accountId, null).rows([request.person])).get(request.person)
  if (row === undefined) throw refusedEdit('the person is not there any more')
  const { timezone } = await db
    .selectFrom('account')
    .select('timezone')
    .where('id', '=', key.accountId)
    .executeTakeFirstOrThrow()
  const values = request.values.map(([key, value]) => ({ key: key as ValueKey, value })) // written by `requestEdit`
  const made = await make(db, { accountId: key.accountId, row, values, today: dayIn(timezone, clock.now()) })
  const [issues, outcomes, lines] = [new IssueList(), new Outcomes(), new IntMap()]
  for (const [person, manager] of made.lines.pairs) lines.set(person, manager)
  settle(outcomes, made)
  const sink = planSink(db, key, run)
  const of = {
    row: 1,
    line: 0,
    personId: row.id,
    version: row.version,
    matchedBy: 'none',
    codes: [],
  } as const
  const { changes } = made
  await sink.rows([{ ...of, action: changes.length > 0 ? 'update' : 'unchanged', changes }], [])
  await sink.finish(outcomes, lines, [])
  await approveOwn(context, run, { path, outcomes, issues, reason: request.reason })
}

interface Made {
  readonly person: Person
  readonly values: readonly RowValue[]
  readonly changes: readonly Change[]
  readonly before: Status
  readonly after: Status
  readonly lines: Lines
}

async function open({ db, now }: Place, { account, key, edit }: EditOf): Promise<Made> {
  const view = rosterView(db, account.id, null)
  const { row, isRemoved } = await findPerson(db, account, { key, position: null, view })
  if (isRemoved) throw refusedEdit('the person was removed')
  const values = await readValues(db, account.id, edit.values)
  if (values.length === 0) throw refusedEdit('no value is given')
  assertPinnable(edit.pin?.until ?? null, dayIn(account.timezone, now))
  return await make(db, { accountId: account.id, row, values, today: dayIn(account.timezone, now) })
}

interface ToMake {
  readonly accountId: string
  readonly row: EmployeeRow
  readonly values: readonly RowValue[]
  readonly today: string
}

async function make(db: Db, { accountId, row, values, today }: ToMake): Promise<Made> {
  const person = toPerson(row)
  const result = edited(person, values, today)
  if ('refused' in result) {
    const { message } = describeCode(result.refused.code, {})
    throw refusedEdit(message.replace(/\.$/, ''))
  }
  const lines = await linesAfter(db, accountId, { person, changes: result.changes })
  if ('problem' in lines) throw refusedEdit(lines.problem)
  return { person, values, ...result, lines }
}

function settle(outcomes: Outcomes, { changes, before, after }: Made): void {
  const outcome = changes.length > 0 ? 'updated' : 'unchanged'
  outcomes.add(0, outcome)
  outcomes.settle(1, {
    ...{ outcome, isMatched: true, before, after, guards: [] },
    ...{ isOnlyManager: false, leavesSoon: false, leavesOn: null, replaces: false, hasNewId: false },
  })
}

function named({ id, core }: Person): EditPreview['person'] {
  return { id, name: core.name, employeeId: core.employeeId, email: core.email }
}

/** One person as they are, or were, with where everything came from and what was refused. Reads only. */
import { sql } from 'kysely'
import type { Employee, NamedPerson, Origin } from '../../schemas/employee.ts'
import { ISSUES, type IssueCode, isIssueCode } from '../../schemas/issues.ts'
import type { Severity } from '../../schemas/run.ts'
import { isAnyOf } from '../db/bulk.ts'
import type { Db } from '../db/open.ts'
import type { EmployeeRow } from '../db/tables.ts'
import { demographicKey, statusOf, storedValue, type ValueKey } from '../plan/person.ts'
import { describeIssue } from '../report/issue-text.ts'
import { labelsOf } from '../report/row-report.ts'
import { everyLabel } from '../roster/demographics.ts'
import { toPerson } from '../roster/employee.ts'
import { EXPORTED } from '../roster/export.ts'
import type { RosterView } from '../roster/past.ts'
import { findPerson, lastOf, reportsAt } from '../roster/past-find.ts'
import { REDACTED } from '../roster/past-person.ts'
import { type HistoryEntry, type Provenance, provenanceOf, toldChanges } from '../roster/provenance.ts'
import type { Account } from '../types.ts'
import { rosterAsOf } from './as-of.ts'
import { pinsOf } from './pins.ts'
import { parsePlanFacts } from './plan-facts.ts'
import { isOwnSource } from './source.ts'

/** Changes, and refusals, that are told at most. */
const TOLD_MAX = 500
/** A reporting line is never that long; one that is broken must not be followed for ever. */
const LEVELS_MAX = 100

export interface EmployeeQuestion {
  /** An Employee Id or Email, also a former one. */
  readonly key: string
  readonly now: Date
  readonly asOf?: string | undefined
}

/** Throws `EMPLOYEE_UNKNOWN`, `AS_OF_INVALID`, `RUN_UNKNOWN`. */
export async function employeeOf(db: Db, account: Account, question: EmployeeQuestion): Promise<Employee> {
  const { key, now, asOf } = question
  const { view, position, today } = await rosterAsOf(db, account, now, asOf)
  const { row, isRemoved } = await findPerson(db, account, { key, position, view })
  const labels = labelsOf(await everyLabel(db, account.id))
  const history = await historyOf(db, account.id, { person: row.id, position })
  const merged = await mergedInto(db, account.id, { person: row.id, position })
  const told = [...history, ...merged.flatMap((one) => one.history)]
  const runs = await runsOf(db, [...new Set(told.map(({ run }) => run))])
  const inherited = new Map(merged.map((one) => [one.run, provenanceOf(one.history)]))
  const person = toPerson(row)
  return {
    ...{ id: row.id, account: account.slug, asOf: asOf ?? null },
    status: isRemoved ? 'removed' : statusOf(person.core, today),
    values: valuesOf(row, provenanceOf(history, inherited), (entry) => originOf(entry, runs), labels),
    pins: position === null && !isRemoved ? await pinsShown(db, account.id, { row, today, labels }) : [],
    reportsTo: await lineOf(view, row),
    reports: isRemoved ? 0 : await reportsAt(db, { accountId: account.id, position, view }, row.id),
    merged: merged.map(({ run, person: other }) => ({ run, ...other })),
    refused: await refusedOf(db, account.id, { person: row.id, position }),
    changes: toldChanges(history)
      .slice(0, TOLD_MAX)
      .map(({ what, field, before, after, entry }) => ({
        ...originOf(entry, runs),
        ...{ what, field: field === null ? null : labels(field as ValueKey), before, after }, // of our own history
      })),
  }
}

function valuesOf(
  row: EmployeeRow,
  provenance: ReadonlyMap<string, Provenance>,
  from: (entry: HistoryEntry) => Origin,
  labelOf: (key: ValueKey) => string,
): Employee['values'] {
  const person = toPerson(row)
  const demographics = new Set([...Object.keys(person.demographics), ...demographicsIn(provenance)])
  const keys = [
    ...EXPORTED.map(({ field }) => field as ValueKey), // holds core fields only
    ...[...demographics]
      .map(Number)
      .sort((a, b) => a - b)
      .map(demographicKey),
  ]
  return keys.flatMap((key) => {
    const value = storedValue(person, key)
    const known = provenance.get(key)
    // Of somebody who was never deactivated nobody has said so.
    if ((value === null || key === 'deactivated') && known === undefined) return []
    const isKnown = known !== undefined && known.value === value
    const { previous = null } = isKnown ? known : {}
    return {
      ...{ field: labelOf(key), value, from: isKnown ? from(known.entry) : null },
      previous:
        previous === null
          ? null
          : { value: previous.value, from: previous.entry === null ? null : from(previous.entry) },
    }
  })
}

function demographicsIn(provenance: ReadonlyMap<string, Provenance>): string[] {
  return [...provenance.keys()].filter((key) => /^d\d+$/.test(key)).map((key) => key.slice(1))
}

async function pinsShown(
  db: Db,
  accountId: string,
  { row, today, labels }: { row: EmployeeRow; today: string; labels: (key: ValueKey) => string },
): Promise<Employee['pins']> {
  return (await pinsOf(db, accountId, row.id, today)).map(({ field, until, by, at }) => ({
    ...{ field: labels(field as ValueKey), until, by, at }, // written by `setPin`
  }))
}

/** The own manager first. */
async function lineOf(view: RosterView, row: EmployeeRow): Promise<NamedPerson[]> {
  const line: NamedPerson[] = []
  for (let next = row.manager_id; next !== null && line.length < LEVELS_MAX; ) {
    const manager = (await view.rows([next])).get(next)
    if (manager === undefined) break
    const { id, name, employee_id: employeeId, email } = manager
    line.push({ id, name, employeeId, email })
    next = manager.manager_id
  }
  return line
}

export interface Of {
  readonly person: number
  readonly position: number | null
}

async function historyOf(db: Db, accountId: string, { person, position }: Of): Promise<HistoryEntry[]> {
  let query = db
    .selectFrom('history')
    .select(['seq', 'field', 'before', 'after', 'run_id as run', 'source', 'line', 'at'])
    .where('account_id', '=', accountId)
    .where('person_id', '=', person)
    .where('field', '<>', REDACTED)
  if (position !== null) query = query.where('seq', '<=', position)
  return await query.orderBy('seq').execute()
}

export interface MergedOne {
  readonly run: string
  readonly person: NamedPerson
  readonly history: readonly HistoryEntry[]
}

/** Others who were merged into the person and still are. */
export async function mergedInto(db: Db, accountId: string, { person, position }: Of): Promise<MergedOne[]> {
  const rows = await db
    .selectFrom('plan_row')
    .innerJoin('run', 'run.id', 'plan_row.run_id')
    .innerJoin('run_issue', (join) =>
      join
        .onRef('run_issue.account_id', '=', 'plan_row.account_id')
        .onRef('run_issue.run_id', '=', 'plan_row.run_id')
        .onRef('run_issue.row', '=', 'plan_row.row'),
    )
    .select(['run.id', 'run.plan', 'run_issue.params'])
    .where('plan_row.account_id', '=', accountId)
    .where('plan_row.person_id', '=', person)
    .where(sql<boolean>`plan_row.codes <> ''`)
    .where('run_issue.code', '=', 'MERGE_KEPT')
    .where('run.state', 'in', ['applied', 'reported', 'succeeded', 'succeeded_with_errors'])
    .orderBy('run.id')
    .execute()
  const merged: MergedOne[] = []
  for (const { id: run, plan, params } of rows) {
    const { other } = JSON.parse(params) as { other: number } // written by merge.ts
    const after = parsePlanFacts(plan)?.positionAfter ?? 0
    if (position !== null && after > position) continue
    const [last] = await lastOf(db, accountId, { ids: [other], position: after })
    if (last === undefined) continue
    const { id, name, employee_id: employeeId, email } = last
    const history = await historyOf(db, accountId, { person: other, position: after })
    merged.push({ run, person: { id, name, employeeId, email }, history })
  }
  return merged
}

type RunInfo = {
  readonly source: string
  readonly fileName: string
  readonly position: number | null
  readonly at: string
  readonly by: string
}

async function runsOf(db: Db, ids: readonly string[]): Promise<Map<string, RunInfo>> {
  const rows = await db
    .selectFrom('run')
    .select(['id', 'source', 'file_name', 'plan', 'received_at', 'sent_by'])
    .where(isAnyOf(db, 'id', 'text', ids))
    .execute()
  return new Map(
    rows.map(({ id, source, file_name, plan, received_at, sent_by: by }) => {
      const position = parsePlanFacts(plan)?.position ?? null
      return [id, { source, fileName: file_name, position, at: received_at, by }]
    }),
  )
}

function originOf({ run, source, line, at }: HistoryEntry, runs: ReadonlyMap<string, RunInfo>): Origin {
  // An undo keeps the line of the file that it takes back, which is not its own.
  const hasLine = line > 0 && !isOwnSource(source)
  const { fileName = '', by = '' } = runs.get(run) ?? {}
  return { run, source, fileName, line: hasLine ? line : null, at, by }
}

/** A value that was not taken for a reason that is no fault of the file. */
const REFUSING = ['W_STICKY_DEACTIVATED', 'W_NOT_OWNER', 'W_PINNED'] as const satisfies readonly IssueCode[]

/** What rows about the person were told, beside what was only worth knowing. */
async function refusedOf(db: Db, accountId: string, { person, position }: Of): Promise<Employee['refused']> {
  const rows = await db
    .selectFrom('plan_row')
    .innerJoin('run_issue', (join) =>
      join
        .onRef('run_issue.account_id', '=', 'plan_row.account_id')
        .onRef('run_issue.run_id', '=', 'plan_row.run_id')
        .onRef('run_issue.row', '=', 'plan_row.row'),
    )
    .selectAll('run_issue')
    .where('plan_row.account_id', '=', accountId)
    .where('plan_row.person_id', '=', person)
    // Written out as in the index, which holds few rows because of it.
    .where(sql<boolean>`plan_row.codes <> ''`)
    .where((or) => or.or([or('severity', '<>', 'info'), or('code', 'in', REFUSING)]))
    .orderBy('run_issue.run_id', 'desc')
    .orderBy('run_issue.seq')
    .limit(TOLD_MAX)
    .execute()
  const untold = await untoldOf(db, accountId, person)
  const runs = await runsOf(db, [...new Set([...rows, ...untold].map(({ run_id }) => run_id))])
  return [...rows, ...untold]
    .toSorted(byRunLatestFirst)
    .slice(0, TOLD_MAX)
    .flatMap(({ run_id, code, severity, line, params, ...place }) => {
      const run = runs.get(run_id)
      const isLater = position !== null && (run?.position ?? 0) > position
      if (run === undefined || isLater || !isIssueCode(code)) return []
      // Written by the plan from these very types.
      const found = { ...place, code, severity: severity as Severity, line, params: JSON.parse(params) }
      const { field, message } = describeIssue(found)
      return {
        ...{ run: run_id, source: run.source, fileName: run.fileName, line, at: run.at, by: run.by },
        field,
        code,
        message,
      }
    })
}

function byRunLatestFirst(one: { readonly run_id: string }, other: { readonly run_id: string }): number {
  return one.run_id > other.run_id ? -1 : Number(one.run_id < other.run_id)
}

/** Of a code that a file has a thousand times, only the row still says that it was about this person. */
async function untoldOf(db: Db, accountId: string, person: number) {
  const rows = await db
    .selectFrom('plan_row')
    .leftJoin('run_issue', (join) =>
      join
        .onRef('run_issue.account_id', '=', 'plan_row.account_id')
        .onRef('run_issue.run_id', '=', 'plan_row.run_id')
        .onRef('run_issue.row', '=', 'plan_row.row'),
    )
    .select(['plan_row.run_id', 'plan_row.line', 'plan_row.row', 'plan_row.codes'])
    .where('plan_row.account_id', '=', accountId)
    .where('plan_row.person_id', '=', person)
    .where(sql<boolean>`plan_row.codes <> ''`)
    .where('run_issue.code', 'is', null)
    .orderBy('plan_row.run_id', 'desc')
    .limit(TOLD_MAX)
    .execute()
  const place = { column: null, field: null, header: null, value: null }
  return rows.flatMap(({ run_id, line, row, codes }) =>
    codes.split(' ').flatMap((code) => {
      if (!isIssueCode(code)) return []
      const { severity } = ISSUES[code]
      const isTold = severity !== 'info' || (REFUSING as readonly string[]).includes(code)
      return isTold ? [{ ...place, run_id, line, row, code, severity, params: GENERAL }] : []
    }),
  )
}

/** For sentences about one value, of which no more is known than that it was one. */
const GENERAL = JSON.stringify({
  ...{ why: 'it belongs to another source', by: 'somebody', until: '', fields: 'several values' },
  ...{ who: 'This person', what: 'A value', same: 'date of birth or start date' },
})

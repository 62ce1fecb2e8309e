/** A plan by page, for whoever must decide: filtered in the database, shown with the people it is about. */
import { type ExpressionBuilder, type Kysely, type RawBuilder, type SqlBool, sql } from 'kysely'
import { COLUMNS, CORE_FIELDS, emailKey } from '../../schemas/columns.ts'
import { headerKey } from '../../schemas/headers.ts'
import { isIssueCode } from '../../schemas/issues.ts'
import type { PlanFilter, PlanLine, PlanPage, PlanPlace } from '../../schemas/plan.ts'
import { isAnyOf } from '../db/bulk.ts'
import { engineOfDb } from '../db/dialect.ts'
import type { RunRow, Tables } from '../db/tables.ts'
import { ImportError } from '../errors.ts'
import type { ValueKey } from '../plan/person.ts'
import { labelsOf } from '../report/row-report.ts'
import { rosterLookup } from '../roster/lookup.ts'
import { parsePlanFacts } from './plan-facts.ts'
import { RowSet } from './row-set.ts'
import { StoredPlanRow } from './stored-row.ts'

type Db = Kysely<Tables>

const ROWS_A_PAGE = 50

/** Throws `REPORT_NOT_READY` for a run that has no plan yet, and `PLAN_CHOICE_INVALID`. */
export async function planPage(
  db: Db,
  run: RunRow,
  filter: PlanFilter,
  { after = 0, limit = ROWS_A_PAGE }: PlanPlace,
): Promise<PlanPage> {
  if (run.state === 'received' || run.state === 'reading')
    throw new ImportError('REPORT_NOT_READY', { id: run.id })
  const labels = await labelsInPlan(db, run)
  const found = await selectRows(db, run, condition(db, run, filter, labels), { after, limit: limit + 1 })
  const rows = found.slice(0, limit)
  const people = await peopleOf(db, run.account_id, rows)
  return {
    run: run.id,
    rows: rows.map((row) => lineOf(row, people, labelsOf(labels))),
    next: found.length > limit ? (rows.at(-1)?.row ?? null) : null,
  }
}

/** The rows of the plan that a filter lets pass and that would change somebody, in order, in batches. */
export async function* chosenRows(
  db: Db,
  run: RunRow,
  filter: PlanFilter,
): AsyncGenerator<readonly StoredPlanRow[]> {
  const passes = condition(db, run, filter, await labelsInPlan(db, run))
  const changing: Condition = (of) => of.and([of('action', 'in', ['create', 'update']), passes(of)])
  for (let after = 0; ; ) {
    const rows = await selectRows(db, run, changing, { after, limit: 1_000 })
    const last = rows.at(-1)
    if (!last) return
    yield rows
    after = last.row
  }
}

type Condition = (
  of: ExpressionBuilder<Tables, 'plan_row'>,
) => ReturnType<ExpressionBuilder<Tables, 'plan_row'>['and']>

async function selectRows(
  db: Db,
  run: RunRow,
  passes: Condition,
  { after, limit }: Required<PlanPlace>,
): Promise<StoredPlanRow[]> {
  const rows = await db
    .selectFrom('plan_row')
    .selectAll()
    .where('account_id', '=', run.account_id)
    .where('run_id', '=', run.id)
    .where('row', '>', after)
    .where(passes)
    .orderBy('row')
    .limit(limit)
    .execute()
  return rows.map((row) => new StoredPlanRow(row))
}

/** Label -> number, also of the demographics that only this plan would make. */
async function labelsInPlan(db: Db, run: RunRow): Promise<Map<string, number>> {
  const labels = await rosterLookup(db, run.account_id).demographics()
  for (const { id, label } of parsePlanFacts(run.plan)?.newDemographics ?? []) labels.set(label, id)
  return labels
}

function condition(db: Db, run: RunRow, filter: PlanFilter, labels: ReadonlyMap<string, number>): Condition {
  const { action, code, field, person, rows } = filter
  const key = field === undefined ? undefined : keyOf(field, labels)
  const spans = rows === undefined ? [] : [...RowSet.parse(rows).spans()]
  if (code !== undefined && !isIssueCode(code)) throw invalid(`there is no code ${code}`)
  return (of) =>
    of.and([
      ...(action === undefined ? [] : [of('action', '=', action)]),
      ...(code === undefined ? [] : [concerns(code)]),
      ...(key === undefined ? [] : [changesKey(key)]),
      ...(person === undefined ? [] : [isAbout(db, run.account_id, person)]),
      ...(spans.length === 0
        ? []
        : [of.or(spans.map(([from, to]) => sql<SqlBool>`row between ${from} and ${to}`))]),
    ])
}

function keyOf(field: string, labels: ReadonlyMap<string, number>): ValueKey {
  const label = labels.get(field)
  if (label !== undefined) return `d${label}`
  const wanted = headerKey(field)
  const column = COLUMNS.find(({ header, aliases }) =>
    [header, ...aliases].some((name) => headerKey(name) === wanted),
  )
  const stored = CORE_FIELDS.find((one) => one === column?.field)
  if (stored === undefined) throw invalid('there is no such field')
  return stored
}

/** The rows that carry a code; of a guard over the whole file, those that it counted or that are worth a look for it. */
function concerns(code: string): RawBuilder<SqlBool> {
  const byWhole = COUNTED_BY[code]
  return byWhole ?? sql<SqlBool>`(' ' || codes || ' ') like ${`% ${escaped(code)} %`} escape '!'`
}

/** `changes` is our own JSON: a quote within a value is written otherwise, so `["name",` is only ever a key. */
function changesKey(key: string): RawBuilder<SqlBool> {
  return sql<SqlBool>`changes like ${`%["${key}",%`}`
}

const COUNTED_BY: Readonly<Record<string, RawBuilder<SqlBool>>> = {
  GUARD_MASS_NEW: sql<SqlBool>`action = 'create'`,
  GUARD_LEAVERS_AHEAD: sql<SqlBool>`action = 'update' and changes like '%["endDate",%'`,
  GUARD_MASS_LEAVERS: sql<SqlBool>`action = 'update' and (changes like '%["endDate",%' or changes like '%["deactivated",%')`,
  GUARD_MASS_UPDATES: sql<SqlBool>`action = 'update'`,
  GUARD_KEY_CHANGE: sql<SqlBool>`action = 'update' and changes like '%["employeeId","%'`,
  GUARD_MASS_ERRORS: sql<SqlBool>`action = 'reject'`,
}

/** Whom the roster knows by this key, and whom the row would give it. */
function isAbout(db: Db, accountId: string, person: string): RawBuilder<SqlBool> {
  const [id, email] = [person.trim(), emailKey(person)]
  return sql<SqlBool>`(person_id in (select id from employee
      where account_id = ${accountId} and (employee_id = ${id} or email = ${email}))
    or ${gives(db, 'employeeId', id)} or ${gives(db, 'email', email)})`
}

function gives(db: Db, key: 'employeeId' | 'email', value: string): RawBuilder<SqlBool> {
  // The text is looked through first: few rows hold it, and to take JSON apart costs more.
  const holds = sql`changes like ${`%${escaped(JSON.stringify(value))}%`} escape '!'`
  return engineOfDb(db) === 'sqlite'
    ? sql<SqlBool>`(${holds} and exists (select 1 from json_each(changes) as change
        where change.value ->> 0 = ${key} and change.value ->> 2 = ${value}))`
    : sql<SqlBool>`(${holds} and exists (select 1 from jsonb_array_elements(changes::jsonb) as change
        where change ->> 0 = ${key} and change ->> 2 = ${value}))`
}

function escaped(text: string): string {
  return text.replace(/[!%_]/g, '!$&')
}

interface Known {
  readonly name: string | null
  readonly employeeId: string | null
  readonly email: string | null
}

async function peopleOf(
  db: Db,
  accountId: string,
  rows: readonly StoredPlanRow[],
): Promise<Map<number, Known>> {
  const ids = rows.flatMap(({ personId }) => personId ?? [])
  if (ids.length === 0) return new Map()
  const found = await db
    .selectFrom('employee')
    .select(['id', 'name', 'employee_id as employeeId', 'email'])
    .where('account_id', '=', accountId)
    .where(isAnyOf(db, 'id', 'integer', ids))
    .execute()
  return new Map(found.map(({ id, ...known }) => [id, known]))
}

function lineOf(
  { row, line, action, personId, matchedBy, changes, codes }: StoredPlanRow,
  people: ReadonlyMap<number, Known>,
  labelOf: (key: ValueKey) => string,
): PlanLine {
  const known = personId === null ? undefined : people.get(personId)
  const value = (key: keyof Known) =>
    known === undefined ? (changes.find(([changed]) => changed === key)?.[2] ?? null) : known[key]
  const person = { name: value('name'), employeeId: value('employeeId'), email: value('email') }
  return {
    ...{ row, line, action, matchedBy, codes: [...codes] },
    person: personId === null ? null : { id: personId, ...person },
    changes: changes.map(([key, before, after]) => ({ field: labelOf(key), before, after })),
  }
}

function invalid(problem: string): ImportError {
  return new ImportError('PLAN_CHOICE_INVALID', { problem })
}

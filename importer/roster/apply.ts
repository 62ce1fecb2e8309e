/**
 * Writes a plan into the roster: the only code that changes employees. One transaction holds the people, their
 * history, the new demographics, the roster's position and the run's state, so a crash leaves all of it or none.
 */
import type { Transaction } from 'kysely'
import { type Columns, insertRows, isAnyOf, updateRows } from '../db/bulk.ts'
import type { EmployeeRow, HistoryTable, Tables } from '../db/tables.ts'
import type { Change } from '../plan/diff.ts'
import { IntMap } from '../plan/int-map.ts'
import { newRow, withValues } from './employee.ts'

/** One person's part of a plan. */
export type PersonPlan = NewPerson | ChangedPerson

interface NewPerson {
  readonly line: number
  readonly personId: number
  readonly version: null
  /** All that is known of them, and the same as JSON, which the history keeps. */
  readonly creation: { readonly values: Readonly<Record<string, string>>; readonly text: string }
}

interface ChangedPerson {
  readonly line: number
  readonly personId: number
  /** The version the change was made against. */
  readonly version: number
  readonly changes: readonly Change[]
}

export interface ApplyContext {
  readonly accountId: string
  readonly run: string
  readonly source: string
  /** Number of the last history row before this one. */
  readonly position: number
  /** ISO 8601, UTC. */
  readonly at: string
  /** Person -> manager, 0 for none. */
  readonly lines: IntMap
}

type Trx = Transaction<Tables>

const LINES_A_STATEMENT = 1_000

/** Applies people batch by batch; call `finish` after the last one. */
export class RosterWriter {
  readonly #trx: Trx
  readonly #context: ApplyContext
  readonly #written = new IntMap()
  #position: number

  constructor(trx: Trx, context: ApplyContext) {
    this.#trx = trx
    this.#context = context
    this.#position = context.position
  }

  /** Number of the last history row written. */
  get position(): number {
    return this.#position
  }

  async write(people: readonly PersonPlan[]): Promise<void> {
    const stored = await this.#rows(
      people.filter(({ version }) => version !== null).map(({ personId }) => personId),
    )
    const history: HistoryTable[] = []
    const created: EmployeeRow[] = []
    const updated: EmployeeRow[] = []
    const moved: EmployeeRow[] = []
    for (const plan of people) {
      this.#written.set(plan.personId, 1)
      const before = stored.get(plan.personId)
      // The position was checked, so nobody else can have written; if somebody did, nothing must be applied.
      if ((before?.version ?? null) !== plan.version) throw this.#moved(plan)
      if (plan.version === null) {
        created.push(this.#newRow(plan))
        history.push(this.#entry(plan, '*', null, plan.creation.text))
      } else if (before !== undefined) {
        const row = this.#changedRow(plan, before)
        const isMoved = INDEXED.some((column) => row[column] !== before[column])
        ;(isMoved ? moved : updated).push(row)
        for (const [key, old, after] of plan.changes) history.push(this.#entry(plan, key, old, after))
        if (row.manager_id !== before.manager_id)
          history.push(this.#entry(plan, MANAGER, textOf(before.manager_id), textOf(row.manager_id)))
      }
    }
    await insertRows(this.#trx, 'employee', EMPLOYEE, created)
    await updateRows(this.#trx, 'employee', EMPLOYEE, { set: PLAIN, by: KEY }, updated)
    await updateRows(this.#trx, 'employee', EMPLOYEE, { set: [...PLAIN, ...INDEXED], by: KEY }, moved)
    await insertRows(this.#trx, 'history', HISTORY, history)
  }

  /** Sets the lines of people whom no row touched: they waited for a manager who came with this run. */
  async finish(): Promise<void> {
    let some: Line[] = []
    for (const [id, manager] of this.#context.lines.entries()) {
      if (this.#written.has(id)) continue
      some.push([id, manager || null])
      if (some.length < LINES_A_STATEMENT) continue
      await this.#setLines(some)
      some = []
    }
    await this.#setLines(some)
  }

  /** Getting a manager is a change like any other: with a version, and told in the history. */
  async #setLines(lines: readonly Line[]): Promise<void> {
    if (lines.length === 0) return
    const stored = await this.#rows(lines.map(([id]) => id))
    const history: HistoryTable[] = []
    const rows = lines.flatMap(([id, manager_id]) => {
      const before = stored.get(id)
      if (before === undefined || before.manager_id === manager_id) return []
      history.push(
        this.#entry({ personId: id, line: 0 }, MANAGER, textOf(before.manager_id), textOf(manager_id)),
      )
      const { run: updated_run, at: updated_at } = this.#context
      return [{ ...before, manager_id, version: before.version + 1, updated_run, updated_at }]
    })
    await updateRows(this.#trx, 'employee', EMPLOYEE, { set: LINE, by: KEY }, rows)
    await insertRows(this.#trx, 'history', HISTORY, history)
  }

  async #rows(ids: readonly number[]): Promise<Map<number, EmployeeRow>> {
    if (ids.length === 0) return new Map()
    const rows = await this.#trx
      .selectFrom('employee')
      .selectAll()
      .where('account_id', '=', this.#context.accountId)
      .where(isAnyOf(this.#trx, 'id', 'integer', ids))
      .execute()
    return new Map(rows.map((row) => [row.id, row]))
  }

  #moved({ personId }: PersonPlan): Error {
    const { run } = this.#context
    return new Error(`run ${run}: person ${personId} is not at the version the plan was made against`)
  }

  #newRow({ personId, creation: { values } }: NewPerson): EmployeeRow {
    const { accountId, run, at, lines } = this.#context
    return newRow({ accountId, id: personId, run, at }, values, lines.get(personId) || null)
  }

  #changedRow({ personId, changes }: ChangedPerson, before: EmployeeRow): EmployeeRow {
    const { run, at, lines } = this.#context
    const row = withValues(
      before,
      changes.map(([key, , after]) => [key, after] as const),
    )
    row.version += 1
    row.updated_run = run
    row.updated_at = at
    if (lines.has(personId)) row.manager_id = lines.get(personId) || null
    return row
  }

  #entry(
    { personId, line }: Pick<PersonPlan, 'personId' | 'line'>,
    field: string,
    before: string | null,
    after: string | null,
  ): HistoryTable {
    const { accountId, run, source, at } = this.#context
    this.#position += 1
    return {
      ...{ account_id: accountId, seq: this.#position, person_id: personId, field, before, after },
      ...{ run_id: run, source, line, at },
    }
  }
}

/** Person and manager. */
type Line = readonly [person: number, manager: number | null]

/** Field of the history for who somebody reports to, by number. One who came later has no line in the file: 0. */
export const MANAGER = 'managerId'

function textOf(id: number | null): string | null {
  return id === null ? null : String(id)
}

const EMPLOYEE: Columns<'employee'> = {
  account_id: 'text',
  id: 'integer',
  version: 'integer',
  name: 'text',
  name_key: 'integer',
  preferred_name: 'text',
  employee_id: 'text',
  email: 'text',
  date_of_birth: 'text',
  start_date: 'text',
  end_date: 'text',
  language: 'text',
  manager_email: 'text',
  manager_employee_id: 'text',
  manager_id: 'integer',
  timezone: 'text',
  mobile_phone: 'text',
  deactivated: 'integer',
  demographics: 'text',
  created_run: 'text',
  updated_run: 'text',
  created_at: 'text',
  updated_at: 'text',
}
const KEY = ['account_id', 'id'] as const
/** Columns that change when somebody gets the manager they waited for. */
const LINE = ['manager_id', 'version', 'updated_run', 'updated_at'] as const
/** Columns of indexes: seldom changed, and setting one writes its index, also where the value stays the same. */
const INDEXED = [
  'name_key',
  'employee_id',
  'email',
  'manager_email',
  'manager_employee_id',
  'manager_id',
] as const
/** The other columns that an update may change: all but the key and who made the person. */
const PLAIN = [
  'version',
  'name',
  'preferred_name',
  'date_of_birth',
  'start_date',
  'end_date',
  'language',
  'timezone',
  'mobile_phone',
  'deactivated',
  'demographics',
  'updated_run',
  'updated_at',
] as const

export const HISTORY: Columns<'history'> = {
  account_id: 'text',
  seq: 'bigint',
  person_id: 'integer',
  field: 'text',
  before: 'text',
  after: 'text',
  run_id: 'text',
  source: 'text',
  line: 'integer',
  at: 'text',
}

/**
 * Writes a plan into the roster: the only code that changes employees. One transaction holds the people, their
 * history, the new demographics, the roster's position and the run's state, so a crash leaves all of it or none.
 */
import type { Transaction } from 'kysely'
import type { EmployeeRow, HistoryTable, Tables } from '../db/tables.ts'
import type { Change } from '../plan/diff.ts'
import { IntMap } from '../plan/int-map.ts'
import { blankRow, withValues } from './employee.ts'

/** One person's part of a plan. */
export interface PersonPlan {
  readonly line: number
  readonly personId: number
  /** null for a new person; otherwise the version the change was made against. */
  readonly version: number | null
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

/** Rows a statement: 22 columns each, below both engines' limit of parameters. */
const ROWS_A_STATEMENT = 500

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
    for (let at = 0; at < people.length; at += ROWS_A_STATEMENT) {
      await this.#writeSome(people.slice(at, at + ROWS_A_STATEMENT))
    }
  }

  /** Sets the lines of people whom no row touched: they waited for a manager who came with this run. */
  async finish(): Promise<void> {
    for (const [person, manager] of this.#context.lines.entries()) {
      if (this.#written.has(person)) continue
      await this.#trx
        .updateTable('employee')
        .set({ manager_id: manager || null })
        .where('account_id', '=', this.#context.accountId)
        .where('id', '=', person)
        .execute()
    }
  }

  async #writeSome(people: readonly PersonPlan[]): Promise<void> {
    const stored = await this.#stored(people)
    const rows: EmployeeRow[] = []
    const history: HistoryTable[] = []
    for (const plan of people) {
      rows.push(this.#rowOf(plan, stored))
      history.push(...this.#historyOf(plan))
      this.#written.set(plan.personId, 1)
    }
    await this.#trx
      .insertInto('employee')
      .values(rows)
      .onConflict((on) => on.columns(['account_id', 'id']).doUpdateSet((of) => Object.fromEntries(CHANGEABLE.map((column) => [column, of.ref(`excluded.${column}`)]))))
      .execute()
    for (let at = 0; at < history.length; at += ROWS_A_STATEMENT) {
      await this.#trx.insertInto('history').values(history.slice(at, at + ROWS_A_STATEMENT)).execute()
    }
  }

  async #stored(people: readonly PersonPlan[]): Promise<Map<number, EmployeeRow>> {
    const ids = people.filter((plan) => plan.version !== null).map((plan) => plan.personId)
    if (ids.length === 0) return new Map()
    const rows = await this.#trx
      .selectFrom('employee')
      .selectAll()
      .where('account_id', '=', this.#context.accountId)
      .where('id', 'in', ids)
      .execute()
    return new Map(rows.map((row) => [row.id, row]))
  }

  #rowOf(plan: PersonPlan, stored: Map<number, EmployeeRow>): EmployeeRow {
    const { accountId, run, at, lines } = this.#context
    const before = stored.get(plan.personId)
    // The position was checked, so nobody else can have written; if somebody did, nothing must be applied.
    if ((before?.version ?? null) !== plan.version) {
      throw new Error(`run ${run}: person ${plan.personId} is not at the version the plan was made against`)
    }
    const row = withValues(
      before ?? blankRow(accountId, plan.personId, run, at),
      plan.changes.map(([key, , after]) => [key, after] as const),
    )
    row.version += 1
    row.updated_run = run
    row.updated_at = at
    if (lines.has(plan.personId)) row.manager_id = lines.get(plan.personId) || null
    return row
  }

  #historyOf(plan: PersonPlan): HistoryTable[] {
    const { accountId, run, source, at } = this.#context
    const entry = (field: string, before: string | null, after: string | null): HistoryTable => {
      this.#position += 1
      const { personId: person_id, line } = plan
      return { account_id: accountId, seq: this.#position, person_id, field, before, after, run_id: run, source, line, at }
    }
    if (plan.version !== null) return plan.changes.map(([key, before, after]) => entry(key, before, after))
    const values = Object.fromEntries(plan.changes.map(([key, , after]) => [key, after]))
    return [entry('*', null, JSON.stringify(values))]
  }
}

/** Columns that an update of a person may change: all but the key and who made them. */
const CHANGEABLE = [
  'version',
  'name',
  'preferred_name',
  'employee_id',
  'email',
  'date_of_birth',
  'start_date',
  'end_date',
  'language',
  'manager_email',
  'manager_employee_id',
  'manager_id',
  'timezone',
  'mobile_phone',
  'deactivated',
  'demographics',
  'updated_run',
  'updated_at',
] as const satisfies readonly (keyof EmployeeRow)[]

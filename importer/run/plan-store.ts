/** A plan in the database: written batch by batch while it is made, read back to be applied and reported. */
import type { Db } from '../db/open.ts'
import type { PlanRowTable, RunIssueTable, Tables } from '../db/tables.ts'
import type { Change } from '../plan/diff.ts'
import { IntMap } from '../plan/int-map.ts'
import { type Outcome, OUTCOMES, type Outcomes } from '../plan/outcomes.ts'
import type { Action, Correction, PlannedRow } from '../plan/planner.ts'
import type { FoundIssue } from '../table/issue-list.ts'
import type { IssueCode } from '../../schemas/issues.ts'
import { isIssueCode } from '../../schemas/issues.ts'
import type { Severity } from '../../schemas/run.ts'
import type { Kysely } from 'kysely'
import type { PlanSink } from './plan-file.ts'

interface RunKey {
  readonly accountId: string
  readonly run: string
}

/** Rows a statement; a plan row has 10 columns, an issue 12. */
const ROWS_A_STATEMENT = 1_000
/** Rows a chunk of outcomes, and pairs a chunk of lines. */
const CHUNK = 65_536

/** Forgets what an earlier try at planning the run has written. */
export async function clearPlan(db: Db, { accountId, run }: RunKey): Promise<void> {
  for (const table of ['plan_row', 'plan_links', 'run_rows', 'run_issue'] as const) {
    await db.deleteFrom(table).where('account_id', '=', accountId).where('run_id', '=', run).execute()
  }
}

/** Keeps a plan. Each batch is a commit of its own: until the run moves on, nobody looks at it. */
export function planSink(db: Db, key: RunKey): PlanSink {
  const writer = new PlanWriter(db, key)
  return {
    rows: (planned, issues) => writer.rows(planned, issues),
    correct: (corrections, issues) => writer.correct(corrections, issues),
    finish: (outcomes, lines, issues) => writer.finish(outcomes, lines, issues),
  }
}

class PlanWriter {
  readonly #db: Db
  readonly #key: { account_id: string; run_id: string }
  #issues = 0

  constructor(db: Db, { accountId, run }: RunKey) {
    this.#db = db
    this.#key = { account_id: accountId, run_id: run }
  }

  async rows(planned: readonly PlannedRow[], issues: readonly FoundIssue[]): Promise<void> {
    if (planned.length === 0 && issues.length === 0) return
    const rows = planned.map((one) => this.#planRow(one))
    await this.#db.transaction().execute(async (trx) => {
      for (const some of slices(rows)) await trx.insertInto('plan_row').values(some).execute()
      await this.#addIssues(trx, issues)
    })
  }

  async correct(corrections: readonly Correction[], issues: readonly FoundIssue[]): Promise<void> {
    await this.#db.transaction().execute(async (trx) => {
      for (const some of slices(corrections)) {
        await trx
          .deleteFrom('plan_row')
          .where('account_id', '=', this.#key.account_id)
          .where('run_id', '=', this.#key.run_id)
          .where(
            'row',
            'in',
            some.map((one) => one.row),
          )
          .execute()
        await trx.insertInto('plan_row').values(some.map((one) => this.#rejected(one))).execute()
      }
      await this.#addIssues(trx, issues)
    })
  }

  async finish(outcomes: Outcomes, lines: IntMap, issues: readonly FoundIssue[]): Promise<void> {
    await this.#db.transaction().execute(async (trx) => {
      for (let from = 0; from < outcomes.length; from += CHUNK) {
        const chunk = outcomes.chunk(from, Math.min(from + CHUNK, outcomes.length))
        await trx
          .insertInto('run_rows')
          .values({ ...this.#key, first_row: from + 1, ...bytesOf(chunk) })
          .execute()
      }
      for (const [chunk, pairs] of pairChunks(lines)) {
        await trx
          .insertInto('plan_links')
          .values({ ...this.#key, chunk, pairs: Buffer.from(pairs) })
          .execute()
      }
      await this.#addIssues(trx, issues)
    })
  }

  #planRow(one: PlannedRow): PlanRowTable {
    const { row, line, action } = one
    return {
      ...{ ...this.#key, row, line, action },
      person_id: one.personId,
      version: one.version,
      matched_by: one.matchedBy,
      changes: JSON.stringify(one.changes),
      codes: one.codes.join(' '),
    }
  }

  #rejected({ row, line, code }: Correction): PlanRowTable {
    const nobody = { person_id: null, version: null, matched_by: 'none', changes: '[]' }
    return { ...this.#key, row, line, action: 'reject', ...nobody, codes: code }
  }

  async #addIssues(trx: Kysely<Tables>, issues: readonly FoundIssue[]): Promise<void> {
    const rows: RunIssueTable[] = issues.map(({ params, ...issue }) => {
      this.#issues += 1
      return { ...this.#key, seq: this.#issues, ...issue, params: JSON.stringify(params) }
    })
    for (const some of slices(rows)) await trx.insertInto('run_issue').values(some).execute()
  }
}

/** The plan's rows that create or update somebody, in order, in batches. */
export function changesOf(db: Kysely<Tables>, key: RunKey): AsyncGenerator<StoredPlanRow[]> {
  return planRows(db, key, ['create', 'update'])
}

/** A row of a plan as it is kept. */
export interface StoredPlanRow {
  readonly row: number
  readonly line: number
  readonly action: Action
  readonly personId: number | null
  readonly version: number | null
  readonly matchedBy: PlannedRow['matchedBy']
  readonly changes: readonly Change[]
  readonly codes: readonly string[]
}

/** The plan's rows in order, in batches; all of them, or those of some actions. */
export async function* planRows(
  db: Kysely<Tables>,
  { accountId, run }: RunKey,
  actions: readonly Action[] | null = null,
): AsyncGenerator<StoredPlanRow[]> {
  let after = 0
  for (;;) {
    let query = db
      .selectFrom('plan_row')
      .selectAll()
      .where('account_id', '=', accountId)
      .where('run_id', '=', run)
      .where('row', '>', after)
      .orderBy('row')
      .limit(ROWS_A_STATEMENT)
    if (actions !== null) query = query.where('action', 'in', actions)
    const rows = await query.execute()
    const last = rows.at(-1)
    if (!last) return
    after = last.row
    yield rows.map((row) => ({
      ...{ row: row.row, line: row.line, personId: row.person_id, version: row.version },
      // Written by PlanWriter from these very types.
      action: row.action as Action,
      matchedBy: row.matched_by as PlannedRow['matchedBy'],
      changes: JSON.parse(row.changes),
      codes: row.codes === '' ? [] : row.codes.split(' '),
    }))
  }
}

/** Person -> manager, as the plan resolved it. */
export async function linesOf(db: Kysely<Tables>, { accountId, run }: RunKey): Promise<IntMap> {
  const chunks = await db
    .selectFrom('plan_links')
    .select('pairs')
    .where('account_id', '=', accountId)
    .where('run_id', '=', run)
    .orderBy('chunk')
    .execute()
  const lines = new IntMap()
  for (const { pairs } of chunks) {
    const numbers = int32(pairs)
    for (let at = 0; at < numbers.length; at += 2) lines.set(numbers[at] ?? 0, numbers[at + 1] ?? 0)
  }
  return lines
}

/** Every row of the file with its line and outcome, in order. */
export async function* rowOutcomes(
  db: Db,
  { accountId, run }: RunKey,
): AsyncGenerator<{ row: number; line: number; outcome: Outcome }> {
  const chunks = await db
    .selectFrom('run_rows')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('run_id', '=', run)
    .orderBy('first_row')
    .execute()
  for (const chunk of chunks) {
    const lines = int32(chunk.lines)
    for (const [at, line] of lines.entries()) {
      const outcome = OUTCOMES[chunk.outcomes[at] ?? 0]
      if (outcome) yield { row: chunk.first_row + at, line, outcome }
    }
  }
}

/** The kept issues of a run in the order they were found. */
export async function issuesOf(db: Db, { accountId, run }: RunKey, limit: number): Promise<FoundIssue[]> {
  const rows = await db
    .selectFrom('run_issue')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('run_id', '=', run)
    .orderBy('seq')
    .limit(limit)
    .execute()
  return rows.map((row) => {
    const { line, row: number, column, field, header, value } = row
    const place = { line, row: number, column, field, header, value }
    return { code: asCode(row.code), severity: row.severity as Severity, ...place, params: JSON.parse(row.params) }
  })
}

function asCode(code: string): IssueCode {
  if (!isIssueCode(code)) throw new Error(`issue code ${code} is not in the catalogue`)
  return code
}

function bytesOf(chunk: { lines: Uint8Array; outcomes: Uint8Array }): { lines: Buffer; outcomes: Buffer } {
  return { lines: Buffer.from(chunk.lines), outcomes: Buffer.from(chunk.outcomes) }
}

/** A blob may start at an odd address, where an Int32Array may not. */
function int32(bytes: Uint8Array): Int32Array {
  const copy = Uint8Array.from(bytes)
  return new Int32Array(copy.buffer)
}

function* pairChunks(lines: IntMap): Generator<[chunk: number, pairs: Uint8Array]> {
  let pairs: number[] = []
  let chunk = 0
  const packed = (): Uint8Array => new Uint8Array(Int32Array.from(pairs).buffer)
  for (const [person, manager] of lines.entries()) {
    pairs.push(person, manager)
    if (pairs.length < CHUNK * 2) continue
    yield [chunk++, packed()]
    pairs = []
  }
  if (pairs.length > 0) yield [chunk, packed()]
}

function slices<T>(items: readonly T[]): T[][] {
  const some: T[][] = []
  for (let at = 0; at < items.length; at += ROWS_A_STATEMENT) some.push(items.slice(at, at + ROWS_A_STATEMENT))
  return some
}

/** A plan in the database: written batch by batch while it is made, read back to be applied and reported. */

import {
  type ExpressionBuilder,
  type Kysely,
  type RawBuilder,
  type SqlBool,
  sql,
  type Transaction,
} from 'kysely'
import { type Columns, insertRows, isAnyOf } from '../db/bulk.ts'
import type { Db } from '../db/open.ts'
import type { PlanRowTable, RunIssueTable, Tables } from '../db/tables.ts'
import type { Change } from '../plan/diff.ts'
import { IntMap } from '../plan/int-map.ts'
import { OUTCOMES, type Outcome, type Outcomes } from '../plan/outcomes.ts'
import {
  type Action,
  type Correction,
  isManagerKey,
  type ManagerDrop,
  type PlannedRow,
} from '../plan/planner.ts'
import type { FoundIssue } from '../table/issue-list.ts'
import { assertClaimed, type Claimed } from './ledger.ts'
import type { PlanSink } from './plan-file.ts'
import { StoredPlanRow } from './stored-row.ts'

interface RunKey {
  readonly accountId: string
  readonly run: string
}

/** Rows a query when a plan is read. */
const ROWS_A_QUERY = 1_000
/** Rows that are gathered before they are committed: each commit waits for the disk. */
const ROWS_A_COMMIT = 4_000
/** Rows a chunk of outcomes, and pairs a chunk of lines. */
const CHUNK = 65_536

const PLAN_TABLES = ['plan_row', 'plan_links', 'plan_seen', 'plan_snapshot', 'run_rows', 'run_issue'] as const

/** Forgets what an earlier try at planning the run has written. */
export async function clearPlan(db: Db, { accountId, run }: RunKey): Promise<void> {
  for (const table of PLAN_TABLES) {
    await db.deleteFrom(table).where('account_id', '=', accountId).where('run_id', '=', run).execute()
  }
}

/**
 * Keeps a plan. A few batches are a commit of their own: until the run moves on, nobody looks at it. And each asks whether
 * the run is still claimed by this worker: another may be planning it anew, and must not find rows of ours in its plan.
 */
export function planSink(db: Db, key: RunKey, claimed: Claimed): PlanSink {
  const writer = new PlanWriter(db, key, claimed)
  return {
    rows: (planned, issues) => writer.rows(planned, issues),
    correct: (corrections, issues) => writer.correct(corrections, issues),
    withoutManagers: (drops) => writer.withoutManagers(drops),
    finish: (outcomes, lines, issues) => writer.finish(outcomes, lines, issues),
  }
}

class PlanWriter {
  readonly #db: Db
  readonly #key: { account_id: string; run_id: string }
  readonly #claimed: Claimed
  #rows: PlanRowTable[] = []
  #found: FoundIssue[] = []
  #issues = 0

  constructor(db: Db, { accountId, run }: RunKey, claimed: Claimed) {
    this.#db = db
    this.#key = { account_id: accountId, run_id: run }
    this.#claimed = claimed
  }

  async rows(planned: readonly PlannedRow[], issues: readonly FoundIssue[]): Promise<void> {
    for (const one of planned) this.#rows.push(this.#planRow(one))
    for (const one of issues) this.#found.push(one)
    // A call without rows may be the last one.
    const isDue = planned.length === 0 || this.#rows.length >= ROWS_A_COMMIT
    if (isDue && this.#rows.length + this.#found.length > 0) await this.#write(async () => {})
  }

  async correct(corrections: readonly Correction[], issues: readonly FoundIssue[]): Promise<void> {
    await this.#write(async (trx) => {
      for (let at = 0; at < corrections.length; at += ROWS_A_QUERY) {
        const some = corrections.slice(at, at + ROWS_A_QUERY)
        const byAction = Map.groupBy(some, (one) => one.action)
        await this.#reject(trx, byAction.get('reject') ?? [])
        await this.#mark(trx, byAction.get('flag') ?? [], null)
        await this.#mark(trx, byAction.get('hold') ?? [], 'hold')
      }
      await this.#addIssues(trx, issues)
    })
  }

  async #reject(trx: Transaction<Tables>, corrections: readonly Correction[]): Promise<void> {
    if (corrections.length === 0) return
    const gone = await trx
      .deleteFrom('plan_row')
      .where('account_id', '=', this.#key.account_id)
      .where('run_id', '=', this.#key.run_id)
      .where(isOneOf(trx, corrections))
      .returning(['row', 'person_id', 'version'])
      .execute()
    // The number of somebody who would have been new is nobody's.
    const whose = new Map(gone.map((one) => [one.row, one.version === null ? null : one.person_id]))
    const rows = corrections.map((one) => this.#rejected(one, whose.get(one.row) ?? null))
    await insertRows(trx, 'plan_row', PLAN_ROW, rows)
  }

  /** Rows that keep what they change, and say why somebody should look at it. */
  async #mark(
    trx: Transaction<Tables>,
    corrections: readonly Correction[],
    action: 'hold' | null,
  ): Promise<void> {
    for (const [code, some] of Map.groupBy(corrections, (one) => one.code)) {
      await trx
        .updateTable('plan_row')
        .set({ codes: sql<string>`ltrim(codes || ' ' || ${code})`, ...(action === null ? {} : { action }) })
        .where('account_id', '=', this.#key.account_id)
        .where('run_id', '=', this.#key.run_id)
        .where(isOneOf(trx, some))
        .execute()
    }
  }

  async withoutManagers(drops: readonly ManagerDrop[]): Promise<void> {
    if (drops.length === 0) return
    await this.#write(async (trx) => {
      for (const drop of drops) await this.#withoutManager(trx, drop)
    })
  }

  async #withoutManager(trx: Transaction<Tables>, { row, code }: ManagerDrop): Promise<void> {
    const mine = ({ and, eb }: ExpressionBuilder<Tables, 'plan_row'>) =>
      and([
        eb('account_id', '=', this.#key.account_id),
        eb('run_id', '=', this.#key.run_id),
        eb('row', '=', row),
      ])
    const stored = await trx.selectFrom('plan_row').selectAll().where(mine).executeTakeFirst()
    // A row that changes nothing is not in the plan: its person has waited for this manager since an earlier file.
    if (!stored) return
    const changes = (JSON.parse(stored.changes) as Change[]).filter(([key]) => !isManagerKey(key)) // our own JSON
    const action = stored.action === 'update' && changes.length === 0 ? 'unchanged' : stored.action
    const codes = [...stored.codes.split(' ').filter((one) => one !== ''), code].join(' ')
    await trx
      .updateTable('plan_row')
      .set({ changes: JSON.stringify(changes), action, codes })
      .where(mine)
      .execute()
  }

  async finish(outcomes: Outcomes, lines: IntMap, issues: readonly FoundIssue[]): Promise<void> {
    await this.#write(async (trx) => {
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

  /** Commits what has gathered, and with it what `write` adds. */
  async #write(write: (trx: Transaction<Tables>) => Promise<void>): Promise<void> {
    const [rows, found] = [this.#rows, this.#found]
    this.#rows = []
    this.#found = []
    await this.#db.transaction().execute(async (trx) => {
      await assertClaimed(trx, this.#claimed)
      await insertRows(trx, 'plan_row', PLAN_ROW, rows)
      await this.#addIssues(trx, found)
      await write(trx)
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

  #rejected({ row, line, code }: Correction, person_id: number | null): PlanRowTable {
    const nobody = { person_id, version: null, matched_by: 'none', changes: '[]' }
    return { ...this.#key, row, line, action: 'reject', ...nobody, codes: code }
  }

  async #addIssues(trx: Kysely<Tables>, issues: readonly FoundIssue[]): Promise<void> {
    const rows: RunIssueTable[] = issues.map(({ params, ...issue }) => {
      this.#issues += 1
      return { ...this.#key, seq: this.#issues, ...issue, params: JSON.stringify(params) }
    })
    await insertRows(trx, 'run_issue', RUN_ISSUE, rows)
  }
}

/** The plan's rows that create or update somebody, in order, in batches. */
export function changesOf(db: Kysely<Tables>, key: RunKey): AsyncGenerator<StoredPlanRow[]> {
  return planRows(db, key, ['create', 'update'])
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
      .limit(ROWS_A_QUERY)
    if (actions !== null) query = query.where('action', 'in', actions)
    const rows = await query.execute()
    const last = rows.at(-1)
    if (!last) return
    after = last.row
    yield rows.map((row) => new StoredPlanRow(row))
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

function isOneOf(trx: Transaction<Tables>, corrections: readonly Correction[]): RawBuilder<SqlBool> {
  return isAnyOf(
    trx,
    'row',
    'integer',
    corrections.map((one) => one.row),
  )
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

const PLAN_ROW: Columns<'plan_row'> = {
  account_id: 'text',
  run_id: 'text',
  row: 'integer',
  line: 'integer',
  action: 'text',
  person_id: 'integer',
  version: 'integer',
  matched_by: 'text',
  changes: 'text',
  codes: 'text',
}

const RUN_ISSUE: Columns<'run_issue'> = {
  account_id: 'text',
  run_id: 'text',
  seq: 'integer',
  code: 'text',
  severity: 'text',
  line: 'integer',
  row: 'integer',
  column: 'text',
  field: 'text',
  header: 'text',
  value: 'text',
  params: 'text',
}

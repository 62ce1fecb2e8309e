/** The issues of a run, as they are kept with its plan. */
import type { IssueCode } from '../../schemas/issues.ts'
import { isIssueCode } from '../../schemas/issues.ts'
import type { Severity } from '../../schemas/run.ts'
import type { Db } from '../db/open.ts'
import type { RunIssueTable } from '../db/tables.ts'
import type { FoundIssue } from '../table/issue-list.ts'

interface RunKey {
  readonly accountId: string
  readonly run: string
}

/** Issues a query. */
const ISSUES_A_QUERY = 1_000

/** The kept issues of a run in the order they were found. */
export async function issuesOf(db: Db, { accountId, run }: RunKey, limit: number): Promise<FoundIssue[]> {
  const rows = await issueRows(db, accountId, run).orderBy('seq').limit(limit).execute()
  return rows.map(toIssue)
}

/** The kept issues that concern one row, in the order of the rows, in batches. */
export async function* issuesByRow(db: Db, { accountId, run }: RunKey): AsyncGenerator<FoundIssue[]> {
  for (let offset = 0; ; offset += ISSUES_A_QUERY) {
    const rows = await issueRows(db, accountId, run)
      .where('row', 'is not', null)
      .orderBy('row')
      .orderBy('seq')
      .offset(offset)
      .limit(ISSUES_A_QUERY)
      .execute()
    if (rows.length === 0) return
    yield rows.map(toIssue)
  }
}

function issueRows(db: Db, accountId: string, run: string) {
  return db.selectFrom('run_issue').selectAll().where('account_id', '=', accountId).where('run_id', '=', run)
}

function toIssue(row: RunIssueTable): FoundIssue {
  const { line, row: number, column, field, header, value } = row
  const place = { line, row: number, column, field, header, value }
  // Written by PlanWriter from these very types.
  return {
    code: asCode(row.code),
    severity: row.severity as Severity,
    ...place,
    params: JSON.parse(row.params),
  }
}

/** A code as the database gives it back. */
export function asCode(code: string): IssueCode {
  if (!isIssueCode(code)) throw new Error(`issue code ${code} is not in the catalogue`)
  return code
}

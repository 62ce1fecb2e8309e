/** The issues of a run, as they are kept with its plan. */
import { sql } from 'kysely'
import type { IssueCode } from '../../schemas/issues.ts'
import { isIssueCode } from '../../schemas/issues.ts'
import type { Severity } from '../../schemas/run.ts'
import { isAnyOf } from '../db/bulk.ts'
import type { Db } from '../db/open.ts'
import type { RunIssueTable } from '../db/tables.ts'
import type { FoundIssue } from '../table/issue-list.ts'

interface RunKey {
  readonly accountId: string
  readonly run: string
}

/** Issues a query. */
const ISSUES_A_QUERY = 1_000

/** Of each code so many are listed, whatever else there is to say: nobody may be left to guess what a code was about. */
const LISTED_OF_CODE = 10
const SEVERITIES: readonly Severity[] = ['fatal', 'hold', 'row', 'cell', 'info']

/** At most `limit` of the kept issues, in the order they were found: some of each code, then the gravest. */
export async function issuesOf(db: Db, { accountId, run }: RunKey, limit: number): Promise<FoundIssue[]> {
  const numbered = issueRows(db, accountId, run).select(
    sql<number>`row_number() over (partition by code order by seq)`.as('nth'),
  )
  const rank = SEVERITIES.map((severity, at) => sql`when ${sql.lit(severity)} then ${sql.lit(at)}`)
  const rows = await db
    .selectFrom(numbered.as('issue'))
    .selectAll()
    .orderBy(sql`case when nth <= ${sql.lit(LISTED_OF_CODE)} then 0 else 1 end`)
    .orderBy(sql`case severity ${sql.join(rank, sql` `)} end`)
    .orderBy('seq')
    .limit(limit)
    .execute()
  return rows.sort((a, b) => a.seq - b.seq).map(toIssue)
}

/** The same choice of issues that are in memory, in the order they were found. */
export function mostTelling(issues: readonly FoundIssue[], limit: number): FoundIssue[] {
  const seen = new Map<string, number>()
  const ranked = issues.map((issue, seq) => {
    const nth = (seen.get(issue.code) ?? 0) + 1
    seen.set(issue.code, nth)
    return { issue, seq, rank: (nth <= LISTED_OF_CODE ? 0 : 10) + SEVERITIES.indexOf(issue.severity) }
  })
  const chosen = ranked.sort((a, b) => a.rank - b.rank || a.seq - b.seq).slice(0, limit)
  return chosen.sort((a, b) => a.seq - b.seq).map(({ issue }) => issue)
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

/** Of each of these runs why its file was refused: its first fatal issue. */
export async function fatalIssues(
  db: Db,
  accountId: string,
  runs: readonly string[],
): Promise<Map<string, FoundIssue>> {
  if (runs.length === 0) return new Map()
  const rows = await db
    .selectFrom('run_issue')
    .selectAll()
    .where('account_id', '=', accountId)
    .where(isAnyOf(db, 'run_id', 'text', runs))
    .where('severity', '=', 'fatal')
    .orderBy('seq', 'desc')
    .execute()
  return new Map(rows.map((row) => [row.run_id, toIssue(row)]))
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

/** A row of the ledger to the run object that everybody else sees. */
import { countsSchema, holdSchema, type Run } from '../../schemas/run.ts'
import type { Db } from '../db/open.ts'
import type { RunRow } from '../db/tables.ts'
import { ERRORS, type ErrorCode, ImportError } from '../errors.ts'
import { describeIssue } from '../report/issue-text.ts'
import { issuesOf } from './plan-issues.ts'
import { reviewOf } from './review.ts'

/** Issues that a run object lists at most; all are counted. */
export const ISSUES_LISTED = 1_000

export async function runObject(db: Db, row: RunRow): Promise<Run> {
  const account = await db
    .selectFrom('account')
    .select('slug')
    .where('id', '=', row.account_id)
    .executeTakeFirstOrThrow()
  const found = await issuesOf(db, { accountId: row.account_id, run: row.id }, ISSUES_LISTED)
  const issueCounts: Record<string, number> = JSON.parse(row.issue_counts)
  const total = Object.values(issueCounts).reduce((sum, count) => sum + count, 0)
  return {
    id: row.id,
    account: account.slug,
    source: row.source,
    // The database checks these two against the same lists.
    importType: row.import_type as Run['importType'],
    mode: row.mode as Run['mode'],
    state: row.state,
    fileName: row.file_name,
    size: row.size,
    sha256: row.sha256,
    receivedAt: row.received_at,
    finishedAt: row.finished_at,
    counts: countsSchema.parse(JSON.parse(row.counts)),
    holds: holdSchema.array().parse(JSON.parse(row.holds)),
    issues: found.map(describeIssue),
    issueCounts,
    issuesTruncated: total > found.length && row.reports_removed_at === null,
    decidedBy: row.decided_by,
    reason: row.reason,
    ...(row.undoes === null ? {} : { undoes: row.undoes }),
    ...(await undoneBy(db, row)),
    ...reviewed(row),
    ...removedOf(row),
    error: errorOf(row),
  }
}

/** Of several that were taken back themselves, the last one counts. */
async function undoneBy(db: Db, { account_id, id, state }: RunRow): Promise<Pick<Run, 'undoneBy'>> {
  if (state !== 'undone') return {}
  const by = await db
    .selectFrom('run')
    .select('id')
    .where('account_id', '=', account_id)
    .where('undoes', '=', id)
    .where('state', 'in', ['applied', 'succeeded', 'succeeded_with_errors'])
    .orderBy('id', 'desc')
    .executeTakeFirst()
  return by === undefined ? {} : { undoneBy: by.id }
}

function reviewed(row: RunRow): Pick<Run, 'approvals' | 'formerPlan' | 'rest' | 'restOf'> {
  const { words, former, part, restOf } = reviewOf(row)
  const approvals = words.map(({ by, at, reason }) => ({ by, at, reason }))
  const wasApplied = row.state !== 'held' && row.decided_by !== null && row.state !== 'discarded'
  return {
    ...(row.state === 'held' && approvals.length > 0 ? { approvals } : {}),
    ...(former === null ? {} : { formerPlan: former }),
    ...(wasApplied && part?.rest ? { rest: part.rest } : {}),
    ...(restOf === null ? {} : { restOf }),
  }
}

function removedOf(row: RunRow): Pick<Run, 'removed'> {
  const { file_removed_at: file, rows_removed_at: rows, reports_removed_at: reports } = row
  return file === null && rows === null && reports === null ? {} : { removed: { file, rows, reports } }
}

function errorOf(row: RunRow): Run['error'] {
  if (row.error === null) return null
  const { code, params } = JSON.parse(row.error) as {
    code: ErrorCode
    params: Record<string, string | number>
  } // written by process.ts
  if (!Object.hasOwn(ERRORS, code)) throw new Error(`error code ${code} is not in the catalogue`)
  const error = new ImportError(code, params)
  return { code, message: error.message, fix: error.fix }
}

/** Runs as lines of a list: the ledger without what was found in the files. */
import { countsSchema, holdSchema, type Run } from '../../schemas/run.ts'
import type { Db } from '../db/open.ts'
import type { RunRow } from '../db/tables.ts'
import { idsFrom } from '../id.ts'
import type { RunLine, RunLines, RunQuery } from '../insight-types.ts'
import { headlineOf, toneOf } from '../report/headline.ts'
import { describeIssue } from '../report/issue-text.ts'
import type { FoundIssue } from '../table/issue-list.ts'
import { fatalIssues } from './plan-issues.ts'

const RUNS_A_PAGE = 50
const LINE = [
  'id',
  'account_id',
  'source',
  'state',
  'import_type',
  'mode',
  'file_name',
  'size',
  'received_at',
  'finished_at',
  'counts',
  'holds',
  'issue_counts',
  'decided_by',
  'reason',
  'undoes',
  'error',
] as const
export type LineRow = Pick<RunRow, (typeof LINE)[number]>

/** Newest first. */
export async function runLines(db: Db, accountId: string, query: RunQuery): Promise<RunLines> {
  const { source, states, before, limit = RUNS_A_PAGE } = query
  let rows = db
    .selectFrom('run')
    .select(LINE)
    .where('account_id', '=', accountId)
    .orderBy('id', 'desc')
    .limit(limit + 1)
  if (source !== undefined) rows = rows.where('source', '=', source)
  if (states !== undefined) rows = rows.where('state', 'in', [...states])
  if (before !== undefined) rows = rows.where('id', '<', before)
  const found = await rows.execute()
  const shown = found.slice(0, limit)
  return {
    runs: await toLines(db, accountId, shown),
    next: found.length > limit ? (shown.at(-1)?.id ?? null) : null,
  }
}

const HELD_MOST = 100

/** Runs that wait for a person, counted so far as a number on a page says anything. */
export async function heldCount(db: Db, accountId: string): Promise<number> {
  const rows = await db
    .selectFrom('run')
    .select('id')
    .where('account_id', '=', accountId)
    .where('state', '=', 'held')
    .limit(HELD_MOST)
    .execute()
  return rows.length
}

/** Those that arrived since, newest first, as far as `most` goes. */
export async function linesSince(db: Db, accountId: string, since: Date, most: number): Promise<LineRow[]> {
  return await db
    .selectFrom('run')
    .select(LINE)
    .where('account_id', '=', accountId)
    .where('id', '>=', idsFrom(since))
    .orderBy('id', 'desc')
    .limit(most)
    .execute()
}

export async function toLines(db: Db, accountId: string, rows: readonly LineRow[]): Promise<RunLine[]> {
  const refused = rows.flatMap(({ id, state }) => (state === 'rejected' ? [id] : []))
  const fatal = await fatalIssues(db, accountId, refused)
  return rows.map((row) => toLine(row, fatal.get(row.id)))
}

function toLine(row: LineRow, fatal: FoundIssue | undefined): RunLine {
  const run = likeRun(row, fatal)
  const { id, source, importType, mode, state, fileName, size, receivedAt, finishedAt, counts, decidedBy } =
    run
  return {
    ...{ id, source, importType, mode, state, fileName, size, receivedAt, finishedAt, counts, decidedBy },
    headline: headlineOf(run),
    tone: toneOf(run),
    undoes: row.undoes,
  }
}

/** As much of a run as its headline needs. */
function likeRun(row: LineRow, fatal: FoundIssue | undefined): Run {
  return {
    ...{ id: row.id, account: row.account_id, source: row.source, state: row.state },
    // The database checks these two against the same lists.
    importType: row.import_type as Run['importType'],
    mode: row.mode as Run['mode'],
    ...{ fileName: row.file_name, size: row.size, sha256: null },
    ...{ receivedAt: row.received_at, finishedAt: row.finished_at },
    counts: countsSchema.parse(JSON.parse(row.counts)),
    holds: holdSchema.array().parse(JSON.parse(row.holds)),
    issues: fatal === undefined ? [] : [describeIssue(fatal)],
    issueCounts: JSON.parse(row.issue_counts), // our own JSON
    ...{ issuesTruncated: true, decidedBy: row.decided_by, reason: row.reason },
    ...(row.undoes === null ? {} : { undoes: row.undoes }),
    error: null,
  }
}

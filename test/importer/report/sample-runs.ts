/** Runs as the importer would tell of them, one for each way a run can go; for the tests of every rendering. */
import { describeCode } from '../../../importer/report/issue-text.ts'
import { ISSUES, type IssueCode } from '../../../schemas/issues.ts'
import { type Hold, type Issue, NO_COUNTS, type Run } from '../../../schemas/run.ts'

/** A finished import of 500 new people. */
export function aRun(more: Partial<Run> = {}): Run {
  return {
    id: '0kq3m8d2e5xw7abc',
    account: 'acme',
    source: 'sftp',
    importType: 'partial',
    mode: 'apply',
    state: 'succeeded',
    fileName: 'people-2026-11-21.csv',
    size: 112_437,
    sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    receivedAt: '2026-11-21T06:00:00.000Z',
    finishedAt: '2026-11-21T06:00:01.800Z',
    counts: { ...NO_COUNTS, read: 500, created: 480, updated: 20, matched: 20 },
    holds: [],
    issues: [],
    issueCounts: {},
    issuesTruncated: false,
    decidedBy: 'policy',
    reason: null,
    error: null,
    ...more,
  }
}

/** A run with these issues, counted. */
export function withIssues(issues: readonly Issue[], more: Partial<Run> = {}): Run {
  const issueCounts: Record<string, number> = {}
  for (const { code } of issues) issueCounts[code] = (issueCounts[code] ?? 0) + 1
  return aRun({ issues: [...issues], issueCounts, ...more })
}

type Params = Readonly<Record<string, string | number>>

/** An issue with the words of the catalogue. */
export function anIssue(code: IssueCode, place: Partial<Issue> = {}, params: Params = {}): Issue {
  const nowhere = { line: null, row: null, column: null, field: null, header: null, value: null }
  const { message, fix } = describeCode(code, {
    field: place.field ?? 'Email',
    header: place.header ?? '',
    ...params,
  })
  return { code, severity: ISSUES[code].severity, ...nowhere, message, fix, ...place }
}

/** An issue of a data row; the header stands on line 1. */
export function rowIssue(
  code: IssueCode,
  row: number,
  place: Partial<Issue> = {},
  params: Params = {},
): Issue {
  return anIssue(code, { row, line: row + 1, ...place }, params)
}

export function aHold(code: IssueCode, rows: number, params: Params): Hold {
  return { code, rows, message: describeCode(code, params).message }
}

const END_DATE = { column: 'G', field: 'End Date', header: 'Termination Date' }

const WITH_ERRORS = [
  ...[3, 9, 41, 57, 58, 90, 1200].map((row) => rowIssue('ROW_NO_IDENTIFIER', row)),
  rowIssue('ROW_RAGGED', 5, {}, { cells: 19, columns: 21 }),
  rowIssue('ROW_RAGGED', 12, {}, { cells: 22, columns: 21 }),
  rowIssue('VAL_DATE_INVALID', 4, { ...END_DATE, value: '99.99.9999', severity: 'row' }),
  rowIssue('VAL_DATE_INVALID', 8, { column: 'E', field: 'Date of Birth', header: 'DOB', value: 'aaaa' }),
  rowIssue('VAL_DATE_INVALID', 10, { column: 'E', field: 'Date of Birth', header: 'DOB', value: '9/9/99' }),
  anIssue('HDR_FORBIDDEN', { line: 1, column: 'M', header: 'Base Salary (EUR)' }),
  ...['Job Title', 'Department', 'Cost Center'].map((header, at) =>
    anIssue('HDR_CREATED_DEMOGRAPHIC', { line: 1, column: 'PQR'.charAt(at), header }),
  ),
  rowIssue('W_PLACEHOLDER', 7, { column: 'I', field: 'Timezone', header: 'Timezone', value: '-' }),
]

const LEAVERS = { leavers: 12, active: 40, limit: 5, detail: '' }

/** The ways a run can go. */
export const RUNS = {
  success: aRun(),
  errors: withIssues(WITH_ERRORS, {
    state: 'succeeded_with_errors',
    counts: {
      ...{ ...NO_COUNTS, read: 1_250, created: 12, updated: 48, unchanged: 1_178, matched: 1_226 },
      ...{ blank: 1, rejected: 10, excluded: 1, former: 3, deactivated: 1, missing: 37 },
    },
  }),
  held: withIssues([anIssue('GUARD_MASS_LEAVERS', {}, LEAVERS), rowIssue('ID_SWAPPED', 2)], {
    state: 'held',
    finishedAt: null,
    decidedBy: null,
    counts: {
      ...NO_COUNTS,
      read: 31,
      created: 2,
      updated: 20,
      unchanged: 8,
      matched: 28,
      held: 1,
      former: 12,
      missing: 11,
    },
    holds: [aHold('ID_SWAPPED', 1, {}), aHold('GUARD_MASS_LEAVERS', 12, LEAVERS)],
  }),
  rejected: withIssues(
    [
      anIssue(
        'HDR_AMBIGUOUS',
        { line: 1, column: 'D', header: 'Work Email', field: 'Email' },
        { header: 'Email', other: 'Work Email' },
      ),
      anIssue('HDR_BLANK', { line: 1, column: 'F', header: '' }, { column: 'F' }),
      anIssue('HDR_CREATED_DEMOGRAPHIC', { line: 1, column: 'H', header: 'TEAM' }),
    ],
    { state: 'rejected', counts: NO_COUNTS, decidedBy: null },
  ),
  empty: withIssues([anIssue('FILE_EMPTY')], {
    state: 'rejected',
    counts: NO_COUNTS,
    size: 0,
    decidedBy: null,
  }),
  dryRun: withIssues([rowIssue('ROW_NO_IDENTIFIER', 4)], {
    ...{ state: 'dry_run', mode: 'dry_run' },
    counts: { ...NO_COUNTS, read: 4, created: 1, updated: 2, matched: 2, rejected: 1, former: 1 },
  }),
  check: withIssues([rowIssue('VAL_EMAIL', 2, { ...END_DATE, field: 'Email', severity: 'row' })], {
    ...{ id: 'validate', account: null, source: 'validate', state: 'dry_run', mode: 'dry_run', sha256: null },
    counts: { ...NO_COUNTS, read: 4, created: 3, rejected: 1 },
  }),
  failed: aRun({
    state: 'failed',
    counts: NO_COUNTS,
    error: {
      code: 'RUN_FAILED',
      message: 'The run met an error that Rollcall did not expect (TypeError), 5 times.',
      fix: 'Nothing was applied. Look for the run id in the log.',
    },
  }),
  discarded: withIssues([anIssue('GUARD_MASS_LEAVERS', {}, LEAVERS)], {
    state: 'discarded',
    counts: { ...NO_COUNTS, read: 30, updated: 20, unchanged: 10, matched: 30, former: 12 },
    holds: [aHold('GUARD_MASS_LEAVERS', 12, LEAVERS)],
    decidedBy: 'Grace Hopper',
    reason: 'the export missed a site',
  }),
  nothingNew: aRun({ counts: { ...NO_COUNTS, read: 12, unchanged: 12, matched: 12 } }),
  duplicate: withIssues([anIssue('FILE_DUPLICATE', {}, { run: '0kq3m8d2e5xw7abb' })], {
    state: 'duplicate',
    counts: NO_COUNTS,
  }),
} satisfies Record<string, Run>

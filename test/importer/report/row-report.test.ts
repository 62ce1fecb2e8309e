/** The row report: one line for each row, and nobody's values where they are not asked for. */
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { OUTCOMES } from '../../../importer/plan/outcomes.ts'
import {
  type FileRow,
  labelsOf,
  type PlannedLine,
  type RowReport,
  rowReport,
} from '../../../importer/report/row-report.ts'
import type { RowIssue } from '../../../importer/report/row-words.ts'
import { ISSUES, type IssueCode } from '../../../schemas/issues.ts'
import { collect } from './collect.ts'
import { rowIssue } from './sample-runs.ts'

const HEADER =
  'Import Run,Import Line,Import Row,Import Action,Import Person,Employee Id,Email,Import Matched By,Import Fields Changed,Import Severity,Import Codes,Import Messages,Import Fix'

test('says of each row what became of it, to whom, what changed and why', async () => {
  const text = await textOf({
    rows: [
      fileRow(1, 'created'),
      fileRow(2, 'blank'),
      fileRow(3, 'rejected'),
      fileRow(4, 'unchanged'),
      fileRow(5, 'updated'),
      fileRow(6, 'held'),
      fileRow(7, 'excluded'),
    ],
    planned: [
      [
        planned(1, {
          personId: 8,
          changes: [
            ['name', null, 'Ada'],
            ['email', null, 'ada@example.com'],
            ['d2', null, 'X'],
          ],
        }),
        planned(3, { codes: ['ROW_NO_IDENTIFIER'] }),
      ],
      [
        planned(5, {
          personId: 2,
          matchedBy: 'employee_id',
          changes: [['email', 'a@example.com', 'b@example.com']],
        }),
        planned(6, { codes: ['ID_SWAPPED'] }),
        planned(7),
      ],
    ],
    issues: [rowIssue('ROW_BLANK', 2), rowIssue('ROW_NO_IDENTIFIER', 3)],
    peopleOf: async () => new Map([[2, { employeeId: '007', email: 'later@example.com' }]]),
  })
  expect(text).toBe(`${HEADER}
r1,2,1,create,8,,ada@example.com,none,Name; Email; Cost Center,,,,
r1,3,2,blank,,,,,,info,ROW_BLANK,The row is blank and was skipped.,Nothing needs doing.
r1,4,3,reject,,,,none,,row,ROW_NO_IDENTIFIER,"The row has no Employee Id and no Email, so nobody can tell who is meant.",Fill in at least one of them.
r1,5,4,unchanged,,,,,,,,,
r1,6,5,update,2,007,b@example.com,employee_id,Email,,,,
r1,7,6,hold,,,,none,,hold,ID_SWAPPED,${ISSUES.ID_SWAPPED.message},"${ISSUES.ID_SWAPPED.fix}"
r1,8,7,exclude,,,,none,,,,,
`)
})

test('without values it has neither their columns nor any value of a cell, and asks nobody for them', async () => {
  const secret = 'Confidential'
  const text = await textOf({
    rows: [fileRow(1, 'updated')],
    planned: [
      [
        planned(1, {
          personId: 1,
          changes: (['name', 'email', 'employeeId', 'd2'] as const).map((key) => [key, secret, secret]),
          codes: ['VAL_PHONE'],
        }),
      ],
    ],
    issues: [rowIssue('VAL_PHONE', 1, { value: secret })],
    withValues: false,
    peopleOf: () => expect.unreachable(),
  })
  expect(text).not.toContain(secret)
  expect(text.split('\n')[0]).toBe(HEADER.replace('Employee Id,Email,', ''))
  expect(text.split('\n')[1]).toContain('Name; Email; Employee Id; Cost Center')
})

describe('an update that turns somebody’s status is told by its own word:', () => {
  const END = 'endDate'
  const CASES: Record<string, [Partial<PlannedLine>, string]> = {
    'an end date that has come': [{ changes: [[END, null, '2026-11-21']] }, 'former'],
    'an end date ahead': [{ changes: [[END, null, '2026-11-22']] }, 'update'],
    'one past end date for another': [
      { changes: [[END, '2020-01-01', '2020-02-01']], codes: ['W_ALREADY_FORMER'] },
      'update',
    ],
    'an end date taken away': [{ changes: [[END, '2020-01-01', null]] }, 'update'],
    deactivated: [{ changes: [['deactivated', 'FALSE', 'TRUE']] }, 'deactivate'],
    'deactivated and gone at once': [
      {
        changes: [
          ['deactivated', null, 'TRUE'],
          [END, null, '2020-01-01'],
        ],
      },
      'former',
    ],
    'deactivated, but gone long ago': [
      { changes: [['deactivated', 'FALSE', 'TRUE']], codes: ['W_ALREADY_FORMER'] },
      'update',
    ],
    reactivated: [{ changes: [['deactivated', 'TRUE', 'FALSE']] }, 'reactivate'],
    'back from former, with the flag cleared too': [
      {
        changes: [
          ['deactivated', 'TRUE', 'FALSE'],
          [END, '2020-01-01', null],
        ],
      },
      'update',
    ],
  }

  test.each(Object.entries(CASES))('%s', async (_name, [plan, action]) => {
    const rows = [fileRow(1, 'updated')]
    const [, first = ''] = (await textOf({ rows, planned: [[planned(1, plan)]] })).split('\n')
    expect(first.split(',')[3]).toBe(action)
  })
})

test('a code whose sentence was not kept is told in general words', async () => {
  const text = await textOf({
    rows: [fileRow(1, 'rejected')],
    planned: [[planned(1, { codes: ['ROW_RAGGED'] })]],
  })
  expect(text).toContain('The row has ... cells, the header has ....')
})

test('a code whose sentence was kept is told once, with its numbers', async () => {
  const [line] = await linesOf({
    rows: [fileRow(1, 'rejected')],
    planned: [[planned(1, { codes: ['ROW_RAGGED'] })]],
    issues: [rowIssue('ROW_RAGGED', 1, {}, { cells: 4, columns: 5 })],
  })
  expect(line?.['Import Messages']).toBe('The row has 4 cells, the header has 5.')
})

test('a row that was left out says so, also where the code alone would not', async () => {
  const [line] = await linesOf({
    rows: [fileRow(1, 'rejected')],
    planned: [[planned(1, { codes: ['VAL_EMAIL'] })]],
  })
  expect(line?.['Import Severity']).toBe('row')
})

test('the worst of a row stands first and gives its severity', async () => {
  const issues = [rowIssue('W_SPACES', 1), rowIssue('VAL_PHONE', 1), rowIssue('VAL_PHONE', 1)]
  const [line] = await linesOf({ rows: [fileRow(1, 'created')], issues })
  expect(line?.['Import Severity']).toBe('cell')
  expect(line?.['Import Codes']).toBe('VAL_PHONE; W_SPACES')
})

test('labels and sentences that look like a formula do not run in a spreadsheet', async () => {
  const [line] = await linesOf({
    rows: [fileRow(1, 'created')],
    planned: [[planned(1, { changes: [['d9', null, 'x']] })]],
    issues: [{ ...rowIssue('VAL_TOO_LONG', 1), message: '=HYPERLINK("x") is too long.' }],
    labelOf: labelsOf(new Map([['=cmd|x', 9]])),
  })
  expect(line?.['Import Fields Changed']).toBe("'=cmd|x")
  expect(line?.['Import Messages']).toBe(`'=HYPERLINK("x") is too long.`)
})

test('a run that was never planned has a header and no rows', async () => {
  expect(await textOf({ rows: [] })).toBe(`${HEADER}\n`)
})

test('has exactly one line for each row, in order, whatever of them the plan and the issues speak of', async () => {
  const anyRow = fc.record({
    outcome: fc.constantFrom(...OUTCOMES),
    isPlanned: fc.boolean(),
    issues: fc.array(fc.constantFrom<IssueCode>('VAL_EMAIL', 'W_SPACES', 'ROW_RAGGED'), { maxLength: 3 }),
  })
  const anyFile = fc.record({
    rows: fc.array(anyRow, { maxLength: 1_200 }),
    batch: fc.integer({ min: 1, max: 700 }),
  })
  await fc.assert(
    fc.asyncProperty(anyFile, async ({ rows, batch }) => {
      const plan = rows.flatMap(({ isPlanned }, at) =>
        isPlanned ? [planned(at + 1, { personId: at + 1 })] : [],
      )
      const lines = await linesOf({
        rows: rows.map(({ outcome }, at) => fileRow(at + 1, outcome)),
        planned: batches(plan, batch),
        issues: [
          { ...rowIssue('VAL_EMAIL', 0), row: null },
          ...rows.flatMap(({ issues }, at) => issues.map((code) => rowIssue(code, at + 1))),
        ],
      })
      expect(lines.map((line) => Number(line['Import Row']))).toEqual(rows.map((_, at) => at + 1))
      expect(lines.map((line) => line['Import Person'] !== '')).toEqual(
        rows.map(({ isPlanned }) => isPlanned),
      )
      expect(lines.map((line) => line['Import Codes'] !== '')).toEqual(
        rows.map(({ issues }) => issues.length > 0),
      )
    }),
    { numRuns: 30 },
  )
})

test('reads no further ahead than a batch, and lets go of everything when nobody reads on', async () => {
  let read = 0
  const closed: string[] = []
  async function* endless<T>(name: string, make: (row: number) => T): AsyncGenerator<T> {
    try {
      for (let row = 1; ; row++) {
        if (name === 'rows') read = row
        yield make(row)
      }
    } finally {
      closed.push(name)
    }
  }
  const report = rowReport({
    ...EMPTY,
    rows: endless('rows', (row) => fileRow(row, 'updated')),
    planned: endless('planned', (row) => [planned(row)]),
    issues: endless('issues', (row) => rowIssue('W_SPACES', row)),
  })
  for (let chunk = 0; chunk < 5; chunk++) await report.next()
  await report.return(undefined)
  expect(read).toBeLessThanOrEqual(4 * 500)
  expect(closed.sort()).toEqual(['issues', 'planned', 'rows'])
})

const EMPTY: RowReport = {
  run: 'r1',
  rows: [],
  planned: [],
  issues: [] as RowIssue[],
  today: '2026-11-21',
  labelOf: labelsOf(new Map([['Cost Center', 2]])),
  withValues: true,
  peopleOf: async () => new Map(),
}

function fileRow(row: number, outcome: FileRow['outcome']): FileRow {
  return { row, line: row + 1, outcome }
}

function planned(row: number, more: Partial<PlannedLine> = {}): PlannedLine {
  return { row, personId: null, matchedBy: 'none', changes: [], codes: [], ...more }
}

async function textOf(more: Partial<RowReport>): Promise<string> {
  return (await collect(rowReport({ ...EMPTY, ...more }))).join('')
}

async function linesOf(more: Partial<RowReport>): Promise<Record<string, string>[]> {
  return parse(await textOf(more), { columns: true })
}

function batches<T>(items: readonly T[], size: number): T[][] {
  const some: T[][] = []
  for (let at = 0; at < items.length; at += size) some.push(items.slice(at, at + size))
  return some
}

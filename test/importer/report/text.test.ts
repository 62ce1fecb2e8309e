/** The report people read on a terminal. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { reportText } from '../../../importer/report/text.ts'
import { columnsOf } from '../../../importer/report/text-layout.ts'
import type { Run } from '../../../schemas/run.ts'
import { anIssue, RUNS, rowIssue, withIssues } from './sample-runs.ts'

describe('reads like this:', () => {
  test('a full success', () => {
    expect(reportText(RUNS.success)).toMatchInlineSnapshot(`
      "  500 people imported: 480 new, 20 updated.

        File        people-2026-11-21.csv (112.4 kB)
        Account     acme, from sftp, partial import
        Run         0kq3m8d2e5xw7abc, succeeded
        Received    2026-11-21 06:00:00 UTC, finished 1.8 s later

        Rows read   500
          New       480
          Updated    20
          Unchanged   0
      "
    `)
  })

  test('success with errors', () => {
    expect(reportText(RUNS.errors)).toMatchInlineSnapshot(`
      "  1,238 people imported: 12 new, 48 updated, 1,178 unchanged; 10 rows were left
        out.

        File        people-2026-11-21.csv (112.4 kB)
        Account     acme, from sftp, partial import
        Run         0kq3m8d2e5xw7abc, succeeded with errors
        Received    2026-11-21 06:00:00 UTC, finished 1.8 s later

        Rows read         1,250
          New                12
          Updated            48
          Unchanged       1,178
          Excluded            1
          Blank               1
          Left out           10

        Become former         3  among the new and updated
        Deactivated           1  among the new and updated
        Not in the file      37  left as they are

        To correct

        Row left out (7)  ROW_NO_IDENTIFIER
          The row has no Employee Id and no Email, so nobody can tell who is meant.
          Row 3 (line 4), row 9 (line 10), row 41 (line 42), row 57 (line 58),
          row 58 (line 59) and 2 more
          Fix: Fill in at least one of them.

        Row or value left out (3)  VAL_DATE_INVALID
          End Date is not a date, or in a form that was not declared for this source.
          Column G "Termination Date": row 4 (line 5); looks like "99.99.9999"
          Date of Birth is not a date, or in a form that was not declared for this
          source.
          Column E "DOB": row 8 (line 9) and row 10 (line 11); looks like "aaaa" or
          "9/9/99"
          Fix: Write dates as YYYY-MM-DD, for example 2026-01-31, or declare the form
          for the source.

        Row left out (2)  ROW_RAGGED
          The row has 19 cells, the header has 21.
          Row 5 (line 6)
          The row has 22 cells, the header has 21.
          Row 12 (line 13)
          Fix: Quote cells that hold the delimiter; check for cells missing at the
          end.

        Column left out  HDR_FORBIDDEN
          The column "Base Salary (EUR)" was left out and none of its values was
          stored.
          Column M
          Fix: Remove it from the export: pay, bank, government numbers, health,
          religion and union have no place here.

        Good to know

        Note (3)  HDR_CREATED_DEMOGRAPHIC
          The column "Job Title" is new and is kept as a demographic of that name.
          Likewise: "Department" and "Cost Center".

        Note  W_PLACEHOLDER
          Timezone holds a placeholder, which was taken as blank.
          Column I: row 7 (line 8)
          Fix: Leave the cell blank.

        Next

        Correct the 10 rows that are not taken and send them again. To get them with
        what is wrong:
          rollcall runs report 0kq3m8d2e5xw7abc --format rejects
      "
    `)
  })

  test('a held run', () => {
    expect(reportText(RUNS.held)).toMatchInlineSnapshot(`
      "  Waits for a person: 12 of 40 active people would leave or be deactivated;
        allowed without a look are 5 (and 1 more reason).

        File        people-2026-11-21.csv (112.4 kB)
        Account     acme, from sftp, partial import
        Run         0kq3m8d2e5xw7abc, waiting for a person
        Received    2026-11-21 06:00:00 UTC

        What it would do

        Rows read         31
          New              2
          Updated         20
          Unchanged        8
          Held back        1

        Become former     12  among the new and updated
        Not in the file   11  left as they are

        Why it waits

        Needs a look (12 rows)  GUARD_MASS_LEAVERS
          12 of 40 active people would leave or be deactivated; allowed without a look
          are 5.
          Fix: Look at who leaves. Approve the run if it is right, discard it if the
          file is wrong.

        Needs a look  ID_SWAPPED
          The Employee Id belongs to one person and the Email to another; the row
          waits.
          Row 2 (line 3)
          Fix: Check which of the two is right, then send the row again.

        Next

        Nothing is applied until somebody decides. Look at the plan, approve it or a
        part of it if it is right, discard it if the file is wrong.
          rollcall runs plan 0kq3m8d2e5xw7abc
          rollcall runs approve 0kq3m8d2e5xw7abc
          rollcall runs discard 0kq3m8d2e5xw7abc

        Correct the row that is not taken and send it again. To get it with what is
        wrong:
          rollcall runs report 0kq3m8d2e5xw7abc --format rejects
      "
    `)
  })

  test('a rejected file', () => {
    expect(reportText(RUNS.rejected)).toMatchInlineSnapshot(`
      "  Nothing was applied: the columns "Email" and "Work Email" both mean Email.

        File        people-2026-11-21.csv (112.4 kB)
        Account     acme, from sftp, partial import
        Run         0kq3m8d2e5xw7abc, rejected
        Received    2026-11-21 06:00:00 UTC, finished 1.8 s later

        To correct

        File refused  HDR_AMBIGUOUS
          The columns "Email" and "Work Email" both mean Email.
          Column D
          Fix: Keep only one of them, or say which one counts: \`rollcall source set
          <source> --account <slug> "mapping.<header>=-"\` leaves the other out.

        File refused  HDR_BLANK
          Column F has no header.
          Fix: Give it a header or remove it.

        Next

        The roster is as it was. Correct the file and send it again as a whole.
      "
    `)
  })

  test('an empty file', () => {
    expect(reportText(RUNS.empty)).toMatchInlineSnapshot(`
      "  Nothing was applied: the file has no content.

        File        people-2026-11-21.csv (0 bytes)
        Account     acme, from sftp, partial import
        Run         0kq3m8d2e5xw7abc, rejected
        Received    2026-11-21 06:00:00 UTC, finished 1.8 s later

        To correct

        File refused  FILE_EMPTY
          The file has no content.
          Fix: Check the export that made it, then send the file again.

        Next

        The roster is as it was. Correct the file and send it again as a whole.
      "
    `)
  })

  test('a dry run', () => {
    expect(reportText(RUNS.dryRun)).toMatchInlineSnapshot(`
      "  Dry run, nothing was applied: 3 people would be imported (1 new, 2 updated); 1
        row would be left out.

        File        people-2026-11-21.csv (112.4 kB)
        Account     acme, from sftp, dry run
        Run         0kq3m8d2e5xw7abc, dry run
        Received    2026-11-21 06:00:00 UTC, finished 1.8 s later

        What it would do

        Rows read       4
          New           1
          Updated       2
          Unchanged     0
          Left out      1

        Become former   1  among the new and updated

        To correct

        Row left out  ROW_NO_IDENTIFIER
          The row has no Employee Id and no Email, so nobody can tell who is meant.
          Row 4 (line 5)
          Fix: Fill in at least one of them.

        Next

        Correct the row that is not taken and send it again. To get it with what is
        wrong:
          rollcall runs report 0kq3m8d2e5xw7abc --format rejects

        Nothing was changed. To apply the file, send it to /inbox or import it without
        --dry-run.
      "
    `)
  })

  test('a check without an account', () => {
    expect(reportText(RUNS.check)).toMatchInlineSnapshot(`
      "  3 people can be imported; 1 row would be left out.

        File        people-2026-11-21.csv (112.4 kB)

        What it would do

        Rows read         4
          Can be imported 3
          Left out        1

        To correct

        Row left out  VAL_EMAIL
          Email is not an e-mail address.
          Column G "Termination Date": row 2 (line 3)
          Fix: Write one plain address, without a name and without brackets.

        Next

        Correct the rows that would be left out, then check it again.
      "
    `)
  })
})

test('the numbers it prints add up', () => {
  const text = reportText(RUNS.errors)
  const numberAfter = (label: string) =>
    Number(new RegExp(`^ +${label} +([\\d,]+)$`, 'm').exec(text)?.[1]?.replaceAll(',', ''))
  const parts = ['New', 'Updated', 'Unchanged', 'Excluded', 'Blank', 'Left out']
  expect(numberAfter('Rows read')).toBe(1_250)
  expect(parts.map(numberAfter).reduce((sum, count) => sum + count, 0)).toBe(1_250)
})

test('a text is as wide as a terminal shows it', () => {
  expect(['ada', 'Zoe\u0308', '\u00e9t\u00e9', '\u5c71\u7530', '\uff71\u{1f600}'].map(columnsOf)).toEqual([
    3, 3, 3, 4, 3,
  ])
})

test('colour is only added: without it the same words stand on the same lines', () => {
  for (const run of Object.values(RUNS)) {
    const colored = reportText(run, { color: true })
    expect(colored).toContain('\u001b[')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: taking them away is the point
    const plain = colored.replace(/\u001b\[\d+m/g, '')
    expect(plain.replace(/ +$/gm, '')).toBe(reportText(run))
  }
})

test('no line is wider than asked, but for commands, which are there to be copied', () => {
  const anyRun = fc.record({
    header: fc.string({ unit: 'grapheme', maxLength: 120, size: 'max' }),
    fileName: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200, size: 'max' }),
    width: fc.integer({ min: 40, max: 120 }),
  })
  fc.assert(
    fc.property(anyRun, ({ header, fileName, width }) => {
      const run = { ...withIssues([anIssue('HDR_FORBIDDEN', { header, column: 'A' })]), fileName }
      for (const line of reportText(run, { width }).split('\n')) {
        if (!line.startsWith('    rollcall ')) expect(columnsOf(line)).toBeLessThanOrEqual(width)
      }
    }),
  )
})

describe('what came with a file cannot steer the terminal:', () => {
  const HOSTILE = 'a\u001b[2Jb\u009b31mc\rd\ne\u202ef\u200bg\u0007'
  const inEveryPlace = (hostile: string): Run => ({
    ...withIssues([
      rowIssue('VAL_EMAIL', 1, { header: hostile, field: hostile, value: hostile, column: 'A' }),
      anIssue('HDR_FORBIDDEN', { header: hostile, column: 'B' }, { header: hostile }),
    ]),
    ...{ fileName: hostile, source: hostile, decidedBy: hostile, reason: hostile, state: 'held' },
    holds: [{ code: 'GUARD_OF_LATER', message: hostile, rows: 1 }],
    error: { code: 'RUN_FAILED', message: hostile, fix: hostile },
  })

  test('control characters, line breaks and changes of direction show as a question mark', () => {
    for (const state of ['held', 'failed', 'rejected'] as const) {
      const text = reportText({ ...inEveryPlace(HOSTILE), state })
      // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point
      expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e]/)
      expect(text.split('\n').length).toBe(
        reportText({ ...inEveryPlace('a?[2Jb?31mc?d?e?f?g?'), state }).split('\n').length,
      )
    }
  })
})

test('our own words are plain ASCII, so every console can show them', () => {
  for (const run of Object.values(RUNS)) expect(reportText(run)).toMatch(/^[\n -~]*$/)
})

/** What every rendering says of a run: the outcome in words, the numbers, what was found and what to do. */
import { describe, expect, test } from 'vitest'
import { sentencesOf } from '../../../importer/report/places.ts'
import { type Summary, shownCounts, summarize } from '../../../importer/report/summary.ts'
import { ISSUES, type IssueCode } from '../../../schemas/issues.ts'
import { NO_COUNTS, RUN_STATES, type Run } from '../../../schemas/run.ts'
import { aHold, anIssue, aRun, RUNS, rowIssue, withIssues } from './sample-runs.ts'

describe('the headline says the outcome in one sentence', () => {
  const HEADLINES: Record<string, [Run, string]> = {
    success: [RUNS.success, '500 people imported: 480 new, 20 updated.'],
    'all of one kind': [
      aRun({ counts: { ...NO_COUNTS, read: 500, created: 500 } }),
      '500 people imported: all new.',
    ],
    'one person': [aRun({ counts: { ...NO_COUNTS, read: 1, updated: 1 } }), '1 person imported: updated.'],
    errors: [
      RUNS.errors,
      '1,238 people imported: 12 new, 48 updated, 1,178 unchanged; 10 rows were left out.',
    ],
    'only values left out': [
      withIssues([rowIssue('VAL_PHONE', 1)], {
        state: 'succeeded_with_errors',
        counts: { ...NO_COUNTS, read: 2, created: 2 },
      }),
      '2 people imported: all new; some values were left out.',
    ],
    'nobody left over': [
      aRun({ state: 'succeeded_with_errors', counts: { ...NO_COUNTS, read: 1, rejected: 1 } }),
      'Nobody was imported; 1 row was left out.',
    ],
    'nothing new': [RUNS.nothingNew, 'Nothing changed: 12 people are as the file says.'],
    held: [
      RUNS.held,
      'Waits for a person: 12 of 40 active people would leave or be deactivated; allowed without a look are 5 (and 1 more reason).',
    ],
    rejected: [RUNS.rejected, 'Nothing was applied: the columns "Email" and "Work Email" both mean Email.'],
    empty: [RUNS.empty, 'Nothing was applied: the file has no content.'],
    'dry run': [
      RUNS.dryRun,
      'Dry run, nothing was applied: 3 people would be imported (1 new, 2 updated); 1 row would be left out.',
    ],
    'a check without an account': [RUNS.check, '3 people can be imported; 1 row would be left out.'],
    failed: [
      RUNS.failed,
      'Failed, nothing was applied: the run met an error that Rollcall did not expect (TypeError), 5 times.',
    ],
    discarded: [RUNS.discarded, 'Discarded by Grace Hopper: nothing was applied.'],
    duplicate: [
      RUNS.duplicate,
      'Nothing to do: the same file was imported before, and nobody was changed since.',
    ],
  }

  test.each(Object.entries(HEADLINES))('%s', (_name, [run, headline]) => {
    expect(summarize(run).headline).toBe(headline)
  })

  test('in every state there is one, and a word for the state', () => {
    for (const state of RUN_STATES) {
      const { headline, state: word } = summarize(aRun({ state }))
      expect(headline).toMatch(/^[A-Z0-9].*\.$/)
      expect(word).not.toContain('_')
    }
  })
})

test('the tone of a dry run is that of the run it stands for', () => {
  expect(summarize(RUNS.dryRun).tone).toBe('warn')
  expect(summarize({ ...RUNS.success, state: 'dry_run' }).tone).toBe('good')
  expect(summarize({ ...RUNS.held, state: 'dry_run' }).tone).toBe('wait')
})

describe('numbers', () => {
  test.each(Object.entries(RUNS))('of the run "%s" add up to the rows read', (_name, run) => {
    const lines = shownCounts(summarize(run))
    const parts = lines.filter(({ partOf }) => partOf === 'read').reduce((sum, { count }) => sum + count, 0)
    expect(parts).toBe(run.counts.read)
  })

  test('each has one line in the data, and zeros are shown only where people look for them', () => {
    const summary = summarize(RUNS.success)
    expect(summary.counts.map(({ key }) => key).sort()).toEqual(Object.keys(NO_COUNTS).sort())
    expect(shownCounts(summary).map(({ key }) => key)).toEqual([
      'read',
      'created',
      'updated',
      'unchanged',
      'matched',
    ])
    expect(shownCounts(summarize(RUNS.empty))).toEqual([])
  })
})

describe('what was found', () => {
  test('stands worst first, then the most frequent first', () => {
    const codes = summarize(RUNS.errors).issues.map(({ code }) => code)
    expect(codes).toEqual([
      'ROW_NO_IDENTIFIER',
      'VAL_DATE_INVALID',
      'ROW_RAGGED',
      'HDR_FORBIDDEN',
      'HDR_CREATED_DEMOGRAPHIC',
      'W_PLACEHOLDER',
    ])
  })

  test('is counted in full, also where the run lists only some of it, or none', () => {
    const run: Run = {
      ...withIssues([rowIssue('VAL_EMAIL', 1), rowIssue('VAL_EMAIL', 9)]),
      issueCounts: { VAL_EMAIL: 12_000, ROW_RAGGED: 3 },
      issuesTruncated: true,
    }
    const [ragged, email] = summarize(run).issues
    expect(ragged).toMatchObject({ code: 'ROW_RAGGED', total: 3, severity: 'row' })
    expect(sentencesOf(ragged ?? NO_GROUP).shown[0]?.message).toBe(
      'The row has ... cells, the header has ....',
    )
    expect(email).toMatchObject({ code: 'VAL_EMAIL', total: 12_000 })
    expect(sentencesOf(email ?? NO_GROUP).shown[0]).toMatchObject({ more: 11_998 })
  })

  test('of different sentences each is told with its places, in order, and the rest is counted', () => {
    const rows = [7, 5, 6, 1, 2, 3, 4]
    const issues = rows.map((row) => rowIssue('ROW_RAGGED', row, {}, { cells: row % 5, columns: 9 }))
    const [group = NO_GROUP] = summarize(withIssues(issues)).issues
    const { shown, untold } = sentencesOf(group)
    expect(shown.map(({ rows: places }) => places.map(({ row }) => row))).toEqual([[2, 7], [5], [1, 6]])
    expect(untold).toBe(2)
  })

  test('a reason to wait is told once, with the rows it concerns', () => {
    const { holds, issues } = summarize(RUNS.held)
    expect(holds.map(({ code, total }) => [code, total])).toEqual([
      ['GUARD_MASS_LEAVERS', 12],
      ['ID_SWAPPED', 1],
    ])
    expect(holds[1]?.variants[0]?.places[0]?.row).toBe(2)
    expect(issues).toEqual([])
  })

  test('the rows that several holds of a kind concern are not taken for more holds', () => {
    const holds = [6, 40].map((leavers) =>
      aHold('GUARD_MASS_LEAVERS', leavers, { leavers, active: 90, limit: 5 }),
    )
    const [hold = NO_GROUP] = summarize(aRun({ state: 'held', holds })).holds
    expect(hold.total).toBe(46)
    expect(sentencesOf(hold)).toMatchObject({ shown: [{ more: 0 }, { more: 0 }], untold: 0 })
  })

  test('every new column of a first import is named', () => {
    const headers = Array.from({ length: 40 }, (_, at) => `Column ${at}`)
    const run = withIssues(headers.map((header) => anIssue('HDR_CREATED_DEMOGRAPHIC', { header, line: 1 })))
    const [group = NO_GROUP] = summarize(run).issues
    const [sentence] = sentencesOf(group).shown
    expect(sentence?.likewise).toEqual(headers.slice(1).map((header) => `"${header}"`))
  })

  test('of a refused file only what must be mended is told', () => {
    expect(summarize(RUNS.rejected).issues.every(({ severity }) => severity === 'fatal')).toBe(true)
  })
})

test('every code of the catalogue is told without a placeholder, with its numbers and without them', () => {
  for (const code of Object.keys(ISSUES) as IssueCode[]) {
    for (const run of [withIssues([anIssue(code, {}, PARAMS)]), aRun({ issueCounts: { [code]: 3 } })]) {
      const told = JSON.stringify(summarize({ ...run, state: 'succeeded' }).issues)
      expect(told).toContain(code)
      expect(told).not.toMatch(/\{\w+\}/)
    }
  }
})

describe('of a review', () => {
  const factsOf = (run: Run) =>
    Object.fromEntries(summarize(run).facts.map(({ label, text }) => [label, text]))

  test('the word of the first of two is told, and what a plan came to before it was made again', () => {
    const before = { ...RUNS.held.counts, created: RUNS.held.counts.created + 1_000 }
    const formerPlan = { counts: before, holds: [{ code: 'GUARD_MASS_NEW', message: '', rows: 1 }] }
    const approvals = [{ by: 'Eve', at: '2026-11-21T09:00:00Z', reason: null }]
    expect(factsOf({ ...RUNS.held, approvals, formerPlan })).toMatchObject({
      Approved: 'by Eve, and waits for the word of somebody else',
      Before: `new 1,00${RUNS.held.counts.created}, now ${RUNS.held.counts.created}; GUARD_MASS_NEW, now no more`,
    })
    const same = { counts: RUNS.held.counts, holds: RUNS.held.holds }
    expect(factsOf({ ...RUNS.held, formerPlan: same })['Before']).toBe('the plan came to the same numbers')
    expect(factsOf(RUNS.held)).not.toHaveProperty('Before')
  })

  test('the run that holds the rest, and the run of which it is the rest, are named', () => {
    expect(factsOf({ ...RUNS.held, rest: 'r2', restOf: 'r1' })).toMatchObject({
      'Rest in': 'run r2, which waits',
      'Rest of': 'run r1',
    })
  })
})

describe('the next step', () => {
  const commandsOf = (run: Run) => summarize(run).next.flatMap(({ commands }) => commands)

  test('of a held run is a decision, and its rows can be corrected', () => {
    expect(commandsOf(RUNS.held)).toEqual([
      'rollcall runs plan 0kq3m8d2e5xw7abc',
      'rollcall runs approve 0kq3m8d2e5xw7abc',
      'rollcall runs discard 0kq3m8d2e5xw7abc',
      'rollcall runs report 0kq3m8d2e5xw7abc --format rejects',
    ])
  })

  test('after rows were left out is to correct and send them again', () => {
    expect(commandsOf(RUNS.errors)).toEqual(['rollcall runs report 0kq3m8d2e5xw7abc --format rejects'])
  })

  test('of a check needs no command, since nothing of it was stored', () => {
    expect(summarize(RUNS.check).next).toHaveLength(1)
    expect(commandsOf(RUNS.check)).toEqual([])
  })

  test('is none where all went well', () => {
    expect(summarize(RUNS.success).next).toEqual([])
  })
})

test('who decided is told, with their reason, unless the rules did', () => {
  const decided = ({ facts }: Summary) => facts.find(({ label }) => label === 'Decided')?.text
  expect(decided(summarize(RUNS.discarded))).toBe('by Grace Hopper: the export missed a site')
  expect(decided(summarize(RUNS.success))).toBeUndefined()
})

const NO_GROUP = summarize(withIssues([anIssue('FILE_EMPTY')])).issues[0] ?? expect.fail('no group')

/** Something for every placeholder. */
const PARAMS = Object.fromEntries(
  Object.values(ISSUES)
    .flatMap(({ message, fix }) => [...`${message}${fix}`.matchAll(/\{(\w+)\}/g)])
    .map(([, name = '']) => [name, 7]),
)

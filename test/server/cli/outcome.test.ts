import { expect, test } from 'vitest'
import { ERRORS } from '../../../importer/errors.ts'
import { type Issue, NO_COUNTS, RUN_STATES, type Run, type RunState } from '../../../schemas/run.ts'
import { exitCodeOf } from '../../../server/cli/outcome.ts'

function runThat(parts: Partial<Run>): Run {
  return {
    ...{
      id: 'x',
      account: 'acme',
      source: 'manual',
      importType: 'partial',
      mode: 'apply',
      state: 'succeeded',
    },
    ...{ fileName: 'x.csv', size: 0, sha256: null, receivedAt: '2026-11-21T06:00:00Z', finishedAt: null },
    ...{ counts: NO_COUNTS, holds: [], issues: [], issueCounts: {}, issuesTruncated: false },
    ...{ decidedBy: null, reason: null, error: null },
    ...parts,
  }
}

const CODES: Partial<Record<RunState, number>> = {
  ...{
    succeeded: 0,
    duplicate: 0,
    undone: 0,
    held: 3,
    succeeded_with_errors: 4,
    rejected: 1,
    failed: 1,
    discarded: 1,
  },
}

test.each(RUN_STATES.filter((state) => state !== 'dry_run'))('a run that ended %s', (state) => {
  expect(exitCodeOf(runThat({ state }))).toBe(CODES[state] ?? 0)
})

test('a dry run ends as the real one would', () => {
  const dry = (parts: Partial<Run>) => exitCodeOf(runThat({ state: 'dry_run', mode: 'dry_run', ...parts }))
  const issue = { severity: 'cell', code: 'VAL_EMAIL' } as Issue // only its severity counts here
  expect(dry({})).toBe(0)
  expect(dry({ counts: { ...NO_COUNTS, rejected: 1 } })).toBe(4)
  expect(dry({ issues: [issue] })).toBe(4)
  expect(dry({ issues: [{ ...issue, severity: 'info' }] })).toBe(0)
  expect(dry({ holds: [{ code: 'GUARD_MASS_LEAVERS', message: '', rows: 1 }], issues: [issue] })).toBe(3)
})

test('every error has an exit code of those that are promised', () => {
  for (const { exit } of Object.values(ERRORS)) expect([1, 2, 5, 6]).toContain(exit)
})

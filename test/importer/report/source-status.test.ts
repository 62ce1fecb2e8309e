import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type StatusRun, sourceStatus, usualGap } from '../../../importer/report/source-status.ts'
import { RUN_STATES } from '../../../schemas/run.ts'

const NOW = new Date('2026-11-21T09:00:00Z')
const HOUR = 3_600_000

/** Hours ago, newest first. */
function arrivals(hours: readonly number[], of: Partial<StatusRun> = {}): StatusRun[] {
  return hours.map((ago) => ({
    ...{ state: 'succeeded', mode: 'apply', hasErrors: false },
    receivedAt: new Date(NOW.getTime() - ago * HOUR).toISOString(),
    ...of,
  }))
}

const [fresh] = arrivals([1]) as [StatusRun]
const DAILY = [10, 34, 58, 82, 106]

describe('a source is told as', () => {
  test.each<{ what: string; runs: StatusRun[]; isAutomatic?: boolean; kind: string }>([
    { what: 'waiting before its first file', runs: [], kind: 'waiting' },
    {
      what: 'waiting as long as files were only rehearsed',
      runs: [{ ...fresh, mode: 'dry_run' }],
      kind: 'waiting',
    },
    { what: 'healthy after a good run', runs: [fresh], kind: 'healthy' },
    {
      what: 'with errors when the last good run left something out',
      runs: [{ ...fresh, hasErrors: true }],
      kind: 'errors',
    },
    {
      what: 'failing after a refused file',
      runs: [{ ...fresh, state: 'rejected' }, ...arrivals(DAILY)],
      kind: 'failing',
    },
    {
      what: 'in need of review whatever came after',
      runs: [fresh, ...arrivals([5], { state: 'held' })],
      kind: 'review',
    },
    {
      what: 'running while the last one is worked on',
      runs: [{ ...fresh, state: 'reading' }],
      kind: 'running',
    },
    { what: 'healthy when a daily file came yesterday', runs: arrivals(DAILY), kind: 'healthy' },
    {
      what: 'late when a daily file stays away',
      runs: arrivals(DAILY.map((hours) => hours + 30)),
      kind: 'late',
    },
    {
      what: 'never late by hand',
      runs: arrivals(DAILY.map((hours) => hours + 30)),
      isAutomatic: false,
      kind: 'healthy',
    },
    { what: 'not late while nobody knows its rhythm', runs: arrivals([500, 520]), kind: 'healthy' },
    {
      what: 'not late for the same bytes, which came on time',
      runs: [...arrivals([2], { state: 'duplicate' }), ...arrivals(DAILY.map((hours) => hours + 30))],
      kind: 'healthy',
    },
  ])('$what', ({ runs, kind, isAutomatic = true }) => {
    expect(sourceStatus({ runs, isAutomatic, now: NOW }).kind).toBe(kind)
  })
})

test('a late source says since when and how often it usually comes', () => {
  const runs = arrivals(DAILY.map((hours) => hours + 30))
  expect(sourceStatus({ runs, isAutomatic: true, now: NOW })).toEqual({
    kind: 'late',
    usuallyEveryMs: 24 * HOUR,
    since: runs[0]?.receivedAt,
  })
})

test('files that came all at once have no rhythm', () => {
  expect(usualGap(arrivals([1, 1.01, 1.02, 1.03, 1.04]))).toBeNull()
})

test('a run that waits for a person is never hidden by anything else', () => {
  const run = fc.record({
    state: fc.constantFrom(...RUN_STATES),
    mode: fc.constantFrom('apply' as const, 'dry_run' as const),
    hasErrors: fc.boolean(),
    receivedAt: fc
      .date({ min: new Date('2026-01-01'), max: NOW, noInvalidDate: true })
      .map((at) => at.toISOString()),
  })
  fc.assert(
    fc.property(fc.array(run, { maxLength: 20 }), fc.boolean(), (runs, isAutomatic) => {
      const isHeld = runs.some(({ state, mode }) => state === 'held' && mode === 'apply')
      const { kind } = sourceStatus({ runs, isAutomatic, now: NOW })
      expect(kind === 'review').toBe(isHeld)
    }),
  )
})

import { describe, expect, test } from 'vitest'
import { type FeedFacts, feedWarnings } from '../../../importer/lifecycle/feed-warnings.ts'
import { type WatchSettings, watchSettingsSchema } from '../../../schemas/watch.ts'

const codes = (facts: Partial<FeedFacts>, settings: Partial<WatchSettings> = {}) =>
  feedWarnings(
    // A Saturday.
    { now: '2026-11-21 12:00', begun: '2026-01-01 00:00', received: [], applied: [], ...facts },
    { ...watchSettingsSchema.parse({}), ...settings },
  )

const received = (...at: string[]): Partial<FeedFacts> => ({
  received: at.map((one) => ({ at: one, sha256: one })),
})

describe('a file that is expected', () => {
  test.each<[string, Partial<FeedFacts>, Partial<WatchSettings>, string | null]>([
    ['not at all', {}, {}, null],
    ['and came this morning', received('2026-11-20 08:00'), { expectedBy: '08:30' }, null],
    ['and came after its time', received('2026-11-20 09:30'), { expectedBy: '08:30' }, null],
    ['and came the evening before', received('2026-11-19 23:00'), { expectedBy: '08:30' }, null],
    [
      'and came the day before in time',
      received('2026-11-19 08:30'),
      { expectedBy: '08:30' },
      '2026-11-20 08:30',
    ],
    [
      'later today',
      { ...received('2026-11-19 08:00'), now: '2026-11-20 08:29' },
      { expectedBy: '08:30' },
      null,
    ],
    [
      'just now',
      { ...received('2026-11-19 08:00'), now: '2026-11-20 08:30' },
      { expectedBy: '08:30' },
      '2026-11-20 08:30',
    ],
    [
      'never on a weekend',
      { ...received('2026-11-20 08:00'), now: '2026-11-22 20:00' },
      { expectedBy: '08:30' },
      null,
    ],
    ['on Mondays only', received('2026-11-10 08:00'), { expectedBy: '08:30', expectedOn: ['mon'] }, null],
    [
      'on Mondays, and missed one',
      received('2026-11-09 08:00'),
      { expectedBy: '08:30', expectedOn: ['mon'] },
      '2026-11-16 08:30',
    ],
    ['and never came', {}, { expectedBy: '08:30' }, '2026-11-20 08:30'],
    ['by an account of today', { begun: '2026-11-20 10:00' }, { expectedBy: '08:30' }, null],
  ])('%s', (_name, facts, settings, expected) => {
    const warnings = codes(facts, settings).filter(({ code }) => code === 'FEED_LATE')
    expect(warnings.map(({ params }) => params['expected'])).toEqual(expected === null ? [] : [expected])
  })
})

describe('the same file', () => {
  const same = (days: number, aDay = 1): Partial<FeedFacts> => ({
    received: Array.from({ length: days * aDay }, (_, at) => ({
      ...{ at: `2026-11-${String(20 - Math.floor(at / aDay)).padStart(2, '0')} 08:00`, sha256: 'a' },
    })),
  })

  test('is told above so many days running, however often it comes a day', () => {
    expect(codes(same(3), { identicalDays: 3 })).toEqual([])
    expect(codes(same(3, 5), { identicalDays: 3 })).toEqual([])
    expect(codes(same(4), { identicalDays: 3 })).toEqual([
      { code: 'FEED_IDENTICAL', params: { days: 4, since: '2026-11-17' } },
    ])
    expect(codes(same(15), { identicalDays: 0 })).toEqual([])
  })

  test('is not the same with another in between, or before it was read', () => {
    const all = same(9).received ?? []
    const other = all.map((one, at) => (at === 2 ? { ...one, sha256: 'b' } : one))
    expect(codes({ received: other }, { identicalDays: 3 })).toEqual([])
    expect(codes({ received: all.map(({ at }) => ({ at, sha256: null })) }, { identicalDays: 3 })).toEqual([])
  })
})

describe('a drift', () => {
  const files = (...rows: number[]): Partial<FeedFacts> => ({
    applied: rows.map((count) => ({ rows: count, fill: null })),
  })
  const filled = (...shares: number[]): Partial<FeedFacts> => ({
    applied: shares.map((share) => ({
      rows: 100,
      fill: { rows: 100, columns: { Email: share, Name: share } },
    })),
  })

  test.each<[string, Partial<FeedFacts>, boolean]>([
    ['of rows, down', files(70, 75, 80, 90, 95, 100), true],
    ['of rows, up', files(130, 120, 100, 100), true],
    ['of few rows', files(76, 80, 85, 90, 95, 100), false],
    ['over too few files', files(70, 80, 100), false],
    ['of small files', files(15, 17, 18, 21), false],
    ['of a source that sends changes', files(20, 90, 20, 150), false],
    ['before the last six', files(100, 100, 100, 100, 100, 100, 400), false],
    ['of a column', filled(60, 70, 80, 90), true],
    ['of a column that fills up', filled(90, 80, 70, 60), false],
  ])('%s', (_name, facts, isTold) => {
    expect(codes(facts).length > 0).toBe(isTold)
    expect(codes(facts, { driftShareMax: 1 })).toEqual([])
  })

  test('names the first column and how many more', () => {
    expect(codes(filled(60, 70, 80, 90))).toEqual([
      {
        code: 'FEED_FILL_DRIFT',
        params: { header: 'Email', before: 90, now: 60, files: 4, more: ', and 1 more' },
      },
    ])
  })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type GuardFacts, guard } from '../../../importer/plan/guards.ts'
import { NO_PAST } from '../../../importer/plan/input.ts'
import { Outcomes, type Tally } from '../../../importer/plan/outcomes.ts'
import { sourceSettingsSchema } from '../../../schemas/account.ts'
import type { IssueCode } from '../../../schemas/issues.ts'

const SETTINGS = sourceSettingsSchema.parse({})
const NOTHING: Tally = new Outcomes().tally()

interface Facts extends Partial<Omit<GuardFacts, 'tally' | 'past' | 'hierarchy'>> {
  readonly tally?: Partial<Omit<Tally, 'counts'>>
  readonly counts?: Partial<Tally['counts']>
  readonly past?: Partial<GuardFacts['past']>
  readonly hierarchy?: Partial<GuardFacts['hierarchy']>
}

function tripsOf(
  { tally, counts, past, hierarchy, ...rest }: Facts,
  settings: Partial<typeof SETTINGS> = {},
) {
  const facts = {
    ...{ active: 1_000, fill: { rows: 0, columns: {} }, ...rest },
    tally: { ...NOTHING, ...tally, counts: { ...NOTHING.counts, ...counts } },
    past: { ...NO_PAST, isFirstImport: false, ...past },
    hierarchy: { problems: 0, tops: null, ...hierarchy },
  }
  return guard(facts, { ...SETTINGS, ...settings })
}

const codesOf = (facts: Facts, settings: Partial<typeof SETTINGS> = {}): IssueCode[] =>
  tripsOf(facts, settings).map(({ code }) => code)

describe('each mass guard trips one above the count or the share, whichever is more', () => {
  test.each<[code: IssueCode, active: number, limit: number, facts: (count: number) => Facts]>([
    ['GUARD_MASS_LEAVERS', 1_000, 100, (leavers) => ({ tally: { leavers } })],
    ['GUARD_MASS_LEAVERS', 109, 10, (leavers) => ({ tally: { leavers } })],
    // A tenth of less than 60 is below the count of five.
    ['GUARD_MASS_LEAVERS', 50, 5, (leavers) => ({ tally: { leavers } })],
    ['GUARD_MASS_LEAVERS', 0, 5, (leavers) => ({ tally: { leavers } })],
    ['GUARD_MASS_LEAVERS', 50, 5, (leaversSoon) => ({ tally: { leaversSoon } })],
    ['GUARD_MASS_LEAVERS', 50, 5, (more) => ({ tally: { leavers: 1, leaversSoon: more - 1 } })],
    ['GUARD_MASS_LEAVERS', 50, 5, (more) => ({ tally: { leavers: 1 }, past: { leavers: more - 1 } })],
    ['GUARD_MASS_NEW', 1_000, 250, (created) => ({ counts: { created } })],
    ['GUARD_MASS_NEW', 19, 10, (created) => ({ counts: { created } })],
    ['GUARD_MASS_UPDATES', 1_000, 750, (replaced) => ({ tally: { replaced } })],
    ['GUARD_MASS_UPDATES', 19, 20, (replaced) => ({ tally: { replaced } })],
    ['GUARD_KEY_CHANGE', 1_000, 10, (newIds) => ({ tally: { newIds } })],
    ['GUARD_KEY_CHANGE', 100, 3, (newIds) => ({ tally: { newIds } })],
    ['GUARD_MASS_ERRORS', 0, 200, (rejected) => ({ counts: { read: 1_010, blank: 10, rejected } })],
    ['GUARD_MASS_ERRORS', 0, 10, (rejected) => ({ counts: { read: 12, rejected } })],
  ])('%s with %i active people: %i pass', (code, active, limit, facts) => {
    expect(codesOf({ active, ...facts(limit) })).toEqual([])
    expect(codesOf({ active, ...facts(limit + 1) })).toEqual([code])
  })

  test('below twenty active people only the count applies, however large the share that is allowed', () => {
    const settings = { leaversMax: 2, leaversShareMax: 1 }
    expect(codesOf({ active: 19, tally: { leavers: 3 } }, settings)).toHaveLength(1)
    expect(codesOf({ active: 20, tally: { leavers: 3 } }, settings)).toHaveLength(0)
  })

  test('no number of leavers above both limits ever passes', () => {
    fc.assert(
      fc.property(
        fc.nat(100_000),
        fc.nat(100_000),
        fc.nat(50),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (active, leavers, leaversMax, leaversShareMax) => {
          const isOver = leavers > leaversMax && (active < 20 || leavers > active * leaversShareMax)
          const codes = codesOf({ active, tally: { leavers } }, { leaversMax, leaversShareMax })
          expect(codes).toEqual(isOver ? ['GUARD_MASS_LEAVERS'] : [])
        },
      ),
    )
  })
})

describe('last days further ahead', () => {
  const later = (...days: readonly [day: string, leavers: number][]): Facts => ({
    active: 50,
    tally: { leaversLater: new Map(days) },
  })

  test("of few people, or far from each other, are nobody's business", () => {
    expect(codesOf(later(['2027-03-31', 5]))).toEqual([])
    // Eight days from the first to the last: one more than belong together.
    expect(codesOf(later(['2027-03-31', 5], ['2027-04-08', 5]))).toEqual([])
    expect(codesOf(later(['2027-03-31', 5], ['2027-04-07', 5]), { leaversAheadDays: 0 })).toEqual([])
  })

  test('of too many at about the same time hold the run, which says when', () => {
    const days = later(['2027-06-30', 4], ['2027-04-07', 3], ['2027-03-31', 3], ['2027-01-31', 2])
    expect(tripsOf(days)).toEqual([
      {
        ...{ code: 'GUARD_LEAVERS_AHEAD', rows: 6 },
        params: { leavers: 6, from: '2027-03-31', to: '2027-04-07', active: 50, limit: 5 },
      },
    ])
    expect(codesOf(later(['2027-03-31', 6]), { leaversAheadDays: 0 })).toEqual(['GUARD_LEAVERS_AHEAD'])
  })
})

describe('what a guard says', () => {
  test('leavers: how many, of how many, how many are allowed, and which of them are not of this very day or file', () => {
    expect(tripsOf({ active: 300, tally: { leavers: 42 } })).toEqual([
      { code: 'GUARD_MASS_LEAVERS', rows: 42, params: { leavers: 42, active: 300, limit: 30, detail: '' } },
    ])
    const [trip] = tripsOf({ active: 300, tally: { leavers: 20, leaversSoon: 9 }, past: { leavers: 13 } })
    expect(trip).toMatchObject({ rows: 29, params: { leavers: 42 } })
    expect(trip?.params['detail']).toBe(', 9 of them within 7 days, with the 13 of the last 24 hours')
  })

  test('a file without leavers is not held for those of the day', () => {
    expect(codesOf({ past: { leavers: 500 } })).toEqual([])
  })

  test('a first import may bring everybody', () => {
    expect(codesOf({ active: 0, counts: { created: 5_000 }, past: { isFirstImport: true } })).toEqual([])
  })

  test('rows that wait and rows that trip a guard are told by cause, each with their number', () => {
    const tally: Facts['tally'] = {
      held: new Map([
        ['ID_SWAPPED', 2],
        ['ID_POSSIBLE_DUPLICATE', 1],
        ['GUARD_PRIVACY', 9],
      ]),
      guarded: new Map([
        ['GUARD_REHIRE', 1],
        ['GUARD_PRIVACY', 3],
      ]),
    }
    const fields = 'two or more of Name, Date of Birth, Email and Employee Id'
    expect(tripsOf({ tally })).toEqual([
      { code: 'GUARD_PRIVACY', rows: 3, params: { who: '3 people', fields } },
      { code: 'GUARD_REHIRE', rows: 1, params: { who: '1 person' } },
      { code: 'ID_POSSIBLE_DUPLICATE', rows: 1, params: { same: 'date of birth or start date' } },
      { code: 'ID_SWAPPED', rows: 2, params: {} },
    ])
    // The rest goes on without rows that only wait themselves.
    expect(codesOf({ tally }, { doubtfulPeople: 'holdRow' })).toEqual(['GUARD_PRIVACY', 'GUARD_REHIRE'])
  })
})

describe('a file that lost something against the last ones of its source', () => {
  const before = { rows: 100, columns: { Email: 98, 'Job Title': 50, TEAM: 4 } }

  test.each([
    ['a full column arrives nearly empty', { Email: 5 }, ['Email']],
    ['a loss of three in ten passes', { Email: 69 }, []],
    ['a little more does not', { Email: 68 }, ['Email']],
    ['a half-full column loses a third', { 'Job Title': 34 }, ['Job Title']],
    ['few values may be lost altogether', { TEAM: 0 }, []],
    ['each column is told', { Email: 0, 'Job Title': 0 }, ['Email', 'Job Title']],
    ['a column that is gone is told elsewhere', {}, []],
    ['a column that is new', { Country: 0 }, []],
  ])('%s', (_, columns, headers) => {
    const trips = tripsOf({ fill: { rows: 100, columns }, past: { fill: before } })
    expect(trips.map(({ code, params }) => [code, params['header']])).toEqual(
      headers.map((header) => ['GUARD_FILL_RATE', header]),
    )
  })

  test('it says how full the column was and is', () => {
    const fill = { rows: 200, columns: { Email: 10 } }
    expect(tripsOf({ fill, past: { fill: before } })).toEqual([
      { code: 'GUARD_FILL_RATE', rows: 0, params: { header: 'Email', before: '98 %', now: '5 %' } },
    ])
  })

  test.each([
    ['this file', { rows: 19, columns: { Email: 0 } }, before],
    ['the last one', { rows: 100, columns: { Email: 0 } }, { rows: 19, columns: { Email: 19 } }],
    ['every one before', { rows: 100, columns: { Email: 0 } }, null],
  ])('nothing can be said where %s was too short', (_, fill, past) => {
    expect(codesOf({ fill, past: { fill: past } })).toEqual([])
  })

  test.each([
    [50, 100, {}, false],
    [49, 100, {}, true],
    [1, 20, {}, true],
    [1, 19, {}, false],
    [1, null, {}, false],
    [1, 100, { rowsShareMin: 0 }, false],
  ])('%i rows after %o with %o: held is %s', (rows, past, settings, isHeld) => {
    const trips = tripsOf({ counts: { read: rows + 3, blank: 3 }, past: { rows: past } }, settings)
    expect(trips).toEqual(
      isHeld ? [{ code: 'GUARD_ROW_DROP', rows: 0, params: { rows, before: past, share: '50 %' } }] : [],
    )
  })
})

describe('who reports to whom', () => {
  test('a source that allows no wrong manager holds the run for one; others drop the cell', () => {
    const facts = { hierarchy: { problems: 1 } }
    expect(codesOf(facts)).toEqual([])
    expect(tripsOf(facts, { managerProblems: 'block' })).toEqual([
      { code: 'GUARD_MANAGERS', rows: 1, params: { problems: 1 } },
    ])
    expect(codesOf({}, { managerProblems: 'block' })).toEqual([])
  })

  test.each([
    [null, 0, 900, []],
    [3, 0, 3, []],
    [3, 0, 4, ['HIER_TOO_MANY_TOPS']],
    [3, 5, 5, []],
    [3, 5, 4, []],
    [3, 5, 6, ['HIER_TOO_MANY_TOPS']],
  ] as const)(
    'with %j allowed, %i people at the top before and %i after: %j',
    (topsMax, before, after, codes) => {
      expect(codesOf({ hierarchy: { tops: { before, after } } }, { topsMax })).toEqual(codes)
    },
  )
})

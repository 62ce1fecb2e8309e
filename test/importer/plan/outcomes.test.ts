import { describe, expect, test } from 'vitest'
import { HOLD_REASONS, OUTCOMES, Outcomes, type Settled } from '../../../importer/plan/outcomes.ts'
import type { Status } from '../../../importer/plan/person.ts'

function tallyOf(...rows: Settled[]) {
  const outcomes = new Outcomes()
  for (const [at, row] of rows.entries()) {
    outcomes.add(at + 2, 'unchanged')
    outcomes.settle(at + 1, row)
  }
  return outcomes.tally()
}

const moved = (
  outcome: 'created' | 'updated' | 'unchanged',
  before: Status | null,
  after: Status,
): Settled => ({
  outcome,
  isMatched: before !== null,
  before,
  after,
  isOnlyManager: false,
  leavesSoon: false,
  leavesOn: null,
  replaces: false,
  hasNewId: false,
  guards: [],
})
const held: Settled = { outcome: 'held', reason: 'ID_SWAPPED' }

describe('the numbers of a run', () => {
  test('a row counts where it ended, not where it was entered', () => {
    const { counts } = tallyOf(
      { outcome: 'rejected' },
      held,
      moved('created', null, 'active'),
      moved('updated', 'active', 'active'),
      moved('unchanged', 'former', 'former'),
    )
    expect(counts).toMatchObject({
      read: 5,
      rejected: 1,
      held: 1,
      created: 1,
      updated: 1,
      unchanged: 1,
      matched: 2,
    })
  })

  test.each<[Settled, { leavers: number; former?: number; deactivated?: number; reactivated?: number }]>([
    [moved('updated', 'active', 'former'), { leavers: 1, former: 1 }],
    [moved('updated', 'upcoming', 'former'), { leavers: 1, former: 1 }],
    [moved('updated', 'active', 'deactivated'), { leavers: 1, deactivated: 1 }],
    [moved('updated', 'deactivated', 'former'), { leavers: 0, former: 1 }],
    [moved('updated', 'former', 'deactivated'), { leavers: 0, deactivated: 1 }],
    [moved('updated', 'former', 'former'), { leavers: 0 }],
    [moved('updated', 'deactivated', 'deactivated'), { leavers: 0 }],
    [moved('updated', 'deactivated', 'active'), { leavers: 0, reactivated: 1 }],
    [moved('updated', 'deactivated', 'upcoming'), { leavers: 0, reactivated: 1 }],
    [moved('updated', 'former', 'active'), { leavers: 0 }],
    [moved('created', null, 'former'), { leavers: 0, former: 1 }],
    [moved('created', null, 'deactivated'), { leavers: 0, deactivated: 1 }],
    [moved('created', null, 'active'), { leavers: 0 }],
    [moved('unchanged', 'former', 'former'), { leavers: 0 }],
    [held, { leavers: 0 }],
  ])('%o', (row, { leavers, former = 0, deactivated = 0, reactivated = 0 }) => {
    expect(tallyOf(row)).toMatchObject({ leavers, counts: { former, deactivated, reactivated } })
  })
})

describe('leaving out a row that was planned', () => {
  test('whatever it was, it is a rejected row and nothing else afterwards, and only once', () => {
    for (const row of [moved('updated', 'active', 'former'), held]) {
      const outcomes = new Outcomes()
      outcomes.add(2, 'unchanged')
      outcomes.settle(1, row)
      expect([outcomes.reject(1), outcomes.reject(1)]).toEqual([true, false])
      expect(outcomes.isTaken(1)).toBe(false)
      expect(outcomes.tally()).toMatchObject({
        leavers: 0,
        counts: { rejected: 1, updated: 0, held: 0, matched: 0, former: 0 },
      })
    }
  })

  test('row 0 stands for no row at all', () => {
    const outcomes = new Outcomes()
    expect([outcomes.reject(0), outcomes.isTaken(0)]).toEqual([false, false])
  })
})

test('a row is taken when it is created, updated or unchanged', () => {
  const outcomes = new Outcomes()
  for (const [at, outcome] of OUTCOMES.entries()) outcomes.add(at + 10, outcome)
  expect(OUTCOMES.filter((_, at) => outcomes.isTaken(at + 1))).toEqual(['created', 'updated', 'unchanged'])
  expect(outcomes.lineOf(3)).toBe(12)
})

test('what is stored of the rows is their lines and outcomes, and no mark beside', () => {
  const outcomes = new Outcomes()
  for (const line of [2, 3, 500_000]) outcomes.add(line, 'unchanged')
  expect(outcomes.length).toBe(3)
  outcomes.settle(2, moved('updated', 'active', 'former'))
  const { lines, outcomes: bytes } = outcomes.chunk(1, 3)
  expect([...new Int32Array(Uint8Array.from(lines).buffer)]).toEqual([3, 500_000])
  expect([...bytes]).toEqual([OUTCOMES.indexOf('updated'), OUTCOMES.indexOf('unchanged')])
})

test('last days further ahead are counted by day, of rows that are still taken', () => {
  const outcomes = new Outcomes()
  for (const [at, leavesOn] of ['2027-03-31', null, '2027-01-31', '2027-03-31', '2027-03-31'].entries()) {
    outcomes.add(at + 2, 'unchanged')
    outcomes.settle(at + 1, { ...moved('updated', 'active', 'active'), leavesOn } as Settled)
  }
  outcomes.reject(1)
  outcomes.hold(3, 'GUARD_REHIRE')
  expect(outcomes.tally().leaversLater).toEqual(new Map([['2027-03-31', 2]]))
})

describe('what a person should look at', () => {
  const guarded: Settled = {
    ...moved('updated', 'former', 'active'),
    ...{ leavesSoon: true, replaces: true, hasNewId: true, guards: ['GUARD_PRIVACY', 'GUARD_REHIRE'] },
  }

  test('a row that is taken trips any number of guards, and a row that is held has one reason', () => {
    const tally = tallyOf(guarded, ...HOLD_REASONS.map((reason) => ({ outcome: 'held', reason }) as const))
    expect(tally.guarded).toEqual(
      new Map([
        ['GUARD_PRIVACY', 1],
        ['GUARD_REHIRE', 1],
      ]),
    )
    expect(tally.held).toEqual(new Map(HOLD_REASONS.map((reason) => [reason, 1])))
    const counts = { updated: 1, held: HOLD_REASONS.length }
    expect(tally).toMatchObject({ leaversSoon: 1, replaced: 1, newIds: 1, counts })
  })

  test('the whole file may show that a row is to be held, or only looked at', () => {
    const outcomes = new Outcomes()
    for (const line of [2, 3]) {
      outcomes.add(line, 'unchanged')
      outcomes.settle(line - 1, guarded)
    }
    outcomes.hold(1, 'GUARD_PRIVACY_SWAP')
    outcomes.guard(2, 'GUARD_PRIVACY_SWAP')
    const tally = outcomes.tally()
    expect(tally).toMatchObject({ leaversSoon: 1, newIds: 1, counts: { held: 1, updated: 1 } })
    expect(tally.held).toEqual(new Map([['GUARD_PRIVACY_SWAP', 1]]))
    expect([...tally.guarded.keys()]).toEqual(['GUARD_PRIVACY', 'GUARD_PRIVACY_SWAP', 'GUARD_REHIRE'])
    expect([1, 2].map((row) => outcomes.isTaken(row))).toEqual([false, true])
  })

  test('what its sender excluded stays excluded', () => {
    const outcomes = new Outcomes()
    outcomes.add(2, 'excluded')
    expect(outcomes.reject(1)).toBe(false)
  })
})

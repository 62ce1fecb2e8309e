import { describe, expect, test } from 'vitest'
import { OUTCOMES, Outcomes, type Settled } from '../../../importer/plan/outcomes.ts'
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
})

describe('the numbers of a run', () => {
  test('a row counts where it ended, not where it was entered', () => {
    const { counts } = tallyOf(
      { outcome: 'rejected' },
      { outcome: 'held' },
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
    [{ outcome: 'held' }, { leavers: 0 }],
  ])('%o', (row, { leavers, former = 0, deactivated = 0, reactivated = 0 }) => {
    expect(tallyOf(row)).toMatchObject({ leavers, counts: { former, deactivated, reactivated } })
  })
})

describe('leaving out a row that was planned', () => {
  test('whatever it was, it is a rejected row and nothing else afterwards, and only once', () => {
    for (const row of [moved('updated', 'active', 'former'), { outcome: 'held' } as const]) {
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

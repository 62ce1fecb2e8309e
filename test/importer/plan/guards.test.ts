import fc from 'fast-check'
import { expect, test } from 'vitest'
import { guard } from '../../../importer/plan/guards.ts'
import { sourceSettingsSchema } from '../../../schemas/account.ts'

const SETTINGS = sourceSettingsSchema.parse({})

test.each([
  [1_000, 100, false],
  [1_000, 101, true],
  [109, 10, false],
  [109, 11, true],
  // A tenth of less than 60 is below the count of five.
  [50, 5, false],
  [50, 6, true],
  [0, 0, false],
])('of %i active people %i leave: held is %s', (active, leavers, isHeld) => {
  expect(guard({ active, leavers }, SETTINGS)).toHaveLength(isHeld ? 1 : 0)
})

test('below twenty active people only the count applies, however large the share that is allowed', () => {
  const settings = { ...SETTINGS, leaversMax: 2, leaversShareMax: 1 }
  expect(guard({ active: 19, leavers: 3 }, settings)).toHaveLength(1)
  expect(guard({ active: 20, leavers: 3 }, settings)).toHaveLength(0)
})

test('the guard says its numbers, and how many rows it concerns', () => {
  expect(guard({ active: 300, leavers: 42 }, SETTINGS)).toEqual([
    { code: 'GUARD_MASS_LEAVERS', rows: 42, params: { leavers: 42, active: 300, limit: 30 } },
  ])
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
        expect(guard({ active, leavers }, { ...SETTINGS, leaversMax, leaversShareMax }).length).toBe(
          isOver ? 1 : 0,
        )
      },
    ),
  )
})

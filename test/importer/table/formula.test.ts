import fc from 'fast-check'
import { expect, test } from 'vitest'
import { guardFormula, unguardFormula } from '../../../importer/table/formula.ts'

test.each(['=1+1', '+49', '-1', '@x', "'=1", "''=1", '＝1', '＋1', '－1', '＠x', '=', "'="])(
  '%j is guarded',
  (value) => {
    expect(guardFormula(value)).toBe(`'${value}`)
  },
)

test.each(['', 'Ada', "O'Brien", "'tis", "'", "''", "' =1", 'a=b', '1-2', '#REF!'])(
  '%j needs no guard',
  (value) => {
    expect(guardFormula(value)).toBe(value)
    expect(unguardFormula(value)).toBe(value)
  },
)

const formulaLike = fc
  .tuple(
    fc.constantFrom('', "'", "''", ' '),
    fc.constantFrom('', '=', '+', '-', '@', '＝', '＠'),
    fc.string(),
  )
  .map((parts) => parts.join(''))

test('what went out guarded comes back as it was', () => {
  fc.assert(
    fc.property(formulaLike, (value) => {
      expect(unguardFormula(guardFormula(value))).toBe(value)
    }),
    { numRuns: 2_000 },
  )
})

test('no guarded cell starts with what a spreadsheet runs', () => {
  fc.assert(
    fc.property(formulaLike, (value) => {
      expect(guardFormula(value)).not.toMatch(/^[=+\-@\uff1d\uff0b\uff0d\uff20]/)
    }),
    { numRuns: 2_000 },
  )
})

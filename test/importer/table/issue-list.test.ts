import fc from 'fast-check'
import { expect, test } from 'vitest'
import { IssueList, KEEP, shapeOf } from '../../../importer/table/issue-list.ts'
import { ISSUES, type IssueCode } from '../../../schemas/issues.ts'
import { cellLike } from './cells.ts'

const CODES = Object.keys(ISSUES) as IssueCode[] // the catalogue's own keys

test('every issue is counted; of each code the first are kept, in order, and the list says that it is cut', () => {
  const code = fc.constantFrom(...CODES.slice(0, 4))
  fc.assert(
    fc.property(fc.array(fc.tuple(code, fc.nat(KEEP + 5)), { maxLength: 6 }), (groups) => {
      const issues = new IssueList()
      const counts = new Map<IssueCode, number>()
      let row = 0
      for (const [one, times] of groups) {
        for (let time = 0; time < times; time++) issues.add(one, { row: ++row })
        if (times > 0) counts.set(one, (counts.get(one) ?? 0) + times)
      }
      expect(issues.counts).toEqual(counts)
      expect(issues.isTruncated).toBe([...counts.values()].some((count) => count > KEEP))
      const kept = issues.take()
      for (const [one, count] of counts) {
        expect(kept.filter((issue) => issue.code === one)).toHaveLength(Math.min(count, KEEP))
      }
      expect(kept.map((issue) => issue.row)).toEqual(
        kept.map((issue) => issue.row).sort((a, b) => Number(a) - Number(b)),
      )
    }),
    { numRuns: 50 },
  )
})

test('what is taken is not given again, and still counts against what is kept', () => {
  const issues = new IssueList()
  for (let row = 1; row <= KEEP; row++) issues.add('ROW_RAGGED', { row })
  expect(issues.take()).toHaveLength(KEEP)
  issues.add('ROW_RAGGED', { row: KEEP + 1 })
  issues.add('ROW_BLANK')
  expect(issues.take().map((issue) => issue.code)).toEqual(['ROW_BLANK'])
})

test('a code weighs as the catalogue says, unless its place says otherwise', () => {
  const issues = new IssueList()
  issues.add('VAL_EMAIL')
  issues.add('VAL_EMAIL', {}, {}, 'row')
  expect(issues.take().map((issue) => issue.severity)).toEqual(['cell', 'row'])
  expect(issues.isFatal).toBe(false)
  issues.add('FILE_EMPTY')
  expect(issues.isFatal).toBe(true)
})

test('an issue beyond what is kept still weighs', () => {
  const issues = new IssueList()
  for (let row = 0; row <= KEEP; row++) issues.add('VAL_EMAIL', { row })
  issues.add('VAL_EMAIL', {}, {}, 'fatal')
  expect(issues.isFatal).toBe(true)
})

test.each([
  ['Ada Lovelace', 'Aaa Aaaaaaaa'],
  ['ada.lovelace@example.com', 'aaa.aaaaaaaa@aaaaaaa.aaa'],
  ['03/04/1985', '99/99/9999'],
  ['+49 30 123456', '+99 99 999999'],
  ['١٩٨٥', '9999'],
  ['Ⅻ ² ½', '9 9 9'],
  ['李小龍', 'aaa'],
  ['ŁÓDŹ', 'AAAA'],
  ['a\u0000b\u200bc\u202ed', 'a␣a␣a␣a'],
  ['A\u030a', 'Aa'],
  ['x'.repeat(50), `${'a'.repeat(40)}…`],
])('the shape of %j is %j', (cell, shape) => {
  expect(shapeOf(cell)).toBe(shape)
})

test('a shape holds no letter but a, no digit but 9, and is short', () => {
  fc.assert(
    fc.property(fc.oneof(cellLike, fc.string({ unit: 'binary', maxLength: 60 })), (cell) => {
      const shape = shapeOf(cell)
      expect(shape.replace(/[aA9]/g, '')).not.toMatch(/[\p{L}\p{M}\p{N}]/u)
      expect([...shape].length).toBeLessThanOrEqual(41)
      expect(shape.isWellFormed()).toBe(true)
    }),
    { numRuns: 3_000 },
  )
})

test('the value of a cell stands nowhere in what is kept', () => {
  const issues = new IssueList()
  issues.add('VAL_EMAIL', {
    cell: 'Ada Lovelace 1815',
    field: 'Email',
    header: 'Mail',
    line: 2,
    row: 1,
    column: 'B',
  })
  expect(JSON.stringify(issues.take())).not.toMatch(/Ada|Love|1815/)
})

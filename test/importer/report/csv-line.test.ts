/** Lines of CSV. */
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { csvLine } from '../../../importer/report/csv-line.ts'
import { unguardFormula } from '../../../importer/table/formula.ts'

test('what was written is what is read, whatever the cells and the delimiter', () => {
  const cells = fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: SIGNS })), {
    minLength: 2,
    maxLength: 6,
  })
  fc.assert(
    fc.property(
      fc.array(cells, { minLength: 1, maxLength: 4 }),
      fc.constantFrom(',', ';', '\t', '|'),
      (rows, delimiter) => {
        const text = rows.map((row) => csvLine(row, delimiter)).join('')
        const read: string[][] = parse(text, { delimiter, relax_column_count: true, record_delimiter: '\n' })
        expect(read.map((row) => row.map(unguardFormula))).toEqual(rows)
      },
    ),
  )
})

test('no cell starts as a formula, numbers stay numbers and null is empty', () => {
  expect(csvLine(['=1+1', '+49', '-1', '@x', "'=x", -1, 7, null, 'a,b', 'say "x"', 'a\nb'])).toBe(
    `'=1+1,'+49,'-1,'@x,''=x,-1,7,,"a,b","say ""x""","a\nb"\n`,
  )
})

const SIGNS = fc.constantFrom(...[...',;\t|"\'=+-@a \n\r'])

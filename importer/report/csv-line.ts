/** One line of every CSV that leaves the house. */
import { stringify } from 'csv-stringify/sync'
import { guardFormula } from '../table/formula.ts'

/**
 * Cells to a line, quoted as RFC 4180 says. Text that a spreadsheet would run gets an apostrophe, which an import
 * takes away again; numbers are written as they are, null as an empty cell.
 */
export function csvLine(cells: readonly (string | number | null)[], delimiter = ','): string {
  const guarded = cells.map((cell) => (typeof cell === 'string' ? guardFormula(cell) : cell))
  return stringify([guarded], { delimiter, record_delimiter: '\n', quoted_match: LINE_BREAK })
}

/** The library quotes what holds its own record delimiter; a carriage return alone breaks lines as well. */
const LINE_BREAK = /\r/

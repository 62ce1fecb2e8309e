/** One line of every CSV that leaves the house. */
import { guardFormula } from '../table/formula.ts'

/**
 * Cells to a line, quoted as RFC 4180 says. Text that a spreadsheet would run gets an apostrophe, which an import
 * takes away again; numbers are written as they are, null as an empty cell.
 */
export function csvLine(cells: readonly (string | number | null)[], delimiter = ','): string {
  return `${cells.map((cell) => csvCell(cell, delimiter)).join(delimiter)}\n`
}

const ALWAYS_QUOTED = /["\r\n]/

function csvCell(cell: string | number | null, delimiter: string): string {
  if (cell === null) return ''
  if (typeof cell === 'number') return String(cell)
  const text = guardFormula(cell)
  const mustQuote = ALWAYS_QUOTED.test(text) || text.includes(delimiter)
  return mustQuote ? `"${text.replaceAll('"', '""')}"` : text
}

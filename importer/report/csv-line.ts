/** One line of every CSV that leaves the house. csv-parse reads it back in the tests, whatever the cells hold. */
import { guardFormula } from '../table/formula.ts'

/** What makes quotes necessary besides the delimiter. */
const SPECIAL = /["\r\n]/

/**
 * Cells to a line, quoted as RFC 4180 says and only where they must be. Text that a spreadsheet would run gets an
 * apostrophe, which an import takes away again; numbers are written as they are, null as an empty cell.
 */
export function csvLine(cells: readonly (string | number | null)[], delimiter = ','): string {
  let line = ''
  for (let at = 0; at < cells.length; at++) {
    const cell = cells[at]
    if (at > 0) line += delimiter
    if (typeof cell === 'string') line += quoted(guardFormula(cell), delimiter)
    else if (typeof cell === 'number') line += cell
  }
  return `${line}\n`
}

function quoted(text: string, delimiter: string): string {
  if (!SPECIAL.test(text) && !text.includes(delimiter)) return text
  return `"${text.replaceAll('"', '""')}"`
}

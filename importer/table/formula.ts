/**
 * Cells that a spreadsheet would run. They are stored as they are; on the way out an apostrophe goes before them,
 * on the way in one is taken away, so that an export sent back is the same again, to the letter.
 */

// Also the full-width forms, which some spreadsheets accept.
const FORMULA = /^'*[=+\-@\uff1d\uff0b\uff0d\uff20]/
const GUARDED = /^'+[=+\-@\uff1d\uff0b\uff0d\uff20]/

/** For every CSV that leaves the house. */
export function guardFormula(value: string): string {
  return FORMULA.test(value) ? `'${value}` : value
}

/** For every cell that comes in. */
export function unguardFormula(cell: string): string {
  return cell.charCodeAt(0) === 39 && GUARDED.test(cell) ? cell.slice(1) : cell
}

/**
 * Cells that a spreadsheet would run. They are stored as they are; on the way out an apostrophe goes before them,
 * on the way in one is taken away, so that an export sent back is the same again, to the letter.
 */

// Also the full-width forms, which some spreadsheets accept.
const FORMULA = /^'*[=+\-@\uff1d\uff0b\uff0d\uff20]/
const GUARDED = /^'+[=+\-@\uff1d\uff0b\uff0d\uff20]/

/** For every CSV that leaves the house. */
export function guardFormula(value: string): string {
  // Letters and digits begin almost every cell, and none of them is a formula's first sign.
  return !isPlain(value.charCodeAt(0)) && FORMULA.test(value) ? `'${value}` : value
}

function isPlain(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57)
}

/** For every cell that comes in. */
export function unguardFormula(cell: string): string {
  return cell.charCodeAt(0) === 39 && GUARDED.test(cell) ? cell.slice(1) : cell
}

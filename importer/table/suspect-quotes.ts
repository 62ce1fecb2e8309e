/**
 * Quoted cells that may have swallowed people: a stray quote opens, and everybody down to the next quote becomes
 * part of one cell, without any error. The file is read on, and the run waits for a person.
 */
import { isBlank } from '../../schemas/cell-text.ts'
import type { IssueList } from './issue-list.ts'
import { columnLetter } from './mapping.ts'
import type { RawRecord, ReadingHold } from './reading.ts'

/** A quoted cell of more lines than this is not an address. */
const LINES_MAX = 5

/** A whole cell of a swallowed row; a mail within a sentence is none. The quotes are those of the cell itself. */
const MAIL = /^[\s"']*[^\s@"']+@[^\s@"']+[\s"']*$/

export class QuoteWatch {
  readonly #delimiter: string
  readonly #issues: IssueList
  /** Cells of the header. */
  #columns = 0
  #rows = 0
  #hold: ReadingHold | null = null

  constructor(delimiter: string, issues: IssueList) {
    this.#delimiter = delimiter
    this.#issues = issues
  }

  /** All records in order, the header first, and the line on which the one after them starts. */
  see(records: readonly RawRecord[], nextLine: number): void {
    for (const [index, record] of records.entries()) {
      if (this.#columns > 0) this.#rows++
      // Blank rows above the header are passed over.
      else if (!record.cells.every(isBlank)) this.#columns = record.cells.length
      // One that is known was looked at when it came first.
      if (record.known === undefined && (records[index + 1]?.line ?? nextLine) - record.line > 1)
        this.#look(record)
    }
  }

  get hold(): ReadingHold | null {
    return this.#hold
  }

  #look(record: RawRecord): void {
    const { line, cells } = record
    let start = line
    for (const [index, cell] of cells.entries()) {
      const lines = cell.includes('\n') || cell.includes('\r') ? cell.split(/\r\n|\n|\r/) : [cell]
      if (lines.length > 1 && this.#hasSwallowed(lines)) {
        this.#report(start, index, lines.length)
        // It must be looked at again, however often it comes.
        record.mark = null
      }
      start += lines.length - 1
    }
  }

  #hasSwallowed(lines: readonly string[]): boolean {
    if (lines.length > LINES_MAX || lines.some((line) => this.#holdsMailCell(line))) return true
    const perRow = this.#columns - 1
    if (perRow < 1) return false
    const delimiters = lines.map((line) => line.split(this.#delimiter).length - 1)
    const rows = delimiters.filter((count) => count >= perRow).length
    const total = delimiters.reduce((sum, count) => sum + count, 0)
    // The end of one row and the beginning of another hold as many delimiters as a row; with few columns so does
    // an address.
    return rows >= 2 || (perRow >= 3 && total >= perRow)
  }

  /** With few columns an address in two lines has as many delimiters as a row; a mail between them it has not. */
  #holdsMailCell(line: string): boolean {
    const cells = line.split(this.#delimiter)
    return cells.length > 1 && cells.some((cell) => MAIL.test(cell))
  }

  #report(line: number, index: number, lines: number): void {
    const place = { line, row: this.#rows === 0 ? null : this.#rows, column: columnLetter(index) }
    this.#issues.add('FILE_SUSPECT_QUOTE', place, { line, lines })
    this.#hold = {
      code: 'FILE_SUSPECT_QUOTE',
      rows: (this.#hold?.rows ?? 0) + 1,
      params: this.#hold?.params ?? { line, lines },
    }
  }
}

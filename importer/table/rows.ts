/**
 * Records to typed rows: every cell read, every row in one of four outcomes. Knows nothing of the roster; which
 * rows become people is the plan's to say.
 */
import { type CoreField, columnOf, DEMOGRAPHIC_MAX, type Field } from '../../schemas/columns.ts'
import type { IssueCode } from '../../schemas/issues.ts'
import type { IssueList, Place } from './issue-list.ts'
import type { MappedColumn, Mapping } from './mapping.ts'
import type { RawRecord } from './records.ts'
import { type CellResult, type CellValue, isBlankCell, readCell, readDemographic } from './values.ts'

/** One value of a typed row: a core field, or the demographic of that label. */
export type Slot =
  | { readonly kind: 'core'; readonly field: CoreField }
  | { readonly kind: 'demographic'; readonly label: string }

export interface TypedRow {
  /** Data row, counted from 1. */
  readonly row: number
  readonly line: number
  readonly outcome: 'blank' | 'excluded' | 'rejected' | 'typed'
  /** Aligned to the reader's `slots`; empty unless typed. */
  readonly values: readonly CellValue[]
  /** Codes of the row's issues, each once. */
  readonly codes: IssueCode[]
}

/** Reads the rows of one file, in order. */
export class RowReader {
  readonly slots: readonly Slot[]
  readonly #mapping: Mapping
  readonly #issues: IssueList
  readonly #cellMax: number
  readonly #slotOf: readonly (number | null)[]
  readonly #cell: CellResult = { value: undefined, problem: null, note: null }
  #row = 0

  constructor(mapping: Mapping, issues: IssueList, cellMax: number) {
    this.#mapping = mapping
    this.#issues = issues
    this.#cellMax = cellMax
    const { slots, slotOf } = slotsOf(mapping)
    this.slots = slots
    this.#slotOf = slotOf
  }

  read(record: RawRecord): TypedRow {
    this.#row++
    const row = new RowInReading(this.#row, record.line, this.#issues)
    if (record.cells.every(isBlankCell)) {
      row.add('ROW_BLANK')
      return row.as('blank', [])
    }
    const { columns } = this.#mapping
    if (record.cells.length !== columns.length) {
      row.add('ROW_RAGGED', {}, { cells: record.cells.length, columns: columns.length })
      return row.as('rejected', [])
    }
    if (record.cells.some((cell) => cell.length > this.#cellMax)) {
      row.add('ROW_TOO_LONG', {}, { limit: this.#cellMax })
      return row.as('rejected', [])
    }
    return this.#typed(record, row)
  }

  #typed(record: RawRecord, row: RowInReading): TypedRow {
    const values: CellValue[] = new Array(this.slots.length).fill(undefined)
    const inputs: Partial<Record<Field, CellValue>> = {}
    const refused: { column: MappedColumn; code: IssueCode; cell: string }[] = []
    for (const [index, column] of this.#mapping.columns.entries()) {
      if (column.target.kind === 'dropped') continue
      const cell = record.cells[index] ?? ''
      const { value, problem, note } = this.#readInto(column, cell)
      if (problem !== null) refused.push({ column, code: problem, cell })
      if (note !== null) row.add(note, placeOf(column, cell))
      const slot = this.#slotOf[index] ?? null
      if (slot !== null) values[slot] = value
      if (column.target.kind === 'field') inputs[column.target.column.field] = value
    }
    if (inputs.exclude === 'Yes') return row.as('excluded', [])
    composeName(inputs, values, this.slots, row)
    // Whether a start date matters depends on the whole row, so refusals are weighed once it is read.
    const isLeaver = inputs.endDate != null
    for (const { column, code, cell } of refused) {
      row.add(code, placeOf(column, cell), limitOf(column), isVital(column, isLeaver) ? 'row' : 'cell')
    }
    if (!row.isRejected && inputs.employeeId == null && inputs.email == null) row.add('ROW_NO_IDENTIFIER')
    return row.isRejected ? row.as('rejected', []) : row.as('typed', values)
  }

  #readInto(column: MappedColumn, cell: string): CellResult {
    if (column.target.kind !== 'field') return readDemographic(cell, DEMOGRAPHIC_MAX, this.#cell)
    return readCell(cell, READ_AS.get(column.target.column.field) ?? column.target.column, this.#cell)
  }
}

/** The parts of a name may be words that are placeholders elsewhere. */
const READ_AS = new Map(
  (['firstName', 'lastName', 'preferredName'] as const).map((field) => [
    field as Field,
    { ...columnOf(field), isNamePart: true },
  ]),
)

/** Collects what is said about one row on the way to its outcome. */
class RowInReading {
  readonly #row: number
  readonly #line: number
  readonly #issues: IssueList
  readonly #codes: IssueCode[] = []
  isRejected = false

  constructor(row: number, line: number, issues: IssueList) {
    this.#row = row
    this.#line = line
    this.#issues = issues
  }

  add(code: IssueCode, place: Place = {}, params: Record<string, number> = {}, severity?: 'row' | 'cell'): void {
    this.#issues.add(code, { ...place, row: this.#row, line: this.#line }, params, severity)
    if (!this.#codes.includes(code)) this.#codes.push(code)
    if (severity === 'row' || code.startsWith('ROW_')) this.isRejected = code !== 'ROW_BLANK'
  }

  as(outcome: TypedRow['outcome'], values: CellValue[]): TypedRow {
    return { row: this.#row, line: this.#line, outcome, values, codes: this.#codes }
  }
}

function slotsOf(mapping: Mapping): { slots: Slot[]; slotOf: (number | null)[] } {
  const slots: Slot[] = []
  const slotOf = mapping.columns.map(({ target }) => {
    if (target.kind === 'dropped') return null
    if (target.kind === 'demographic') return slots.push({ kind: 'demographic', label: target.label }) - 1
    const { field } = target.column
    if (field === 'exclude' || field === 'firstName' || field === 'lastName') return null
    return slots.push({ kind: 'core', field }) - 1
  })
  const hasNameParts = mapping.columns.some(
    ({ target }) => target.kind === 'field' && /^(first|last)Name$/.test(target.column.field),
  )
  const hasName = slots.some((slot) => slot.kind === 'core' && slot.field === 'name')
  if (hasNameParts && !hasName) slots.push({ kind: 'core', field: 'name' })
  return { slots, slotOf }
}

/**
 * First and last name stand in where the name itself is absent. Both are needed: one alone would turn a known
 * "Ada Lovelace" into "Ada" whenever the other cell is blank.
 */
function composeName(
  inputs: Partial<Record<Field, CellValue>>,
  values: CellValue[],
  slots: readonly Slot[],
  row: RowInReading,
): void {
  const parts = [inputs.firstName, inputs.lastName].filter((part) => typeof part === 'string')
  if (parts.length < 2) return
  const composed = parts.join(' ')
  if (typeof inputs.name === 'string') {
    if (inputs.name !== composed) row.add('W_NAME_CONFLICT')
    return
  }
  const slot = slots.findIndex((one) => one.kind === 'core' && one.field === 'name')
  if (slot >= 0) values[slot] = composed
}

/** A wrong value here would take, lose or mix up a person, so the whole row is left out. */
function isVital(column: MappedColumn, isLeaver: boolean): boolean {
  if (column.target.kind !== 'field') return false
  const { field } = column.target.column
  if (field === 'startDate') return isLeaver
  return field === 'employeeId' || field === 'email' || field === 'deactivated' || field === 'endDate'
}

function placeOf(column: MappedColumn, cell: string): Place {
  const field = column.target.kind === 'field' ? column.target.column.header : column.header
  return { column: column.letter, header: column.header, field, cell }
}

function limitOf(column: MappedColumn): Record<string, number> {
  return { limit: column.target.kind === 'field' ? column.target.column.maxLength : DEMOGRAPHIC_MAX }
}

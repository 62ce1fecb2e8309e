/**
 * Records to typed rows: every cell read, every row in one of four outcomes. Knows nothing of the roster; which
 * rows become people is the plan's to say.
 */
import { isBlank } from '../../schemas/cell-text.ts'
import { type CoreField, DEMOGRAPHIC_MAX, type Field } from '../../schemas/columns.ts'
import type { IssueCode } from '../../schemas/issues.ts'
import { DEFAULT_POLICY, type ReadingPolicy } from '../../schemas/reading-policy.ts'
import type { CellResult, CellValue } from './cell.ts'
import { DateEvidence } from './date-evidence.ts'
import { type Rule, ruleOf, rulesFor, rulesWithoutColumn } from './exclusions.ts'
import type { IssueList, Place } from './issue-list.ts'
import type { ValueJoiner } from './joiner.ts'
import { type MappedColumn, type Mapping, meaningOf } from './mapping.ts'
import { composedName } from './names.ts'
import type { RecordMark } from './record-mark.ts'
import type { RawRecord } from './records.ts'
import { type CellReader, columnReader, demographicReader } from './values.ts'

/** One value of a typed row: a core field, or the demographic of that label. */
export type Slot =
  | { readonly kind: 'core'; readonly field: CoreField }
  | { readonly kind: 'demographic'; readonly label: string }

export interface TypedRow {
  /** Data row, counted from 1. */
  readonly row: number
  readonly line: number
  readonly outcome: 'blank' | 'excluded' | 'rejected' | 'typed'
  /** Aligned to the reader's `slots`. Of a row that is left out only its identifiers, as far as they could be read. */
  readonly values: readonly CellValue[]
  /** First or last name where the row has only one of them: enough for a new person, never to rename a known one. */
  readonly soleName: string | null
  /** Codes of the row's issues, each once. */
  readonly codes: IssueCode[]
  /** Mark of the record, where the same bytes would be read to the same row whatever else the file holds. */
  readonly mark: RecordMark | null
  /** Has a value that nobody in the account is known to have. */
  readonly isFresh: boolean
}

export interface RowReaderOptions {
  /** Longest cell in characters. */
  readonly cellMax: number
  /** YYYY-MM-DD; for what is odd about a date of birth. */
  readonly today: string
  readonly policy?: ReadingPolicy
  /** Joins values of demographics that differ only in case. */
  readonly joiner?: ValueJoiner
}

/** A column that is read, with all that reading it needs. */
interface ReadColumn {
  readonly mapped: MappedColumn
  readonly reader: CellReader
  readonly field: Field | null
  readonly label: string | null
  /** Place in `values`, or -1 for what is used but not kept under its own name. */
  readonly slot: number
  readonly evidence: DateEvidence | null
}

/** A cell that was refused; how much that matters depends on the rest of the row. */
interface Refused {
  readonly column: ReadColumn
  readonly code: IssueCode
  readonly cell: string
}

/** Reads the rows of one file, in order. */
export class RowReader {
  readonly slots: readonly Slot[]
  readonly #mapping: Mapping
  readonly #issues: IssueList
  readonly #options: RowReaderOptions
  readonly #columns: readonly ReadColumn[]
  readonly #nameSlot: number
  /** Place of each field among the columns. */
  readonly #at: Partial<Record<Field, number>>
  readonly #ages: Ages
  readonly #exclusions: readonly Rule[]
  /** What was read from each column of the current row. */
  readonly #read: CellValue[]
  readonly #cell: CellResult = { value: undefined, problem: null, note: null }
  #row = 0

  constructor(mapping: Mapping, issues: IssueList, options: RowReaderOptions) {
    this.#mapping = mapping
    this.#issues = issues
    this.#options = options
    const slots: Slot[] = []
    this.#columns = mapping.columns.flatMap((column) => readColumn(column, slots, options.policy) ?? [])
    this.slots = slots
    this.#nameSlot = nameSlot(this.#columns, slots)
    this.#at = Object.fromEntries(
      this.#columns.map(({ field }, at) => [field, at] as const).filter(([field]) => field),
    )
    this.#read = this.#columns.map(() => undefined)
    this.#ages = agesOn(options.today)
    this.#exclusions = this.#rules()
  }

  /** Passes over a row that need not be read; returns its number. */
  pass(): number {
    return ++this.#row
  }

  read(record: RawRecord): TypedRow {
    return this.readAs(++this.#row, record)
  }

  /** Reads a row that was passed over. */
  readAs(number: number, record: RawRecord): TypedRow {
    const row = new RowInReading(number, record, this.#issues)
    const { cells } = record
    if (cells.every(isBlank)) {
      row.add('ROW_BLANK')
      return row.as('blank', [])
    }
    const { columns } = this.#mapping
    if (cells.length !== columns.length) {
      row.add('ROW_RAGGED', {}, { cells: cells.length, columns: columns.length })
      return row.as('rejected', [])
    }
    const limit = this.#options.cellMax
    const long = cells.findIndex((cell) => cell.length > limit)
    if (long >= 0) {
      const { letter, header } = columns[long] as MappedColumn // as many cells as columns
      row.add('ROW_TOO_LONG', { column: letter, header }, { limit })
      return row.as('rejected', [])
    }
    return this.#typed(cells, row)
  }

  /** After the last row: what the file as a whole showed about its columns. */
  finish(): void {
    for (const { mapped, evidence } of this.#columns) {
      const pattern = evidence?.pattern
      if (!pattern) continue
      const { letter, header } = mapped
      const place = { line: this.#mapping.line, column: letter, header }
      this.#issues.add('HDR_DATE_PATTERN', place, { header, pattern })
    }
  }

  #rules(): readonly Rule[] {
    const { exclusions } = this.#options.policy ?? DEFAULT_POLICY
    if (exclusions.length === 0) return []
    const { line } = this.#mapping
    for (const { rule, column } of rulesWithoutColumn(exclusions, this.#mapping))
      this.#issues.add('W_EXCLUSION_NO_COLUMN', { line }, { rule, header: column })
    return rulesFor(
      exclusions,
      this.#columns.map(({ mapped }) => meaningOf(mapped)),
    )
  }

  #typed(cells: readonly string[], row: RowInReading): TypedRow {
    const refused = this.#readCells(cells, row)
    if (this.#isExcluded(cells, row)) return row.as('excluded', this.#identifiers())
    if (refused !== null) this.#weigh(refused, row)
    const values: CellValue[] = new Array(this.slots.length).fill(undefined)
    for (const [at, { slot }] of this.#columns.entries()) if (slot >= 0) values[slot] = this.#read[at]
    this.#composeName(values, row)
    this.#remarkAge(row)
    if (!row.isRejected && this.#valueOf('employeeId') == null && this.#valueOf('email') == null) {
      row.add('ROW_NO_IDENTIFIER')
    }
    if (row.isRejected) return row.as('rejected', this.#identifiers())
    return row.as('typed', values, this.#soleName())
  }

  #isExcluded(cells: readonly string[], row: RowInReading): boolean {
    if (this.#valueOf('exclude') === 'Yes') return true
    if (this.#exclusions.length === 0) return false
    const met = ruleOf(this.#exclusions, this.#read)
    const column = met && this.#columns[met.at]
    if (!column) return false
    row.add('W_EXCLUDED_BY_RULE', placeOf(column, cells[column.mapped.index] ?? ''), { rule: met.rule })
    return true
  }

  /** Whom a row that is left out speaks of: its people are not missing from the file. */
  #identifiers(): CellValue[] {
    return this.slots.map((slot) => {
      const isIdentifier = slot.kind === 'core' && (slot.field === 'employeeId' || slot.field === 'email')
      return isIdentifier ? this.#valueOf(slot.field) : undefined
    })
  }

  /** The one part of a name that the row has. */
  #soleName(): string | null {
    const [first, last] = [this.#valueOf('firstName'), this.#valueOf('lastName')]
    if (typeof first === 'string') return typeof last === 'string' ? null : first
    return typeof last === 'string' ? last : null
  }

  /** Reads every cell into `#read`. Returns what was refused, or null where nothing was. */
  #readCells(cells: readonly string[], row: RowInReading): Refused[] | null {
    let refused: Refused[] | null = null
    const { joiner } = this.#options
    const result = this.#cell
    for (let at = 0; at < this.#columns.length; at++) {
      const column = this.#columns[at] as ReadColumn // at is below its length
      const cell = cells[column.mapped.index] ?? ''
      column.reader.read(cell, result)
      let { value } = result
      if (result.problem !== null) {
        refused ??= []
        refused.push({ column, code: result.problem, cell })
      }
      if (result.note !== null) row.add(result.note, placeOf(column, cell))
      if (joiner && column.label !== null && typeof value === 'string') {
        const joined = joiner.join(column.label, value)
        if (joiner.isFresh) row.isFresh = true
        if (joiner.isFresh && joined !== value) row.isAlone = false
        value = joined
      }
      this.#read[at] = value
    }
    return refused
  }

  #valueOf(field: Field): CellValue {
    const at = this.#at[field]
    return at === undefined ? undefined : this.#read[at]
  }

  #composeName(values: CellValue[], row: RowInReading): void {
    const first = this.#valueOf('firstName')
    const last = this.#valueOf('lastName')
    if (typeof first !== 'string' || typeof last !== 'string') return
    const { name, problem } = composedName(first, last, this.#valueOf('name'))
    if (problem !== null) row.add(problem.code, { field: 'Name' }, problem.params)
    if (name !== null && this.#nameSlot >= 0) values[this.#nameSlot] = name
  }

  /** Whether a refused start date matters depends on the end date, so refusals are weighed once the row is read. */
  #weigh(refused: readonly Refused[], row: RowInReading): void {
    const isLeaver = this.#valueOf('endDate') != null
    for (const { column, code, cell } of refused) {
      column.evidence?.add(cell)
      row.add(code, placeOf(column, cell), limitOf(column), isVital(column.field, isLeaver) ? 'row' : 'cell')
    }
  }

  #remarkAge(row: RowInReading): void {
    const born = this.#valueOf('dateOfBirth')
    if (typeof born !== 'string' || (born > this.#ages.oldest && born <= this.#ages.youngest)) return
    const column = this.#columns[this.#at.dateOfBirth ?? -1]
    if (column) row.add('W_AGE', placeOf(column, born))
  }
}

/** Days of birth between which an age is nothing odd. */
interface Ages {
  /** Whoever was born on this day or before is over 110. */
  readonly oldest: string
  /** Whoever was born after this day is under 13. */
  readonly youngest: string
}

function agesOn(today: string): Ages {
  const year = Number(today.slice(0, 4))
  return { oldest: `${year - 111}${today.slice(4)}`, youngest: `${year - 13}${today.slice(4)}` }
}

/** Collects what is said about one row on the way to its outcome. */
class RowInReading {
  readonly #row: number
  readonly #line: number
  readonly #issues: IssueList
  readonly #codes: IssueCode[] = []
  readonly #mark: RecordMark | null
  isRejected = false
  /** Whether no other row has a part in what this one says. */
  isAlone = true
  isFresh = false

  constructor(row: number, { line, mark }: RawRecord, issues: IssueList) {
    this.#row = row
    this.#line = line
    this.#mark = mark ?? null
    this.#issues = issues
  }

  add(
    code: IssueCode,
    place: Place = {},
    params: Record<string, number> = {},
    severity?: 'row' | 'cell',
  ): void {
    this.#issues.add(code, { ...place, row: this.#row, line: this.#line }, params, severity)
    if (!this.#codes.includes(code)) this.#codes.push(code)
    if (severity === 'row' || (code.startsWith('ROW_') && code !== 'ROW_BLANK')) this.isRejected = true
  }

  as(outcome: TypedRow['outcome'], values: CellValue[], soleName: string | null = null): TypedRow {
    const mark = this.isAlone ? this.#mark : null
    const [line, codes, isFresh] = [this.#line, this.#codes, this.isFresh]
    return { row: this.#row, line, outcome, values, soleName, codes, mark, isFresh }
  }
}

/** Fields that are used on the way and not kept under their own name. */
const WITHOUT_SLOT: readonly Field[] = ['exclude', 'firstName', 'lastName']

function readColumn(
  mapped: MappedColumn,
  slots: Slot[],
  policy: ReadingPolicy = DEFAULT_POLICY,
): ReadColumn | null {
  const { target } = mapped
  if (target.kind === 'dropped') return null
  if (target.kind === 'demographic') {
    const { label } = target
    const slot = slots.push({ kind: 'demographic', label }) - 1
    return { mapped, reader: demographicReader(label, policy), field: null, label, slot, evidence: null }
  }
  const { field, kind } = target.column
  // WITHOUT_SLOT holds exactly the fields that are not core fields.
  const slot = WITHOUT_SLOT.includes(field) ? -1 : slots.push({ kind: 'core', field: field as CoreField }) - 1
  // A declared form has had its say: cells that it read would speak against what the others seem to prove.
  const isDeclared = policy.datePattern !== null || policy.datePatternOf[target.column.header] !== undefined
  const evidence = kind === 'date' && !isDeclared ? new DateEvidence() : null
  return { mapped, reader: columnReader(target.column, policy), field, label: null, slot, evidence }
}

/** Where the name goes: a column's own place, or one for the name composed of its parts; -1 for neither. */
function nameSlot(columns: readonly ReadColumn[], slots: Slot[]): number {
  const own = columns.find((column) => column.field === 'name')
  if (own) return own.slot
  const hasParts = columns.some(({ field }) => field === 'firstName' || field === 'lastName')
  return hasParts ? slots.push({ kind: 'core', field: 'name' }) - 1 : -1
}

/** A wrong value here would take, lose or mix up a person, so the whole row is left out. */
function isVital(field: Field | null, isLeaver: boolean): boolean {
  if (field === 'startDate') return isLeaver
  return field === 'employeeId' || field === 'email' || field === 'deactivated' || field === 'endDate'
}

function placeOf({ mapped }: ReadColumn, cell: string): Place {
  const { header, letter } = mapped
  return { column: letter, header, field: meaningOf(mapped), cell }
}

function limitOf({ mapped: { target } }: ReadColumn): Record<string, number> {
  return { limit: target.kind === 'field' ? target.column.maxLength : DEMOGRAPHIC_MAX }
}

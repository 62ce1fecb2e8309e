/**
 * Headers to fields. Says for each column of the file what it is, or why the file cannot be read; never guesses
 * between two columns that mean the same.
 */
import { DEMOGRAPHIC_MAX, type Field, headerOf } from '../../schemas/columns.ts'
import { cleanHeader, headerKey } from '../../schemas/headers.ts'
import type { SavedMapping } from '../../schemas/mapping.ts'
import { unguardFormula } from './formula.ts'
import { shapeOfHeader } from './header-shape.ts'
import { HeaderTable, type Target } from './header-table.ts'
import type { IssueList } from './issue-list.ts'

export type { Target } from './header-table.ts'

export interface MappedColumn {
  readonly index: number
  /** As a spreadsheet shows it: A, B, …, AA. */
  readonly letter: string
  /** As it was sent, without what nobody sees. */
  readonly header: string
  readonly target: Target
}

export interface Mapping {
  /** Line of the header. */
  readonly line: number
  readonly columns: readonly MappedColumn[]
}

/**
 * Maps a header row; `saved` is what the source says about its headers. Adds its issues to `issues`; the mapping is
 * of use only when none of them is fatal.
 */
export function mapHeaders(
  cells: readonly string[],
  line: number,
  issues: IssueList,
  {
    saved = {},
    columnsMax = Infinity,
    redacted = [],
  }: { saved?: SavedMapping; columnsMax?: number; redacted?: readonly string[] } = {},
): Mapping {
  if (cells.length > columnsMax) {
    issues.add('FILE_TOO_MANY_COLUMNS', { line }, { columns: cells.length, limit: columnsMax })
    return { line, columns: [] }
  }
  const table = new HeaderTable(saved, redacted)
  const columns = cells.map((cell, index) => mapColumn(cell, index, table))
  const hasIdentifier = columns.some(isIdentifier)
  const shape = hasIdentifier ? 'header' : shapeOfHeader(cells)
  if (shape !== 'header') {
    // Not a word of what the cells hold: it may be somebody's data.
    if (shape === 'title') issues.add('HDR_TITLE_ROW', { line }, { hint: '' })
    else issues.add('HDR_NOT_A_HEADER', { line })
    return { line, columns: [] }
  }
  if (!hasIdentifier) {
    // Nothing else is said of the cells: without an identifier among them, this line may be somebody's data.
    issues.add('HDR_MISSING_REQUIRED', { line }, { suggestion: suggestion(columns) })
    return { line, columns }
  }
  for (const column of columns) reportColumn(column, line, issues)
  refuseDoubles(columns, line, issues)
  return { line, columns }
}

/** What a column means, under its canonical name: a field's header, or a demographic's label; null where it is dropped. */
export function meaningOf({ target }: MappedColumn): string | null {
  if (target.kind === 'dropped') return null
  return target.kind === 'field' ? target.column.header : target.label
}

/** Where each field and demographic stands in the file, for what is said about one of them later. */
export function placesOf(
  mapping: Mapping,
): Map<string, { readonly column: string; readonly header: string }> {
  return new Map(
    mapping.columns.flatMap((one) => {
      const meaning = meaningOf(one)
      return meaning === null ? [] : [[meaning, { column: one.letter, header: one.header }] as const]
    }),
  )
}

/** Spreadsheet letter of a column counted from 0. */
export function columnLetter(index: number): string {
  const rest = Math.floor(index / 26)
  const letter = String.fromCharCode(65 + (index % 26))
  return rest === 0 ? letter : columnLetter(rest - 1) + letter
}

function mapColumn(cell: string, index: number, table: HeaderTable): MappedColumn {
  // An export guards a label that looks like a formula, as it does values.
  const sent = unguardFormula(cleanHeader(cell))
  return { index, letter: columnLetter(index), header: sent, target: table.targetOf(sent) }
}

function reportColumn({ target, letter, header }: MappedColumn, line: number, issues: IssueList): void {
  if (target.kind !== 'dropped') return
  const place = { line, column: letter, header }
  if (target.because === 'blank') issues.add('HDR_BLANK', place, { column: letter })
  if (target.because === 'forbidden') issues.add('HDR_FORBIDDEN', place, { header })
  if (target.because === 'redacted') issues.add('HDR_REDACTED', place, { header })
  // The text itself is left out: what is that long is hardly a header.
  if (target.because === 'too long') {
    issues.add('HDR_TOO_LONG', { line, column: letter }, { column: letter, limit: DEMOGRAPHIC_MAX })
  }
}

function refuseDoubles(columns: readonly MappedColumn[], line: number, issues: IssueList): void {
  const seen = new Map<string, MappedColumn>()
  for (const one of columns) {
    const field = meaningOf(one)
    if (field === null) continue
    const before = seen.get(field)
    if (before === undefined) {
      seen.set(field, one)
      continue
    }
    const place = { line, column: one.letter, header: one.header }
    if (headerKey(before.header) === headerKey(one.header))
      issues.add('HDR_DUPLICATE', place, { header: one.header })
    else issues.add('HDR_AMBIGUOUS', { ...place, field }, { header: before.header, other: one.header })
  }
}

function isIdentifier({ target }: MappedColumn): boolean {
  const wanted: readonly Field[] = ['employeeId', 'email']
  return target.kind === 'field' && wanted.includes(target.column.field)
}

/** Which column may have been meant as the identifier. */
function suggestion(columns: readonly MappedColumn[]): string {
  const likely = columns.find(
    (one) => one.target.kind === 'demographic' && IDENTIFIER_LIKE.test(headerKey(one.header)),
  )
  if (!likely) return `Call it "${headerOf('employeeId')}" or "${headerOf('email')}".`
  const wanted = headerKey(likely.header).includes('mail') ? headerOf('email') : headerOf('employeeId')
  // Its letter only: in a file without a header the cell is somebody's data.
  return `If column ${likely.letter} is one, call it "${wanted}".`
}

// A private address identifies nobody: a family may share one.
const IDENTIFIER_LIKE = /^(?!.*(?:personal|private|home|phone|cost)).*(?:mail|\bid\b|\bnumber\b|\bno\b)/

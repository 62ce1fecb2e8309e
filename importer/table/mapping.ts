/**
 * Headers to fields. Says for each column of the file what it is, or why the file cannot be read; never guesses
 * between two columns that mean the same.
 */
import {
  COLUMNS,
  type Column,
  DEMOGRAPHIC_MAX,
  type Field,
  FORBIDDEN_LABELS,
  headerKey,
  headerOf,
  NAMED_DEMOGRAPHICS,
  RESERVED_PREFIX,
} from '../../schemas/columns.ts'
import type { IssueList } from './issue-list.ts'

/** What one column of the file stands for. */
export type Target =
  | { readonly kind: 'field'; readonly column: Column }
  | { readonly kind: 'demographic'; readonly label: string }
  | { readonly kind: 'dropped' }

export interface MappedColumn {
  readonly index: number
  /** As a spreadsheet shows it: A, B, …, AA. */
  readonly letter: string
  readonly header: string
  readonly target: Target
}

export interface Mapping {
  readonly columns: readonly MappedColumn[]
  /** Labels of the file's demographics, in order. */
  readonly labels: readonly string[]
}

/** Most columns a header may have. */
export const COLUMNS_MAX = 400

/** Maps a header row. Adds its issues to `issues`; the mapping is of use only when none of them is fatal. */
export function mapHeaders(cells: readonly string[], line: number, issues: IssueList): Mapping {
  if (cells.length > COLUMNS_MAX) {
    issues.add('FILE_TOO_MANY_COLUMNS', { line }, { columns: cells.length, limit: COLUMNS_MAX })
  }
  const columns = cells.slice(0, COLUMNS_MAX).map((cell, index) => mapColumn(cell, index, line, issues))
  refuseDoubles(columns, line, issues)
  if (!columns.some((one) => isField(one, 'employeeId') || isField(one, 'email'))) {
    issues.add('HDR_MISSING_REQUIRED', { line }, { suggestion: suggestion(columns) })
  }
  const labels = columns.flatMap((one) => (one.target.kind === 'demographic' ? [one.target.label] : []))
  return { columns, labels }
}

/** Spreadsheet letter of a column counted from 0. */
export function columnLetter(index: number): string {
  const rest = Math.floor(index / 26)
  const letter = String.fromCharCode(65 + (index % 26))
  return rest === 0 ? letter : columnLetter(rest - 1) + letter
}

function mapColumn(cell: string, index: number, line: number, issues: IssueList): MappedColumn {
  const header = cleanHeader(cell)
  const key = headerKey(cell)
  const place = { line, column: columnLetter(index), header }
  const mapped = { index, letter: place.column, header }
  if (key === '') {
    issues.add('HDR_BLANK', place, { column: place.column })
    return { ...mapped, target: { kind: 'dropped' } }
  }
  if (key.startsWith(RESERVED_PREFIX)) return { ...mapped, target: { kind: 'dropped' } }
  const column = COLUMN_BY_KEY.get(key)
  if (column) return { ...mapped, target: { kind: 'field', column } }
  const label = LABEL_BY_KEY.get(key)
  if (label !== undefined) return { ...mapped, target: { kind: 'demographic', label } }
  if (isForbidden(key)) {
    issues.add('HDR_FORBIDDEN', place, { header })
    return { ...mapped, target: { kind: 'dropped' } }
  }
  if (header.length > DEMOGRAPHIC_MAX) {
    issues.add('HDR_TOO_LONG', place, { column: place.column, limit: DEMOGRAPHIC_MAX })
    return { ...mapped, target: { kind: 'dropped' } }
  }
  return { ...mapped, target: { kind: 'demographic', label: header } }
}

/** A header without what nobody sees; otherwise exactly as it was sent, since labels are case-sensitive. */
function cleanHeader(cell: string): string {
  return cell
    .replace(/[\ufeff\u200b-\u200d\u2060]/g, '')
    .normalize('NFC')
    .replace(/\s+/g, ' ')
    .trim()
}

function refuseDoubles(columns: readonly MappedColumn[], line: number, issues: IssueList): void {
  const seen = new Map<string, MappedColumn>()
  for (const one of columns) {
    if (one.target.kind === 'dropped') continue
    const meaning = one.target.kind === 'field' ? one.target.column.header : `= ${one.target.label}`
    const before = seen.get(meaning)
    if (before === undefined) {
      seen.set(meaning, one)
      continue
    }
    const place = { line, column: one.letter, header: one.header }
    if (headerKey(before.header) === headerKey(one.header)) issues.add('HDR_DUPLICATE', place, { header: one.header })
    else {
      const field = one.target.kind === 'field' ? one.target.column.header : one.target.label
      issues.add('HDR_AMBIGUOUS', { ...place, field }, { header: before.header, other: one.header })
    }
  }
}

function isField(column: MappedColumn, field: Field): boolean {
  return column.target.kind === 'field' && column.target.column.field === field
}

/** Which column may have been meant as the identifier. */
function suggestion(columns: readonly MappedColumn[]): string {
  const likely = columns.find((one) => one.target.kind === 'demographic' && /mail|\bid\b|number/.test(headerKey(one.header)))
  if (!likely) return `Call it "${headerOf('employeeId')}" or "${headerOf('email')}".`
  const wanted = headerKey(likely.header).includes('mail') ? headerOf('email') : headerOf('employeeId')
  return `If column ${likely.letter} ("${likely.header}") is one, call it "${wanted}".`
}

/** Words of the key, so that "salary band" is caught and "salaried" is not. */
function isForbidden(key: string): boolean {
  const words = ` ${key.replace(/[^\p{L}\p{N}]+/gu, ' ').trim()} `
  return FORBIDDEN_LABELS.some((label) => words.includes(` ${label} `))
}

const COLUMN_BY_KEY = new Map<string, Column>(
  COLUMNS.flatMap((column) => [column.header, ...column.aliases].map((name) => [headerKey(name), column] as const)),
)

const LABEL_BY_KEY = new Map<string, string>(
  Object.entries(NAMED_DEMOGRAPHICS).flatMap(([label, aliases]) =>
    [label, ...aliases].map((name) => [headerKey(name), label] as const),
  ),
)

/** First and last name, where they stand in for the name. */
import { columnOf } from '../../schemas/columns.ts'
import type { IssueCode } from '../../schemas/issues.ts'
import type { CellValue } from './cell.ts'

export interface ComposedName {
  /** The name to take; null where the row's own name stays, or where there is a problem. */
  readonly name: string | null
  readonly problem: { readonly code: IssueCode; readonly params: Record<string, number> } | null
}

/**
 * The name made of its parts. Both are needed: one alone would turn a known "Ada Lovelace" into "Ada" whenever the
 * other cell is blank.
 */
export function composedName(first: string, last: string, name: CellValue): ComposedName {
  const composed = `${first} ${last}`
  if (typeof name === 'string') return { name: null, problem: name === composed ? null : CONFLICT }
  const { maxLength } = columnOf('name')
  if (composed.length <= maxLength) return { name: composed, problem: null }
  return { name: null, problem: { code: 'VAL_TOO_LONG', params: { limit: maxLength } } }
}

const CONFLICT = { code: 'W_NAME_CONFLICT', params: {} } as const

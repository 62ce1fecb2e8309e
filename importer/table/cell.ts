/** What reading one cell gives. */
import type { IssueCode } from '../../schemas/issues.ts'

/** A value, `undefined` for "say nothing, keep what is stored", `null` for "clear what is stored". */
export type CellValue = string | null | undefined

/** One object is reused from cell to cell, so take what you need at once. */
export interface CellResult {
  value: CellValue
  /** Set where the value is refused; `value` is then undefined. */
  problem: IssueCode | null
  /** Set where the value was taken, with a remark. */
  note: IssueCode | null
}

export function refuse(into: CellResult, problem: IssueCode): void {
  into.value = undefined
  into.note = null
  into.problem = problem
}

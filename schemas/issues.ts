/**
 * What can be wrong with a file, a header, a row or a cell: one catalogue of codes, sentences and remedies. The
 * README lists exactly these, and a test proves it both ways. A placeholder in braces holds a number, a code or a
 * header as it was sent, never the value of a cell.
 *
 * Severity: `fatal` nothing is applied · `hold` a person must look · `row` this row is left out ·
 * `cell` this value is left out, the row goes on · `info` worth knowing.
 */
import { API_ISSUES } from './issues/api-issues.ts'
import { ERASE_ISSUES } from './issues/erase-issues.ts'
import { FILE_ISSUES } from './issues/file-issues.ts'
import { HEADER_ISSUES } from './issues/header-issues.ts'
import { MERGE_ISSUES } from './issues/merge-issues.ts'
import { PERSON_ISSUES } from './issues/person-issues.ts'
import { PLAN_ISSUES } from './issues/plan-issues.ts'
import { UNDO_ISSUES } from './issues/undo-issues.ts'
import { VALUE_ISSUES } from './issues/value-issues.ts'

export type { IssueText } from './issues/issue-text.ts'

export const ISSUES = {
  ...FILE_ISSUES,
  ...HEADER_ISSUES,
  ...VALUE_ISSUES,
  ...PERSON_ISSUES,
  ...PLAN_ISSUES,
  ...UNDO_ISSUES,
  ...MERGE_ISSUES,
  ...ERASE_ISSUES,
  ...API_ISSUES,
} as const

export type IssueCode = keyof typeof ISSUES

/** True for a code of the catalogue: for values that come back from the database. */
export function isIssueCode(code: string): code is IssueCode {
  return Object.hasOwn(ISSUES, code)
}

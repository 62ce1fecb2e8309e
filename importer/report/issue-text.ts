/** The words of an issue: from the catalogue, filled with its numbers and names. */
import { fillIn } from '../../schemas/errors.ts'
import { ISSUES, type IssueCode } from '../../schemas/issues.ts'
import type { Issue, Severity } from '../../schemas/run.ts'

/** Message and remedy of a code. */
export function describeCode(
  code: IssueCode,
  params: Readonly<Record<string, string | number>>,
): { message: string; fix: string } {
  return { message: fillIn(ISSUES[code].message, params), fix: fillIn(ISSUES[code].fix, params) }
}

/** An issue as it is kept, with its words. */
export function describeIssue(found: {
  code: IssueCode
  severity: Severity
  line: number | null
  row: number | null
  column: string | null
  field: string | null
  header: string | null
  value: string | null
  params: Readonly<Record<string, string | number>>
}): Issue {
  const { code, severity, line, row, column, field, header, value } = found
  return { code, severity, line, row, column, field, header, value, ...describeCode(code, found.params) }
}

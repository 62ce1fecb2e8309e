import type { Severity } from '../run.ts'

/** What is said of a code: how much it weighs, what was seen, and what to do about it. */
export interface IssueText {
  readonly severity: Severity
  readonly message: string
  readonly fix: string
}

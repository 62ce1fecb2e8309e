/** What is said of a merge. */
import type { IssueText } from './issue-text.ts'

export const MERGE_ISSUES = {
  MERGE_KEPT: {
    severity: 'info',
    message: 'Person {other} was merged into this one; their history can still be seen.',
    fix: 'Nothing needs doing.',
  },
} as const satisfies Record<string, IssueText>

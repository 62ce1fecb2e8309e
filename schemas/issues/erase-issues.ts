/** What is said of people who were erased. */
import type { IssueText } from './issue-text.ts'

export const ERASE_ISSUES = {
  ERASED_BACK: {
    severity: 'info',
    message: 'Somebody who was erased on request is back with this row as a new person.',
    fix: 'Ask whoever sends the file to leave them out, then erase them again.',
  },
} as const satisfies Record<string, IssueText>

/** Why taking a run back leaves something as it is. */
import type { IssueText } from './issue-text.ts'

export const UNDO_ISSUES = {
  UNDO_CHANGED_SINCE: {
    severity: 'cell',
    message: '{what} was changed again after the run that is undone, and stays as it is.',
    fix: 'If the older state is right, undo the later run first, or set the value by an import.',
  },
  UNDO_GONE: {
    severity: 'cell',
    message: '{what} is no longer there.',
    fix: 'Nothing needs doing.',
  },
  UNDO_HAS_REPORTS: {
    severity: 'cell',
    message: '{what} stays, because somebody who stays reports to them.',
    fix: 'Give these people another manager, then undo the run again or set an End Date.',
  },
  UNDO_KEY_TAKEN: {
    severity: 'cell',
    message: '{what} stays as it is, because somebody else has the former key now.',
    fix: 'Find out whose it is; each person has an Employee Id and an Email of their own.',
  },
  UNDO_LAST_KEY: {
    severity: 'cell',
    message: '{what} stays as it is, because without it the person could no longer be found.',
    fix: 'Nothing needs doing.',
  },
  UNDO_LOOP: {
    severity: 'cell',
    message: '{what} stays as it is, because people would report to themselves in a circle.',
    fix: 'Correct the manager of one of them by an import.',
  },
  UNDO_PINNED: {
    severity: 'cell',
    message: '{what} stays as it is, because somebody has pinned it.',
    fix: 'If the older state is right, give it free with `rollcall employee unpin`, then undo the run again.',
  },
  UNDO_DEMOGRAPHIC_KEPT: {
    severity: 'info',
    message:
      'The demographic {label}, which the run that is undone brought, stays; nobody needs to have a value in it.',
    fix: 'Nothing needs doing.',
  },
} as const satisfies Record<string, IssueText>

/** Who is meant, and who reports to whom. */
import type { IssueText } from './issue-text.ts'

export const PERSON_ISSUES = {
  ID_DUPLICATE_IN_FILE: {
    severity: 'row',
    message: 'The same {field} stands in more than one row (first in row {row}); none of them was taken.',
    fix: 'Keep one row a person.',
  },
  ID_SWAPPED: {
    severity: 'hold',
    message: 'The Employee Id belongs to one person and the Email to another; the row waits.',
    fix: 'Check which of the two is right, then send the row again.',
  },
  ID_RECYCLED_EMAIL: {
    severity: 'hold',
    message: 'The Email belongs to somebody who left, and the row is about somebody else; the row waits.',
    fix: 'If it was given to a new person, first clear the Email of the one who left by a manual import (Email `__CLEAR__`), then send the row again.',
  },
  ID_POSSIBLE_DUPLICATE: {
    severity: 'hold',
    message: 'Somebody with the same name and the same {same} is known under another Employee Id or Email.',
    fix: 'If it is the same person, send the row with the Employee Id or Email that is known. If it is another one, send it by a manual import.',
  },
  ID_IN_USE: {
    severity: 'row',
    message: 'The {field} belongs to somebody whom another row of this file names.',
    fix: 'Give each person an Employee Id and an Email of their own.',
  },
  HIER_LOOP: {
    severity: 'cell',
    message: 'The managers form a circle ({circle}); the manager of this row was not set.',
    fix: 'Correct the manager of one of them.',
  },
  HIER_MANAGER_UNKNOWN: {
    severity: 'cell',
    message:
      'Nobody has the {field} that this row names; it is remembered and linked once that person comes.',
    fix: 'Send the manager too, or correct the address.',
  },
  HIER_MANAGER_INACTIVE: {
    severity: 'info',
    message: 'The manager whom this row names has left or is deactivated; the line was set all the same.',
    fix: 'Name whoever took over.',
  },
  HIER_TOO_MANY_TOPS: {
    severity: 'hold',
    message: '{tops} people would report to nobody, {before} did before; allowed without a look are {limit}.',
    fix: 'Check the manager columns: without them, or with the wrong keys in them, everybody is at the top. Approve the run if it is right.',
  },
  HIER_SELF: {
    severity: 'cell',
    message: 'The row names the person as their own manager; the manager was not set.',
    fix: 'Name another manager, or leave the cell blank.',
  },
  HIER_MGR_CONFLICT: {
    severity: 'cell',
    message: 'Manager Email and Manager Employee Id name two different people; the manager was not set.',
    fix: 'Send only one of them, or correct one.',
  },
} as const satisfies Record<string, IssueText>

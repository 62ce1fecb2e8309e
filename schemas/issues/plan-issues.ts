/** What a plan must not do without a person's word, and what it leaves as it is. */
import type { IssueText } from './issue-text.ts'

export const PLAN_ISSUES = {
  PLAN_AGAIN: {
    severity: 'hold',
    message: 'The roster changed while the run waited for a person, so it was planned again.',
    fix: 'Look at the new plan, then approve or discard it.',
  },
  GUARD_MASS_LEAVERS: {
    severity: 'hold',
    message:
      '{leavers} of {active} active people would leave or be deactivated; allowed without a look are {limit}.',
    fix: 'Look at who leaves. Approve the run if it is right, discard it if the file is wrong.',
  },
  W_STICKY_DEACTIVATED: {
    severity: 'info',
    message: 'The person is deactivated and stays so; only a manual import, or a source set to, reactivates.',
    fix: 'Import FALSE by hand if the person should come back.',
  },
  W_ALREADY_FORMER: {
    severity: 'info',
    message: 'The person has left already; the other values were brought up to date.',
    fix: 'Nothing needs doing.',
  },
} as const satisfies Record<string, IssueText>

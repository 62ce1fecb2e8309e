/** What a plan must not do without a person's word, and what it leaves as it is. */
import type { IssueText } from './issue-text.ts'

export const PLAN_ISSUES = {
  PLAN_AGAIN: {
    severity: 'hold',
    message: 'The roster changed while the run waited for a person, so it was planned again.',
    fix: 'Look at the new plan, then approve or discard it.',
  },
  PLAN_REST: {
    severity: 'hold',
    message: 'These are the rows that were left out when a part of run {run} was approved.',
    fix: 'Approve them, or discard them.',
  },
  PLAN_LEFT_OUT: {
    severity: 'hold',
    message: '{by} approved a part of the run, without this row.',
    fix: 'If it was not put away for good, it waits in the run that follows: `rollcall runs --state held`.',
  },
  GUARD_PRIVACY: {
    severity: 'hold',
    message: '{who} would change in {fields} at once, as happens when a row is about somebody else.',
    fix: 'Look at the people before and after. If they are the same people, approve the run, or send rows that wait alone by a manual import; otherwise correct the file.',
  },
  GUARD_PRIVACY_WINDOW: {
    severity: 'hold',
    message:
      '{who} would, with what was changed in the last days, differ in {fields}, as happens when somebody becomes somebody else step by step.',
    fix: 'Look at the people before and after. If they are the same people, approve the run, or send rows that wait alone by a manual import; otherwise correct the file.',
  },
  GUARD_PRIVACY_SWAP: {
    severity: 'hold',
    message:
      '{who} would exchange a name or a date of birth with others of this file, as happens when rows are mixed up or one column was sorted alone.',
    fix: 'Compare the file with where it came from. If the values are right, approve the run, or send rows that wait alone by a manual import; otherwise correct the file.',
  },
  GUARD_REHIRE: {
    severity: 'hold',
    message: '{who} left before and would come back.',
    fix: 'If that is right, approve the run, or send rows that wait alone by a manual import. If another person got the id, give them one of their own.',
  },
  GUARD_MASS_LEAVERS: {
    severity: 'hold',
    message:
      '{leavers} of {active} active people would leave or be deactivated{detail}; allowed without a look are {limit}.',
    fix: 'Look at who leaves. Approve the run if it is right, discard it if the file is wrong.',
  },
  GUARD_LEAVERS_AHEAD: {
    severity: 'hold',
    message:
      '{leavers} of {active} active people would get a last day from {from} to {to}; allowed without a look are {limit}.',
    fix: 'Look at who leaves then. Approve the run if it is right: on the day nobody is asked again. Discard it if the file is wrong.',
  },
  GUARD_MASS_NEW: {
    severity: 'hold',
    message: '{created} people would be new beside {active} active ones; allowed without a look are {limit}.',
    fix: 'Check that they are not people you have already, under other Employee Ids and Emails. Approve the run if they are new.',
  },
  GUARD_MASS_UPDATES: {
    severity: 'hold',
    message:
      'Of {updates} people, beside {active} active ones, a value would be replaced or removed; allowed without a look are {limit}.',
    fix: 'Look at what changes: a column under a wrong header changes everybody. Approve the run if it is right.',
  },
  GUARD_KEY_CHANGE: {
    severity: 'hold',
    message:
      '{changes} people, of {active} active ones, would get another Employee Id; allowed without a look are {limit}.',
    fix: 'Check that the ids are those of the right people and in the usual form. Approve the run if they are.',
  },
  GUARD_MASS_ERRORS: {
    severity: 'hold',
    message: '{rejected} of {rows} rows would be left out; allowed without a look are {limit}.',
    fix: 'Correct the file and send it again. Approve the run to take the rows that are right.',
  },
  GUARD_FILL_RATE: {
    severity: 'hold',
    message: 'The column "{header}" is {now} full; in the last file of this source it was {before}.',
    fix: 'Check the export. Approve the run if the values are gone for a reason.',
  },
  GUARD_ROW_DROP: {
    severity: 'hold',
    message:
      'The file has {rows} rows; each of the last ones of this source had {before} or more. Less than {share} is not taken without a look.',
    fix: 'Check the filter of the export. Approve the run if the file is whole; set `rowsShareMin` of the source to 0 if its files hold only changes.',
  },
  GUARD_MANAGERS: {
    severity: 'hold',
    message: '{problems} times a row names a manager who cannot be set, and the source allows none.',
    fix: 'Correct the managers and send the file again. Approve the run to take it without them.',
  },
  W_STICKY_DEACTIVATED: {
    severity: 'info',
    message: 'The person is deactivated and stays so; only a manual import, or a source set to, reactivates.',
    fix: 'Import FALSE by hand if the person should come back.',
  },
  W_NOT_OWNER: {
    severity: 'info',
    message: 'The value was not taken: {why}.',
    fix: 'Change it where the field comes from, or change who owns it: `rollcall ownership show`.',
  },
  W_PINNED: {
    severity: 'info',
    message: 'The value was not taken: {by} keeps the field of this person as it is{until}.',
    fix: 'If the file is right, give the field free with `rollcall employee unpin`.',
  },
  W_ALREADY_FORMER: {
    severity: 'info',
    message: 'The person has left already; the other values were brought up to date.',
    fix: 'Nothing needs doing.',
  },
} as const satisfies Record<string, IssueText>

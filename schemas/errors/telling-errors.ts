/** Errors of telling others what happened, and of what is no longer kept. */
import type { ErrorText } from './error-text.ts'

export const TELLING_ERRORS = {
  RECIPIENT_INVALID: {
    message: 'Mails cannot be sent there: {problem}.',
    fix: 'Correct it and try again; nothing was changed.',
    exit: 2,
  },
  RECIPIENT_UNKNOWN: {
    message: 'Account "{slug}" tells nothing to that address.',
    fix: 'List the addresses with `rollcall account notify --account {slug} list`.',
    exit: 1,
  },
  RETENTION_INVALID: {
    message: 'Things cannot be kept like this: {problem}.',
    fix: 'Look at what there is with `rollcall retention show`; nothing was changed.',
    exit: 2,
  },
  ROWS_GONE: {
    message: 'The rows of run {id} are no longer kept.',
    fix: 'Its counts and issues are in `rollcall runs show {id}`; how long rows are kept is in `rollcall retention show`.',
    exit: 1,
  },
  MESSAGE_UNKNOWN: {
    message: 'There is no message "{id}".',
    fix: 'List them with `rollcall outbox list`.',
    exit: 1,
  },
  WEBHOOK_INVALID: {
    message: 'This webhook cannot be added: {problem}.',
    fix: 'Correct it and try again; nothing was changed.',
    exit: 2,
  },
  WEBHOOK_UNKNOWN: {
    message: 'There is no webhook "{id}".',
    fix: 'List them with `rollcall webhook list`.',
    exit: 1,
  },
  MESSAGE_SENT: {
    message: 'Message {id} was taken by its receiver already.',
    fix: 'Only what waits or was given up can be tried again.',
    exit: 1,
  },
} as const satisfies Record<string, ErrorText>

/** Errors of people and programs who come in over HTTP: who they are, what they may do, what they sent. */
import type { ErrorText } from './error-text.ts'

export const ACCESS_ERRORS = {
  USER_UNKNOWN: {
    message: 'Nobody signs in as "{user}".',
    fix: 'List who does with `rollcall user list`.',
    exit: 1,
  },
  USER_EXISTS: {
    message: 'Somebody signs in as {email} already.',
    fix: 'Give them another role with `rollcall user role`, or a new link with `rollcall user reset`.',
    exit: 1,
  },
  USER_INVALID: {
    message: 'The person cannot be added: {problem}.',
    fix: 'Correct it and try again; nothing was changed.',
    exit: 2,
  },
  LINK_SPENT: {
    message: 'This link was used, or its time is over.',
    fix: 'Ask for another: `rollcall user reset <email>` makes one, and so does `rollcall user add`.',
    exit: 1,
  },
  SIGN_IN_FAILED: {
    message: 'That is not an e-mail address and a password that belong together.',
    fix: 'Try again, or ask an operator for a new link.',
    exit: 6,
  },
  CODE_WRONG: {
    message: 'That code is not the one that your app shows now, or it was used already.',
    fix: 'Wait for the next one; if none fits, look whether the clock of your phone is right.',
    exit: 6,
  },
  SIGN_IN_NEEDED: {
    message: 'This needs somebody who is signed in, or a token that is good.',
    fix: 'Sign in, or send `Authorization: Bearer rc_…`; make a token with `rollcall token add`.',
    exit: 6,
  },
  NOT_ALLOWED: {
    message: 'This needs the role {needed}; yours is {role}.',
    fix: 'Ask an administrator of the account, or an operator of the server.',
    exit: 6,
  },
  TOKEN_READS_ONLY: {
    message: 'This token may only read.',
    fix: 'Make one with `rollcall token add --write`.',
    exit: 6,
  },
  TOKEN_INVALID: {
    message: 'The token cannot be made: {problem}.',
    fix: 'Correct it and try again.',
    exit: 2,
  },
  TOKEN_UNKNOWN: {
    message: 'There is no token {id}.',
    fix: 'List them with `rollcall token list`.',
    exit: 1,
  },
  SESSION_UNKNOWN: {
    message: 'There is no session {id}.',
    fix: 'Look at the list again; it may have ended by itself.',
    exit: 1,
  },
  FORM_STALE: {
    message: 'The request did not come from a page of this server, or the page is older than the sign-in.',
    fix: 'Load the page again and repeat what you did.',
    exit: 6,
  },
  TOO_MANY_REQUESTS: {
    message: 'Too many requests came from there.',
    fix: 'Wait {seconds} seconds, then go on more slowly.',
    exit: 1,
  },
  REQUEST_INVALID: {
    message: 'The request has the wrong form: {problem}.',
    fix: 'Compare it with the description at /api/docs.',
    exit: 2,
  },
  REQUEST_TOO_LARGE: {
    message: 'The request is larger than {bytesMax} bytes.',
    fix: 'Send less at once; large files go by SFTP.',
    exit: 1,
  },
  NO_SUCH_PAGE: {
    message: 'There is nothing at this address.',
    fix: 'Start from the first page, or from /api/docs.',
    exit: 1,
  },
  KEY_REUSED: {
    message: 'This Idempotency-Key was used for another request.',
    fix: 'Use a new key for a new request; the same key only to send the very same one again.',
    exit: 2,
  },
  KEY_BUSY: {
    message: 'The first request with this Idempotency-Key is still being answered.',
    fix: 'Wait a moment, then send it again.',
    exit: 1,
  },
  CHANGED_MEANWHILE: {
    message: 'What you looked at has changed since.',
    fix: 'Get it again, look at it, and send your change with its new ETag.',
    exit: 1,
  },
} as const satisfies Record<string, ErrorText>

/** Errors of connections to an HRIS, and of what it answers. */
import type { ErrorText } from './error-text.ts'

export const CONNECTION_ERRORS = {
  API_AUTH: {
    message: '{system} does not accept the credentials: {problem}.',
    fix: 'Give new ones with `rollcall connection reauthorize`. Nothing was read, and nothing that is stored was changed.',
    exit: 6,
  },
  API_PERMISSION: {
    message: '{system} does not let Rollcall read {what}.',
    fix: 'Give back the permission "{permission}" in {system}, then sync again. What is stored stays as it is.',
    exit: 6,
  },
  API_PLAN: {
    message: '{system} refuses what is asked for: {problem}.',
    fix: '{remedy}',
    exit: 1,
  },
  API_PARTIAL: {
    message: 'The list that {system} sent is not complete: {problem}.',
    fix: 'Nothing of it was taken, since people who are not in it would look as if they had left. The next sync reads everything again.',
    exit: 1,
  },
  API_RATE: {
    message: '{system} wants fewer requests, and to be left alone for {seconds} more seconds.',
    fix: 'Sync later, or set `requestsPerMinute` of the connection to what the contract allows.',
    exit: 5,
  },
  API_SCHEMA: {
    message: '{system} answers {what} in a form that is not understood: {problem}.',
    fix: 'Check the address of the API; if it is right, the API has changed, and this version of Rollcall does not know it.',
    exit: 1,
  },
  API_UNREACHABLE: {
    message: '{system} cannot be reached: {problem}.',
    fix: 'Check the address of the API and the way out of this machine. The next sync tries again.',
    exit: 5,
  },
  CONNECTION_NONE: {
    message: 'Account "{slug}" has no connection "{source}".',
    fix: 'List them with `rollcall connection list`, or make one with `rollcall connect`.',
    exit: 1,
  },
  CONNECTION_INVALID: {
    message: 'The connection cannot be set up like this: {problem}.',
    fix: 'Correct it and try again; nothing was changed.',
    exit: 2,
  },
  CONNECTION_STATE: {
    message: 'The connection "{source}" cannot do that now: it is {state}.',
    fix: '{fix}',
    exit: 1,
  },
  CONNECTION_BUSY: {
    message: 'The people of the connection "{source}" are being read at this moment.',
    fix: 'Wait until that is done; `rollcall connection show {source} --account {slug}` tells.',
    exit: 1,
  },
  CONNECTION_REJECTED: {
    message: 'What was read cannot be imported at all; run {id} says why.',
    fix: 'Look at `rollcall runs show {id}`; where a column is wrong, change the mapping with `rollcall mapping set`.',
    exit: 1,
  },
  CONSENT_INVALID: {
    message: 'The consent cannot be taken: {problem}.',
    fix: 'Begin again with `rollcall connection reauthorize`, and open the link it shows in one browser.',
    exit: 6,
  },
  MAPPING_INVALID: {
    message: 'The mapping cannot be used: {problem}.',
    fix: 'Look at the fields there are with `rollcall mapping show --fields`; nothing was changed.',
    exit: 2,
  },
} as const satisfies Record<string, ErrorText>

/**
 * Errors that a person can fix: a code, a sentence, and what to do. The catalogue is complete: the README lists
 * exactly these, and a test proves it both ways. What a programmer broke is a plain `Error`.
 * Placeholders in braces are filled with names, numbers and codes, never with a value from a file.
 */
import { ACCESS_ERRORS } from './errors/access-errors.ts'
import { CONNECTION_ERRORS } from './errors/connection-errors.ts'
import type { ErrorText } from './errors/error-text.ts'
import { TELLING_ERRORS } from './errors/telling-errors.ts'

export type { ErrorText } from './errors/error-text.ts'

export const ERRORS = {
  ...ACCESS_ERRORS,
  ...TELLING_ERRORS,
  ...CONNECTION_ERRORS,
  ACCOUNT_UNKNOWN: {
    message: 'There is no account "{slug}".',
    fix: 'List them with `rollcall account list`, or add it with `rollcall account add {slug}`.',
    exit: 1,
  },
  ACCOUNT_EXISTS: {
    message: 'There is already an account "{slug}".',
    fix: 'Choose another short name.',
    exit: 1,
  },
  ACCOUNT_INVALID: {
    message: 'The account cannot be added: {problem}.',
    fix: 'Correct it and try again.',
    exit: 2,
  },
  SOURCE_UNKNOWN: {
    message: 'Account "{slug}" has no source "{name}".',
    fix: 'List them with `rollcall source list --account {slug}`.',
    exit: 1,
  },
  SECRET_UNREADABLE: {
    message: 'The master key at {path}, which opens stored secrets, cannot be used: {problem}.',
    fix: 'Put back the file from your backup, or set ROLLCALL_SECRET_FILE to where it lies. Secrets sealed with a lost master key must be set up anew.',
    exit: 1,
  },
  PGP_KEY_INVALID: {
    message: 'This is no PGP key that can be used here: {problem}.',
    fix: 'Give an armored OpenPGP public key, for example from `gpg --armor --export <user>`.',
    exit: 2,
  },
  PGP_KEY_UNKNOWN: {
    message: 'There is no PGP key {fingerprint}.',
    fix: 'List them with `rollcall pgp list`.',
    exit: 1,
  },
  SOURCE_INVALID: {
    message: 'The settings of the source cannot be changed like this: {problem}.',
    fix: 'Look at what there is with `rollcall source show`; nothing was changed.',
    exit: 2,
  },
  RUN_UNKNOWN: { message: 'There is no run "{id}".', fix: 'List them with `rollcall runs`.', exit: 1 },
  RUN_NOT_HELD: {
    message: 'Run {id} waits for nobody: its state is {state}.',
    fix: 'Only a held run can be approved or discarded.',
    exit: 1,
  },
  MISSING_NEVER_SENT: {
    message: 'Since account is kept, the source "{source}" has never sent this person.',
    fix: 'Look at `rollcall missing list`; the source keeps account from the first file after `missing` was set.',
    exit: 1,
  },
  MISSING_NOT_ALLOWED: {
    message: 'The source "{source}" does not let people be deactivated because they are missing.',
    fix: 'Set it with `rollcall source set {source} missing=deactivate`, or end people one by one with `rollcall missing left`.',
    exit: 6,
  },
  DEMOGRAPHIC_UNKNOWN: {
    message: 'There is no demographic "{label}".',
    fix: 'List them with `rollcall demographics list`; capitals count.',
    exit: 1,
  },
  DEMOGRAPHIC_INVALID: {
    message: 'The demographic cannot be called that: {problem}.',
    fix: 'Choose another label; nothing was changed.',
    exit: 2,
  },
  DEMOGRAPHIC_IN_USE: {
    message: '{people} people, also such as left, have a value in the demographic "{label}".',
    fix: 'Clear it first by an import with `__CLEAR__` in that column, or leave it.',
    exit: 1,
  },
  PLAN_CHOICE_INVALID: {
    message: 'Rows of the plan cannot be chosen like this: {problem}.',
    fix: 'Look at the plan with `rollcall runs plan <id>`, with the same options.',
    exit: 2,
  },
  APPROVER_PROGRAM: {
    message: 'The source of run {id} wants the word of two people, and a token is nobody.',
    fix: 'Sign in and look at it on its page, or use `rollcall runs approve {id}`.',
    exit: 6,
  },
  APPROVER_SAME: {
    message: '{by} has approved run {id} already; its source wants the word of two people.',
    fix: 'Let somebody else look at it: `rollcall runs plan {id}`, then `rollcall runs approve {id}`.',
    exit: 6,
  },
  RUN_NOT_UNDOABLE: {
    message: 'Run {id} cannot be undone: {problem}.',
    fix: 'List what was applied with `rollcall runs --state succeeded`.',
    exit: 1,
  },
  FIELD_UNKNOWN: {
    message: 'Nothing that is known of a person is called "{field}".',
    fix: 'Use a header of `rollcall template`, or a label of `rollcall demographics list`; in a label capitals count.',
    exit: 2,
  },
  OWNERSHIP_INVALID: {
    message: 'The field cannot be owned like this: {problem}.',
    fix: 'Name sources in order, such as sftp:always manual:fillIfEmpty; `rollcall source list` lists them.',
    exit: 2,
  },
  EDIT_REFUSED: {
    message: 'The person cannot be corrected like this: {problem}.',
    fix: 'Look at them with `rollcall employee show`; nothing was changed.',
    exit: 1,
  },
  PIN_UNKNOWN: {
    message: 'The field "{field}" of this person is not pinned.',
    fix: 'Look at them with `rollcall employee show`.',
    exit: 1,
  },
  PIN_INVALID: {
    message: 'The field cannot be pinned until then: {problem}.',
    fix: 'Give a day from today on as YYYY-MM-DD, or none.',
    exit: 2,
  },
  REDACTION_REFUSED: {
    message: 'This cannot be redacted: {problem}.',
    fix: 'Look at `rollcall redact show`; nothing was changed.',
    exit: 1,
  },
  MERGE_REFUSED: {
    message: 'The two cannot be made one: {problem}.',
    fix: 'Look at both with `rollcall employee show`; nothing was changed.',
    exit: 1,
  },
  ERASE_REFUSED: {
    message:
      'Nobody can be erased while run {run} is worked on or waits for a person: its plan may hold them.',
    fix: 'Wait for it, or approve or discard it, then try again.',
    exit: 1,
  },
  AS_OF_INVALID: {
    message: 'The roster cannot be shown as of then: {problem}.',
    fix: 'Give a day as YYYY-MM-DD, or the id of a run that was applied.',
    exit: 2,
  },
  EMPLOYEE_UNKNOWN: {
    message: 'Account "{slug}" has nobody with that Employee Id or Email{when}.',
    fix: 'Look them up with `rollcall export --account {slug}`.',
    exit: 1,
  },
  ROSTER_CHANGED: {
    message: 'The roster changed since run {id} was planned, so it was planned again.',
    fix: 'Look at the new plan with `rollcall runs show {id}`, then approve it again.',
    exit: 1,
  },
  REPORT_GONE: {
    message: 'The delivered file of run {id} is no longer kept, so its rejected rows cannot be shown.',
    fix: 'Use the report in another format; it lists the rows by number.',
    exit: 1,
  },
  REPORT_NOT_READY: {
    message: 'Run {id} has not been read yet.',
    fix: 'Try again in a moment; `rollcall runs show {id}` tells its state.',
    exit: 1,
  },
  FILE_UNREADABLE: {
    message: 'The file cannot be read: {problem}.',
    fix: 'Check the path and its permissions.',
    exit: 1,
  },
  RUN_FAILED: {
    message: 'The run met an error that Rollcall did not expect ({kind}), {attempts} times.',
    fix: 'Nothing was applied. Look for the run id in the log, and tell whoever operates this server.',
    exit: 1,
  },
  DATABASE_UNREACHABLE: {
    message: 'The database cannot be opened: {problem}.',
    fix: 'Check ROLLCALL_DATABASE_URL, that the server runs, and the data directory and its permissions.',
    exit: 5,
  },
  DATABASE_NOT_DURABLE: {
    message: 'The database would not keep what it confirms: {problem}.',
    fix: 'Turn it on again; Rollcall does not start without it.',
    exit: 1,
  },
  DATABASE_NEWER: {
    message: 'The database was written by a newer Rollcall (migration {migration}).',
    fix: 'Start the version that wrote it, or a newer one.',
    exit: 1,
  },
  DATA_IN_USE: {
    message: 'Another Rollcall (process {pid}) works on {directory}.',
    fix: 'Stop it first, or choose another data directory with ROLLCALL_DATA.',
    exit: 1,
  },
  SERVER_UNREACHABLE: {
    message: 'The server on {directory} does not answer: {problem}.',
    fix: 'Look at its log; if it was killed, start it again.',
    exit: 5,
  },
  CONFIG_INVALID: { message: 'The configuration is not valid: {problem}.', fix: '{fix}', exit: 2 },
  KEY_INVALID: {
    message: 'This is not a public key in OpenSSH format: {problem}.',
    fix: 'Send the one line of the `.pub` file, for example from `ssh-keygen -t ed25519`.',
    exit: 1,
  },
  KEY_WEAK: {
    message: 'The key is too weak: {problem}.',
    fix: 'Make a new one with `ssh-keygen -t ed25519`; RSA needs at least 3072 bits.',
    exit: 1,
  },
  KEY_PRIVATE: {
    message: 'This is a private key.',
    fix: 'Never send it to anybody. Add the `.pub` file that lies beside it.',
    exit: 1,
  },
  KEY_EXISTS: {
    message: 'The key {fingerprint} is already in use, by account "{slug}".',
    fix: 'Revoke it there first, or make a new key.',
    exit: 1,
  },
  KEY_UNKNOWN: {
    message: 'There is no key {fingerprint}.',
    fix: 'List them with `rollcall key list`.',
    exit: 1,
  },
  NETWORK_INVALID: {
    message: 'The networks cannot be used: {problem}.',
    fix: 'Name addresses and networks with commas between, such as 203.0.113.0/24,2001:db8::/32.',
    exit: 2,
  },
  PASSWORD_WEAK: {
    message: 'The password is too weak: {problem}.',
    fix: 'Let a password manager make one, for example with `openssl rand -base64 24`.',
    exit: 1,
  },
  CONNECTION_UNKNOWN: {
    message: 'There is no live connection {id}.',
    fix: 'List them with `rollcall connections`; it may have ended by itself.',
    exit: 1,
  },
  HOST_KEY_NEXT: {
    message: 'The host key cannot be changed: {problem}.',
    fix: 'Look at both keys with `rollcall key host show`.',
    exit: 1,
  },
  HOST_KEY_UNREADABLE: {
    message: 'The host key {path} cannot be used: {problem}.',
    fix: 'Restore it from a backup. Rollcall never makes a new one over it, since every client would refuse it.',
    exit: 1,
  },
  PORT_IN_USE: {
    message: 'Port {port} on {host} is taken.',
    fix: 'Stop what listens there, or set {setting} to another port.',
    exit: 1,
  },
} as const satisfies Record<string, ErrorText>

export type ErrorCode = keyof typeof ERRORS

/** Fills `{name}` in a text. An unknown name is a programmer's mistake and stays visible. */
export function fillIn(text: string, params: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = params[name]
    return value === undefined ? whole : String(value)
  })
}

/** An error with a code, a sentence and a remedy; safe to show and to log. */
export class ImportError extends Error {
  readonly code: ErrorCode
  readonly fix: string
  readonly params: Readonly<Record<string, string | number>>

  constructor(
    code: ErrorCode,
    params: Readonly<Record<string, string | number>> = {},
    options?: ErrorOptions,
  ) {
    super(fillIn(ERRORS[code].message, params), options)
    this.name = 'ImportError'
    this.code = code
    this.fix = fillIn(ERRORS[code].fix, params)
    this.params = params
  }

  get exit(): number {
    return ERRORS[this.code].exit
  }
}

/** What the operating system said, without the path or value it may have put into the message. */
export function problemOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') {
    return SYSTEM_PROBLEMS[error.code] ?? error.code
  }
  return error instanceof Error ? error.name : 'unknown error'
}

const SYSTEM_PROBLEMS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  EISDIR: 'it is a directory',
  ENOTDIR: 'a part of the path is not a directory',
  ENOSPC: 'no space left on the disk',
  EDQUOT: 'disk quota exceeded',
  EROFS: 'the file system is read-only',
  EMFILE: 'too many open files',
  EADDRINUSE: 'address already in use',
  ECONNREFUSED: 'connection refused',
  ENOTFOUND: 'host not found',
  ETIMEDOUT: 'timed out',
  SQLITE_CANTOPEN: 'the file cannot be opened',
  SQLITE_NOTADB: 'the file is not a database',
  SQLITE_CORRUPT: 'the database file is damaged',
  SQLITE_READONLY: 'the database file is read-only',
  SQLITE_FULL: 'no space left on the disk',
}

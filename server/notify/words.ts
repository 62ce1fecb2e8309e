/**
 * Why a run waits or failed, for people who get a mail: what the guard is for, in plain words, without anything that
 * stood in the file. A header is left out too: a file without one begins with a person.
 */

/** By code of the hold or issue. */
const WORDS: Readonly<Record<string, string>> = {
  PLAN_AGAIN:
    'The list of people changed while this run waited, so what it would do has to be looked at again.',
  PLAN_REST: 'These are the rows that were left out when a part of an earlier run was approved.',
  GUARD_PRIVACY:
    'A name, a date of birth or an address of the same person would change together. That happens when a row is about somebody else, and one person would then see what belongs to another.',
  GUARD_PRIVACY_WINDOW:
    'Together with what was changed in the last days, somebody would step by step become somebody else. One person would then see what belongs to another.',
  GUARD_PRIVACY_SWAP:
    'People would exchange a name or a date of birth with each other. That happens when rows are mixed up or one column was sorted alone.',
  GUARD_REHIRE: 'People who left before would come back.',
  GUARD_MASS_LEAVERS:
    'More people than usual would leave or be deactivated. An incomplete export would look the same.',
  GUARD_LEAVERS_AHEAD:
    'More people than usual would get a last day, all at about the same time. When it comes, nobody is asked again.',
  GUARD_MASS_NEW:
    'More people than usual would be new. They may be people you have already, under other ids and addresses.',
  GUARD_MASS_UPDATES:
    'More people than usual would have a value replaced or removed. A column under a wrong header changes everybody.',
  GUARD_KEY_CHANGE:
    'More people than usual would get another Employee Id. If ids were given out anew, people could be mixed up.',
  GUARD_MASS_ERRORS: 'More rows than usual could not be taken.',
  GUARD_FILL_RATE: 'A column lost much of its content since the last file. A broken report looks like that.',
  GUARD_ROW_DROP: 'The file is much shorter than the last ones. An incomplete export looks like that.',
  FILE_SUSPECT_QUOTE: 'A stray quote may have swallowed people.',
  FILE_ENCODING_DOUBT:
    'The file is in another encoding than its source is set to, so letters may come out wrong.',
  HDR_NEW_DEMOGRAPHIC: 'The file has a column that was never seen before.',
  ID_SWAPPED: 'An Employee Id belongs to one person and the address beside it to another.',
  ID_RECYCLED_EMAIL: 'An address of somebody who left appears with somebody else.',
  ID_POSSIBLE_DUPLICATE: 'Somebody who looks like a person you have already would be added as a new one.',
  FILE_EMPTY: 'The file has no content.',
  FILE_HEADER_ONLY: 'The file has a header, but no people. That is never taken for "everybody left".',
  FILE_TYPE: 'The file is not a CSV.',
  FILE_ENCODING: 'The file is not in the encoding that its source is set to.',
  FILE_PARSE: 'A quote in the file is never closed, or its end is damaged.',
  FILE_DECRYPT: 'The file cannot be decrypted.',
  FILE_NOT_ENCRYPTED: 'The file should be encrypted, and is not.',
  FILE_SIGNATURE: 'The signature of the file cannot be trusted.',
  FILE_CHECKSUM: 'The file and its checksum do not fit together.',
  FILE_SIDECAR_TIMEOUT: 'The second file that says that this one is complete did not come.',
  HDR_MISSING_REQUIRED: 'The file has neither an Employee Id nor an Email column.',
  HDR_NOT_A_HEADER: 'The file does not begin with a header.',
  FEED_LATE: 'No file came by the time at which one is expected.',
  FEED_IDENTICAL: 'The same file has come day after day: the export may stand still.',
  FEED_ROWS_DRIFT: 'The files have grown or shrunk step by step, no single one of them enough to be held.',
  FEED_FILL_DRIFT: 'A column has lost its content step by step, in no single file enough to be held.',
  RUN_FAILED: 'Rollcall met an error that it did not expect. Whoever operates it finds more in the log.',
}

/** One sentence for a code; for one without words, the code. */
export function wordsFor(code: string): string {
  return (
    WORDS[code] ??
    `${CLASSES.find(([start]) => code.startsWith(start))?.[1] ?? 'There is a problem'} (${code}).`
  )
}

const CLASSES: readonly (readonly [start: string, words: string])[] = [
  ['GUARD_', 'A guard saw something unusual'],
  ['FILE_', 'The file cannot be read'],
  ['HDR_', 'The header of the file cannot be understood'],
  ['API_', 'The connected system did not give what was asked for'],
  ['ID_', 'Nobody can tell who a row is about'],
]

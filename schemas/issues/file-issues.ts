/** What can be wrong with a file as a whole. */
import type { IssueText } from './issue-text.ts'

export const FILE_ISSUES = {
  FILE_EMPTY: {
    severity: 'fatal',
    message: 'The file has no content.',
    fix: 'Check the export that made it, then send the file again.',
  },
  FILE_HEADER_ONLY: {
    severity: 'fatal',
    message: 'The file has a header, but no people.',
    fix: 'Check the filter of the export that made it. Rollcall never takes an empty list for "everybody left".',
  },
  FILE_TYPE: {
    severity: 'fatal',
    message: 'The file is not a CSV: {problem}.',
    fix: 'Export as CSV (comma separated, UTF-8) and give the file a name that ends in .csv, .tsv or .txt.',
  },
  FILE_ENCODING: {
    severity: 'fatal',
    message: 'The file is not valid {encoding}: byte {offset} (0x{byte}), on line {line}.',
    fix: 'Export as "CSV UTF-8". If the source cannot, say what it sends: `rollcall source set <source> --account <slug> encoding=windows-1252`, for example. Rollcall does not guess, since a wrong guess damages names.',
  },
  FILE_TOO_LARGE: {
    severity: 'fatal',
    message: 'The file is larger than {limit} bytes.',
    fix: 'Send fewer people or fewer columns a file.',
  },
  FILE_TOO_MANY_ROWS: {
    severity: 'fatal',
    message: 'The file has more than {limit} rows.',
    fix: 'Split it into several files.',
  },
  FILE_TOO_MANY_COLUMNS: {
    severity: 'fatal',
    message: 'The header has {columns} columns, more than {limit}.',
    fix: 'Leave out the columns that are not needed.',
  },
  FILE_PARSE: {
    severity: 'fatal',
    message: 'A quote that opens on line {opened} is never closed, or the text behind its end is damaged.',
    fix: 'Write a quote within a quoted cell twice (""), and quote a cell that holds one.',
  },
  FILE_ROW_SIZE: {
    severity: 'fatal',
    message: 'The row that starts on line {line} is larger than {limit} bytes.',
    fix: 'Check that the file is a CSV with one person a line.',
  },
  FILE_SUSPECT_QUOTE: {
    severity: 'hold',
    message:
      'A quoted cell on line {line} goes over {lines} lines or holds what looks like other rows: a stray quote may have swallowed people.',
    fix: 'Look at the cell. Approve the run if it is right; otherwise correct the quote and send the file again.',
  },
  FILE_ENCODING_DOUBT: {
    severity: 'hold',
    message: 'The source is declared to write {encoding}, but this file is valid UTF-8.',
    fix: 'Correct the encoding in the settings of the source and send the file again, or names will be damaged.',
  },
  FILE_ARCHIVE: {
    severity: 'fatal',
    message: 'The archive or workbook cannot be read: {problem}.',
    fix: 'Pack exactly one CSV file, without a password, or send the CSV as it is.',
  },
  FILE_OTHER_SHEETS: {
    severity: 'info',
    message: 'Only the first sheet of the workbook was read; it has {sheets} more.',
    fix: 'Put everybody into the first sheet.',
  },
  FILE_DECRYPT: {
    severity: 'fatal',
    message: 'The file cannot be decrypted: {problem}.',
    fix: 'Encrypt it with the public key that belongs to this source, and send it again.',
  },
  FILE_NOT_ENCRYPTED: {
    severity: 'fatal',
    message: 'The file is not encrypted with PGP, although {reason}.',
    fix: 'Encrypt it with the public key that belongs to this source, and give it a name that ends in .pgp.',
  },
  FILE_SIGNATURE: {
    severity: 'fatal',
    message: 'The signature of the file cannot be trusted: {problem}.',
    fix: 'Sign the file with the key that Rollcall was given for its sender.',
  },
  FILE_CHECKSUM: {
    severity: 'fatal',
    message: 'The file and its .sha256 file do not fit together: {problem}.',
    fix: 'Send both again: the file was damaged or cut off on the way, or changed after its checksum was made.',
  },
  FILE_SIDECAR_TIMEOUT: {
    severity: 'fatal',
    message: 'The {kind} file, which says that this one is complete, did not come within {minutes} minutes.',
    fix: 'Send it after the file, under the same name with {kind} added.',
  },
  FILE_DUPLICATE: {
    severity: 'info',
    message: 'The same content as run {run}, and nobody was changed since: there is nothing to do.',
    fix: 'Nothing needs doing.',
  },
} as const satisfies Record<string, IssueText>

/**
 * What can be wrong with a file, a header, a row or a cell: one catalogue of codes, sentences and remedies. The
 * README lists exactly these, and a test proves it both ways. A placeholder in braces holds a number, a code or a
 * header as it was sent, never the value of a cell.
 *
 * Severity: `fatal` nothing is applied · `hold` a person must look · `row` this row is left out ·
 * `cell` this value is left out, the row goes on · `info` worth knowing.
 */
import type { Severity } from './run.ts'

export interface IssueText {
  readonly severity: Severity
  readonly message: string
  readonly fix: string
}

export const ISSUES = {
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
    fix: 'Export as "CSV UTF-8". Rollcall does not guess an encoding, since a wrong guess damages names.',
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
  HDR_MISSING_REQUIRED: {
    severity: 'fatal',
    message: 'The header has neither an Employee Id nor an Email column.',
    fix: 'Add one of them. {suggestion}',
  },
  HDR_DUPLICATE: {
    severity: 'fatal',
    message: 'Two columns have the header "{header}".',
    fix: 'Rename or remove one of them.',
  },
  HDR_BLANK: {
    severity: 'fatal',
    message: 'Column {column} has no header.',
    fix: 'Give it a header or remove it.',
  },
  HDR_AMBIGUOUS: {
    severity: 'fatal',
    message: 'The columns "{header}" and "{other}" both mean {field}.',
    fix: 'Keep only one of them, or save a mapping for the source that says which one counts.',
  },
  HDR_TITLE_ROW: {
    severity: 'fatal',
    message: 'The first line is a title, not the header{hint}.',
    fix: 'Remove the lines above the header, so that the first line names the columns.',
  },
  HDR_NOT_A_HEADER: {
    severity: 'fatal',
    message: 'The first line looks like a person, not like a header.',
    fix: 'Put a line above it that names the columns, for example Name, Employee Id, Email.',
  },
  HDR_TOO_LONG: {
    severity: 'fatal',
    message: 'The header of column {column} is longer than {limit} characters.',
    fix: 'Check that the first line of the file is the header, and shorten the header.',
  },
  HDR_FORBIDDEN: {
    severity: 'cell',
    message: 'The column "{header}" was left out and none of its values was stored.',
    fix: 'Remove it from the export: pay, bank, government numbers, health, religion and union have no place here.',
  },
  HDR_NEW_DEMOGRAPHIC: {
    severity: 'hold',
    message: 'The column "{header}" was never seen before from this account.',
    fix: 'Approve the run to create it, or correct the header if it should have been another.',
  },
  HDR_CREATED_DEMOGRAPHIC: {
    severity: 'info',
    message: 'The column "{header}" is new and is kept as a demographic of that name.',
    fix: 'Nothing needs doing.',
  },
  HDR_IGNORED: {
    severity: 'info',
    message: 'The column "{header}" is not known and was ignored.',
    fix: 'Allow new columns in the settings of the source if it should be kept.',
  },
  HDR_NEW_COLUMN: {
    severity: 'info',
    message: 'The column "{header}" was not in the last files of this source.',
    fix: 'Nothing needs doing if it was added on purpose.',
  },
  HDR_MISSING_EXPECTED: {
    severity: 'info',
    message:
      'The column "{header}", which the last files of this source had, is gone; its values stay as they are.',
    fix: 'If it was left out by mistake, correct the export. Nobody loses a value by it.',
  },
  HDR_SUGGESTION: {
    severity: 'info',
    message: 'The column "{header}" is no name that Rollcall knows; perhaps "{suggestion}" was meant.',
    fix: 'If so, rename it in the export or save a mapping for it. Otherwise nothing needs doing.',
  },
  HDR_DATE_PATTERN: {
    severity: 'info',
    message: 'All dates of the column "{header}" that could not be read are of the form {pattern}.',
    fix: 'Write dates as YYYY-MM-DD, or set `datePattern` of the source to "{pattern}".',
  },
  W_DEMOGRAPHIC_SIMILAR: {
    severity: 'info',
    message: 'The new column "{header}" resembles "{other}"; they are two different demographics.',
    fix: 'If they mean the same, use one spelling in the export.',
  },
  ROW_RAGGED: {
    severity: 'row',
    message: 'The row has {cells} cells, the header has {columns}.',
    fix: 'Quote cells that hold the delimiter; check for cells missing at the end.',
  },
  ROW_BLANK: { severity: 'info', message: 'The row is blank and was skipped.', fix: 'Nothing needs doing.' },
  ROW_TOO_LONG: {
    severity: 'row',
    message: 'The row has a cell of more than {limit} characters.',
    fix: 'Shorten the cell, or check for a quote that is never closed.',
  },
  ROW_NO_IDENTIFIER: {
    severity: 'row',
    message: 'The row has no Employee Id and no Email, so nobody can tell who is meant.',
    fix: 'Fill in at least one of them.',
  },
  ROW_NAME_REQUIRED: {
    severity: 'row',
    message: 'A new person needs a name.',
    fix: 'Fill in Name, or First Name and Last Name. If the person is not new, check Employee Id and Email.',
  },
  VAL_DATE_INVALID: {
    severity: 'cell',
    message: '{field} is not a date, or in a form that was not declared for this source.',
    fix: 'Write dates as YYYY-MM-DD, for example 2026-01-31, or declare the form for the source.',
  },
  VAL_DATE_AMBIGUOUS: {
    severity: 'cell',
    message: '{field} can be read as two different dates.',
    fix: 'Write dates as YYYY-MM-DD, for example 2026-01-31, or declare the form for the source.',
  },
  VAL_DATE_SERIAL: {
    severity: 'cell',
    message: '{field} is the number by which a spreadsheet stores a date.',
    fix: 'Format the column as a date (YYYY-MM-DD) before exporting.',
  },
  VAL_DATE_RANGE: {
    severity: 'cell',
    message: '{field} lies before 1900 or after 2100.',
    fix: 'Correct the year.',
  },
  VAL_DATE_ORDER: {
    severity: 'cell',
    message: 'The Start Date is later than the End Date.',
    fix: 'Correct one of the two.',
  },
  VAL_EMAIL: {
    severity: 'cell',
    message: '{field} is not an e-mail address.',
    fix: 'Write one plain address, without a name and without brackets.',
  },
  VAL_BOOLEAN: {
    severity: 'cell',
    message: '{field} is neither TRUE nor FALSE.',
    fix: 'Write TRUE, FALSE or nothing.',
  },
  VAL_LANGUAGE: {
    severity: 'cell',
    message: '{field} is not a language.',
    fix: 'Write a code such as en, de-AT or zh-Hans.',
  },
  VAL_TIMEZONE: {
    severity: 'cell',
    message: '{field} is not a time zone.',
    fix: 'Write an IANA name such as Europe/Berlin.',
  },
  VAL_PHONE: {
    severity: 'cell',
    message: '{field} is not a phone number in international form.',
    fix: 'Write it with country code, for example +4930123456.',
  },
  VAL_TOO_LONG: {
    severity: 'cell',
    message: '{field} is longer than {limit} characters.',
    fix: 'Shorten it.',
  },
  VAL_CONTROL_CHARS: {
    severity: 'cell',
    message: '{field} holds characters that cannot be seen and do not belong there.',
    fix: 'Remove the control characters from the cell; most come from copying out of another program.',
  },
  VAL_SPREADSHEET_ERROR: {
    severity: 'cell',
    message: '{field} holds an error of the spreadsheet instead of a value.',
    fix: 'Mend the formula in the spreadsheet, then export again.',
  },
  VAL_ID_SCIENTIFIC: {
    severity: 'cell',
    message: '{field} was turned into scientific notation by a spreadsheet; its digits are lost.',
    fix: 'Format the column as text before exporting.',
  },
  VAL_ID_DECIMAL: {
    severity: 'cell',
    message: '{field} ends in a fraction of zero, as programs write that took it for a number.',
    fix: 'Make the program treat the column as text; leading zeros would be lost as well.',
  },
  VAL_ID_ZEROS: {
    severity: 'row',
    message:
      '{field} lost its leading zeros, as spreadsheets do: somebody has the same digits with zeros before them.',
    fix: 'Format the column as text before exporting.',
  },
  VAL_CLEAR_REFUSED: {
    severity: 'cell',
    message: '{field} cannot be cleared.',
    fix: 'A person keeps a name, and at least one of Employee Id and Email.',
  },
  VAL_EXCLUDE: {
    severity: 'cell',
    message: '{field} is neither Yes nor No, so the row was not excluded.',
    fix: 'Write Yes to leave the person out, otherwise No or nothing.',
  },
  W_SPACES: {
    severity: 'info',
    message: '{field}: line breaks and runs of spaces became one space.',
    fix: 'Nothing needs doing.',
  },
  W_BOOLEAN: {
    severity: 'info',
    message: '{field} was read as TRUE or FALSE from another spelling.',
    fix: 'Write TRUE or FALSE.',
  },
  W_PLACEHOLDER: {
    severity: 'info',
    message: '{field} holds a placeholder, which was taken as blank.',
    fix: 'Leave the cell blank.',
  },
  W_NAME_CONFLICT: {
    severity: 'info',
    message: 'Name differs from First Name and Last Name; Name was used.',
    fix: 'Send only one of them.',
  },
  W_AGE: {
    severity: 'info',
    message: '{field} makes the person younger than 13 or older than 110.',
    fix: 'Check the year.',
  },
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
  ID_IN_USE: {
    severity: 'row',
    message: 'The {field} belongs to somebody whom another row of this file names.',
    fix: 'Give each person an Employee Id and an Email of their own.',
  },
  HIER_LOOP: {
    severity: 'cell',
    message: 'The managers of {people} people form a circle; the manager of this row was not set.',
    fix: 'Correct the manager of one of them.',
  },
  HIER_MANAGER_UNKNOWN: {
    severity: 'cell',
    message:
      'Nobody has the {field} that this row names; it is remembered and linked once that person comes.',
    fix: 'Send the manager too, or correct the address.',
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

export type IssueCode = keyof typeof ISSUES

/** True for a code of the catalogue: for values that come back from the database. */
export function isIssueCode(code: string): code is IssueCode {
  return Object.hasOwn(ISSUES, code)
}

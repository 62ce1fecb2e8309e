/** What can be wrong with the names of the columns. */
import type { IssueText } from './issue-text.ts'

export const HEADER_ISSUES = {
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
    fix: 'Keep only one of them, or say which one counts: `rollcall source set <source> --account <slug> "mapping.<header>=-"` leaves the other out.',
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
  HDR_REDACTED: {
    severity: 'info',
    message: 'The column "{header}" was not read: the account keeps nothing of it.',
    fix: 'Leave it out of the file. `rollcall redact show` lists what is redacted.',
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
    fix: 'If so, rename it in the export, or say so: `rollcall source set <source> --account <slug> "mapping.<header>=<name>"`. Otherwise nothing needs doing.',
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
} as const satisfies Record<string, IssueText>

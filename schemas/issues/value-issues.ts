/** What can be wrong with a row and the values in it. */
import type { IssueText } from './issue-text.ts'

export const VALUE_ISSUES = {
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
    fix: 'Write dates as YYYY-MM-DD, for example 2026-01-31, or declare the form of the source: `rollcall source set <source> --account <slug> datePattern=DD/MM/YYYY`.',
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
  VAL_LETTERS_LOST: {
    severity: 'cell',
    message:
      '{field} holds the sign \ufffd, which a program wrote in place of a letter that it could not read.',
    fix: 'Export again from the program that still has the letter, as UTF-8.',
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
  W_EXCLUDED_BY_RULE: {
    severity: 'info',
    message: 'Rule {rule} of the source excludes the row by its {field}.',
    fix: 'If the person should be imported, change the setting `exclusions` of the source.',
  },
  W_EXCLUSION_NO_COLUMN: {
    severity: 'info',
    message: 'Rule {rule} of the source excludes rows by a column "{header}", which the file does not have.',
    fix: 'Send the column, or correct the setting `exclusions` of the source; until then the rule excludes nobody.',
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
} as const satisfies Record<string, IssueText>

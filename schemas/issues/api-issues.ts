/** What is worth knowing of people who were read from an HRIS, and what makes their run wait for a person. */
import type { IssueText } from './issue-text.ts'

export const API_ISSUES = {
  API_FIRST_IMPORT: {
    severity: 'hold',
    message: 'This is the first import of the connection: nobody is imported before a person has looked.',
    fix: 'Compare the numbers with {system}. Approve the run to import; discard it if they are not what you expect.',
  },
  API_COLUMN_EMPTY: {
    severity: 'hold',
    message:
      'Nobody has a value in "{header}" any more; {before} people had one before. That is how a permission looks that was taken back.',
    fix: 'Give back the permission "{permission}" in {system} and sync again; what is stored stays as it is. Approve the run if the values are gone for a reason.',
  },
  API_EMPLOYEE_ID_BLANK: {
    severity: 'info',
    message: 'The person has no Employee Id in the field "{header}", as {people} in all.',
    fix: 'Fill it in the HRIS, or take another field: `rollcall connection set <source> employeeIdFrom=…`.',
  },
  API_EMAIL_BLANK: {
    severity: 'info',
    message: 'The person has no work e-mail address, as {people} in all.',
    fix: 'Fill it in the HRIS; people are known by it.',
  },
  API_MANAGER_OUTSIDE: {
    severity: 'info',
    message: 'The person reports to somebody who is not in the list, as {people} in all.',
    fix: 'Set the manager in the HRIS; who is stored as manager stays.',
  },
  API_VALUE_UNKNOWN: {
    severity: 'info',
    message:
      'The field "{header}" has a value that its documents do not name, of {people} people; it is kept as it came.',
    fix: 'Map it to a value you use: `rollcall mapping set <source> "values.<column>.<value>=<value>"`.',
  },
  API_SHAPE_UNKNOWN: {
    severity: 'info',
    message: 'The field "{header}" has a form that cannot be read, of {people} people; it is left out.',
    fix: 'Correct it in the HRIS; what is stored stays.',
  },
  API_REDACTED: {
    severity: 'info',
    message: 'The field "{header}" was blacked out by the HRIS, of {people} people; it is left out.',
    fix: 'Have the field released there, if it should come.',
  },
  API_FIELD_EMPTY: {
    severity: 'info',
    message: 'Nobody has a value in the field "{header}".',
    fix: 'Check in the HRIS whether it is filled, and whether it may be read.',
  },
  API_PERMISSION_MISSING: {
    severity: 'info',
    message: 'The field "{header}" may not be read with the permissions given; what is stored stays.',
    fix: 'Give the permission in the HRIS, then `rollcall connection reauthorize`.',
  },
} as const satisfies Record<string, IssueText>

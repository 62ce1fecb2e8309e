/**
 * The columns that Rollcall itself understands: canonical header, the other names customers use for it, the
 * kind of value, and the zod schema that is the one definition of a legal value. Everything else in a file is a
 * custom demographic with exactly the label it was sent under.
 */
import { z } from 'zod'

/** Columns whose values are stored on the employee, under these names, in the database and in JSON. */
export const CORE_FIELDS = [
  'name',
  'preferredName',
  'employeeId',
  'email',
  'dateOfBirth',
  'startDate',
  'endDate',
  'language',
  'managerEmail',
  'managerEmployeeId',
  'timezone',
  'mobilePhone',
  'deactivated',
] as const

/** A value that Rollcall understands and keeps on the employee. */
export type CoreField = (typeof CORE_FIELDS)[number]

/** Columns that are read and used, but not stored under their own name. */
export const INPUT_FIELDS = ['firstName', 'lastName', 'exclude'] as const
export type InputField = (typeof INPUT_FIELDS)[number]

/** Every field a header can stand for, besides custom demographics. */
export type Field = CoreField | InputField

/** What a cell must look like; each kind has one reader in `importer/table/values.ts`. */
export type ValueKind = 'text' | 'id' | 'email' | 'date' | 'language' | 'timezone' | 'phone' | 'boolean' | 'yes'

export interface Column {
  readonly field: Field
  /** Canonical header, used in exports, templates and messages. */
  readonly header: string
  /** Other headers accepted for it; compared by `headerKey`. */
  readonly aliases: readonly string[]
  readonly kind: ValueKind
  /** Longest value in characters. */
  readonly maxLength: number
  readonly need: 'required for new people' | 'this or Email' | 'this or Employee Id' | 'optional'
  readonly note: string
  /** Accepts exactly the normalised values: what the cell's reader returns, and nothing else. */
  readonly schema: z.ZodType<string>
}

// Control characters: never part of a name, an id or a label; they come from broken exports.
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/

const text = (maxLength: number) =>
  z
    .string()
    .min(1)
    .max(maxLength)
    .refine((value) => value === value.trim() && !CONTROL.test(value) && !/\s\s/.test(value))

/** Dates outside this span are typing errors, not facts about employees. */
export const DATE_MIN = '1900-01-01'
export const DATE_MAX = '2100-01-01'

const date = z.iso.date().refine((value) => value >= DATE_MIN && value <= DATE_MAX)
// Syntax only, and deliberately stricter than RFC 5322: no quoted local parts, no comments, no bare hosts.
export const EMAIL_PATTERN =
  /^[a-z0-9!#$%&'*+/=?^_`{|}~\u0080-\uffff-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~\u0080-\uffff-]+)*@(?:[a-z0-9\u0080-\uffff](?:[a-z0-9\u0080-\uffff-]*[a-z0-9\u0080-\uffff])?\.)+[a-z0-9\u0080-\uffff](?:[a-z0-9\u0080-\uffff-]*[a-z0-9\u0080-\uffff])$/
const email = z.string().max(254).regex(EMAIL_PATTERN)
export const LANGUAGE_PATTERN = /^[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|\d{3}))?$/
export const PHONE_PATTERN = /^\+[1-9]\d{6,14}$/
const timezone = z.string().refine(isTimezone)
const boolean = z.enum(['TRUE', 'FALSE'])

/** In the order in which an export and a template show them. */
export const COLUMNS: readonly Column[] = [
  column('name', 'Name', 'text', 200, text(200), {
    aliases: ['Full Name', 'Display Name', 'Display Full Name', 'Employee Name', 'Legal Name'],
    need: 'required for new people',
    note: 'else composed from `First Name` and `Last Name`',
  }),
  column('firstName', 'First Name', 'text', 200, text(200), {
    aliases: ['Given Name', 'Forename'],
    note: 'used only where `Name` is absent',
  }),
  column('lastName', 'Last Name', 'text', 200, text(200), {
    aliases: ['Surname', 'Family Name'],
    note: 'used only where `Name` is absent',
  }),
  column('preferredName', 'Preferred Name', 'text', 200, text(200), {
    aliases: ['Preferred First Name', 'Known As', 'Nickname'],
  }),
  column('employeeId', 'Employee Id', 'id', 100, text(100), {
    aliases: [
      'EmployeeId',
      'Employee Number',
      'Employee No',
      'Emp ID',
      'Empl ID',
      'Worker ID',
      'External User ID',
    ],
    need: 'this or Email',
    note: 'always text, leading zeros are kept; unique',
  }),
  column('email', 'Email', 'email', 254, email, {
    aliases: ['Work Email', 'Email Address', 'E-mail', 'Primary Email', 'Business Email'],
    need: 'this or Employee Id',
    note: 'compared and kept in lower case; unique; `Personal Email` is never taken for it',
  }),
  column('dateOfBirth', 'Date of Birth', 'date', 10, date, {
    aliases: ['DOB', 'Birth Date', 'Birthdate', 'Birthday'],
  }),
  column('startDate', 'Start Date', 'date', 10, date, {
    aliases: ['Hire Date', 'Employment Start Date', 'Started At', 'Service Date', 'Adjusted Service Date'],
  }),
  column('endDate', 'End Date', 'date', 10, date, {
    aliases: ['Termination Date', 'Term Date', 'Leave Date', 'Last Working Day'],
    note: 'today or earlier makes the person former; later stays active until then',
  }),
  column('language', 'Language', 'language', 35, z.string().regex(LANGUAGE_PATTERN), {
    aliases: ['Preferred Language', 'Locale'],
    note: 'for example `en`, `de-AT`, `zh-Hans`',
  }),
  column('managerEmail', 'Manager Email', 'email', 254, email, {
    aliases: ['Supervisor Email', 'Managers Email', 'Manager Email Address', 'Reports To'],
    note: 'links to the manager; order of rows does not matter',
  }),
  column('managerEmployeeId', 'Manager Employee Id', 'id', 100, text(100), {
    aliases: ['Manager ID', 'Supervisor ID', 'Reports To ID'],
    note: 'links to the manager',
  }),
  column('timezone', 'Timezone', 'timezone', 64, timezone, {
    aliases: ['Time Zone', 'TZ'],
    note: 'IANA name, for example `Europe/Berlin`',
  }),
  column('mobilePhone', 'Mobile Phone Number', 'phone', 16, z.string().regex(PHONE_PATTERN), {
    aliases: ['Mobile', 'Mobile Phone', 'Cell Phone'],
    note: 'international form, for example `+4930123456`',
  }),
  column('deactivated', 'Employee Deactivated', 'boolean', 5, boolean, {
    aliases: ['Deactivated', 'Is Deactivated'],
    note: '`TRUE` deactivates and stays so',
  }),
  column('exclude', 'Exclude from Import', 'yes', 3, z.enum(['Yes', 'No']), {
    aliases: ['Exclude', 'Exclude from Culture Amp'],
    note: 'only `Yes` excludes the row',
  }),
]

/**
 * Demographics with a name of their own: stored under the label on the left, whichever alias the file used.
 * `Manager` holds a name for display; a name never links two people.
 */
export const NAMED_DEMOGRAPHICS: Readonly<Record<string, readonly string[]>> = {
  Manager: ['Manager Name', 'Supervisor'],
  'Employment Type': ['Worker Type'],
  'Employment Status': ['Status', 'Active Status'],
}

/** Longest value of a demographic, and longest label, in characters. */
export const DEMOGRAPHIC_MAX = 255

/**
 * Labels that must never be stored: pay, bank, government numbers, health, religion, union. Matched against the
 * words of `headerKey`, so "Base Salary (EUR)" is caught and "Salaried" is not.
 */
export const FORBIDDEN_LABELS: readonly string[] = [
  'salary',
  'salaries',
  'wage',
  'wages',
  'compensation',
  'pay rate',
  'base pay',
  'hourly rate',
  'bonus',
  'iban',
  'bank',
  'account number',
  'routing number',
  'sort code',
  'social security',
  'social security number',
  'ssn',
  'sin number',
  'national id',
  'national insurance',
  'tax id',
  'tax number',
  'passport',
  'driver license',
  'drivers license',
  'disability',
  'health',
  'medical',
  'diagnosis',
  'religion',
  'religious',
  'union',
  'union member',
  'sexual orientation',
  'political',
]

/** Reserved for the columns Rollcall itself adds to rejects and reports; ignored on the way in. */
export const RESERVED_PREFIX = 'import '

/**
 * The form in which two headers are compared: without byte order marks and invisible characters, compatibility
 * forms folded, runs of space, `_`, `-` and `.` as one space, lower case.
 */
export function headerKey(header: string): string {
  return header
    .replace(/[\ufeff\u200b-\u200d\u2060\u00ad]/g, '')
    .normalize('NFKC')
    .replace(/[\s_.-]+/g, ' ')
    .trim()
    .toLowerCase()
}

/** Canonical header of a core or input field. */
export function headerOf(field: Field): string {
  return columnOf(field).header
}

/** Definition of a core or input field. */
export function columnOf(field: Field): Column {
  const found = BY_FIELD.get(field)
  if (!found) throw new Error(`no column is defined for field ${field}`)
  return found
}

/** True for an IANA time zone name that this runtime knows. */
export function isTimezone(name: string): boolean {
  // Offsets such as "+02:00" are accepted by Intl and are not names of zones.
  if (!/^[A-Za-z]/.test(name)) return false
  const known = KNOWN_ZONES.get(name)
  if (known !== undefined) return known
  let valid = true
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
  } catch {
    valid = false
  }
  // Bounded: a hostile file must not grow this table for ever.
  if (KNOWN_ZONES.size < 2_000) KNOWN_ZONES.set(name, valid)
  return valid
}

const KNOWN_ZONES = new Map<string, boolean>()
const BY_FIELD = new Map<Field, Column>(COLUMNS.map((one) => [one.field, one]))

function column(
  field: Field,
  header: string,
  kind: ValueKind,
  maxLength: number,
  schema: z.ZodType<string>,
  more: Partial<Pick<Column, 'aliases' | 'need' | 'note'>>,
): Column {
  return { field, header, kind, maxLength, schema, aliases: [], need: 'optional', note: '', ...more }
}

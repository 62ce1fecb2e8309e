/**
 * The columns that Rollcall itself understands: canonical header, the other names customers use for it, the
 * kind of value, and the zod schema that is the one definition of a legal value. Everything else in a file is a
 * custom demographic with exactly the label it was sent under.
 */
import { z } from 'zod'
import { cleanKey, cleanText, hasControls, hasLostLetters, isCellWord, PLACEHOLDER } from './cell-text.ts'
import { timezoneName } from './timezone.ts'

export { headerKey, RESERVED_PREFIX } from './headers.ts'

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
export type ValueKind =
  | 'text'
  | 'id'
  | 'email'
  | 'date'
  | 'language'
  | 'timezone'
  | 'phone'
  | 'boolean'
  | 'yes'

export interface Column {
  readonly field: Field
  /** Canonical header, used in exports, templates and messages. */
  readonly header: string
  /** Other headers accepted for it; compared by `headerKey`. */
  readonly aliases: readonly string[]
  readonly kind: ValueKind
  /** Part of a name, where the word "null" is somebody's name and no placeholder. */
  readonly isNamePart: boolean
  /** Longest value in characters. */
  readonly maxLength: number
  readonly need: 'required for new people' | 'this or Email' | 'this or Employee Id' | 'optional'
  readonly note: string
  /** Two invented values, for templates; the second person reports to the first. */
  readonly examples: readonly [string, string]
  /** Accepts exactly the normalised values: what the cell's reader returns, and nothing else. */
  readonly schema: z.ZodType<string>
}

const plainText = (maxLength: number) =>
  z
    .string()
    .min(1)
    .max(maxLength)
    .refine(
      (value) =>
        value === cleanText(value) && !hasControls(value) && !hasLostLetters(value) && !isCellWord(value),
    )

const text = (maxLength: number) => plainText(maxLength).refine((value) => !PLACEHOLDER.test(value))
// "Null" is a surname that people really have.
const namePart = plainText(200).refine((value) => !PLACEHOLDER.test(value) || /^null$/i.test(value))
const id = text(100).refine(
  (value) => value === cleanKey(value) && !SCIENTIFIC_PATTERN.test(value) && !DECIMAL_PATTERN.test(value),
)

/** Dates outside this span are typing errors, not facts about employees. */
export const DATE_MIN = '1900-01-01'
export const DATE_MAX = '2100-01-01'

const date = z.iso.date().refine((value) => value >= DATE_MIN && value <= DATE_MAX)
// Syntax only, and deliberately stricter than RFC 5322: no quoted local parts, no comments, no bare hosts.
// Beyond ASCII any letter is taken: addresses in other scripts are real.
export const EMAIL_PATTERN =
  /^[a-z0-9!#$%&'*+/=?^_`{|}~\u00a1-\uffff-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~\u00a1-\uffff-]+)*@(?:[a-z0-9\u00a1-\uffff](?:[a-z0-9\u00a1-\uffff-]*[a-z0-9\u00a1-\uffff])?\.)+[a-z0-9\u00a1-\uffff](?:[a-z0-9\u00a1-\uffff-]*[a-z0-9\u00a1-\uffff])$/
const email = z
  .string()
  .max(254)
  .regex(EMAIL_PATTERN)
  .refine(
    (value) =>
      value === emailKey(value) && !/\s/.test(value) && !hasControls(value) && !hasLostLetters(value),
  )
/** A number that a spreadsheet shortened: its digits are lost. An id such as `12E5` is none. */
export const SCIENTIFIC_PATTERN = /^\d(?:[.,]\d+E[+-]?|E[+-])\d+$/i
/** A number with a fraction of nothing: an id that a program took for a number. */
export const DECIMAL_PATTERN = /^\d+[.,]0+$/
export const LANGUAGE_PATTERN = /^[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|\d{3}))?$/
export const PHONE_PATTERN = /^\+[1-9]\d{6,14}$/
const timezone = z.string().refine((value) => timezoneName(value) === value)
const boolean = z.enum(['TRUE', 'FALSE'])

/** In the order in which an export and a template show them. */
export const COLUMNS: readonly Column[] = [
  column('name', 'Name', 'text', 200, text(200), {
    aliases: ['Full Name', 'Display Name', 'Display Full Name', 'Employee Name', 'Legal Name'],
    need: 'required for new people',
    note: 'else composed from `First Name` and `Last Name`',
    examples: ['Ada Example', 'Björn Beispiel'],
  }),
  column('firstName', 'First Name', 'text', 200, namePart, {
    isNamePart: true,
    aliases: ['Given Name', 'Forename'],
    note: 'used only where `Name` is absent',
    examples: ['Ada', 'Björn'],
  }),
  column('lastName', 'Last Name', 'text', 200, namePart, {
    isNamePart: true,
    aliases: ['Surname', 'Family Name'],
    note: 'used only where `Name` is absent',
    examples: ['Example', 'Beispiel'],
  }),
  column('preferredName', 'Preferred Name', 'text', 200, text(200), {
    aliases: ['Preferred First Name', 'Known As', 'Nickname'],
    examples: ['Ada', ''],
  }),
  column('employeeId', 'Employee Id', 'id', 100, id, {
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
    examples: ['E0001', 'E0002'],
  }),
  column('email', 'Email', 'email', 254, email, {
    aliases: ['Work Email', 'Email Address', 'E-mail', 'Primary Email', 'Business Email'],
    need: 'this or Employee Id',
    note: 'compared and kept in lower case; unique; `Personal Email` is never taken for it',
    examples: ['ada@example.com', 'bjoern@example.com'],
  }),
  column('dateOfBirth', 'Date of Birth', 'date', 10, date, {
    aliases: ['DOB', 'Birth Date', 'Birthdate', 'Birthday'],
    examples: ['1985-03-04', '1991-11-30'],
  }),
  column('startDate', 'Start Date', 'date', 10, date, {
    aliases: ['Hire Date', 'Employment Start Date', 'Started At', 'Service Date', 'Adjusted Service Date'],
    examples: ['2020-01-06', '2024-09-02'],
  }),
  column('endDate', 'End Date', 'date', 10, date, {
    aliases: ['Termination Date', 'Term Date', 'Leave Date', 'Last Working Day'],
    note: 'today or earlier makes the person former; later stays active until then',
    examples: ['', '2027-12-31'],
  }),
  column('language', 'Language', 'language', 35, z.string().regex(LANGUAGE_PATTERN), {
    aliases: ['Preferred Language', 'Locale'],
    note: 'for example `en`, `de-AT`, `zh-Hans`',
    examples: ['en', 'de-AT'],
  }),
  column('managerEmail', 'Manager Email', 'email', 254, email, {
    aliases: ['Supervisor Email', 'Managers Email', 'Manager Email Address', 'Reports To'],
    note: 'links to the manager; order of rows does not matter',
    examples: ['', 'ada@example.com'],
  }),
  column('managerEmployeeId', 'Manager Employee Id', 'id', 100, id, {
    aliases: ['Manager ID', 'Supervisor ID', 'Reports To ID'],
    note: 'links to the manager',
    examples: ['', 'E0001'],
  }),
  column('timezone', 'Timezone', 'timezone', 64, timezone, {
    aliases: ['Time Zone', 'TZ'],
    note: 'IANA name, for example `Europe/Berlin`',
    examples: ['Europe/London', 'Europe/Vienna'],
  }),
  column('mobilePhone', 'Mobile Phone Number', 'phone', 16, z.string().regex(PHONE_PATTERN), {
    aliases: ['Mobile', 'Mobile Phone', 'Cell Phone'],
    note: 'international form, for example `+4930123456`',
    examples: ['+44 20 7946 0000', '+43 1 5000 0000'],
  }),
  column('deactivated', 'Employee Deactivated', 'boolean', 5, boolean, {
    aliases: ['Deactivated', 'Is Deactivated'],
    note: '`TRUE` deactivates and stays so',
    examples: ['FALSE', 'FALSE'],
  }),
  column('exclude', 'Exclude from Import', 'yes', 3, z.enum(['Yes', 'No']), {
    aliases: ['Exclude', 'Exclude from Culture Amp'],
    note: 'only `Yes` excludes the row',
    examples: ['Yes', 'Yes'],
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

/**
 * Labels that most exports use. They are ordinary demographics; the names are known only so that a misspelt
 * header can be told from a new one.
 */
export const COMMON_LABELS: readonly string[] = [
  ...[
    'Job Title',
    'Department',
    'Department Code',
    'Division',
    'Location',
    'Work Location',
    'Country',
    'Region',
  ],
  ...[
    'Job Title Level',
    'Gender',
    'Team',
    'Cost Center',
    'Business Unit',
    'Company',
    'Office',
    'City',
    'Site',
  ],
]

/** Longest value of a demographic, and longest label, in characters. */
export const DEMOGRAPHIC_MAX = 255

/** Accepts exactly the values of a demographic: what its cell's reader returns. */
export const demographicSchema: z.ZodType<string> = plainText(DEMOGRAPHIC_MAX)

/** The form in which two e-mail addresses are compared, and stored. */
export function emailKey(address: string): string {
  return cleanKey(address.toLowerCase())
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

const BY_FIELD = new Map<Field, Column>(COLUMNS.map((one) => [one.field, one]))

function column(
  field: Field,
  header: string,
  kind: ValueKind,
  maxLength: number,
  schema: z.ZodType<string>,
  more: Partial<Pick<Column, 'aliases' | 'need' | 'note' | 'examples' | 'isNamePart'>>,
): Column {
  const defaults = { aliases: [], need: 'optional', note: '', examples: ['', ''], isNamePart: false } as const
  return { field, header, kind, maxLength, schema, ...defaults, ...more }
}

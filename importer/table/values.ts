/**
 * One cell to one value. For each kind of column a reader that works on the characters, since a schema library
 * costs several times as much a cell; a test proves that what a reader returns is exactly what the column's zod
 * schema accepts. Nothing is guessed: what can be read in two ways is refused.
 */
import {
  type Column,
  DATE_MAX,
  DATE_MIN,
  EMAIL_PATTERN,
  isTimezone,
  LANGUAGE_PATTERN,
  PHONE_PATTERN,
  type ValueKind,
} from '../../schemas/columns.ts'
import { unguardFormula } from './formula.ts'
import type { IssueCode } from '../../schemas/issues.ts'

/** A value, `undefined` for "say nothing, keep what is stored", `null` for "clear what is stored". */
export type CellValue = string | null | undefined

/** What reading a cell gives; reused from cell to cell, so take what you need at once. */
export interface CellResult {
  value: CellValue
  /** Set where the value is refused; `value` is then undefined. */
  problem: IssueCode | null
  /** Set where the value was taken, with a remark. */
  note: IssueCode | null
}

/** The cell text that empties a stored value. */
export const CLEAR_TOKEN = '__CLEAR__'

type Limits = Pick<Column, 'kind' | 'maxLength'> & { isNamePart?: boolean }

/** Reads a cell of a core column. `into` is overwritten and returned. */
export function readCell(raw: string, column: Limits, into: CellResult): CellResult {
  if (!startReading(raw, into)) return into
  const text = into.value as string // startReading returned true: there is text
  if (SPREADSHEET_ERROR.test(text)) return refuse(into, 'VAL_SPREADSHEET_ERROR')
  // "Null" is a surname that people really have; only a whole core value can be a placeholder.
  if (column.isNamePart !== true && PLACEHOLDER.test(text)) {
    into.value = undefined
    into.note = 'W_PLACEHOLDER'
    return into
  }
  READERS[column.kind](text, into)
  if (into.problem === null && (into.value?.length ?? 0) > column.maxLength) return refuse(into, 'VAL_TOO_LONG')
  return into
}

/** Reads a cell of a demographic: any text. */
export function readDemographic(raw: string, maxLength: number, into: CellResult): CellResult {
  if (!startReading(raw, into)) return into
  const text = into.value as string // as above
  if (SPREADSHEET_ERROR.test(text)) return refuse(into, 'VAL_SPREADSHEET_ERROR')
  if (text.length > maxLength) return refuse(into, 'VAL_TOO_LONG')
  return into
}

/** True for a cell that says nothing. */
export function isBlankCell(raw: string): boolean {
  return raw === '' || !/[^\s\u200b-\u200d\u2060\ufeff]/.test(raw)
}

// Most cells: printable ASCII, single spaces, nothing at the ends.
const PLAIN = /^[!-~]+(?: [!-~]+)*$/
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point
const CONTROL = /[\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f]/
const INVISIBLE = /[\u200b-\u200d\u2060\ufeff]/g
const SPREADSHEET_ERROR = /^#(?:REF!|N\/A|VALUE!|DIV\/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!|GETTING_DATA)$/i
const PLACEHOLDER = /^(?:n\/a|null|-+|tbd)$/i

/** Normalises the text into `into.value`; false where nothing is left to read. */
function startReading(raw: string, into: CellResult): boolean {
  into.value = undefined
  into.problem = null
  into.note = null
  if (raw === '') return false
  let text = raw
  if (!PLAIN.test(raw)) {
    if (CONTROL.test(raw)) {
      into.problem = 'VAL_CONTROL_CHARS'
      return false
    }
    const trimmed = raw.replace(INVISIBLE, '').normalize('NFC').trim()
    if (trimmed === '') return false
    text = trimmed.replace(/\s+/g, ' ')
    // A lone non-breaking space is what many exports write between words; not worth a remark.
    if (text.length !== trimmed.length || /[\t\r\n]/.test(trimmed)) into.note = 'W_SPACES'
  }
  if (text === CLEAR_TOKEN) {
    into.value = null
    return false
  }
  into.value = unguardFormula(text)
  return true
}

function refuse(into: CellResult, problem: IssueCode): CellResult {
  into.value = undefined
  into.note = null
  into.problem = problem
  return into
}

type Reader = (text: string, into: CellResult) => void

const READERS: Readonly<Record<ValueKind, Reader>> = {
  text: () => {},
  id: (text, into) => {
    if (/^\d+(?:[.,]\d+)?E\+?\d+$/i.test(text)) refuse(into, 'VAL_ID_SCIENTIFIC')
  },
  email: (text, into) => {
    const address = text.toLowerCase()
    if (address.length > 254 || !EMAIL_PATTERN.test(address)) refuse(into, 'VAL_EMAIL')
    else into.value = address
  },
  date: readDate,
  language: (text, into) => {
    const [language = '', ...rest] = text.replaceAll('_', '-').split('-')
    const tag = [language.toLowerCase(), ...rest.map(languagePart)].join('-')
    if (LANGUAGE_PATTERN.test(tag)) into.value = tag
    else refuse(into, 'VAL_LANGUAGE')
  },
  timezone: (text, into) => {
    if (!isTimezone(text)) refuse(into, 'VAL_TIMEZONE')
  },
  phone: (text, into) => {
    const number = text.replace(/[ ()./-]/g, '')
    if (PHONE_PATTERN.test(number)) into.value = number
    else refuse(into, 'VAL_PHONE')
  },
  boolean: (text, into) => {
    const word = text.toLowerCase()
    if (word === 'true' || word === 'false') into.value = word.toUpperCase()
    else if (word === 'yes' || word === 'y' || word === '1') noted(into, 'TRUE')
    else if (word === 'no' || word === 'n' || word === '0') noted(into, 'FALSE')
    else refuse(into, 'VAL_BOOLEAN')
  },
  yes: (text, into) => {
    const word = text.toLowerCase()
    if (word === 'yes') into.value = 'Yes'
    else if (word === 'no') into.value = 'No'
    else refuse(into, 'VAL_EXCLUDE')
  },
}

function noted(into: CellResult, value: string): void {
  into.value = value
  into.note = 'W_BOOLEAN'
}

/** `latn` -> `Latn`, `at` -> `AT`. */
function languagePart(part: string): string {
  return part.length === 4 ? part.charAt(0).toUpperCase() + part.slice(1).toLowerCase() : part.toUpperCase()
}

const ISO_DATE = /^(\d{4})([-/])(\d{1,2})\2(\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?(?:Z|[+-]00:?00)?)?$/
const DAY_MONTH_YEAR = /^(\d{1,2})[./-](\d{1,2})[./-]\d{4}$/
const SERIAL = /^\d{5}(?:\.\d+)?$/

function readDate(text: string, into: CellResult): void {
  const parts = ISO_DATE.exec(text)
  if (parts) {
    const [, year = '', , month = '', day = ''] = parts
    if (!isCalendarDay(Number(year), Number(month), Number(day))) return void refuse(into, 'VAL_DATE_INVALID')
    const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
    if (date < DATE_MIN || date > DATE_MAX) return void refuse(into, 'VAL_DATE_RANGE')
    into.value = date
    return
  }
  if (SERIAL.test(text)) return void refuse(into, 'VAL_DATE_SERIAL')
  const other = DAY_MONTH_YEAR.exec(text)
  const isAmbiguous = other !== null && Number(other[1]) <= 12 && Number(other[2]) <= 12
  refuse(into, isAmbiguous ? 'VAL_DATE_AMBIGUOUS' : 'VAL_DATE_INVALID')
}

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const

function isCalendarDay(year: number, month: number, day: number): boolean {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  const last = month === 2 && isLeap ? 29 : (MONTH_DAYS[month - 1] ?? 0)
  return day >= 1 && day <= last
}

/** Readers of the kinds of value: a clean text to the value it stands for, or to the reason why it is none. */

import { isPlain } from '../../schemas/cell-text.ts'
import {
  DATE_MAX,
  DATE_MIN,
  DECIMAL_PATTERN,
  EMAIL_PATTERN,
  emailKey,
  LANGUAGE_PATTERN,
  PHONE_PATTERN,
  SCIENTIFIC_PATTERN,
  type ValueKind,
} from '../../schemas/columns.ts'
import type { DateMatcher, DateParts } from '../../schemas/date-pattern.ts'
import type { IssueCode } from '../../schemas/issues.ts'
import { timezoneName } from '../../schemas/timezone.ts'
import { type CellResult, refuse } from './cell.ts'

/** `into.value` holds the text; the reader may replace it, or refuse it. `date` is the further pattern, if any. */
export type KindReader = (text: string, into: CellResult, date: DateMatcher | null) => void

export const KIND_READERS: Readonly<Record<ValueKind, KindReader | null>> = {
  text: null,
  id: readId,
  email: readEmail,
  date: readDate,
  language: readLanguage,
  timezone: readTimezone,
  phone: readPhone,
  boolean: readBoolean,
  yes: readYes,
}

function readId(text: string, into: CellResult): void {
  // Most ids end in a digit and hold no E or point; one look tells.
  if (!/[E.,]/i.test(text)) return
  if (SCIENTIFIC_PATTERN.test(text)) refuse(into, 'VAL_ID_SCIENTIFIC')
  else if (DECIMAL_PATTERN.test(text)) refuse(into, 'VAL_ID_DECIMAL')
}

function readEmail(text: string, into: CellResult): void {
  const address = isPlain(text) ? text.toLowerCase() : emailKey(text)
  if (address.length > 254 || !EMAIL_PATTERN.test(address)) refuse(into, 'VAL_EMAIL')
  else into.value = address
}

function readLanguage(text: string, into: CellResult): void {
  if (LANGUAGE_PATTERN.test(text)) return
  const [language = '', ...rest] = text.replaceAll('_', '-').split('-')
  const tag = [language.toLowerCase(), ...rest.map(languagePart)].join('-')
  if (LANGUAGE_PATTERN.test(tag)) into.value = tag
  else refuse(into, 'VAL_LANGUAGE')
}

/** `latn` -> `Latn`, `at` -> `AT`. */
function languagePart(part: string): string {
  return part.length === 4 ? part.charAt(0).toUpperCase() + part.slice(1).toLowerCase() : part.toUpperCase()
}

function readTimezone(text: string, into: CellResult): void {
  const name = timezoneName(text)
  if (name === null) refuse(into, 'VAL_TIMEZONE')
  else into.value = name
}

function readPhone(text: string, into: CellResult): void {
  if (PHONE_PATTERN.test(text)) return
  // "+49 (0)30": some countries drop the zero and some keep it, so nobody can tell the number.
  const number = text.includes('(0)') ? '' : text.replace(/[ ()./\p{Pd}]/gu, '')
  if (PHONE_PATTERN.test(number)) into.value = number
  else refuse(into, 'VAL_PHONE')
}

function readBoolean(text: string, into: CellResult): void {
  if (text === 'TRUE' || text === 'FALSE') return
  const word = text.toLowerCase()
  if (word === 'true' || word === 'false') into.value = word.toUpperCase()
  else if (word === 'yes' || word === 'y' || word === '1') takeAs(into, 'TRUE')
  else if (word === 'no' || word === 'n' || word === '0') takeAs(into, 'FALSE')
  else refuse(into, 'VAL_BOOLEAN')
}

function takeAs(into: CellResult, value: string): void {
  into.value = value
  into.note = 'W_BOOLEAN'
}

function readYes(text: string, into: CellResult): void {
  const word = text.toLowerCase()
  if (word === 'yes') into.value = 'Yes'
  else if (word === 'no') into.value = 'No'
  else refuse(into, 'VAL_EXCLUDE')
}

const ISO_DATE = /^(\d{4})([-/])(\d{1,2})\2(\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?(?:Z|[+-]00:?00)?)?$/
const DAY_MONTH_YEAR = /^(\d{1,2})([./-])(\d{1,2})\2\d{4}(?:[T ]00?:00(?::00(?:\.0+)?)?)?$/
const SERIAL = /^\d{5}(?:[.,]\d+)?$/

function readDate(text: string, into: CellResult, further: DateMatcher | null): void {
  if (isUsualDate(text)) return
  const iso = ISO_DATE.exec(text)
  const parts = iso ? ([Number(iso[1]), Number(iso[3]), Number(iso[4])] as const) : further?.(text)
  const problem = parts ? whyNotThatDay(parts) : whyNoDate(text, further !== null)
  if (problem !== null || !parts) refuse(into, problem ?? 'VAL_DATE_INVALID')
  else into.value = isoDate(...parts)
}

/** A day between 1901 and 2099 as it should be written: most dates, told without taking them apart. */
function isUsualDate(text: string): boolean {
  if (text.length !== 10 || text.charCodeAt(4) !== DASH || text.charCodeAt(7) !== DASH) return false
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2)
  return year > 1900 && year < 2100 && isCalendarDay(year, twoDigits(text, 5), twoDigits(text, 8))
}

const DASH = 45

/** The number at a place of the text; something that makes no date where there are no two digits. */
function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48
  const ones = text.charCodeAt(at + 1) - 48
  return tens < 0 || tens > 9 || ones < 0 || ones > 9 ? -10_000 : tens * 10 + ones
}

function whyNotThatDay(parts: DateParts): IssueCode | null {
  if (!isCalendarDay(...parts)) return 'VAL_DATE_INVALID'
  const date = isoDate(...parts)
  return date < DATE_MIN || date > DATE_MAX ? 'VAL_DATE_RANGE' : null
}

function whyNoDate(text: string, isDeclared: boolean): IssueCode {
  if (SERIAL.test(text)) return 'VAL_DATE_SERIAL'
  // Where a form is declared, this is not it, and declaring one would be no advice.
  if (isDeclared) return 'VAL_DATE_INVALID'
  const other = DAY_MONTH_YEAR.exec(text)
  return other && Number(other[1]) <= 12 && Number(other[3]) <= 12 ? 'VAL_DATE_AMBIGUOUS' : 'VAL_DATE_INVALID'
}

function isoDate(year: number, month: number, day: number): string {
  const two = (part: number): string => (part < 10 ? `0${part}` : String(part))
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`
}

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const

/** Whether the calendar has such a day. */
export function isCalendarDay(year: number, month: number, day: number): boolean {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  const last = month === 2 && isLeap ? 29 : (MONTH_DAYS[month - 1] ?? 0)
  return day >= 1 && day <= last
}

/**
 * Forms of a date that a source may declare besides YYYY-MM-DD: `DD/MM/YYYY`, `D.M.YYYY`, `YYYYMMDD`,
 * `DD-MMM-YYYY`. The year always has four digits, since two are a guess at the century.
 */
import { z } from 'zod'

/** Patterns that `validate` tries on a column; any other of the same parts may be declared. */
export const USUAL_PATTERNS = [
  ...['DD/MM/YYYY', 'MM/DD/YYYY', 'DD.MM.YYYY', 'MM.DD.YYYY', 'DD-MM-YYYY', 'MM-DD-YYYY', 'YYYY.MM.DD'],
  ...['YYYYMMDD', 'DDMMYYYY', 'MMDDYYYY', 'DD-MMM-YYYY', 'DD MMM YYYY', 'MMM DD, YYYY'],
] as const

/** Year, month and day as numbers; whether there is such a day is for the caller to ask. */
export type DateParts = readonly [year: number, month: number, day: number]
export type DateMatcher = (text: string) => DateParts | null

export const datePatternSchema = z
  .string()
  .max(40)
  .refine(
    (pattern) => compileDatePattern(pattern) !== null,
    'use YYYY, MM or MMM, and DD once each, for example DD/MM/YYYY',
  )

/** A matcher for the pattern, or null where the pattern is none. */
export function compileDatePattern(pattern: string): DateMatcher | null {
  const parts = pattern.match(/Y+|M+|D+|[^YMD]+/g) ?? []
  const isGlued = parts.length === 3 && /^[YMD]+$/.test(pattern)
  // Without a sign between them, only fixed widths tell where a part ends.
  if (!isGlued && /YM|YD|MY|MD|DY|DM/.test(pattern)) return null
  const order: ('Y' | 'M' | 'D')[] = []
  let source = ''
  for (const part of parts) {
    const token = TOKENS[part]
    if (token === undefined) {
      if (!/^[ ,./-]{1,2}$/.test(part)) return null
      source += part.replace(/[./-]/g, '\\$&')
    } else {
      if (order.includes(token.of)) return null
      order.push(token.of)
      source += isGlued ? token.fixed : token.free
    }
  }
  if (order.length !== 3) return null
  const regex = new RegExp(`^${source}${ZERO_TIME}$`, 'i')
  return (text) => read(regex.exec(text), order)
}

const TOKENS: Readonly<Record<string, { of: 'Y' | 'M' | 'D'; free: string; fixed: string }>> = {
  YYYY: { of: 'Y', free: '(\\d{4})', fixed: '(\\d{4})' },
  MMM: { of: 'M', free: '([a-z]{3,9})', fixed: '([a-z]{3})' },
  MM: { of: 'M', free: '(\\d{1,2})', fixed: '(\\d{2})' },
  M: { of: 'M', free: '(\\d{1,2})', fixed: '(\\d{2})' },
  DD: { of: 'D', free: '(\\d{1,2})', fixed: '(\\d{2})' },
  D: { of: 'D', free: '(\\d{1,2})', fixed: '(\\d{2})' },
}

// Exports often add a midnight to a date.
const ZERO_TIME = '(?:[T ]00?:00(?::00(?:\\.0+)?)?)?'

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const LONG_MONTHS =
  /^(?:january|february|march|april|may|june|july|august|sept|september|october|november|december)$/i

function read(found: RegExpExecArray | null, order: readonly ('Y' | 'M' | 'D')[]): DateParts | null {
  if (found === null) return null
  const part = (of: 'Y' | 'M' | 'D'): string => found[order.indexOf(of) + 1] ?? ''
  const month = monthOf(part('M'))
  return month === null ? null : [Number(part('Y')), month, Number(part('D'))]
}

function monthOf(text: string): number | null {
  if (/^\d/.test(text)) return Number(text)
  if (text.length > 3 && !LONG_MONTHS.test(text)) return null
  const index = MONTHS.indexOf(text.slice(0, 3).toLowerCase())
  return index === -1 ? null : index + 1
}

/** How a source's headers and cells are to be understood where the contract leaves a choice; the defaults are its promise. */
import { z } from 'zod'
import { cleanText } from './cell-text.ts'
import { COLUMNS, type Column, DEMOGRAPHIC_MAX, NAMED_DEMOGRAPHICS } from './columns.ts'
import { datePatternSchema } from './date-pattern.ts'
import { exclusionsSchema } from './exclusion.ts'
import { headerKey } from './headers.ts'
import { savedMappingSchema } from './mapping.ts'

/** A column by any name that Rollcall knows, or a demographic's label. */
const columnName = z.string().min(1).max(DEMOGRAPHIC_MAX)
const cellText = z.string().min(1).max(DEMOGRAPHIC_MAX)
const blankPolicy = z.enum(['keep', 'clear'])

const clearToken = z
  .string()
  .min(1)
  .max(40)
  .refine((token) => token === cleanText(token), 'write it without spaces at its ends')

/** Blank never empties what says who somebody is, or whether they are switched off. */
const NEVER_CLEARED = ['name', 'firstName', 'lastName', 'employeeId', 'email', 'deactivated', 'exclude']

export const policySettings = {
  mapping: savedMappingSchema
    .default({})
    .describe('Header -> field, demographic or nothing; goes before the names that Rollcall knows.'),
  blank: blankPolicy
    .default('keep')
    .describe(
      'Whether a blank cell keeps the stored value or clears it; never clears names, identifiers and flags.',
    ),
  blankOf: z
    .record(columnName, blankPolicy)
    .default({})
    .refine(
      (columns) =>
        Object.entries(columns).every(
          ([name, policy]) => policy === 'keep' || mayBlankClear(columnCalled(name)),
        ),
      'a blank cell never clears a name, an identifier or a flag',
    )
    .transform(byCanonicalName)
    .describe('The same for single columns: column -> `keep` or `clear`.'),
  clearTokens: z
    .array(clearToken)
    .max(10)
    .default([])
    .describe('Words that clear a value, besides `__CLEAR__`.'),
  datePattern: datePatternSchema
    .nullable()
    .default(null)
    .describe('A further form of dates, besides YYYY-MM-DD, for example `DD/MM/YYYY`.'),
  datePatternOf: z
    .record(columnName, datePatternSchema)
    .default({})
    .refine((columns) => Object.keys(columns).every(isDateColumn), 'name a column that holds dates')
    .transform(byCanonicalName)
    .describe('The same for single columns, where they differ: column -> pattern.'),
  demographicPlaceholders: z
    .enum(['keep', 'blank'])
    .default('keep')
    .describe('Whether `N/A`, `null`, `-` and `TBD` in a demographic are a value or nothing.'),
  values: z
    .record(columnName, z.record(cellText, cellText))
    .default({})
    .transform(byCanonicalName)
    .describe(
      'Column -> value as sent -> value as meant, for example `Employment Type`: `W2` -> `Employee`.',
    ),
  exclusions: exclusionsSchema
    .default([])
    .describe(
      'Rows that are excluded as `Exclude from Import` = Yes excludes: `[{"column":"Employment Type","is":["Contractor"]}]`. Only what the row itself says counts, after `values`.',
    ),
  missingColumns: z
    .enum(['report', 'hold'])
    .default('report')
    .describe('What a column that was in the last files and is gone does to the run.'),
}

/** The part of a source's settings by which headers and cells are read. */
export const readingPolicySchema = z.strictObject(policySettings)
export type ReadingPolicy = z.output<typeof readingPolicySchema>

export const DEFAULT_POLICY: ReadingPolicy = readingPolicySchema.parse({})

/** Whether a blank cell of the column may clear the stored value; every demographic may. */
export function mayBlankClear(column: Column | undefined): boolean {
  return column === undefined || !NEVER_CLEARED.includes(column.field)
}

function columnCalled(name: string): Column | undefined {
  const key = headerKey(name)
  return COLUMNS.find(({ header, aliases }) => [header, ...aliases].some((one) => headerKey(one) === key))
}

/** Settings by column, under the names by which the columns are read, whatever the source calls them. */
function byCanonicalName<T>(columns: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(columns).map(([name, setting]) => [canonicalName(name), setting]))
}

/** A demographic that has no other name keeps its label to the letter. */
function canonicalName(name: string): string {
  const key = headerKey(name)
  const named = Object.entries(NAMED_DEMOGRAPHICS).find(([label, aliases]) =>
    [label, ...aliases].some((one) => headerKey(one) === key),
  )
  return columnCalled(name)?.header ?? named?.[0] ?? name
}

function isDateColumn(name: string): boolean {
  const column = columnCalled(name)
  return column === undefined || column.kind === 'date'
}

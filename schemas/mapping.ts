/**
 * What a source says about the headers of its files, kept with its settings: header -> what the column is. It goes
 * before Rollcall's own table of names, so it settles what that table finds ambiguous. It cannot let in what may
 * never be stored.
 */
import { z } from 'zod'
import { cleanText } from './cell-text.ts'
import { COLUMNS, CORE_FIELDS, DEMOGRAPHIC_MAX, INPUT_FIELDS } from './columns.ts'
import { isForbiddenLabel } from './forbidden.ts'
import { headerKey, RESERVED_PREFIX } from './headers.ts'

const CORE_KEYS = new Set(COLUMNS.map((column) => headerKey(column.header)))

const labelSchema = z
  .string()
  .min(1)
  .max(DEMOGRAPHIC_MAX)
  .refine((label) => label === cleanText(label), 'write the label with single spaces and none at its ends')
  .refine(
    (label) => !headerKey(label).startsWith(RESERVED_PREFIX),
    'labels that start with "Import" are reserved',
  )
  .refine(
    (label) => !CORE_KEYS.has(headerKey(label)),
    'this is the name of a field: map to the field instead',
  )
  .refine((label) => !isForbiddenLabel(label), 'values of this kind are never stored')

/** What a header stands for. */
export const mappedTargetSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('field'), field: z.enum([...CORE_FIELDS, ...INPUT_FIELDS]) }),
  z.strictObject({ kind: z.literal('demographic'), label: labelSchema }),
  z.strictObject({ kind: z.literal('ignore') }),
])
export type MappedTarget = z.output<typeof mappedTargetSchema>

/** Header as it is sent -> what it stands for. Headers are compared as everywhere: without case, spaces, dashes. */
export const savedMappingSchema = z
  .record(z.string().min(1).max(DEMOGRAPHIC_MAX), mappedTargetSchema)
  .superRefine((mapping, context) => {
    const seen = new Map<string, string>()
    for (const [header, target] of Object.entries(mapping)) {
      const problem = problemOf(header, target, seen)
      if (problem !== null) context.addIssue({ code: 'custom', path: [header], message: problem })
      seen.set(headerKey(header), header)
    }
  })
export type SavedMapping = z.output<typeof savedMappingSchema>

function problemOf(header: string, target: MappedTarget, seen: ReadonlyMap<string, string>): string | null {
  const key = headerKey(header)
  if (key === '') return 'a header needs a name'
  if (seen.has(key)) return `the same header as "${seen.get(key)}"`
  if (key.startsWith(RESERVED_PREFIX))
    return 'columns that start with "Import" are Rollcall\'s own and always ignored'
  if (target.kind !== 'ignore' && isForbiddenLabel(header)) return 'values of this kind are never stored'
  return null
}

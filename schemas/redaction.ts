/** Columns that an account keeps nothing of: dropped unread, and taken out of all that is stored when they are named. */
import { z } from 'zod'
import type { CoreField } from './columns.ts'

/** Headers of columns, or labels of demographics. */
export const redactionSchema = z.array(z.string().min(1).max(255)).max(400)
export type Redaction = z.output<typeof redactionSchema>

/** Without these nobody could be told from somebody else, or whether they are there; so they cannot be redacted. */
export const NEVER_REDACTED = [
  ...(['name', 'employeeId', 'email', 'startDate', 'endDate', 'deactivated'] as const),
] as const satisfies readonly CoreField[]

const count = z.int().min(0)

export const redactionViewSchema = z.object({
  account: z.string(),
  /** All that is redacted. */
  fields: z.array(z.string()),
  /** What there is of these fields, or was, where it is done. */
  found: z.object({
    people: count,
    changes: count,
    planRows: count,
    /** Delivered files and rejected rows: each may hold the columns, so all of the account go. */
    files: count,
  }),
  isDone: z.boolean(),
})
export type RedactionView = z.output<typeof redactionViewSchema>

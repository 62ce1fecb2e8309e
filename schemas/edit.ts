/** Correcting one person by hand, and pinning what was said: what is asked for, and what it would do before it is done. */
import { z } from 'zod'
import { pinUntilSchema } from './ownership.ts'

/** Name of the source that corrections by hand come from. */
export const EDIT_SOURCE = 'edit'

const value = z.string().nullable()

/** Values as a person writes them; typed like the cells of a file. */
export const editSchema = z.object({
  values: z.array(z.object({ field: z.string(), value: z.string() })).max(400),
  /** Pins the fields, so that no source writes them: for good, or up to and with a day. */
  pin: z.object({ until: pinUntilSchema }).nullable(),
})
export type Edit = z.output<typeof editSchema>

/**
 * The small file that stands for the wish, kept and replayable like any other delivery. The person by their number; and,
 * as everything that names somebody must be found when they are erased, by what they were called.
 */
export const editRequestSchema = z.strictObject({
  kind: z.literal('edit'),
  person: z.int(),
  called: z.array(z.string()),
  /** By the key of the value; null clears. */
  values: z.array(z.tuple([z.string(), value])),
  pin: z.strictObject({ until: pinUntilSchema }).nullable(),
  reason: z.string().nullable(),
})
export type EditRequest = z.output<typeof editRequestSchema>

const person = z.object({ id: z.int(), name: value, employeeId: value, email: value })

export const editPreviewSchema = z.object({
  account: z.string(),
  /** As they are now. */
  person,
  /** Values that change, also such as follow from others. */
  changes: z.array(z.object({ field: z.string(), before: value, after: value })),
  /** Fields that would be pinned. */
  pinned: z.array(z.string()),
  /** Who they would report to, where that changes; null is nobody. */
  manager: z.object({ before: person.nullable(), after: person.nullable() }).nullable(),
  /** How many people wait for a manager with a key that the person would get. */
  reports: z.int().min(0),
})
export type EditPreview = z.output<typeof editPreviewSchema>

/** People whom a source once sent and sends no more. */
import { z } from 'zod'

export const missingPlaceSchema = z.object({
  /** People behind this number. */
  after: z.int().min(0).exactOptional(),
  /** People at most; default 100. */
  limit: z.int().min(1).max(1_000).exactOptional(),
  /** Only who was absent from so many files in a row, or more; default 1. */
  filesMin: z.int().min(1).exactOptional(),
})
export type MissingPlace = z.output<typeof missingPlaceSchema>

const value = z.string().nullable()

export const missingPageSchema = z.object({
  account: z.string(),
  source: z.string(),
  /** What the source is set to; with `ignore` nothing is kept. */
  setting: z.enum(['ignore', 'report', 'deactivate']),
  /** Applied files of the source since it was set so. */
  files: z.int(),
  people: z.array(
    z.object({
      /** Number within the account. */
      id: z.int(),
      name: value,
      employeeId: value,
      email: value,
      /** How many files in a row did not name the person. */
      absences: z.int(),
      /** When the first of them was applied: ISO 8601, UTC. */
      since: z.string(),
      /** The run that named the person last. */
      lastRun: z.string(),
      lastSeen: z.string(),
    }),
  ),
  /** The `after` of the next page; null on the last one. */
  next: z.int().nullable(),
})
export type MissingPage = z.output<typeof missingPageSchema>

/** How long what came of a file is kept. The roster, its history and the list of runs stay. */
import { z } from 'zod'

const days = z.int('use a whole number of days').min(0).max(36_500)

export const retentionSchema = z.strictObject({
  files: days.default(30).describe('Days for which a delivered file is kept after its run has ended.'),
  rows: days
    .default(90)
    .describe('Days for which the rows of a plan are kept, with the values before and after.'),
  reports: days
    .default(730)
    .describe('Days for which the reports in `/results` and the list of issues are kept.'),
  messages: days
    .default(90)
    .describe('Days for which mails and webhooks are kept that were taken or given up.'),
  hold: z.boolean().default(false).describe('Whether nothing at all is removed, for the time being.'),
})
export type Retention = z.output<typeof retentionSchema>

export const retentionViewSchema = z.object({
  /** Slug. */
  account: z.string(),
  settings: retentionSchema,
  /** Who set it last and when; null where nobody did. */
  by: z.string().nullable(),
  at: z.string().nullable(),
})
export type RetentionView = z.output<typeof retentionViewSchema>

const count = z.int().min(0)

/** What a removal takes, or took. */
export const removalSchema = z.object({
  account: z.string(),
  isDone: z.boolean(),
  /** Delivered files on the disk of this node, and their bytes. */
  files: count,
  bytes: z.number(),
  /** Runs that lose their rows. */
  rows: count,
  /** Runs that lose their reports and issues. */
  reports: count,
  messages: count,
})
export type Removal = z.output<typeof removalSchema>

/** An account's demographics: how full they are, and whether anybody still sends them. */
import { z } from 'zod'
import { DEMOGRAPHIC_MAX } from './columns.ts'

/** A label as a person types it; whether it may be one is the importer's to say. */
export const demographicLabelSchema = z.string().min(1).max(DEMOGRAPHIC_MAX)

export const demographicSummarySchema = z.object({
  label: z.string(),
  /** Active people who have a value … */
  filled: z.int(),
  /** … of so many. */
  active: z.int(),
  /** People who left or are deactivated and have a value. */
  others: z.int(),
  /** The last applied run whose file had the column; null where none of the last ones did. */
  lastSent: z.object({ run: z.string(), source: z.string(), at: z.string() }).nullable(),
})
export type DemographicSummary = z.output<typeof demographicSummarySchema>

/** Making one person of two: what is asked for, and what it would do before it is done. */
import { z } from 'zod'

/** The small file that stands for the wish, kept and replayable like any other delivery. People by their numbers. */
export const mergeRequestSchema = z.strictObject({
  kind: z.literal('merge'),
  keep: z.int(),
  other: z.int(),
  reason: z.string().nullable(),
})
export type MergeRequest = z.output<typeof mergeRequestSchema>

const value = z.string().nullable()
const person = z.object({ id: z.int(), name: value, employeeId: value, email: value })

export const mergePreviewSchema = z.object({
  account: z.string(),
  keep: person,
  /** Goes; their history stays. */
  other: person,
  /** What the one who stays takes over, having had nothing there. */
  taken: z.array(z.object({ field: z.string(), value })),
  /** What the other says differently; the one who stays keeps their own. */
  dropped: z.array(z.object({ field: z.string(), keep: value, other: value })),
  /** How many people reported to the other and will report to the one who stays. */
  reports: z.int().min(0),
})
export type MergePreview = z.output<typeof mergePreviewSchema>

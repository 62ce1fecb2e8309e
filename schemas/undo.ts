/** Taking a run back: what is asked for, and what it would do before it is done. */
import { z } from 'zod'

/** The small file that stands for the wish, kept and replayable like any other delivery. */
export const undoRequestSchema = z.strictObject({
  kind: z.literal('undo'),
  /** Id of the run. */
  run: z.string(),
  reason: z.string().nullable(),
})
export type UndoRequest = z.output<typeof undoRequestSchema>

const count = z.int().min(0)
const value = z.string().nullable()

export const undonePersonSchema = z.object({
  /** Number within the account. */
  id: z.int(),
  name: value,
  employeeId: value,
  email: value,
  /** `keep`: nothing of what the run did can be taken back. */
  action: z.enum(['restore', 'remove', 'recreate', 'keep']),
  changes: z.array(
    z.object({
      /** Header of the column, or label of the demographic. */
      field: z.string(),
      now: value,
      former: value,
    }),
  ),
  kept: z.array(
    z.object({
      /** Null where it is the whole person. */
      field: value,
      code: z.string(),
      message: z.string(),
    }),
  ),
})
export type UndonePerson = z.output<typeof undonePersonSchema>

/** What `runs undo` shows before anything is written. */
export const undoPreviewSchema = z.object({
  run: z.string(),
  account: z.string(),
  fileName: z.string(),
  /** People of whom values or a reporting line are put back. */
  restored: count,
  /** Values that are put back. */
  values: count,
  removed: count,
  recreated: count,
  /** People and values that stay as they are, by reason. */
  kept: z.record(z.string(), count),
  /** Labels that the run brought and that stay, without a value. */
  demographics: z.array(z.string()),
  /** The first of them; those with something kept come first. */
  people: z.array(undonePersonSchema),
  isTruncated: z.boolean(),
})
export type UndoPreview = z.output<typeof undoPreviewSchema>

/** Erasing a person: what is found of them, and what became of it. */
import { z } from 'zod'

const count = z.int().min(0)

export const erasureSchema = z.object({
  account: z.string(),
  /** Numbers of the person and of the records that were merged into them. */
  people: z.array(z.int()),
  /** False where it only says what would be erased. */
  isDone: z.boolean(),
  /** Changes of the history that lose their values. */
  changes: count,
  /** Rows of plans that lose their values. */
  planRows: count,
  /** People who named them as their manager, and name nobody from then on. */
  reports: count,
  /** Kept files that name them: removed with everything else that is in them. */
  files: z.array(z.string()),
  /** Kept files that cannot be searched, being packed, encrypted or of another encoding: for a person to look at. */
  unsearched: z.array(z.string()),
})
export type Erasure = z.output<typeof erasureSchema>

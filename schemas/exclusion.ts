/** Rows that a source never imports: by what stands in one of their columns. */
import { z } from 'zod'
import { DEMOGRAPHIC_MAX } from './columns.ts'

const text = z.string().min(1).max(DEMOGRAPHIC_MAX)

export const exclusionSchema = z.strictObject({
  /** Header of a column, or label of a demographic. */
  column: text,
  /** Any of these; compared without regard to case. */
  is: z.array(text).min(1).max(100),
})
export type Exclusion = z.output<typeof exclusionSchema>

export const exclusionsSchema = z.array(exclusionSchema).max(50)

/** A plan as a person looks through it: filtered, by page, each value before and after. */
import { z } from 'zod'

export const PLAN_ACTIONS = ['create', 'update', 'unchanged', 'hold', 'reject', 'exclude', 'remove'] as const
export type PlanAction = (typeof PLAN_ACTIONS)[number]

/** Row numbers as a person writes them: `3,7-20`. */
export const rowsTextSchema = z
  .string()
  .max(2_000)
  .regex(/^\d{1,8}(-\d{1,8})?(,\d{1,8}(-\d{1,8})?)*$/, 'write row numbers such as 3,7-20')

/** Which rows of a plan; all that is said must hold. */
export const planFilterSchema = z.object({
  action: z.enum(PLAN_ACTIONS).exactOptional(),
  /** Code of an issue or a guard. */
  code: z.string().exactOptional(),
  /** Header of a column, or label of a demographic, that the row changes. */
  field: z.string().exactOptional(),
  /** Employee Id or Email of the person, as it is or as the row would make it. */
  person: z.string().exactOptional(),
  rows: rowsTextSchema.exactOptional(),
})
export type PlanFilter = z.output<typeof planFilterSchema>

export const PLAN_PAGE_MAX = 1_000

export const planPlaceSchema = z.object({
  /** Rows behind this one. */
  after: z.int().min(0).exactOptional(),
  /** Rows at most; default 50. */
  limit: z.int().min(1).max(PLAN_PAGE_MAX).exactOptional(),
})
export type PlanPlace = z.output<typeof planPlaceSchema>

/** Approving a part of a plan: which rows, and what becomes of the others. */
export const planPartSchema = z.object({
  filter: planFilterSchema,
  /** `hold`: they wait in a run of their own; `discard`: they are left out. */
  rest: z.enum(['hold', 'discard']),
})
export type PlanPart = z.output<typeof planPartSchema>

const value = z.string().nullable()

export const planLineSchema = z.object({
  row: z.int(),
  line: z.int(),
  action: z.enum(PLAN_ACTIONS),
  /** Who it is about, as the roster knows them, or as the row would make them; null where nobody can tell. */
  person: z.object({ id: z.int(), name: value, employeeId: value, email: value }).nullable(),
  matchedBy: z.enum(['employee_id', 'email', 'none']),
  changes: z.array(
    z.object({
      /** Header of the column, or label of the demographic. */
      field: z.string(),
      before: value,
      after: value,
    }),
  ),
  codes: z.array(z.string()),
})
export type PlanLine = z.output<typeof planLineSchema>

/** Rows without an effect and without a remark are not part of a plan, and so on no page. */
export const planPageSchema = z.object({
  run: z.string(),
  rows: z.array(planLineSchema),
  /** The `after` of the next page; null on the last one. */
  next: z.int().nullable(),
})
export type PlanPage = z.output<typeof planPageSchema>

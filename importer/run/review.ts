/** What a run remembers of its review: words given so far, the part that was chosen, the plan before this one. */
import { z } from 'zod'
import { countsSchema, holdSchema } from '../../schemas/run.ts'
import type { RunRow } from '../db/tables.ts'

const wordSchema = z.object({
  by: z.string(),
  /** Who signed in, where they did. */
  byId: z.string().exactOptional(),
  reason: z.string().nullable(),
  /** ISO 8601, UTC. */
  at: z.string(),
  /** What it was said of: `all`, or the digest of a part and what becomes of the rest. */
  of: z.string(),
})
/** A person's approval that does not suffice yet. */
export type Word = z.output<typeof wordSchema>

const partSchema = z.object({
  /** The rows that were chosen, as spans. */
  rows: z.string(),
  /** Of what these rows do; null once it turned out that alone they would do something else. */
  digest: z.string().nullable(),
  by: z.string(),
  reason: z.string().nullable(),
  /** Id of the run in which the other rows will wait; null where they are put away. */
  rest: z.string().nullable(),
})
export type Part = z.output<typeof partSchema>

const schema = z.object({
  words: z.array(wordSchema).default([]),
  part: partSchema.nullable().default(null),
  /** The plan that was made before, against another roster. */
  former: z
    .object({ counts: countsSchema, holds: z.array(holdSchema) })
    .nullable()
    .default(null),
  /** The run of which this one is the rest. */
  restOf: z.string().nullable().default(null),
})
export type Review = z.output<typeof schema>

export function reviewOf({ review }: Pick<RunRow, 'review'>): Review {
  return schema.parse(review === null ? {} : JSON.parse(review))
}

/** As it is stored, with what changes. */
export function reviewJson(review: Review, change: Partial<Review>): string {
  return JSON.stringify({ ...review, ...change } satisfies Review)
}

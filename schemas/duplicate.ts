/** Two records that are likely one person, and whose word it is that they are not. */
import { z } from 'zod'

export const duplicatePlaceSchema = z.object({
  /** The `next` of the page before. */
  after: z
    .string()
    .regex(/^\d+-\d+$/, 'use the `next` of the page before')
    .exactOptional(),
  /** Pairs at most; default 100. */
  limit: z.int().min(1).max(1_000).exactOptional(),
})
export type DuplicatePlace = z.output<typeof duplicatePlaceSchema>

const value = z.string().nullable()

const recordSchema = z.object({
  /** Number within the account. */
  id: z.int(),
  name: z.string(),
  employeeId: value,
  email: value,
  startDate: value,
  endDate: value,
  deactivated: z.boolean(),
  /** ISO 8601, UTC. */
  createdAt: z.string(),
})
export type DuplicateRecord = z.output<typeof recordSchema>

export const duplicatePageSchema = z.object({
  account: z.string(),
  pairs: z.array(
    z.object({
      /** The one that was there first. */
      older: recordSchema,
      newer: recordSchema,
      /** What they share besides the name. */
      same: z.array(z.enum(['dateOfBirth', 'startDate'])),
    }),
  ),
  /** The `after` of the next page; null on the last one. */
  next: value,
})
export type DuplicatePage = z.output<typeof duplicatePageSchema>

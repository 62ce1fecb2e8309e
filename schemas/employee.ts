/** One person with where everything known of them came from: what `employee show --json` prints. A contract: add, never change. */
import { z } from 'zod'
import { pinSchema } from './ownership.ts'

const value = z.string().nullable()

/** Where something was said. */
export const originSchema = z.object({
  run: z.string(),
  source: z.string(),
  fileName: z.string(),
  /** Line of the file; null where no one line says it. */
  line: z.int().nullable(),
  /** ISO 8601, UTC. */
  at: z.string(),
  /** Who sent it: a key's fingerprint, or a person. */
  by: z.string(),
})
export type Origin = z.output<typeof originSchema>

const personSchema = z.object({ id: z.int(), name: value, employeeId: value, email: value })
export type NamedPerson = z.output<typeof personSchema>

export const employeeSchema = z.object({
  /** Number within the account; never used for anybody else. */
  id: z.int(),
  account: z.string(),
  /** The day or run that was asked for; null is now. */
  asOf: value,
  /** `removed`: taken back with the run that made them, or merged; the values are the last ones. */
  status: z.enum(['active', 'upcoming', 'deactivated', 'former', 'removed']),
  values: z.array(
    z.object({
      /** Header of the column, or label of the demographic. */
      field: z.string(),
      value,
      /** Null where the history does not tell. */
      from: originSchema.nullable(),
      /** What it was before, where it was something else. */
      previous: z.object({ value, from: originSchema.nullable() }).nullable(),
    }),
  ),
  /** Fields that no source writes now, whoever owns them; none of the past. */
  pins: z.array(pinSchema),
  /** From the own manager upwards. */
  reportsTo: z.array(personSchema),
  /** How many people report to them. */
  reports: z.int().min(0),
  /** Other records of the same person that were merged into this one, and by which run. */
  merged: z.array(personSchema.extend({ run: z.string() })),
  /** What files said of them and was not taken, the latest first. */
  refused: z.array(originSchema.extend({ field: value, code: z.string(), message: z.string() })),
  /** Every change, the latest first. `before` and `after` are null where there was nothing. */
  changes: z.array(
    originSchema.extend({
      what: z.enum(['created', 'changed', 'removed']),
      field: value,
      before: value,
      after: value,
    }),
  ),
})
export type Employee = z.output<typeof employeeSchema>

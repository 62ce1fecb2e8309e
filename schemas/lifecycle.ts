/** Dated events: what the calendar does to people. */
import { z } from 'zod'

/** `upcoming`: will start · `started` · `leaving`: will leave · `left`. */
export const LIFECYCLE_KINDS = ['upcoming', 'started', 'leaving', 'left'] as const
export type LifecycleKind = (typeof LIFECYCLE_KINDS)[number]

export const lifecycleEventSchema = z.object({
  /** YYYY-MM-DD, in the account's time zone. */
  day: z.string(),
  kind: z.enum(LIFECYCLE_KINDS),
  /** Number of the person within the account, and who that is now; null where they are gone. */
  person: z.int(),
  name: z.string().nullable(),
  employeeId: z.string().nullable(),
  email: z.string().nullable(),
  /** ISO 8601, UTC. */
  recordedAt: z.string(),
  /** Whether it was known only after its day. */
  isLate: z.boolean(),
})
export type LifecycleEvent = z.output<typeof lifecycleEventSchema>

export const lifecycleFilterSchema = z.object({
  kind: z.enum(LIFECYCLE_KINDS).exactOptional(),
  /** First and last day. */
  from: z.iso.date().exactOptional(),
  to: z.iso.date().exactOptional(),
  /** By day, the latest first; default 100. */
  limit: z.int().min(1).exactOptional(),
})
export type LifecycleFilter = z.output<typeof lifecycleFilterSchema>

/** What leaves the house about it: numbers of people, no names and no values. */
export const lifecycleNoticeSchema = z.object({
  kind: z.enum(LIFECYCLE_KINDS),
  day: z.string(),
  isLate: z.boolean(),
  people: z.array(z.int()),
})
export type LifecycleNotice = z.output<typeof lifecycleNoticeSchema>

/** That more people left on a day than one file may take without a person's word. */
export const manyLeftSchema = z.object({
  left: z.int(),
  /** Active people the day before. */
  before: z.int(),
  limit: z.int(),
  day: z.string(),
})
export type ManyLeft = z.output<typeof manyLeftSchema>

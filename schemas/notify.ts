/** Who is told what by mail, and the messages themselves. Nothing in here may hold a value of an employee. */
import { z } from 'zod'
import { countsSchema, RUN_STATES } from './run.ts'

/** What a recipient may ask to hear of. */
export const TOPICS = ['held', 'failed', 'finished', 'warning'] as const
export type Topic = (typeof TOPICS)[number]

/** What is said where nobody chose: all that asks for somebody. */
export const DEFAULT_TOPICS: readonly Topic[] = ['held', 'failed', 'warning']

export const recipientSchema = z.object({
  /** Slug. */
  account: z.string(),
  address: z.string(),
  topics: z.array(z.enum(TOPICS)),
  /** ISO 8601, UTC. */
  addedAt: z.string(),
})
export type Recipient = z.output<typeof recipientSchema>

export const newRecipientSchema = z.strictObject({
  address: z.string().trim().max(254).pipe(z.email('use one plain mail address, such as hr@example.com')),
  topics: z
    .array(z.enum(TOPICS, `use ${TOPICS.join(', ')}`))
    .min(1, `use one or more of ${TOPICS.join(', ')}`)
    .default([...DEFAULT_TOPICS]),
})

/** Not yet checked. */
export interface NewRecipient {
  readonly address: string
  readonly topics?: readonly string[]
}

/** What came of a run, without a name, a header or a value: it leaves the house. */
export const runNoticeSchema = z.object({
  run: z.string(),
  source: z.string(),
  state: z.enum(RUN_STATES),
  counts: countsSchema,
  /** Why it waits: code and how many rows. */
  holds: z.array(z.object({ code: z.string(), rows: z.int() })),
  /** Codes of what made the file or the run fail. */
  codes: z.array(z.string()),
})
export type RunNotice = z.output<typeof runNoticeSchema>

export const CHANNELS = ['mail', 'webhook'] as const
export type Channel = (typeof CHANNELS)[number]

/** `dead`: given up, until somebody asks for another try. */
export const MESSAGE_STATES = ['waiting', 'sent', 'dead'] as const

/** One message to one receiver, as `outbox list` shows it. */
export const messageSchema = z.object({
  id: z.string(),
  account: z.string(),
  channel: z.enum(CHANNELS),
  /** What it tells, for example `run.held`. */
  type: z.string(),
  run: z.string().nullable(),
  /** Mail address, or URL. */
  target: z.string(),
  state: z.enum(MESSAGE_STATES),
  attempts: z.int(),
  createdAt: z.string(),
  /** When it is tried next; null where it is not. */
  dueAt: z.string().nullable(),
  doneAt: z.string().nullable(),
  /** Why the last try failed. */
  problem: z.string().nullable(),
})
export type Message = z.output<typeof messageSchema>

export const messageFilterSchema = z.object({
  account: z.string().exactOptional(),
  state: z.enum(MESSAGE_STATES).exactOptional(),
  channel: z.enum(CHANNELS).exactOptional(),
  /** One message. */
  id: z.string().exactOptional(),
  /** Newest first; default 50. */
  limit: z.int().min(1).exactOptional(),
})
export type MessageFilter = z.output<typeof messageFilterSchema>

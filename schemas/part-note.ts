/** What is written beside an unfinished upload, so that its sender can go on with it after a restart of the server. */
import { z } from 'zod'

export const partNoteSchema = z.strictObject({
  account: z.strictObject({ id: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/), slug: z.string().min(1) }),
  source: z.string().min(1),
  sentBy: z.string(),
  folder: z.enum(['/', '/inbox', '/test']),
  name: z.string().min(1),
  /** False: complete under a temporary name. True: its connection was lost while it was written. */
  isCut: z.boolean(),
  /** Starts and ends of what was written, ascending. */
  pieces: z.array(z.int().min(0)),
  size: z.int().min(0),
  mode: z.int().min(0),
  /** Seconds since 1970. */
  accessed: z.int().min(0),
  modified: z.int().min(0),
  /** Since when it waits, in milliseconds since 1970. */
  since: z.number(),
})
export type PartNote = z.output<typeof partNoteSchema>

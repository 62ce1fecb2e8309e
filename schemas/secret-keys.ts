/** The master keys, and how much lies under each; never a key. */
import { z } from 'zod'

const secretKeySchema = z.object({
  id: z.string(),
  /** `missing`: something is sealed with it, and it is not in the key file. */
  state: z.enum(['seals', 'opens', 'missing']),
  /** ISO 8601, UTC; null for the first one, and for one that is missing. */
  since: z.string().nullable(),
  /** What is sealed with it, by kind; only kinds of which there is something. */
  sealed: z.record(z.string(), z.int()),
})

export const secretKeysSchema = z.object({
  path: z.string(),
  /** Oldest first. */
  keys: z.array(secretKeySchema),
  /** Marks of erased people. Each stays with the key that made it, and does not say which. */
  marks: z.int(),
  /** Keys that are gone but for what makes their marks known. */
  formerMarkKeys: z.int(),
})
export type SecretKeys = z.output<typeof secretKeysSchema>

export const secretRotationSchema = z.object({
  /** False where a change that was begun earlier went on. */
  isNew: z.boolean(),
  /** Secrets that were sealed anew. */
  resealed: z.int(),
  /** Ids of the keys that are gone from the file. */
  retired: z.array(z.string()),
  /** Where secrets stayed under an older key because they do not open: kinds, with how many. */
  unreadable: z.record(z.string(), z.int()),
  /** ISO 8601, UTC: from when the older keys may go; null where there are none. */
  retiredFrom: z.string().nullable(),
  after: secretKeysSchema,
})
export type SecretRotation = z.output<typeof secretRotationSchema>

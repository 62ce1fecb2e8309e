/** The receipt of a finished file as it lies beside the bytes; read back after a restart. */
import { z } from 'zod'

// Both ids become parts of a path, so neither may hold a dot or a slash.
const idSchema = z.string().regex(/^[0-9a-hjkmnp-tv-z]{16}$/)
const accountIdSchema = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/)

/** What became of a file's proof of completeness. */
export const proofSchema = z.discriminatedUnion('kind', [
  /** None was asked for. */
  z.object({ kind: z.literal('none') }),
  /** A `.sha256` file came; its text. */
  z.object({ kind: z.literal('sha256'), text: z.string() }),
  /** A `.done` file came. */
  z.object({ kind: z.literal('done') }),
  /** It did not come in this time. */
  z.object({ kind: z.literal('missing'), minutes: z.int() }),
])
export type Proof = z.output<typeof proofSchema>

/** What is known of a file that Rollcall made itself from what an HRIS answered. */
export const snapshotSchema = z.object({
  /** The mapping under which it was read, and by which its header is understood. */
  mapping: z.int(),
  /** What a person should know of it; never a value. */
  notes: z.array(
    z.object({
      code: z.string(),
      field: z.string(),
      people: z.int(),
      /** Data rows, the first is 1; the first hundred. */
      rows: z.array(z.int()),
    }),
  ),
})
export type SnapshotNotes = z.output<typeof snapshotSchema>

export const deliverySchema = z.object({
  id: idSchema,
  accountId: accountIdSchema,
  source: z.string().min(1),
  importType: z.enum(['partial', 'full']),
  mode: z.enum(['apply', 'dry_run']),
  fileName: z.string(),
  size: z.int().min(0),
  receivedAt: z.iso.datetime(),
  sentBy: z.string(),
  proof: proofSchema.exactOptional(),
  snapshot: snapshotSchema.exactOptional(),
})

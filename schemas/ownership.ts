/** Who may write what: the source of truth of each field, and values that a person has pinned. */
import { z } from 'zod'

/** `always`: whatever it says is taken; `fillIfEmpty`: only where there is nothing yet; `never`: not at all. */
export const WRITE_MODES = ['always', 'fillIfEmpty', 'never'] as const
export type WriteMode = (typeof WRITE_MODES)[number]

const SOURCES_MAX = 20
const sourceName = z.string().min(1).max(64)

export const fieldOwnershipSchema = z.strictObject({
  /**
   * In order. The first with `always` owns the field; those with `always` behind it stand in for it, and write only
   * while it is silent.
   */
  sources: z
    .array(z.strictObject({ source: sourceName, mode: z.enum(WRITE_MODES) }))
    .min(1)
    .max(SOURCES_MAX)
    .refine((all) => new Set(all.map(({ source }) => source)).size === all.length, 'name each source once'),
  /** What sources may do that are not named. */
  others: z.enum(WRITE_MODES).default('never'),
  /** After so many days without a word of the owner the next `always` writes; null for never. */
  silentDays: z.int().min(1).max(3_650).nullable().default(null),
})
export type FieldOwnership = z.output<typeof fieldOwnershipSchema>

/** By the key of a value: a core field, or `d` and the number of a demographic. */
export const ownershipSchema = z.record(z.string(), fieldOwnershipSchema)
export type Ownership = z.output<typeof ownershipSchema>

/** A change of one field's ownership: null gives the field back to everybody. */
export const ownershipChangeSchema = z.object({
  /** Header of the column, or label of the demographic. */
  field: z.string(),
  ownership: z.json().nullable(),
})
export type OwnershipChange = z.output<typeof ownershipChangeSchema>

/** What a source may do to a field at this moment. `standIn`: its turn comes when the owner falls silent. */
export const RIGHTS = ['always', 'fillIfEmpty', 'standIn', 'never'] as const
export type Right = (typeof RIGHTS)[number]

const ownedFieldSchema = z.object({
  field: z.string(),
  ownership: fieldOwnershipSchema,
  /** People who have a value in it. */
  people: z.int().min(0),
  /** Every source of the account and every one that is named, with what it may do now. */
  rights: z.array(
    z.object({
      source: z.string(),
      right: z.enum(RIGHTS),
      /** When it was last heard; null where never. */
      lastHeard: z.string().nullable(),
      isSilent: z.boolean(),
    }),
  ),
})
export type OwnedField = z.output<typeof ownedFieldSchema>

export const ownershipViewSchema = z.object({
  account: z.string(),
  /** 0 where nothing was ever set. */
  version: z.int().min(0),
  /** Who set it, and when (ISO 8601, UTC). */
  setBy: z.string().nullable(),
  setAt: z.string().nullable(),
  fields: z.array(ownedFieldSchema),
})
export type OwnershipView = z.output<typeof ownershipViewSchema>

/** The last day on which a pin holds, or for good. */
export const pinUntilSchema = z.iso.date().nullable()

export const pinSchema = z.object({
  field: z.string(),
  until: pinUntilSchema,
  by: z.string(),
  /** ISO 8601, UTC. */
  at: z.string(),
})
export type Pin = z.output<typeof pinSchema>

/** What the fields of an API become: by version, so that each can be gone back to, and with what a change would do. */
import { z } from 'zod'
import { mappedTargetSchema, savedMappingSchema } from './mapping.ts'
import { runSchema } from './run.ts'

const cellText = z.string().min(1).max(255)

export const connectionMappingSchema = z.strictObject({
  /** Field of the API -> what it becomes. What is not named is not read. */
  fields: savedMappingSchema,
  /** Column -> value as sent -> value as meant, such as `Employment Type`: `CONTRACTOR` -> `Contractor`. */
  values: z.record(cellText, z.record(cellText, cellText)).default({}),
})
export type ConnectionMapping = z.output<typeof connectionMappingSchema>

/** A change to a mapping: a target for a field, or null for one that is read no more; the same for values. */
export const mappingChangeSchema = z.object({
  fields: z.record(z.string(), mappedTargetSchema.nullable()).exactOptional(),
  /** Column -> value as sent -> value as meant, null for none of its own. */
  values: z.record(cellText, z.record(cellText, cellText.nullable())).exactOptional(),
})
export type MappingChange = z.output<typeof mappingChangeSchema>

export const mappingVersionSchema = z.object({
  version: z.int(),
  /** Whether it is in force. */
  isCurrent: z.boolean(),
  mapping: connectionMappingSchema,
  by: z.string(),
  reason: z.string().nullable(),
  /** The version it repeats, where it goes back to one. */
  revertsTo: z.int().nullable(),
  at: z.string(),
})
export type MappingVersion = z.output<typeof mappingVersionSchema>

/** A field of the API as a person may map it. */
export const apiFieldSchema = z.object({
  field: z.string(),
  /** Where the API has it. */
  from: z.string(),
  /** The label it would have if it became a demographic. */
  label: z.string(),
})
export type ApiFieldShown = z.output<typeof apiFieldSchema>

/** A mapping that is not in force, and the dry run that shows what it would do to whom. */
export const mappingImpactSchema = z.object({
  version: z.int(),
  run: runSchema,
  /** Whether the last people that were kept sufficed, or they were read anew for it. */
  isFresh: z.boolean(),
  /** Columns that come, and those that come no more: what is stored in these stays. */
  gained: z.array(z.string()),
  lost: z.array(z.string()),
})
export type MappingImpact = z.output<typeof mappingImpactSchema>

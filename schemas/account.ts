/** What an account (a customer) and its sources are called and may be set to. */
import { z } from 'zod'
import { readingSettings } from './reading.ts'
import { policySettings } from './reading-policy.ts'
import { isTimezone } from './timezone.ts'

/** An account's short name: also its SFTP user name and a folder's name, hence the narrow alphabet. */
export const slugSchema = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]{0,30}[a-z0-9]$/,
    'use 2 to 32 lower-case letters, digits and hyphens, starting with a letter',
  )

export const timezoneSchema = z
  .string()
  .refine(isTimezone, 'use an IANA time zone name, for example Europe/Berlin')

export const newAccountSchema = z.strictObject({
  slug: slugSchema,
  name: z.string().trim().min(1).max(200).optional(),
  timezone: timezoneSchema.default('UTC'),
})
export type NewAccount = z.input<typeof newAccountSchema>

export const SOURCE_KINDS = ['sftp', 'manual'] as const
export type SourceKind = (typeof SOURCE_KINDS)[number]

/** Settings of a source. Every one has the default that the file contract promises. */
export const sourceSettingsSchema = z.strictObject({
  /** What happens with a label never seen before; a source's very first import always creates. */
  newDemographics: z.enum(['create', 'ignore', 'hold']).default('hold'),
  /** Whether `Employee Deactivated` = FALSE may switch a deactivated person on again. */
  reactivate: z.boolean().default(false),
  /** What goes to `/results`: counts and codes; also the rejected rows themselves; or nothing. */
  results: z.enum(['summary', 'full', 'off']).default('summary'),
  /** People who may leave or be deactivated in one run without a person's word: this many … */
  leaversMax: z.int().min(0).default(5),
  /** … or this share of the active people, whichever is more; below 20 active people only the count applies. */
  leaversShareMax: z.number().min(0).max(1).default(0.1),
  /** How the bytes of its files are to be read … */
  ...readingSettings,
  /** … and how their headers and cells are to be understood. */
  ...policySettings,
})
export type SourceSettings = z.output<typeof sourceSettingsSchema>

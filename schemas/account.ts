/** What an account (a customer) and its sources are called and may be set to. */
import { z } from 'zod'
import { guardSettings } from './guards.ts'
import { CONNECTOR_KINDS } from './hris/connection.ts'
import { deliverySettings, limitSettings, readingSettings } from './reading.ts'
import { policySettings } from './reading-policy.ts'
import { isTimezone } from './timezone.ts'
import { watchSettings } from './watch.ts'

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

export const SOURCE_KINDS = ['sftp', 'manual', ...CONNECTOR_KINDS] as const
export type SourceKind = (typeof SOURCE_KINDS)[number]

/**
 * Settings of a source. Every one has the default that the file contract promises, and says in its description what
 * it does: the README, `source show` and the pages read it there.
 */
export const sourceSettingsSchema = z.strictObject({
  newDemographics: z
    .enum(['create', 'ignore', 'hold'])
    .default('hold')
    .describe(
      'What happens with a column never seen before: it is created, left out, or the run waits for a person. The first import of a source always creates.',
    ),
  reactivate: z
    .boolean()
    .default(false)
    .describe('Whether `Employee Deactivated` = FALSE may switch a deactivated person on again.'),
  approvers: z
    .int()
    .min(1)
    .max(2)
    .default(1)
    .describe(
      'How many people must approve a run that waits. With 2 the first word is kept and the run waits for that of somebody else.',
    ),
  missing: z
    .enum(['ignore', 'report', 'deactivate'])
    .default('ignore')
    .describe(
      'Whether account is kept of people whom the source once sent and sends no more: `rollcall missing list` shows them. Of files sent by hand only those count that are recorded as full. No file ever deactivates them; with `deactivate` an operator may, by `rollcall missing deactivate`.',
    ),
  results: z
    .enum(['summary', 'full', 'off'])
    .default('summary')
    .describe('What goes to `/results`: counts and codes; also the rejected rows themselves; or nothing.'),
  strict: z
    .boolean()
    .default(false)
    .describe(
      "Whether a file that cannot be imported at all makes the sender's upload fail, with the reason, instead of being answered OK. It becomes a rejected run in any case.",
    ),
  ...guardSettings,
  ...deliverySettings,
  ...readingSettings,
  ...policySettings,
  ...limitSettings,
  ...watchSettings,
})
export type SourceSettings = z.output<typeof sourceSettingsSchema>

/** Where an account's data comes from, with its settings. */
export const sourceSchema = z.object({
  /** Slug of the account. */
  account: z.string(),
  name: z.string(),
  kind: z.enum(SOURCE_KINDS),
  settings: sourceSettingsSchema,
})
export type Source = z.output<typeof sourceSchema>

/** Settings to change: a value sets one, null puts it back to its default. */
export const settingsChangeSchema = z.record(z.string(), z.json())
export type SettingsChange = z.output<typeof settingsChangeSchema>

/** Watching a source: when a file is expected, and what of its files should make somebody look. */
import { z } from 'zod'
import { fillIn } from './errors.ts'

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

/** Nothing of this holds a file back; it only makes somebody look. */
export const watchSettings = {
  expectedBy: z
    .string()
    .regex(/^$|^([01]\d|2[0-3]):[0-5]\d$/, 'use a time such as 08:30, or nothing')
    .default('')
    .describe(
      "Time by which a file is expected, such as 08:30 in the account's time zone; later somebody is told that none came. Empty: no file is expected.",
    ),
  expectedOn: z
    .array(z.enum(WEEKDAYS))
    .min(1)
    .default(['mon', 'tue', 'wed', 'thu', 'fri'])
    .describe('Days on which a file is expected.'),
  identicalDays: z
    .int()
    .min(0)
    .max(60)
    .default(14)
    .describe(
      'On how many days running the same bytes may come before somebody is told: an export that stands still. 0 for any.',
    ),
  driftShareMax: z
    .number()
    .min(0)
    .max(1)
    .default(0.25)
    .describe(
      'How much the number of rows, or what a column is filled with, may drift over the last six applied files before somebody is told, though no single file was held. 1 for any.',
    ),
}
export const watchSettingsSchema = z.object(watchSettings)
export type WatchSettings = z.output<typeof watchSettingsSchema>

/** What may be noticed about a source. Placeholders hold numbers, days and headers. */
export const FEED_WARNINGS = {
  FEED_LATE: {
    message: 'No file came by {expected}; the last one came {last}.',
    fix: 'Ask whoever sends it, or change `expectedBy` and `expectedOn` of the source. A file that comes ends the warning.',
  },
  FEED_IDENTICAL: {
    message: 'The same file came on {days} days running, since {since}.',
    fix: 'Ask whether the export is still made anew. If so, raise `identicalDays` of the source.',
  },
  FEED_ROWS_DRIFT: {
    message: 'The files went from {before} to {now} rows over the last {files}, step by step.',
    fix: 'Look whether people are left out, or come in, who should not. If it is right, raise `driftShareMax` of the source.',
  },
  FEED_FILL_DRIFT: {
    message:
      'The column "{header}" went from {before} % full to {now} % over the last {files} files, step by step{more}.',
    fix: 'Look at the report that makes the file. If it is right, raise `driftShareMax` of the source.',
  },
} as const
export type FeedCode = keyof typeof FEED_WARNINGS

export const feedWarningSchema = z.object({
  code: z.enum(Object.keys(FEED_WARNINGS) as [FeedCode, ...FeedCode[]]), // its keys are all of them
  /** ISO 8601, UTC. */
  since: z.string(),
  message: z.string(),
  fix: z.string(),
})
export type FeedWarning = z.output<typeof feedWarningSchema>

/** How a source stands. */
export const feedSchema = z.object({
  /** Slug. */
  account: z.string(),
  source: z.string(),
  /** ISO 8601, UTC; null where nothing ever came. */
  lastReceivedAt: z.string().nullable(),
  /** The last run that was applied. */
  lastApplied: z.object({ run: z.string(), at: z.string() }).nullable(),
  warnings: z.array(feedWarningSchema),
})
export type Feed = z.output<typeof feedSchema>

/** What leaves the house about it. */
export const feedNoticeSchema = z.object({ source: z.string(), codes: z.array(z.string()) })
export type FeedNotice = z.output<typeof feedNoticeSchema>

/** The sentences of a warning. */
export function describeFeed(
  code: FeedCode,
  params: Readonly<Record<string, string | number>>,
): Pick<FeedWarning, 'message' | 'fix'> {
  const { message, fix } = FEED_WARNINGS[code]
  return { message: fillIn(message, params), fix }
}

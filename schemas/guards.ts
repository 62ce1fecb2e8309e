/** What a source's files may do without a person's word. The defaults are what the file contract promises. */
import { z } from 'zod'

const share = z.number().min(0).max(1)
const people = z.int().min(0)

export const guardSettings = {
  matching: z
    .enum(['employeeIdThenEmail', 'emailOnly'])
    .default('employeeIdThenEmail')
    .describe(
      'How a row finds its person: by Employee Id, then by Email; or by Email alone, so that a new address is a new person.',
    ),
  privacyGuard: z
    .enum(['block', 'holdRow'])
    .default('block')
    .describe(
      'What happens when a row changes two or more of Name, Date of Birth, Email (and Employee Id, where Email found the person), or rows exchange names: the whole run waits, or only the row does. A manual import always waits as a whole.',
    ),
  privacyWindowDays: z
    .int()
    .min(0)
    .max(365)
    .default(30)
    .describe('How many days back such changes are added up, so that they cannot be spread over runs.'),
  doubtfulPeople: z
    .enum(['block', 'holdRow'])
    .default('block')
    .describe(
      'What happens when nobody can tell who is meant (id and email of two people, an address of somebody who left, a likely duplicate): such a row is never taken; the whole run waits for a person to look, or goes on without it.',
    ),
  rehires: z
    .enum(['block', 'holdRow', 'allow'])
    .default('block')
    .describe(
      'What happens when somebody who left comes back: the whole run waits, only the row does, or nothing. A manual import may always bring people back.',
    ),
  leaversMax: people
    .default(5)
    .describe("How many people may leave or be deactivated in one run without a person's word …"),
  leaversShareMax: share
    .default(0.1)
    .describe(
      '… or this share of the active people, whichever is more; below 20 active people only the count applies.',
    ),
  leaversAheadDays: z
    .int()
    .min(0)
    .max(365)
    .default(7)
    .describe(
      'An End Date within so many days counts as leaving now. Later ones are held against the same numbers where they lie as close together as that.',
    ),
  newMax: people
    .default(10)
    .describe("How many new people a run may bring without a person's word, after the first import …"),
  newShareMax: share.default(0.25).describe('… or this share of the active people, whichever is more.'),
  updatesMax: people
    .default(20)
    .describe("How many people may have a value replaced or removed in one run without a person's word …"),
  updatesShareMax: share.default(0.75).describe('… or this share of the active people, whichever is more.'),
  keyChangesMax: people
    .default(3)
    .describe("How many people may get another Employee Id in one run without a person's word …"),
  keyChangesShareMax: share
    .default(0.01)
    .describe('… or this share of the active people, whichever is more.'),
  rejectedMax: people.default(10).describe("How many rows may be left out without a person's word …"),
  rejectedShareMax: share.default(0.2).describe('… or this share of the rows, whichever is more.'),
  managerProblems: z
    .enum(['drop', 'block'])
    .default('drop')
    .describe(
      'What happens when a row names a manager who is unknown, the person itself, two people, or part of a circle: the manager is left out and the rest taken, or the whole run waits.',
    ),
  topsMax: z
    .int()
    .min(1)
    .nullable()
    .default(null)
    .describe(
      'How many people who are there may report to nobody before a run waits; `null` for any number.',
    ),
  fillLossMax: share
    .default(0.3)
    .describe(
      'How much of its values a column may lose against the last applied run of the source, both of 20 rows or more.',
    ),
  rowsShareMin: share
    .default(0.5)
    .describe(
      'How small a file may be against the smallest of the last three applied runs of the source, where all three had 20 rows or more: a source that sends everybody each time. 0 for any size; a manual import may have any.',
    ),
}

/** The part of a source's settings that holds runs back. */
export const guardSettingsSchema = z.strictObject(guardSettings)
export type GuardSettings = z.output<typeof guardSettingsSchema>

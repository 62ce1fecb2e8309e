/** What a run remembers of its plan besides the rows: what it was made against, and what applying it needs. */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { SourceSettings } from '../../schemas/account.ts'

const schema = z.object({
  /** The account's history position the plan was made against. */
  position: z.int(),
  nextPersonBefore: z.int(),
  nextPerson: z.int(),
  nextDemographicBefore: z.int(),
  newDemographics: z.array(z.object({ id: z.int(), label: z.string() })),
  /** What the columns of the file mean: the next file of the source is expected to have them too. */
  columns: z.array(z.string()),
  /** How full the columns are, as counts: the next file of the source is compared with it. */
  fill: z
    .object({ rows: z.int(), columns: z.record(z.string(), z.int()) })
    .nullable()
    .default(null),
  /** People who leave now or soon: those of a day are added up. */
  leavers: z.int().default(0),
  /** The day that counted as today. */
  today: z.string(),
  /** Rules in force; the same bytes under other rules are not a duplicate. */
  contract: z.int(),
  /** Hash of the source's settings; the same bytes under other settings are not a duplicate. */
  settings: z.string().default(''),
  /** Hash of what was pinned; a value that was refused for a pin may be taken once it is gone. */
  pins: z.string().default(''),
  /** Whether a row or a cell had to be left out. */
  hasErrors: z.boolean(),
  /** Whether only a part of what the file says was approved: the same bytes are then no duplicate. */
  isPart: z.boolean().default(false),
  /** The account's history position after the plan was applied. */
  positionAfter: z.int().nullable(),
})
export type PlanFacts = z.output<typeof schema>

/** Version of the rules by which files are read and planned; raise it when the same file may mean something else. */
export const CONTRACT = 1

/**
 * Tells settings apart without keeping them. `rules` is `rulesDigest` of what the run must leave alone: together they are
 * all that makes the same row mean something else for reasons that do not lie in the roster.
 */
export function settingsHash(settings: SourceSettings, rules = ''): string {
  return createHash('sha256')
    .update(JSON.stringify(settings) + rules)
    .digest('hex')
    .slice(0, 32)
}

export function parsePlanFacts(json: string | null): PlanFacts | null {
  return json === null ? null : schema.parse(JSON.parse(json))
}

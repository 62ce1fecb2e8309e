/** What a run remembers of its plan besides the rows: what it was made against, and what applying it needs. */
import { z } from 'zod'

const schema = z.object({
  /** The account's history position the plan was made against. */
  position: z.int(),
  nextPersonBefore: z.int(),
  nextPerson: z.int(),
  nextDemographicBefore: z.int(),
  newDemographics: z.array(z.object({ id: z.int(), label: z.string() })),
  /** What the columns of the file mean: the next file of the source is expected to have them too. */
  columns: z.array(z.string()),
  /** The day that counted as today. */
  today: z.string(),
  /** Rules in force; the same bytes under other rules are not a duplicate. */
  contract: z.int(),
  /** Whether a row or a cell had to be left out. */
  hasErrors: z.boolean(),
  /** The account's history position after the plan was applied. */
  positionAfter: z.int().nullable(),
})
export type PlanFacts = z.output<typeof schema>

/** Version of the rules by which files are read and planned; raise it when the same file may mean something else. */
export const CONTRACT = 1

export function parsePlanFacts(json: string | null): PlanFacts | null {
  return json === null ? null : schema.parse(JSON.parse(json))
}

/** A part of a plan was approved: rows that would change somebody and are not in it wait, like any row that is held. */
import type { Decision, Say } from './decision.ts'

/** The part that was approved. */
export interface ChosenPart {
  /** Who approved it. */
  readonly by: string
  has(row: number): boolean
}

/** What becomes of the row under the choice; without one, what was decided. */
export function withinChoice(
  row: number,
  decision: Decision,
  part: ChosenPart | undefined,
  say: Say,
): Decision {
  const isFree = decision.action !== 'create' && decision.action !== 'update'
  if (part === undefined || isFree || part.has(row)) return decision
  say('PLAN_LEFT_OUT', null, { by: part.by })
  return { action: 'hold', reason: 'PLAN_LEFT_OUT', compared: decision.compared }
}

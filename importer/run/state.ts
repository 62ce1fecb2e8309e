/**
 * The states of a run and the ways between them: one table, from which the types, the check in the database and
 * the picture in the README come. Up to `planned` nothing has changed, so a crash means: do it again. From
 * `approved` on the plan is law, so a crash means: go on. `planned` and `reported` are passed through within one
 * commit and never rested in: a run that trips nothing must not be found waiting for a reviewer nobody will call.
 */
import type { RunState } from '../../schemas/run.ts'

export const TRANSITIONS = {
  received: ['reading'],
  // A worker that dies here leaves the state as it is: whoever claims the run next reads it from the start.
  reading: ['planned', 'rejected', 'duplicate', 'failed'],
  planned: ['held', 'approved', 'dry_run'],
  // Back to received: the roster changed underneath, so the plan is made again.
  held: ['approved', 'discarded', 'received'],
  approved: ['applied', 'received', 'failed'],
  applied: ['reported'],
  reported: ['succeeded', 'succeeded_with_errors'],
  succeeded: ['undone'],
  succeeded_with_errors: ['undone'],
  rejected: [],
  failed: [],
  discarded: [],
  duplicate: [],
  dry_run: [],
  // Its undoing was taken back: what it did is in force again.
  undone: ['succeeded', 'succeeded_with_errors'],
} as const satisfies Record<RunState, readonly RunState[]>

/** The states a run may go to from `S`. */
export type Next<S extends RunState> = (typeof TRANSITIONS)[S][number]

/** States in which a worker has something to do. */
export const WORK_STATES = [
  'received',
  'reading',
  'approved',
  'applied',
] as const satisfies readonly RunState[]

/** States in which a run stays until a person or nobody moves it. */
export const REST_STATES = [
  'held',
  'succeeded',
  'succeeded_with_errors',
  'rejected',
  'failed',
  'discarded',
  'duplicate',
  'dry_run',
  'undone',
] as const satisfies readonly RunState[]

/** Whether the run waits for nothing but, perhaps, a person. */
export function isResting(state: RunState): boolean {
  return (REST_STATES as readonly RunState[]).includes(state)
}

/** Whether nobody must do anything any more for the run to be over. */
export function isEnd(state: RunState): boolean {
  return isResting(state) && state !== 'held'
}

/** The state table as a Mermaid diagram: the README's picture. */
export function stateDiagram(): string {
  const lines = ['stateDiagram-v2', '  [*] --> received']
  for (const [from, ways] of Object.entries(TRANSITIONS)) {
    for (const to of ways) lines.push(`  ${from} --> ${to}`)
    if (isEnd(from as RunState)) lines.push(`  ${from} --> [*]`) // keys of the table
  }
  return lines.join('\n')
}

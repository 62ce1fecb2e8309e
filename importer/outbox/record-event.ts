/**
 * Writes down that something happened that others may want to hear of, in the transaction that makes it so: an event
 * is never told that did not come true, and none that did is forgotten.
 */
import type { Kysely } from 'kysely'
import { ISSUES, isIssueCode } from '../../schemas/issues.ts'
import type { RunNotice } from '../../schemas/notify.ts'
import { countsSchema, holdSchema, type RunState } from '../../schemas/run.ts'
import type { RunRow, Tables } from '../db/tables.ts'

/** What a run's coming into a state is called; states without a name are passed through, or tell nobody anything. */
const TYPES: Partial<Record<RunState, string>> = {
  held: 'run.held',
  succeeded: 'run.finished',
  succeeded_with_errors: 'run.finished',
  rejected: 'run.rejected',
  failed: 'run.failed',
  discarded: 'run.discarded',
  undone: 'run.undone',
}

/** Whether somebody may want to hear of it. */
export function isTold(state: RunState): boolean {
  return TYPES[state] !== undefined
}

/** The columns that a notice is made from. */
export const TOLD = [
  ...(['id', 'account_id', 'source', 'state', 'mode', 'fence', 'counts', 'holds'] as const),
  ...(['issue_counts', 'error', 'held_at', 'finished_at'] as const),
] as const
type Told = Pick<RunRow, (typeof TOLD)[number]>

/** Records that the run came into its state. */
export async function recordRun(trx: Kysely<Tables>, run: Told): Promise<void> {
  const type = TYPES[run.state]
  // A dry run is its sender's own affair, and the sender has the report.
  if (type === undefined || run.mode === 'dry_run') return
  const at = run.state === 'held' ? run.held_at : run.state === 'undone' ? null : run.finished_at
  await trx
    .insertInto('event')
    .values({
      account_id: run.account_id,
      // A run comes into a state once under one claim: the same event always has the same name.
      id: `${run.id}-${run.fence}-${run.state}`,
      ...{ type, run_id: run.id, at, data: JSON.stringify(noticeOf(run)) },
    })
    .execute()
}

function noticeOf(run: Told): RunNotice {
  const holds = holdSchema.array().parse(JSON.parse(run.holds))
  const error = run.error === null ? [] : [(JSON.parse(run.error) as { code: string }).code] // our own JSON
  return {
    run: run.id,
    source: run.source,
    state: run.state,
    counts: countsSchema.parse(JSON.parse(run.counts)),
    // Their sentences may name a header as it was sent, and a file without a header begins with a person.
    holds: holds.map(({ code, rows }) => ({ code, rows })),
    codes: [...fatalCodes(run.issue_counts), ...error],
  }
}

function fatalCodes(issueCounts: string): string[] {
  const counts = JSON.parse(issueCounts) as Record<string, number> // our own JSON
  return Object.keys(counts).filter((code) => isIssueCode(code) && ISSUES[code].severity === 'fatal')
}

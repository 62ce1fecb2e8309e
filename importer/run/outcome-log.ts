/** One log line for each run that comes to rest: what came of it in codes and counts, never in words of the file. */
import type { RunState } from '../../schemas/run.ts'
import type { RunRow } from '../db/tables.ts'

type Log = (level: 'info' | 'warn' | 'error', fields: Record<string, unknown>, text: string) => void

/** States in which somebody should look. */
const WARNED: readonly RunState[] = ['held', 'rejected', 'failed']

export function logOutcome(log: Log, run: RunRow): void {
  const counts: Record<string, number> = JSON.parse(run.counts)
  const holds: { code: string }[] = JSON.parse(run.holds)
  log(
    WARNED.includes(run.state) ? 'warn' : 'info',
    {
      run: run.id,
      accountId: run.account_id,
      source: run.source,
      state: run.state,
      counts: Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)),
      holds: holds.map((hold) => hold.code),
      codes: JSON.parse(run.issue_counts),
    },
    'a run came to rest',
  )
}

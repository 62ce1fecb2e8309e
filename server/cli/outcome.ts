/** What a run that rests means for the exit code of the command that waited for it. */
import type { Run, RunState } from '../../importer/types.ts'
import { EXIT } from './failure.ts'

const CODES: Readonly<Record<Exclude<RunState, 'dry_run'>, number>> = {
  // A command that does not wait to the end, and so does not know of any failure.
  received: EXIT.done,
  reading: EXIT.done,
  planned: EXIT.done,
  approved: EXIT.done,
  applied: EXIT.done,
  reported: EXIT.done,
  held: EXIT.held,
  succeeded: EXIT.done,
  succeeded_with_errors: EXIT.rowErrors,
  duplicate: EXIT.done,
  undone: EXIT.done,
  rejected: EXIT.failed,
  failed: EXIT.failed,
  // Somebody else decided against it while we waited.
  discarded: EXIT.failed,
}

export function exitCodeOf(run: Run): number {
  return run.state === 'dry_run' ? exitCodeOfDryRun(run) : CODES[run.state]
}

/** As the real run would have ended. */
function exitCodeOfDryRun({ holds, counts, issues }: Run): number {
  if (holds.length > 0) return EXIT.held
  const hasErrors = issues.some(({ severity }) => severity === 'row' || severity === 'cell')
  return hasErrors || counts.rejected > 0 ? EXIT.rowErrors : EXIT.done
}

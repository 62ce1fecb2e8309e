/** What applying an undo or a merge does beside writing its plan, in the same commit. */
import type { Transaction } from 'kysely'
import type { RunRow, Tables } from '../db/tables.ts'
import { freeKeys, type RemoveContext, removePeople } from '../roster/undo-remove.ts'
import { decide, find, LostClaim } from './ledger.ts'
import { removePinsOf } from './pins.ts'
import { parsePlanFacts } from './plan-facts.ts'
import { planRows } from './plan-store.ts'
import { assertUndoable } from './undo.ts'

/** Lets people go and frees keys that change hands. Answers the number of the last history row. */
export async function makeRoom(trx: Transaction<Tables>, context: RemoveContext): Promise<number> {
  let { position } = context
  for await (const rows of planRows(trx, context, ['remove'])) {
    const people = rows.map(({ personId, version, line }) => ({ personId: personId ?? 0, version, line }))
    position = await removePeople(trx, { ...context, position }, people)
  }
  for await (const rows of planRows(trx, context, ['update'])) {
    const people = rows.map(({ personId, changes }) => ({ personId: personId ?? 0, changes }))
    await freeKeys(trx, context.accountId, people)
  }
  return position
}

/**
 * The run that was taken back is undone from this commit on; and where it had itself taken back another, that one is
 * in force again. Throws `RUN_NOT_UNDOABLE` where somebody was first.
 */
export async function markUndone(trx: Transaction<Tables>, undoing: RunRow): Promise<void> {
  const target = undoing.undoes === null ? undefined : await find(trx, undoing.undoes)
  if (target === undefined) return
  assertUndoable(target)
  const from = endStateOf(target)
  if (!(await decide(trx, target.id, from, 'undone', REPORTED_ANEW))) throw new LostClaim(undoing.id)
  await removePinsOf(trx, target)
  const former = target.undoes === null ? undefined : await find(trx, target.undoes)
  if (former?.state === 'undone') await decide(trx, former.id, 'undone', endStateOf(former), REPORTED_ANEW)
}

const REPORTED_ANEW = { report_due: 1, attempts: 0 } as const

function endStateOf(run: RunRow): 'succeeded' | 'succeeded_with_errors' {
  return parsePlanFacts(run.plan)?.hasErrors === true ? 'succeeded_with_errors' : 'succeeded'
}

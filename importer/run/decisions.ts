/** A person's word on a held run: approve exactly what was shown, or put it away. */
import type { Db } from '../db/open.ts'
import type { RunRow } from '../db/tables.ts'
import { ImportError } from '../errors.ts'
import type { Decision } from '../types.ts'
import { decide, find } from './ledger.ts'
import { parsePlanFacts } from './plan-facts.ts'

/**
 * Approves exactly the plan that was shown. If the roster changed underneath, the run is planned again instead, and
 * the answer is `ROSTER_CHANGED`, for the caller to throw. Throws `RUN_NOT_HELD`.
 */
export async function approve(db: Db, run: RunRow, { by, reason }: Decision): Promise<ImportError | null> {
  assertHeld(run)
  if (await hasRosterMoved(db, run)) {
    await decide(db, run.id, 'held', 'received', { attempts: 0 })
    return new ImportError('ROSTER_CHANGED', { id: run.id })
  }
  const values = { decided_by: by, reason: reason ?? null, attempts: 0 }
  if (!(await decide(db, run.id, 'held', 'approved', values))) await refuseDecided(db, run.id)
  return null
}

/** Puts the run away for good; nothing of it is applied. Throws `RUN_NOT_HELD`. */
export async function discard(db: Db, run: RunRow, { by, reason }: Decision, at: Date): Promise<null> {
  assertHeld(run)
  const values = { decided_by: by, reason: reason ?? null, attempts: 0 }
  const ended = { finished_at: at.toISOString(), report_due: 1 }
  if (!(await decide(db, run.id, 'held', 'discarded', { ...values, ...ended })))
    await refuseDecided(db, run.id)
  return null
}

function assertHeld({ id, state }: RunRow): void {
  if (state !== 'held') throw new ImportError('RUN_NOT_HELD', { id, state })
}

/** Somebody else decided in the same moment. */
async function refuseDecided(db: Db, id: string): Promise<never> {
  const run = await find(db, id)
  throw new ImportError('RUN_NOT_HELD', { id, state: run?.state ?? 'gone' })
}

async function hasRosterMoved(db: Db, run: RunRow): Promise<boolean> {
  const facts = parsePlanFacts(run.plan)
  const account = await db
    .selectFrom('account')
    .selectAll()
    .where('id', '=', run.account_id)
    .executeTakeFirstOrThrow()
  return (
    facts?.position !== account.position ||
    facts.nextPersonBefore !== account.next_person ||
    facts.nextDemographicBefore !== account.next_demographic
  )
}

/** Keeps the plan of an undo or a merge. Whoever asked for it has seen what it does: so it is approved with that. */

import { dayIn } from '../clock.ts'
import type { RunRow } from '../db/tables.ts'
import type { Outcomes } from '../plan/outcomes.ts'
import type { IssueList } from '../table/issue-list.ts'
import { hashFile } from './hash-file.ts'
import { move } from './ledger.ts'
import { CONTRACT, type PlanFacts } from './plan-facts.ts'
import type { WorkContext } from './work.ts'

export interface OwnPlan {
  /** Where the request lies. */
  readonly path: string
  readonly outcomes: Outcomes
  readonly issues: IssueList
  readonly reason: string | null
  /** The run that is taken back. */
  readonly undoes?: string
}

/** Moves the run on, in one commit: it must not be found waiting for a reviewer nobody will call. */
export async function approveOwn(context: WorkContext, run: RunRow, plan: OwnPlan): Promise<void> {
  const { path, outcomes, issues, reason, undoes = null } = plan
  const sha256 = await hashFile(path)
  const account = await context.db
    .selectFrom('account')
    .selectAll()
    .where('id', '=', run.account_id)
    .executeTakeFirstOrThrow()
  const facts: PlanFacts = {
    ...{ position: account.position, positionAfter: null, contract: CONTRACT, settings: '', pins: '' },
    today: dayIn(account.timezone, context.clock.now()),
    ...{ nextPersonBefore: account.next_person, nextPerson: account.next_person },
    ...{ nextDemographicBefore: account.next_demographic, newDemographics: [], columns: [] },
    ...{ fill: null, leavers: 0, isPart: false },
    hasErrors: issues.severities.has('row') || issues.severities.has('cell'),
  }
  await context.db.transaction().execute(async (trx) => {
    await move(trx, run, 'reading', 'planned', {
      ...{ sha256, undoes, plan: JSON.stringify(facts), attempts: 0 },
      counts: JSON.stringify({ ...outcomes.tally().counts, missing: 0 }),
      issue_counts: JSON.stringify(Object.fromEntries(issues.counts)),
      issues_truncated: issues.isTruncated ? 1 : 0,
    })
    await move(trx, run, 'planned', 'approved', { decided_by: run.sent_by, reason })
  })
}

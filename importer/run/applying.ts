/** Applies an approved plan as a whole: people, history, numbers and the run's state in one commit, or nothing. */
import { EDIT_SOURCE, editRequestSchema } from '../../schemas/edit.ts'
import { withoutIndexes } from '../db/bulk.ts'
import type { Db } from '../db/open.ts'
import type { RunRow } from '../db/tables.ts'
import { isDemographicKey } from '../plan/person.ts'
import { type PersonPlan, RosterWriter } from '../roster/apply.ts'
import { freeLabels, reviveDemographics } from '../roster/demographics.ts'
import { noteSeen } from '../roster/missing.ts'
import { takeSnapshot } from '../roster/snapshots.ts'
import { SpellingsWriter } from '../roster/spellings.ts'
import { noteReturns } from './erased.ts'
import { move } from './ledger.ts'
import { readOwnRequest } from './own-request.ts'
import { pinAsAsked } from './pins.ts'
import { type PlanFacts, parsePlanFacts } from './plan-facts.ts'
import { changesOf, linesOf } from './plan-store.ts'
import { reviewJson, reviewOf } from './review.ts'
import { enterRest } from './review-part.ts'
import { isOwnSource, sourceOf } from './source.ts'
import type { StoredPlanRow } from './stored-row.ts'
import { makeRoom, markUndone } from './undo-apply.ts'
import { refusePoison, type WorkContext } from './work.ts'

/** The roster is not the one the plan was made against. */
class RosterMoved extends Error {}

export async function apply(context: WorkContext, run: RunRow): Promise<void> {
  const { db, clock } = context
  refusePoison(run)
  const facts = parsePlanFacts(run.plan)
  if (facts === null) throw new Error(`run ${run.id} is approved and has no plan`)
  const key = { accountId: run.account_id, run: run.id }
  const lines = await linesOf(db, key)
  const edit = run.source === EDIT_SOURCE ? await readOwnRequest(context, run, editRequestSchema) : null
  const total = countOfChanges(run)
  try {
    await db.transaction().execute(async (trx) => {
      await move(trx, run, 'approved', 'applied')
      await takeRoster(trx, run, facts)
      const at = clock.now().toISOString()
      const roster = { ...key, source: run.source, position: facts.position, at }
      const position = isOwnSource(run.source) ? await makeRoom(trx, roster) : facts.position
      const writer = new RosterWriter(trx, { ...roster, position, lines })
      const spellings = await SpellingsWriter.open(trx, run.account_id)
      const write = async () => {
        let done = 0
        for await (const rows of changesOf(trx, key)) {
          await writer.write(rows.map((row) => personPlan(row, run)))
          for (const row of rows) spellings.note(row)
          await spellings.flush()
          if (isOwnSource(run.source)) await reviveDemographics(trx, run.account_id, givenIn(rows))
          done += rows.length
          context.onProgress(run.id, { phase: 'applying', done, total })
        }
        await writer.finish()
      }
      await ((await isBulk(trx, run)) ? withoutIndexes(trx, 'employee', write) : write())
      await spellings.finish()
      await markUndone(trx, run)
      if (edit !== null) await pinAsAsked(trx, run, edit, at)
      if (!isOwnSource(run.source)) await noteReturns(trx, run, context.secretFile)
      await noteFile(trx, run, at)
      if (!isOwnSource(run.source))
        await takeSnapshot(trx, { ...key, source: run.source, position: writer.position })
      const after: PlanFacts = { ...facts, positionAfter: writer.position }
      await trx
        .updateTable('account')
        .set({ position: writer.position })
        .where('id', '=', run.account_id)
        .execute()
      await trx
        .updateTable('run')
        .set({ plan: JSON.stringify(after) })
        .where('id', '=', run.id)
        .execute()
      await enterRest(trx, run, { dataDir: context.dataDir, now: clock.now() })
    })
  } catch (error) {
    if (!(error instanceof RosterMoved)) throw error
    const review = reviewJson(reviewOf(run), { words: [], part: null })
    await move(db, run, 'approved', 'received', { decided_by: null, attempts: 0, review })
  }
}

/** For the account of who is missing, where the source keeps one. */
async function noteFile(trx: Trx, run: RunRow, at: string): Promise<void> {
  const { kind, settings } = await sourceOf(trx, run)
  // By hand people send what they like; only where they say so does a file name everybody.
  const isAnybody = kind === 'manual' && run.import_type !== 'full'
  if (settings.missing === 'ignore' || isAnybody) return
  await noteSeen(trx, { accountId: run.account_id, source: run.source, run: run.id, at })
}

/** Demographics in which the rows give somebody a value. */
function givenIn(rows: readonly Pick<StoredPlanRow, 'changes'>[]): Set<number> {
  const given = rows.flatMap(({ changes }) => changes.filter(([, , after]) => after !== null))
  return new Set(given.flatMap(([key]) => (isDemographicKey(key) ? [Number(key.slice(1))] : [])))
}

/** Below so many new people, making the indexes anew gains nothing. */
const BULK_MIN = 10_000
/** Everybody else is indexed again as well, so there must not be many of them. */
const BULK_SHARE = 1 / 3

/** Whether a large part of everybody in the table will be new. */
async function isBulk(trx: Trx, run: RunRow): Promise<boolean> {
  const { created } = JSON.parse(run.counts) as { created: number } // our own JSON
  if (created < BULK_MIN) return false
  const { count } = await trx
    .selectFrom('employee')
    .select((of) => of.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return created >= (Number(count) + created) * BULK_SHARE
}

function countOfChanges(run: RunRow): number {
  const counts = JSON.parse(run.counts) as { created: number; updated: number } // our own JSON
  return counts.created + counts.updated
}

function personPlan(row: StoredPlanRow, run: RunRow): PersonPlan {
  const { line, personId, version } = row
  if (personId === null) throw new Error(`run ${run.id}: row ${row.row} changes somebody without a number`)
  if (version === null) return { line, personId, version, creation: row.creation }
  return { line, personId, version, changes: row.changes }
}

type Trx = Parameters<Parameters<ReturnType<Db['transaction']>['execute']>[0]>[0]

/** Asserts, and locks, the roster that the plan was made against; gives out the numbers the plan used. */
async function takeRoster(trx: Trx, run: RunRow, facts: PlanFacts): Promise<void> {
  const { newDemographics, nextDemographicBefore } = facts
  const { numUpdatedRows } = await trx
    .updateTable('account')
    .set({ next_person: facts.nextPerson, next_demographic: nextDemographicBefore + newDemographics.length })
    .where('id', '=', run.account_id)
    .where('position', '=', facts.position)
    .where('next_person', '=', facts.nextPersonBefore)
    .where('next_demographic', '=', nextDemographicBefore)
    .executeTakeFirst()
  if (numUpdatedRows !== 1n) throw new RosterMoved()
  if (newDemographics.length === 0) return
  await freeLabels(
    trx,
    run.account_id,
    newDemographics.map(({ label }) => label),
  )
  const rows = newDemographics.map(({ id, label }) => ({
    account_id: run.account_id,
    id,
    label,
    created_run: run.id,
  }))
  await trx.insertInto('demographic').values(rows).execute()
}

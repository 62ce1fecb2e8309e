/**
 * What is due by the clock or by what happened elsewhere: a first sync that was planned, a review that was approved, a
 * slot of the auto-sync, a try after a failure. Every node looks; each thing is done by one of them.
 */

import { headerOf } from '../../schemas/columns.ts'
import { connectionPreviewSchema } from '../../schemas/connection.ts'
import { countsSchema } from '../../schemas/run.ts'
import type { RunRow } from '../db/tables.ts'
import { ImportError, problemOf } from '../errors.ts'
import { find } from '../run/ledger.ts'
import { parsePlanFacts } from '../run/plan-facts.ts'
import { isResting } from '../run/state.ts'
import type { ConnectionContext } from './context.ts'
import { mappingOf, targetName } from './mapping.ts'
import { problemJson } from './problem.ts'
import { sync } from './reading.ts'
import { lastSlot } from './slots.ts'
import { autoSyncOf, changeConnection, type Kept, keptConnections, moveConnection } from './store.ts'

/** Moves on what waited for a run: the first sync for its dry run, finalising for a person's word on the review. */
export async function settle(context: ConnectionContext): Promise<void> {
  for (const kept of await keptConnections(context.db)) {
    if (kept.row.state === 'initial_sync' && kept.row.last_run !== null) await settleInitial(context, kept)
    if (kept.row.review !== null && kept.row.connected_at === null) await settleReview(context, kept)
  }
}

async function settleInitial(context: ConnectionContext, kept: Kept): Promise<void> {
  const { db, clock } = context
  const run = await find(db, kept.row.last_run ?? '')
  if (!run || !isResting(run.state)) return
  if (run.state === 'dry_run') {
    const preview = JSON.stringify(await previewOf(context, kept, run))
    await moveConnection(db, kept, 'initial_sync', 'finalise_pending', { preview, problem: null })
    return
  }
  // A read that failed is tried again by itself; a list that cannot be planned needs a person.
  if (run.state !== 'rejected') return
  const problem = problemJson(new ImportError('CONNECTION_REJECTED', { id: run.id }), clock.now())
  await moveConnection(db, kept, 'initial_sync', 'failing', { problem })
}

async function previewOf(context: ConnectionContext, { account, row }: Kept, run: RunRow) {
  const fill = parsePlanFacts(run.plan)?.fill ?? { rows: 0, columns: {} }
  const id = headerOf('employeeId')
  const at = { accountId: account.id, source: row.source }
  const { fields } = await mappingOf(context.db, at, row.mapping_version)
  const isIdMapped = Object.values(fields).some((target) => targetName(target) === id)
  return connectionPreviewSchema.parse({
    at: run.finished_at ?? run.received_at,
    counts: countsSchema.parse(JSON.parse(run.counts)),
    columns: Object.entries(fill.columns).map(([name, filled]) => ({ name, filled })),
    withoutEmployeeId: isIdMapped ? fill.rows - (fill.columns[id] ?? 0) : 0,
  })
}

/** Importing began with the word of a person; from then on the connection may import by itself. */
async function settleReview({ db, clock }: ConnectionContext, kept: Kept): Promise<void> {
  const run = await find(db, kept.row.review ?? '')
  if (run?.state === 'succeeded' || run?.state === 'succeeded_with_errors') {
    const now = clock.now().toISOString()
    const { state } = kept.row
    if (state !== 'finalise_pending' && state !== 'failing') return
    await moveConnection(db, kept, state, 'connected', { connected_at: now, slots_since: now })
  } else if (run === undefined || (isResting(run.state) && run.state !== 'held')) {
    // It was put away: finalising opens another one.
    await changeConnection(db, kept, { review: null })
  }
}

/** Asks for people where a slot is due; the slot is fired by whoever writes it down first. */
export async function fireSlots({ db, clock, log }: ConnectionContext): Promise<void> {
  const now = clock.now()
  for (const kept of await keptConnections(db)) {
    const { account, row } = kept
    const autoSync = autoSyncOf(row)
    const mayFire = (row.state === 'connected' || row.state === 'failing') && row.connected_at !== null
    if (!mayFire || !autoSync.on) continue
    const seed = `${row.account_id}/${row.source}`
    const slot = lastSlot({ timezone: account.timezone, seed, ...autoSync }, now)
    if (slot.due.toISOString() < (row.slots_since ?? row.connected_at ?? '')) continue
    const { numUpdatedRows } = await db
      .updateTable('connection')
      .set({ last_slot: slot.name, wanted: 'schedule', retry_at: null, attempts: 0 })
      .where('account_id', '=', row.account_id)
      .where('source', '=', row.source)
      .where((or) => or.or([or('last_slot', 'is', null), or('last_slot', '<', slot.name)]))
      .executeTakeFirst()
    if (numUpdatedRows === 1n)
      log.info({ account: account.slug, source: row.source, slot: slot.name }, 'a sync is due')
  }
}

/** Those whose people are to be read now. */
export async function wanted({ db, clock }: ConnectionContext): Promise<Kept[]> {
  const now = clock.now().toISOString()
  return (await keptConnections(db)).filter(({ row }) => {
    const isFree = row.lease_until === null || row.lease_until < now
    const isTime = row.retry_at === null || row.retry_at <= now
    return row.wanted !== null && isFree && isTime && mayRead(row)
  })
}

function mayRead({ wanted, state, connected_at, preview }: Kept['row']): boolean {
  if (wanted === 'initial') return preview === null && (state === 'initial_sync' || state === 'failing')
  return connected_at !== null && (state === 'connected' || state === 'failing')
}

/** Reads the people of one of them. What fails is written down with the connection, so nothing is thrown. */
export async function readWanted(context: ConnectionContext, kept: Kept, signal: AbortSignal): Promise<void> {
  const { wanted } = kept.row
  if (wanted === null) return
  const mode = wanted === 'initial' ? 'dry_run' : 'apply'
  try {
    await sync(context, kept, { mode, sentBy: wanted, signal })
  } catch (error) {
    if (error instanceof ImportError || signal.aborted) return
    context.log.error(
      { source: kept.row.source, problem: problemOf(error) },
      'a sync met an unexpected error',
    )
  }
}

/**
 * Keeps the snapshots of sources: written with the plan, taken over when it is applied, in the same transaction. What
 * they say of somebody holds until the history tells that something happened to them.
 */
import { randomBytes } from 'node:crypto'
import { type Kysely, sql, type Transaction } from 'kysely'
import type { Tables } from '../db/tables.ts'
import { Snapshot } from '../plan/snapshot.ts'
import { SPELLINGS_OF_LABEL_MAX } from '../table/joiner.ts'
import { MARK_KEY_BYTES } from '../table/record-mark.ts'
import { goneBy } from './lookup.ts'

/** A file with fewer bytes than this for each remembered record is planned without the snapshot: loading it costs more. */
const BYTES_A_RECORD = 2
/** Bytes of an entry, about. */
const ENTRY_BYTES = 24

/** What one file may use of the snapshot of its source. */
export interface SnapshotSource {
  readonly markKey: Uint8Array
  /** What holds under these rules, or null. */
  load(rules: string, words: number): Promise<Snapshot | null>
  /** People who left by that day, or are switched off. */
  gone(today: string): Promise<ReadonlySet<number>>
}

interface Of {
  readonly accountId: string
  readonly source: string
}

/** Null where a file of so many bytes is better planned without it. */
export async function snapshotOf(db: Kysely<Tables>, of: Of, bytes: number): Promise<SnapshotSource | null> {
  const chunks = await db
    .selectFrom('source_snapshot')
    .select(['rules', 'mark_key', 'free_text', sql<number>`length(entries)`.as('bytes')])
    .where('account_id', '=', of.accountId)
    .where('source', '=', of.source)
    .orderBy('chunk')
    .execute()
  const entries = chunks.reduce((sum, chunk) => sum + Number(chunk.bytes), 0) / ENTRY_BYTES
  if (bytes < entries * BYTES_A_RECORD) return null
  const [first] = chunks
  return {
    markKey: first === undefined ? randomBytes(MARK_KEY_BYTES) : Uint8Array.from(first.mark_key),
    gone: async (today) => new Set(await goneBy(db, of.accountId, today)),
    load: async (rules, words) => {
      if (first === undefined || first.rules !== rules) return null
      if (first.free_text !== (await freeTextOf(db, of.accountId))) return null
      return await load(db, of, words)
    },
  }
}

async function load(db: Kysely<Tables>, { accountId, source }: Of, words: number): Promise<Snapshot> {
  const snapshot = new Snapshot(words)
  const chunks = await db
    .selectFrom('source_snapshot')
    .select(['chunk', 'position'])
    .where('account_id', '=', accountId)
    .where('source', '=', source)
    .orderBy('chunk')
    .execute()
  const positions: number[] = []
  for (const { chunk, position } of chunks) {
    const { entries } = await db
      .selectFrom('source_snapshot')
      .select('entries')
      .where('account_id', '=', accountId)
      .where('source', '=', source)
      .where('chunk', '=', chunk)
      .executeTakeFirstOrThrow()
    snapshot.add(entries)
    positions.push(position)
  }
  const touched = await db
    .selectFrom('history')
    .select(['person_id', (of) => of.fn.max('seq').as('seq')])
    .where('account_id', '=', accountId)
    .where('seq', '>', Math.min(...positions))
    .groupBy('person_id')
    .execute()
  for (const { person_id, seq } of touched) {
    const chunk = snapshot.chunkOf(person_id)
    if (chunk >= 0 && Number(seq) > (positions[chunk] ?? 0)) snapshot.forget(person_id)
  }
  return snapshot
}

/** Demographics that have so many values that new ones are not remembered, as text. */
async function freeTextOf(db: Kysely<Tables>, accountId: string): Promise<string> {
  const rows = await db
    .selectFrom('demographic_value')
    .select('demographic_id')
    .where('account_id', '=', accountId)
    .groupBy('demographic_id')
    .having((of) => of.fn.countAll(), '>=', SPELLINGS_OF_LABEL_MAX)
    .orderBy('demographic_id')
    .execute()
  return rows.map(({ demographic_id }) => demographic_id).join(' ')
}

/** What a plan adds to the snapshot of its source. */
export interface SnapshotChange {
  readonly rules: string
  readonly markKey: Uint8Array
  /** Whether it takes the place of all that the source had. */
  readonly isWhole: boolean
  readonly chunks: Iterable<Uint8Array>
}

/** Keeps it with the plan, until that is applied. */
export async function keepSnapshot(
  trx: Transaction<Tables>,
  { accountId, run }: { readonly accountId: string; readonly run: string },
  { rules, markKey, isWhole, chunks }: SnapshotChange,
): Promise<void> {
  let chunk = 0
  for (const entries of chunks) {
    const key = { account_id: accountId, run_id: run, chunk: chunk++ }
    const bytes = { mark_key: Buffer.from(markKey), entries: Buffer.from(entries) }
    await trx
      .insertInto('plan_snapshot')
      .values({ ...key, ...bytes, rules, is_whole: isWhole ? 1 : 0 })
      .execute()
  }
}

/** Takes over what the plan that is being applied has kept. `position` is the last of the history after it. */
export async function takeSnapshot(
  trx: Transaction<Tables>,
  { accountId, source, run, position }: Of & { readonly run: string; readonly position: number },
): Promise<void> {
  const planned = trx
    .selectFrom('plan_snapshot')
    .where('account_id', '=', accountId)
    .where('run_id', '=', run)
  const first = await planned.select('is_whole').limit(1).executeTakeFirst()
  const mine = trx
    .selectFrom('source_snapshot')
    .where('account_id', '=', accountId)
    .where('source', '=', source)
  if (first !== undefined) {
    if (first.is_whole === 1) await forgetSnapshots(trx, accountId, source)
    const { last } = await mine.select((of) => of.fn.max('chunk').as('last')).executeTakeFirstOrThrow()
    const from = last === null ? 0 : Number(last) + 1
    await sql`insert into source_snapshot
      (account_id, source, chunk, rules, free_text, mark_key, position, entries)
      select account_id, ${source}, chunk + ${sql.lit(from)}, rules, '', mark_key, ${sql.lit(position)}, entries
      from plan_snapshot where account_id = ${accountId} and run_id = ${run}`.execute(trx)
    await trx
      .deleteFrom('plan_snapshot')
      .where('account_id', '=', accountId)
      .where('run_id', '=', run)
      .execute()
  }
  // New values may have made a demographic free text; then nothing of it is joined any more, whatever is read.
  await trx
    .updateTable('source_snapshot')
    .set({ free_text: await freeTextOf(trx, accountId) })
    .where('account_id', '=', accountId)
    .where('source', '=', source)
    .execute()
}

/** Of one source, or of all: the next file is read as a whole. */
export async function forgetSnapshots(
  trx: Transaction<Tables>,
  accountId: string,
  source?: string,
): Promise<void> {
  let query = trx.deleteFrom('source_snapshot').where('account_id', '=', accountId)
  if (source !== undefined) query = query.where('source', '=', source)
  await query.execute()
  if (source === undefined)
    await trx.deleteFrom('plan_snapshot').where('account_id', '=', accountId).execute()
}

/** The rows of connections: what there is, and the one way in which each moves from state to state. */
import { randomBytes } from 'node:crypto'
import type { Selectable, Transaction } from 'kysely'
import { sourceSettingsSchema } from '../../schemas/account.ts'
import {
  type AutoSync,
  autoSyncSchema,
  type Connection,
  type ConnectionState,
  connectionPreviewSchema,
  isConnectorKind,
  type NextConnection,
} from '../../schemas/connection.ts'
import {
  type ConnectionSettings,
  type ConnectorKind,
  connectionSettingsSchema,
} from '../../schemas/hris/connection.ts'
import type { Db } from '../db/open.ts'
import type { ConnectionTable, Wanted } from '../db/tables/connections.ts'
import type { Tables } from '../db/tables.ts'
import { ImportError } from '../errors.ts'
import type { Account } from '../types.ts'
import { parseProblem, shownProblem } from './problem.ts'
import { nextSlot } from './slots.ts'

export type ConnectionRow = Selectable<ConnectionTable>

/** A connection with whose it is. */
export interface Kept {
  readonly account: Pick<Account, 'id' | 'slug' | 'timezone'>
  readonly kind: ConnectorKind
  readonly row: ConnectionRow
  readonly settings: ConnectionSettings
}

/** Makes the source and its connection where there are none; of an old one only the settings change. */
export async function makeConnection(
  trx: Transaction<Tables>,
  account: Account,
  { source, settings, at }: { source: string; settings: ConnectionSettings; at: string },
): Promise<void> {
  const { kind } = settings
  const key = { account_id: account.id, source }
  const before = await trx
    .selectFrom('source')
    .select('kind')
    .where('account_id', '=', account.id)
    .where('name', '=', source)
    .executeTakeFirst()
  if (before !== undefined && before.kind !== kind)
    throw new ImportError('CONNECTION_INVALID', {
      problem: `the account has a source "${source}" of another kind`,
    })
  if (before === undefined) {
    const first = JSON.stringify(sourceSettingsSchema.parse(FIRST_SETTINGS[kind]))
    await trx
      .insertInto('source')
      .values({ account_id: account.id, name: source, kind, settings: first })
      .execute()
  }
  await trx
    .insertInto('connection')
    .values({
      ...key,
      state: 'not_connected',
      settings: JSON.stringify(settings),
      auto_sync: JSON.stringify(autoSyncSchema.parse({})),
      mapping_version: 0,
      hook: randomBytes(24).toString('base64url'),
      created_at: at,
      ...NOTHING_YET,
    })
    .onConflict((on) =>
      on.columns(['account_id', 'source']).doUpdateSet({ settings: JSON.stringify(settings) }),
    )
    .execute()
}

/** A list that comes from the HRIS names everybody each time: who is missing and which columns are gone is worth a look. */
const API_SETTINGS = { missing: 'report', missingColumns: 'hold' } as const
const FIRST_SETTINGS: Readonly<Record<ConnectorKind, Record<string, unknown>>> = {
  // Justworks is matched by the e-mail address: whoever has another there is another person here.
  justworks: { ...API_SETTINGS, matching: 'emailOnly' },
  trinet: API_SETTINGS,
  merge: API_SETTINGS,
}

const NOTHING_YET = {
  ...{ preview: null, review: null, connected_at: null, initial_since: null, last_sync_at: null },
  ...{ last_run: null, problem: null, wanted: null, retry_at: null, last_slot: null, slots_since: null },
  ...{ lease_owner: null, lease_until: null },
} as const

/** Throws `ACCOUNT_UNKNOWN`, `CONNECTION_NONE`. */
export async function keptConnection(db: Db, account: Account, source: string): Promise<Kept> {
  const [kept] = await keptConnections(db, { accountId: account.id, source })
  if (kept === undefined) throw new ImportError('CONNECTION_NONE', { slug: account.slug, source })
  return kept
}

/** By account and source. */
export async function keptConnections(
  db: Db,
  only: { readonly accountId?: string; readonly source?: string; readonly hook?: string } = {},
): Promise<Kept[]> {
  let query = db
    .selectFrom('connection')
    .innerJoin('account', 'account.id', 'connection.account_id')
    .innerJoin('source', (on) =>
      on
        .onRef('source.account_id', '=', 'connection.account_id')
        .onRef('source.name', '=', 'connection.source'),
    )
    .selectAll('connection')
    .select(['account.slug', 'account.timezone', 'source.kind'])
    .orderBy('account.slug')
    .orderBy('connection.source')
  if (only.accountId !== undefined) query = query.where('connection.account_id', '=', only.accountId)
  if (only.source !== undefined) query = query.where('connection.source', '=', only.source)
  if (only.hook !== undefined) query = query.where('connection.hook', '=', only.hook)
  return (await query.execute()).flatMap(({ slug, timezone, kind, ...row }) => {
    if (!isConnectorKind(kind)) return []
    const settings = connectionSettingsSchema.parse(JSON.parse(row.settings))
    return [{ account: { id: row.account_id, slug, timezone }, kind, row, settings }]
  })
}

/** What else changes with a state. */
export type ConnectionValues = Partial<
  Omit<ConnectionRow, 'account_id' | 'source' | 'state' | 'hook' | 'created_at'>
>

/** Moves a connection on; false where it was in another state by then. */
export async function moveConnection<S extends ConnectionState>(
  db: Db,
  { row }: Pick<Kept, 'row'>,
  from: S,
  to: NextConnection<S>,
  values: ConnectionValues = {},
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('connection')
    .set({ ...values, state: to })
    .where('account_id', '=', row.account_id)
    .where('source', '=', row.source)
    .where('state', '=', from)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Changes what is not the state. */
export async function changeConnection(
  db: Db,
  { row }: Pick<Kept, 'row'>,
  values: ConnectionValues,
): Promise<void> {
  await db
    .updateTable('connection')
    .set(values)
    .where('account_id', '=', row.account_id)
    .where('source', '=', row.source)
    .execute()
}

/** Where a connection stands once it has access: by how far it had come before. */
export function standing({
  connected_at,
  preview,
}: ConnectionRow): 'connected' | 'finalise_pending' | 'initial_sync' {
  if (connected_at !== null) return 'connected'
  return preview === null ? 'initial_sync' : 'finalise_pending'
}

export function autoSyncOf(row: ConnectionRow): AutoSync {
  return autoSyncSchema.parse(JSON.parse(row.auto_sync))
}

/** As people and the API see it. */
export function shownConnection(
  { account, kind, row }: Kept,
  secretsSetAt: string | null,
  now: Date,
): Connection {
  const autoSync = autoSyncOf(row)
  const problem = parseProblem(row.problem)
  const syncs = row.state === 'connected' || row.state === 'failing'
  const of = { seed: `${row.account_id}/${row.source}`, timezone: account.timezone, ...autoSync }
  return {
    account: account.slug,
    source: row.source,
    kind,
    state: row.state,
    settings: JSON.parse(row.settings),
    autoSync,
    nextSync: syncs && autoSync.on && row.connected_at !== null ? nextSlot(of, now).toISOString() : null,
    preview: row.preview === null ? null : connectionPreviewSchema.parse(JSON.parse(row.preview)),
    review: row.review,
    connectedAt: row.connected_at,
    lastSync: row.last_sync_at === null ? null : { at: row.last_sync_at, run: row.last_run },
    isReading: row.lease_until !== null && row.lease_until > now.toISOString(),
    problem: problem && shownProblem(problem),
    granted: JSON.parse(row.granted),
    mappingVersion: row.mapping_version,
    secretsSetAt,
    createdAt: row.created_at,
  }
}

/** Takes the right to read people: one at a time over all nodes. Held for so long from `now` unless kept. */
export async function leaseConnection(
  db: Db,
  { row }: Pick<Kept, 'row'>,
  { owner, now }: { readonly owner: string; readonly now: Date },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('connection')
    .set({ lease_owner: owner, lease_until: new Date(now.getTime() + READING_LEASE_MS).toISOString() })
    .where('account_id', '=', row.account_id)
    .where('source', '=', row.source)
    .where((or) =>
      or.or([
        or('lease_until', 'is', null),
        or('lease_until', '<', now.toISOString()),
        or('lease_owner', '=', owner),
      ]),
    )
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

export async function releaseConnection(db: Db, { row }: Pick<Kept, 'row'>, owner: string): Promise<void> {
  await db
    .updateTable('connection')
    .set({ lease_owner: null, lease_until: null })
    .where('account_id', '=', row.account_id)
    .where('source', '=', row.source)
    .where('lease_owner', '=', owner)
    .execute()
}

/** Kept alive while people are read. */
export const READING_LEASE_MS = 60_000

/** Asks for people to be read soon; what is asked for already stays so. */
export async function want(db: Db, { row }: Pick<Kept, 'row'>, wanted: Wanted): Promise<void> {
  await db
    .updateTable('connection')
    .set({ wanted })
    .where('account_id', '=', row.account_id)
    .where('source', '=', row.source)
    .where('wanted', 'is', null)
    .execute()
}

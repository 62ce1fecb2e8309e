/**
 * Reads the people of a connection, one node at a time, and hands them in as a file. What fails is told in the history
 * as a run that failed, once for a series of the same failures, and tried again where that may help.
 */
import type { ConnectionSettings } from '../../schemas/hris/connection.ts'
import type { Connector } from '../connectors/connector.ts'
import { fetchSnapshot } from '../connectors/fetch-snapshot.ts'
import type { Wanted } from '../db/tables/connections.ts'
import { ImportError, problemOf } from '../errors.ts'
import { newId } from '../id.ts'
import { enterFailed } from '../run/failed-read.ts'
import type { Delivery, Run } from '../types.ts'
import { asking, type ConnectionContext } from './context.ts'
import { fieldsRead, mappingOf } from './mapping.ts'
import { scopesOf } from './oauth.ts'
import { parseProblem, problemJson } from './problem.ts'
import {
  type ConnectionValues,
  changeConnection,
  type Kept,
  keptConnections,
  leaseConnection,
  moveConnection,
  READING_LEASE_MS,
  releaseConnection,
  standing,
} from './store.ts'

export interface ReadingRequest {
  readonly mode: Delivery['mode']
  /** A person's name, `schedule`, `webhook` or `initial sync`. */
  readonly sentBy: string
  /** Read under this version of the mapping instead of the one in force. */
  readonly mapping?: number
  readonly signal: AbortSignal
}

/** Throws `CONNECTION_BUSY` where another one reads, and `API_*` where people cannot be read. */
export async function readPeople(
  context: ConnectionContext,
  kept: Kept,
  request: ReadingRequest,
): Promise<Run> {
  const { db, nodeId, clock } = context
  const owner = `${nodeId} ${newId(clock.now())}`
  if (!(await leaseConnection(db, kept, { owner, now: clock.now() })))
    throw new ImportError('CONNECTION_BUSY', { slug: kept.account.slug, source: kept.row.source })
  const lost = new AbortController()
  const timer = setInterval(() => void keepLease(context, kept, owner, lost), READING_LEASE_MS / 3)
  timer.unref()
  try {
    const signal = AbortSignal.any([request.signal, lost.signal])
    return await readAndHandIn(context, kept, { ...request, signal })
  } finally {
    clearInterval(timer)
    await releaseConnection(db, kept, owner)
  }
}

/** Where the lease is gone, the connection was taken away, or another node has taken over. */
async function keepLease(
  { db, clock, log }: ConnectionContext,
  kept: Kept,
  owner: string,
  lost: AbortController,
): Promise<void> {
  try {
    const [now] = await keptConnections(db, { accountId: kept.account.id, source: kept.row.source })
    const isOurs = now?.row.lease_owner === owner
    if (!isOurs || !(await leaseConnection(db, kept, { owner, now: clock.now() }))) lost.abort()
  } catch (error) {
    log.warn(
      { source: kept.row.source, problem: problemOf(error) },
      'the lease of a reading could not be kept',
    )
  }
}

async function readAndHandIn(
  context: ConnectionContext,
  kept: Kept,
  { mode, sentBy, signal, mapping: version = kept.row.mapping_version }: ReadingRequest,
): Promise<Run> {
  const { db, dataDir, clock, connectors, log } = context
  const { account, row, kind } = kept
  const at = { accountId: account.id, source: row.source }
  const connector = connectors.connectorOf(kind)
  const mapping = await mappingOf(db, at, version)
  const settings = { ...kept.settings, fields: askedFor(fieldsRead(mapping), connector, kept.settings) }
  const asked = asking(context, { ...kept, settings }, signal)
  const request = { ...at, mode, sentBy, mapping: version }
  const { delivery, facts } = await fetchSnapshot({ dataDir, clock }, request, connector, asked)
  const told = { account: account.slug, source: row.source, run: delivery.id, people: facts.people }
  log.info(told, 'people were read from an HRIS')
  return await context.receive(delivery)
}

/** What nobody was asked to consent to is not asked for either: the column stays away, and what is stored stays. */
function askedFor(fields: readonly string[], connector: Connector, settings: ConnectionSettings): string[] {
  if (settings.kind !== 'justworks') return [...fields]
  const scopes = scopesOf(settings)
  const isBoxed = (permission = '') => /^member\.(?:dob|sex):read$/.test(permission)
  const unasked = connector.automaticMapping.filter(
    ({ permission }) => isBoxed(permission) && !scopes.includes(permission ?? ''),
  )
  return fields.filter((name) => !unasked.some(({ field }) => field === name))
}

/** Reads, and writes down how it went. Throws what `readPeople` throws. */
export async function sync(context: ConnectionContext, kept: Kept, request: ReadingRequest): Promise<Run> {
  const { clock } = context
  try {
    const run = await readPeople(context, kept, request)
    await noteSuccess(context, kept, { last_sync_at: clock.now().toISOString(), last_run: run.id })
    return run
  } catch (error) {
    // Who stops the server, or takes the connection away, has not failed.
    if (request.signal.aborted || !(error instanceof ImportError)) throw error
    if (error.code !== 'CONNECTION_BUSY') await noteFailure(context, kept, request, error)
    throw error
  }
}

async function noteSuccess({ db }: ConnectionContext, kept: Kept, values: ConnectionValues): Promise<void> {
  await changeConnection(db, kept, {
    ...values,
    ...{ wanted: null, attempts: 0, retry_at: null, problem: null },
  })
  const back = standing(kept.row)
  if (kept.row.state === 'failing') await moveConnection(db, kept, 'failing', back)
}

async function noteFailure(
  context: ConnectionContext,
  kept: Kept,
  { sentBy, mode }: ReadingRequest,
  error: ImportError,
): Promise<void> {
  const { db, clock, log } = context
  const { account, row } = kept
  const now = clock.now()
  const before = parseProblem(row.problem)
  const attempts = row.attempts + 1
  const retryMs = retryAfter(error, row.wanted, attempts)
  const isSame = before?.code === error.code && sentBy === row.wanted
  if (!isSame) {
    const id = newId(now)
    const run = { id, accountId: account.id, source: row.source, mode, sentBy, at: now.toISOString() }
    await enterFailed(db, run, error)
    await changeConnection(db, kept, { last_run: id })
  }
  await changeConnection(db, kept, {
    attempts,
    problem: problemJson(error, now),
    retry_at: retryMs === null ? null : new Date(now.getTime() + retryMs).toISOString(),
    // What a person must mend first waits for its next time.
    ...(retryMs === null ? { wanted: null } : {}),
  })
  const fields = { account: account.slug, source: row.source, code: error.code, attempts }
  log.warn(fields, 'people could not be read from an HRIS')
  await moveAfterFailure(context, kept, error)
}

async function moveAfterFailure(
  { db, clock }: ConnectionContext,
  kept: Kept,
  error: ImportError,
): Promise<void> {
  const { state, initial_since } = kept.row
  if (error.code === 'API_AUTH') {
    if (
      state === 'connected' ||
      state === 'failing' ||
      state === 'initial_sync' ||
      state === 'finalise_pending'
    )
      await moveConnection(db, kept, state, 'needs_reauthorization', { wanted: null, retry_at: null })
    return
  }
  if (state === 'connected' || state === 'finalise_pending') await moveConnection(db, kept, state, 'failing')
  // A first sync is not failed before twelve hours are over, unless a person must do something about it.
  const since = initial_since === null ? 0 : Date.parse(initial_since)
  const isOver = clock.now().getTime() - since > INITIAL_MS || isForAPerson(error)
  if (state === 'initial_sync' && isOver) await moveConnection(db, kept, state, 'failing')
}

const INITIAL_MS = 12 * 3_600_000
const MINUTE_MS = 60_000

function isForAPerson({ code }: ImportError): boolean {
  return code === 'API_AUTH' || code === 'API_PERMISSION' || code === 'API_PLAN'
}

/** Milliseconds until another try; null where a person must do something first and the next time will do. */
function retryAfter(error: ImportError, wanted: Wanted | null, attempts: number): number | null {
  // The first sync has no next time: it goes on once somebody has mended what was wrong.
  if (isForAPerson(error)) return wanted === 'initial' ? 60 * MINUTE_MS : null
  const seconds = error.code === 'API_RATE' ? Number(error.params['seconds']) : 0
  const growing = Math.min(6 * 3_600_000, MINUTE_MS * 2 ** Math.min(attempts, 10))
  return Math.max(growing, Number.isFinite(seconds) ? seconds * 1_000 : 0)
}

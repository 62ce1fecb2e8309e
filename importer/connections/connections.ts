/** Everything that is done with connections, behind one door. */
import { createConnectionVault } from '../../keys/connection-secrets.ts'
import { openVault } from '../../keys/vault.ts'
import { slugSchema } from '../../schemas/account.ts'
import {
  autoSyncSchema,
  type Connection,
  type ConnectionState,
  DEFAULT_SOURCES,
  nextStep,
} from '../../schemas/connection.ts'
import type { GivenSecrets } from '../../schemas/connection-secrets.ts'
import type { ConnectionSettings } from '../../schemas/hris/connection.ts'
import { accountOf } from '../accounts.ts'
import type { EngineRoom } from '../engine-room.ts'
import { ImportError } from '../errors.ts'
import { isOwnSource } from '../run/source.ts'
import type { Delivery, Run } from '../types.ts'
import { begin, giveAccess, parsedSecrets, settingsOf } from './connecting.ts'
import { ownConnectors } from './connectors.ts'
import { comeBack, consentFor, leave } from './consent.ts'
import { asking, type ConnectionContext, ownerOf } from './context.ts'
import { takeHook } from './hooks.ts'
import { addVersion, automaticMapping, changedMapping, mappingOf, mappingVersions } from './mapping.ts'
import { previewMapping } from './preview-mapping.ts'
import { sync } from './reading.ts'
import { fireSlots, readWanted, settle, wanted } from './rounds.ts'
import {
  autoSyncOf,
  changeConnection,
  type Kept,
  keptConnection,
  keptConnections,
  makeConnection,
  moveConnection,
  shownConnection,
} from './store.ts'
import type { Connecting, Hris, NewConnection } from './types.ts'

/** How many connections are read at once by one node. */
const AT_ONCE = 4

export function createHris(room: EngineRoom, receive: (delivery: Delivery) => Promise<Run>): Hris {
  const now = () => room.clock.now()
  const vault = () => openVault(room.secretFile, { mayCreate: true })
  const secrets = createConnectionVault({ db: room.db, vault, now })
  const { dataDir, nodeId, hrisMayBePrivate = false } = room.options
  const connectors = ownConnectors({ mayBePrivate: hrisMayBePrivate })
  const context: ConnectionContext = {
    ...{ db: room.db, dataDir, nodeId, clock: room.clock, log: room.log },
    ...{ secrets, vault, connectors, receive, settled: (run) => room.settled(run) },
  }
  return new ConnectionDoor(context, connectors)
}

class ConnectionDoor implements Hris {
  readonly #context: ConnectionContext
  readonly #connectors: AsyncDisposable
  readonly #reading = new Map<string, Promise<void>>()
  readonly #stop = new AbortController()

  constructor(context: ConnectionContext, connectors: AsyncDisposable) {
    this.#context = context
    this.#connectors = connectors
  }

  async readAccess(kind: ConnectionSettings['kind']) {
    return this.#context.connectors.connectorOf(kind).readAccess
  }

  async list(slug: string | null): Promise<Connection[]> {
    await settle(this.#context)
    const only = slug === null ? {} : { accountId: (await accountOf(this.#context.db, slug)).id }
    const kept = await keptConnections(this.#context.db, only)
    return await Promise.all(kept.map((one) => this.#shown(one)))
  }

  async show(slug: string, source: string): Promise<Connection> {
    await settle(this.#context)
    return await this.#shown(await this.#kept(slug, source))
  }

  async connect(slug: string, given: NewConnection): Promise<Connecting> {
    const { db } = this.#context
    const account = await accountOf(db, slug)
    const { kind, source = DEFAULT_SOURCES[kind] } = given
    refuseName(source)
    const settings = settingsOf({ ...given.settings, kind })
    const at = now(this.#context)
    const secrets = parsedSecrets(given.secrets, kind)
    const before = (await keptConnections(db, { accountId: account.id, source }))[0]
    if (before !== undefined && before.row.state !== 'not_connected')
      this.#refuse(
        before,
        `Use \`rollcall connection reauthorize ${source} --account ${slug}\`, or disconnect it first.`,
      )
    await db.transaction().execute((trx) => makeConnection(trx, account, { source, settings, at }))
    const kept = await this.#kept(slug, source)
    if (kept.row.mapping_version === 0) await this.#firstMapping(kept, at)
    return await this.#giveAccess(await this.#kept(slug, source), secrets)
  }

  async reauthorize(slug: string, source: string, given: GivenSecrets | null): Promise<Connecting> {
    const kept = await this.#kept(slug, source)
    return await this.#giveAccess(kept, given === null ? null : parsedSecrets(given, kept.kind))
  }

  async finalise(slug: string, source: string, { by }: { readonly by: string }): Promise<Run> {
    await settle(this.#context)
    const kept = await this.#kept(slug, source)
    const { row } = kept
    const mayFinalise = row.state === 'finalise_pending' || row.state === 'failing'
    if (!mayFinalise || row.connected_at !== null || row.preview === null) this.#refuse(kept)
    if (row.review !== null) return await this.#context.settled(row.review)
    const run = await this.#sync(kept, by)
    await changeConnection(this.#context.db, kept, { review: run.id })
    return run
  }

  async sync(slug: string, source: string, { by }: { readonly by: string }): Promise<Run> {
    await settle(this.#context)
    const kept = await this.#kept(slug, source)
    const mayRead = kept.row.state === 'connected' || kept.row.state === 'failing'
    if (!mayRead || kept.row.connected_at === null) this.#refuse(kept)
    return await this.#sync(kept, by)
  }

  async setAutoSync(...[slug, source, change]: Parameters<Hris['setAutoSync']>): Promise<Connection> {
    const kept = await this.#kept(slug, source)
    const parsed = autoSyncSchema.safeParse({ ...autoSyncOf(kept.row), ...change })
    if (!parsed.success)
      throw new ImportError('CONNECTION_INVALID', { problem: parsed.error.issues[0]?.message ?? 'not valid' })
    const values = { auto_sync: JSON.stringify(parsed.data), slots_since: now(this.#context) }
    await changeConnection(this.#context.db, kept, values)
    return await this.show(slug, source)
  }

  async configure(...[slug, source, change]: Parameters<Hris['configure']>): Promise<Connection> {
    const kept = await this.#kept(slug, source)
    const after: Record<string, unknown> = { ...kept.settings, ...change }
    for (const [key, value] of Object.entries(change)) if (value === null) delete after[key]
    const settings = JSON.stringify(settingsOf({ ...after, kind: kept.kind }))
    await changeConnection(this.#context.db, kept, { settings })
    return await this.show(slug, source)
  }

  async pause(slug: string, source: string): Promise<Connection> {
    const kept = await this.#kept(slug, source)
    const { state } = kept.row
    if (state !== 'connected' && state !== 'failing') return this.#refuse(kept)
    await moveConnection(this.#context.db, kept, state, 'paused', { wanted: null })
    return await this.show(slug, source)
  }

  async resume(slug: string, source: string): Promise<Connection> {
    const kept = await this.#kept(slug, source)
    if (kept.row.state !== 'paused') this.#refuse(kept)
    const values = { slots_since: now(this.#context), attempts: 0, retry_at: null }
    await moveConnection(this.#context.db, kept, 'paused', 'connected', values)
    return await this.show(slug, source)
  }

  async disconnect(slug: string, source: string): Promise<Connection> {
    const kept = await this.#kept(slug, source)
    const { state } = kept.row
    if (state !== 'not_connected') {
      const forgotten = {
        preview: null,
        review: null,
        connected_at: null,
        initial_since: null,
        problem: null,
      }
      const stopped = {
        wanted: null,
        retry_at: null,
        attempts: 0,
        granted: '[]',
        lease_owner: null,
        lease_until: null,
      }
      await moveConnection(this.#context.db, kept, state, 'not_connected', { ...forgotten, ...stopped })
    }
    await this.#context.secrets.remove(ownerOf(kept))
    return await this.show(slug, source)
  }

  async mappings(slug: string, source: string) {
    const kept = await this.#kept(slug, source)
    return await mappingVersions(this.#context.db, placeOf(kept), kept.row.mapping_version)
  }

  async mappable(slug: string, source: string) {
    const kept = await this.#kept(slug, source)
    const connector = this.#context.connectors.connectorOf(kept.kind)
    const { fields } = await connector.check(asking(this.#context, kept, this.#stop.signal))
    const known = connector.automaticMapping.map(({ field, from }) => ({ field, from, label: field }))
    return [...known, ...fields]
  }

  async proposeMapping(...[slug, source, proposal]: Parameters<Hris['proposeMapping']>) {
    const kept = await this.#kept(slug, source)
    const { change, by, reason } = proposal
    const { db } = this.#context
    const before = await mappingOf(db, placeOf(kept), kept.row.mapping_version)
    const mapping = changedMapping(before, change)
    const version = await addVersion(db, placeOf(kept), { mapping, by, reason, at: now(this.#context) })
    return await previewMapping(this.#context, kept, { version, by, signal: this.#stop.signal })
  }

  async useMapping(slug: string, source: string, version: number) {
    const kept = await this.#kept(slug, source)
    await mappingOf(this.#context.db, placeOf(kept), version)
    await changeConnection(this.#context.db, kept, { mapping_version: version })
    return await this.mappings(slug, source)
  }

  async revertMapping(...[slug, source, { to, by, reason }]: Parameters<Hris['revertMapping']>) {
    const kept = await this.#kept(slug, source)
    const mapping = await mappingOf(this.#context.db, placeOf(kept), to)
    const made = { mapping, by, reason, revertsTo: to, at: now(this.#context) }
    return await this.useMapping(slug, source, await addVersion(this.#context.db, placeOf(kept), made))
  }

  async consentPage(ticket: string) {
    const kept = await consentFor(this.#context, ticket)
    return {
      connection: await this.#shown(kept),
      readAccess: await this.readAccess(kept.kind),
      boxes: boxesOf(kept.settings),
    }
  }

  leave(...[ticket, redirectUri]: Parameters<Hris['leave']>) {
    return leave(this.#context, ticket, redirectUri)
  }

  async comeBack(back: Parameters<Hris['comeBack']>[0]): Promise<Connection> {
    const kept = await comeBack(this.#context, back)
    await begin(this.#context, kept, this.#stop.signal)
    await this.tick()
    return await this.show(kept.account.slug, kept.row.source)
  }

  hook(call: Parameters<Hris['hook']>[0]) {
    return takeHook(this.#context, call)
  }

  async tick(): Promise<void> {
    await settle(this.#context)
    await fireSlots(this.#context)
    for (const kept of await wanted(this.#context)) this.#startReading(kept)
  }

  async idle(): Promise<void> {
    while (this.#reading.size > 0) await Promise.all(this.#reading.values())
  }

  async close(): Promise<void> {
    this.#stop.abort()
    await this.idle()
    await this.#connectors[Symbol.asyncDispose]()
  }

  async #giveAccess(kept: Kept, given: GivenSecrets | null): Promise<Connecting> {
    const ticket = await giveAccess(this.#context, kept, given, this.#stop.signal)
    await this.tick()
    return { connection: await this.show(kept.account.slug, kept.row.source), ticket }
  }

  #startReading(kept: Kept): void {
    const key = `${kept.row.account_id}/${kept.row.source}`
    if (this.#stop.signal.aborted || this.#reading.has(key) || this.#reading.size >= AT_ONCE) return
    const reading = readWanted(this.#context, kept, this.#stop.signal).finally(() =>
      this.#reading.delete(key),
    )
    this.#reading.set(key, reading)
  }

  #sync(kept: Kept, by: string): Promise<Run> {
    return sync(this.#context, kept, { mode: 'apply', sentBy: by, signal: this.#stop.signal })
  }

  async #kept(slug: string, source: string): Promise<Kept> {
    const { db } = this.#context
    return await keptConnection(db, await accountOf(db, slug), source)
  }

  async #shown(kept: Kept): Promise<Connection> {
    const setAt = await this.#context.secrets.setAt(ownerOf(kept))
    return shownConnection(kept, setAt, this.#context.clock.now())
  }

  async #firstMapping(kept: Kept, at: string): Promise<void> {
    const mapping = automaticMapping(this.#context.connectors.connectorOf(kept.kind))
    const made = { mapping, by: 'Rollcall', reason: 'the automatic mapping', at }
    const version = await addVersion(this.#context.db, placeOf(kept), made)
    await changeConnection(this.#context.db, kept, { mapping_version: version })
  }

  #refuse(kept: Kept, fix?: string): never {
    const shown = shownConnection(kept, null, this.#context.clock.now())
    const { source, state } = kept.row
    throw new ImportError('CONNECTION_STATE', {
      source,
      state: STATE_WORDS[state],
      fix:
        fix ??
        nextStep(shown) ??
        `Look at it with \`rollcall connection show ${source} --account ${kept.account.slug}\`.`,
    })
  }
}

/** It stands behind the account's name in an SFTP user name, and in the list of runs beside Rollcall's own. */
function refuseName(source: string): void {
  if (slugSchema.safeParse(source).success && !isOwnSource(source)) return
  const problem = `its source cannot be called "${source}": use 2 to 32 lower-case letters, digits and hyphens, and not undo or merge`
  throw new ImportError('CONNECTION_INVALID', { problem })
}

const STATE_WORDS: Readonly<Record<ConnectionState, string>> = {
  not_connected: 'not connected',
  connecting: 'waiting for the consent',
  initial_sync: 'in its first sync',
  finalise_pending: 'waiting to be finalised',
  connected: 'connected',
  failing: 'failing',
  needs_reauthorization: 'in need of a new authorisation',
  paused: 'paused',
}

function boxesOf(settings: ConnectionSettings): string[] {
  if (settings.kind !== 'justworks') return []
  const { dateOfBirth, sex } = settings.consent
  return [...(dateOfBirth ? ['Date of birth'] : []), ...(sex ? ['Sex'] : [])]
}

function placeOf({ account, row }: Kept) {
  return { accountId: account.id, source: row.source }
}

function now({ clock }: ConnectionContext): string {
  return clock.now().toISOString()
}

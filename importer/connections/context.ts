/** What everything about connections shares, and how one of them is asked. */
import type { ConnectionVault, SecretOwner } from '../../keys/connection-secrets.ts'
import type { Vault } from '../../keys/vault.ts'
import type { ConnectionSettings, ConnectorKind } from '../../schemas/hris/connection.ts'
import type { Clock } from '../clock.ts'
import type { Connector, ConnectorContext } from '../connectors/connector.ts'
import type { ApiClient } from '../connectors/http/client.ts'
import type { Db } from '../db/open.ts'
import type { ImporterLog } from '../options.ts'
import type { Delivery, Run } from '../types.ts'
import { accessOf } from './access.ts'
import type { Kept } from './store.ts'

/** Where the connectors and the way to their APIs come from. */
export interface Connectors {
  connectorOf(kind: ConnectorKind): Connector
  /** One for each connection: it bounds the requests of that one. */
  clientOf(owner: SecretOwner, settings: ConnectionSettings): ApiClient
  /** Others were given access: what was refused before counts no more. */
  forget(owner: SecretOwner): void
}

export interface ConnectionContext {
  readonly db: Db
  readonly dataDir: string
  readonly nodeId: string
  readonly clock: Clock
  readonly log: ImporterLog
  readonly secrets: ConnectionVault
  readonly vault: () => Promise<Vault>
  readonly connectors: Connectors
  receive(delivery: Delivery): Promise<Run>
  /** Waits until a run rests. */
  settled(run: string): Promise<Run>
}

export function ownerOf({ account, kind, row }: Kept): SecretOwner {
  return { accountId: account.id, source: row.source, kind }
}

/** What a connector is given to ask with. */
export function asking(context: ConnectionContext, kept: Kept, signal: AbortSignal): ConnectorContext {
  const { secrets: vault, clock, connectors } = context
  const { settings } = kept
  const http = connectors.clientOf(ownerOf(kept), settings)
  return {
    http,
    settings,
    clock,
    signal,
    credential: accessOf({ vault, http, clock, settings }, ownerOf(kept)),
  }
}

/** The tables of connections, for kysely. What is secret of them lies in `keys`. */
import type { ColumnType } from 'kysely'
import type { ConnectionState } from '../../../schemas/connection.ts'

/** A value that the database fills in when none is given. */
type WithDefault<T> = ColumnType<T, T | undefined, T>

/** Why people are to be read without a person having asked just now. */
export type Wanted = 'initial' | 'schedule' | 'webhook'

export interface ConnectionTable {
  account_id: string
  /** Name of its source, whose kind says which HRIS it is. */
  source: string
  state: ConnectionState
  /** JSON of `connectionSettingsSchema`. */
  settings: string
  /** JSON array: what was granted, as far as it was said. */
  granted: WithDefault<string>
  /** JSON of `autoSyncSchema`. */
  auto_sync: string
  /** JSON of `connectionPreviewSchema`. */
  preview: string | null
  /** The run that finalising opened. */
  review: string | null
  connected_at: string | null
  /** When the first sync was begun: it may take long before it counts as failed. */
  initial_since: string | null
  last_sync_at: string | null
  last_run: string | null
  /** JSON {code, params, at}. */
  problem: string | null
  mapping_version: number
  wanted: Wanted | null
  attempts: WithDefault<number>
  /** Not before then, after a failure. */
  retry_at: string | null
  /** The last slot that was fired, `YYYY-MM-DDTHH:MM` on the account's clock. */
  last_slot: string | null
  /** Slots before then are not caught up. */
  slots_since: string | null
  /** Who reads people now. */
  lease_owner: string | null
  lease_until: string | null
  /** The unguessable part of the address its webhooks come to. */
  hook: string
  created_at: string
}

/** A consent page that somebody was sent to: once, and not for long. */
export interface ConnectionConsentTable {
  account_id: string
  source: string
  /** Hash of the link's last part. */
  ticket: string
  /** Hash of what comes back with the code; null before the page was left for the HRIS. */
  state: string | null
  /** Hash of the cookie of the browser that left. */
  browser: string | null
  /** PKCE verifier and the address to come back to, sealed. */
  sealed: string | null
  expires_at: string
}

/** Webhooks that were taken, so that one that is sent twice is taken once. */
export interface ConnectionHookTable {
  account_id: string
  source: string
  mark: string
  at: string
}

/** What the fields of an API become, by version. */
export interface MappingVersionTable {
  account_id: string
  source: string
  version: number
  /** JSON of `connectionMappingSchema`. */
  mapping: string
  by: string
  reason: string | null
  /** The version it repeats, where it goes back to one. */
  reverts_to: number | null
  at: string
}

export interface ConnectionTables {
  connection: ConnectionTable
  connection_consent: ConnectionConsentTable
  connection_hook: ConnectionHookTable
  mapping_version: MappingVersionTable
}

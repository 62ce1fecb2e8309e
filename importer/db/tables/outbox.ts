/** What is to be told, to whom, and what came of it. */
import type { ColumnType } from 'kysely'

type WithDefault<T> = ColumnType<T, T | undefined, T>

/** Something that happened and that nobody has been told yet: goes when the messages about it are written. */
export interface EventTable {
  account_id: string
  id: string
  type: string
  run_id: string | null
  /** Null where the moment of telling will do. */
  at: string | null
  /** JSON; its shape depends on the type. */
  data: string
}

export interface NotifyRecipientTable {
  account_id: string
  address: string
  /** Separated by spaces. */
  topics: string
  added_at: string
}

/** A message to one receiver; everything that is needed to write it. */
export interface OutboxTable {
  account_id: string
  id: string
  channel: string
  /** A mail address, or the id of an endpoint. */
  target: string
  type: string
  run_id: string | null
  /** When it happened. */
  at: string
  /** JSON. */
  data: string
  state: WithDefault<string>
  attempts: WithDefault<number>
  /** While it is being tried: when it counts as never tried, should whoever tries be gone. */
  due_at: string
  created_at: string
  done_at: WithDefault<string | null>
  problem: WithDefault<string | null>
}

export interface WebhookEndpointTable {
  account_id: string
  id: string
  url: string
  /** Types of events, separated by spaces. */
  types: string
  /** Sealed by the vault. */
  secret: string
  /** Sealed; signs as well until `former_until`. */
  former_secret: WithDefault<string | null>
  former_until: WithDefault<string | null>
  added_at: string
  /** Set when the receiver said that it is gone. */
  disabled_at: WithDefault<string | null>
}

export interface WebhookAttemptTable {
  account_id: string
  message_id: string
  number: number
  at: string
  /** HTTP status of the answer; null where none came. */
  status: number | null
  problem: string | null
  milliseconds: number
}

export interface OutboxTables {
  event: EventTable
  notify_recipient: NotifyRecipientTable
  outbox: OutboxTable
  webhook_endpoint: WebhookEndpointTable
  webhook_attempt: WebhookAttemptTable
}

/** What happens by the calendar: dated events of people, and what is noticed about a source. */
import type { ColumnType } from 'kysely'

type WithDefault<T> = ColumnType<T, T | undefined, T>

/** How far the calendar of an account was followed. */
export interface LifecycleTable {
  account_id: string
  /** The day up to which everybody was looked at; empty before the first time. */
  day: string
  /** Number of the history row up to which changes were looked at. */
  position: WithDefault<number>
  /** Somebody is at it until then. */
  lease_until: WithDefault<string | null>
}

/** That somebody started or left, or is about to: recorded once for a person, a kind and a day. */
export interface LifecycleEventTable {
  account_id: string
  person_id: number
  kind: string
  /** YYYY-MM-DD */
  day: string
  recorded_at: string
  /** 1 where it was known only after its day. */
  late: number
}

/** Something about a source that somebody should look at; goes when it is over. */
export interface FeedWarningTable {
  account_id: string
  source: string
  code: string
  since: string
  /** JSON object of numbers and days. */
  params: string
}

export interface LifecycleTables {
  lifecycle: LifecycleTable
  lifecycle_event: LifecycleEventTable
  feed_warning: FeedWarningTable
}

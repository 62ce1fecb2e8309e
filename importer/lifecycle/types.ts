/** What happens by the calendar: what people may ask of it, and what a scheduler calls. */
import type { LifecycleEvent, LifecycleFilter } from '../../schemas/lifecycle.ts'
import type { Feed } from '../../schemas/watch.ts'

export interface Lifecycle {
  /** Who starts and leaves, by day, the latest first. Throws `ACCOUNT_UNKNOWN`. */
  events(account: string, filter: LifecycleFilter): Promise<LifecycleEvent[]>
  /** How the sources stand that send by themselves: of an account, or of all. Throws `ACCOUNT_UNKNOWN`. */
  feeds(account: string | null): Promise<Feed[]>
}

/** Work that the clock asks for. Any number of nodes may call it at any time: what is done is not done again. */
export interface Chores {
  /** Follows the calendar of every account. Answers whose had something new (slugs). */
  turnDays(): Promise<string[]>
  /** Removes what need not be kept any longer, of every account. */
  removeOld(): Promise<void>
  /** Looks whether every source sends what it should. */
  watchFeeds(): Promise<void>
}

/** The parts of the importer's door that are about the calendar. */
import { accountOf, listAccounts } from '../accounts.ts'
import type { EngineRoom } from '../engine-room.ts'
import { retentionContext } from '../retention.ts'
import { removeOld } from '../run/retention.ts'
import { turnDays } from './day-turn.ts'
import { listFeeds, watchFeeds } from './feed-watch.ts'
import { listDated } from './listing.ts'
import type { Chores, Lifecycle } from './types.ts'

export function createLifecycle({ db }: EngineRoom): Lifecycle {
  return {
    events: async (slug, filter) => listDated(db, (await accountOf(db, slug)).id, filter),
    feeds: async (slug) => listFeeds(db, slug === null ? null : (await accountOf(db, slug)).id),
  }
}

export function createChores(room: EngineRoom): Chores {
  const { db, clock } = room
  return {
    turnDays: () => turnDays(db, clock.now()),
    watchFeeds: () => watchFeeds(db, clock.now()),
    async removeOld() {
      for (const account of await listAccounts(db)) await removeOld(retentionContext(room), account)
    },
  }
}

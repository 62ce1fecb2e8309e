/** The parts of the importer's door that are about the calendar. */
import { accountOf } from '../accounts.ts'
import type { EngineRoom } from '../engine-room.ts'
import { turnDays } from './day-turn.ts'
import { listDated } from './listing.ts'
import type { Chores, Lifecycle } from './types.ts'

export function createLifecycle({ db }: EngineRoom): Lifecycle {
  return { events: async (slug, filter) => listDated(db, (await accountOf(db, slug)).id, filter) }
}

export function createChores({ db, clock }: EngineRoom): Chores {
  return { turnDays: () => turnDays(db, clock.now()) }
}

/** The part of the door that is about who may write which field. */
import { accountOf } from './accounts.ts'
import type { EngineRoom } from './engine-room.ts'
import type { Fields } from './fields-types.ts'
import { ownershipView, previewOwnership, setOwnership } from './run/ownership.ts'

export function createFields(room: EngineRoom): Fields {
  const { db, clock } = room
  const account = (slug: string) => accountOf(db, slug)
  return {
    ownership: async (slug) => ownershipView(db, await account(slug), clock.now()),
    ownershipPreview: async (slug, change) => previewOwnership(db, await account(slug), change, clock.now()),
    setOwnership: async (slug, change, { by }) =>
      setOwnership(db, await account(slug), change, { by, now: clock.now() }),
  }
}

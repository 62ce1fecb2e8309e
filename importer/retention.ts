/** The part of the importer's door that is about how long things are kept. */
import { accountOf } from './accounts.ts'
import type { EngineRoom } from './engine-room.ts'
import type { Retain } from './retention-types.ts'
import {
  previewRemoval,
  type RetentionContext,
  removeOld,
  retentionOf,
  setRetention,
} from './run/retention.ts'

export function createRetention(room: EngineRoom): Retain {
  const { db, clock } = room
  const account = (slug: string) => accountOf(db, slug)
  return {
    settings: async (slug) => retentionOf(db, await account(slug)),
    set: async (slug, change, { by }) =>
      setRetention(db, await account(slug), change, { by, now: clock.now() }),
    preview: async (slug) => previewRemoval(retentionContext(room), await account(slug)),
    run: async (slug) => removeOld(retentionContext(room), await account(slug)),
  }
}

export function retentionContext({ db, clock, options }: EngineRoom): RetentionContext {
  return { db, dataDir: options.dataDir, nodeId: options.nodeId, now: clock.now() }
}

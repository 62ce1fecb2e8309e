/** The part of the door that is about who may write which field. */
import { accountOf } from './accounts.ts'
import type { EngineRoom } from './engine-room.ts'
import type { Edit, Fields } from './fields-types.ts'
import { type EditOf, previewEdit, requestEdit } from './run/edit.ts'
import { ownershipView, previewOwnership, setOwnership } from './run/ownership.ts'
import { pinPerson, unpinPerson } from './run/pin.ts'
import { endRedaction, previewRedaction, setRedaction } from './run/redaction.ts'
import type { Importer } from './types.ts'

/** `receive` enters a delivery that is safe on the disk. */
export function createFields(room: EngineRoom, receive: Importer['receive']): Fields {
  const { db, clock } = room
  const { dataDir } = room.options
  const account = (slug: string) => accountOf(db, slug)
  const editOf = async (slug: string, key: string, edit: Edit): Promise<EditOf> => {
    return { account: await account(slug), key, edit }
  }
  return {
    ownership: async (slug) => ownershipView(db, await account(slug), clock.now()),
    ownershipPreview: async (slug, change) => previewOwnership(db, await account(slug), change, clock.now()),
    setOwnership: async (slug, change, { by }) =>
      setOwnership(db, await account(slug), change, { by, now: clock.now() }),
    editPreview: async (...of) => previewEdit({ db, now: clock.now() }, await editOf(...of)),
    edit: async (slug, key, edit, decision) =>
      receive(await requestEdit({ db, dataDir, clock }, await editOf(slug, key, edit), decision)),
    pin: async (slug, key, pin, { by }) =>
      pinPerson({ db, now: clock.now() }, await account(slug), { key, pin, by }),
    unpin: async (slug, key, field) => unpinPerson(db, await account(slug), { key, field }),
    redactionPreview: async (slug, fields) => previewRedaction({ db, dataDir }, await account(slug), fields),
    redact: async (slug, fields, { by }) =>
      setRedaction({ db, dataDir, now: clock.now() }, await account(slug), { fields, by }),
    endRedaction: async (slug, fields, { by }) =>
      endRedaction({ db, dataDir, now: clock.now() }, await account(slug), { fields, by }),
  }
}

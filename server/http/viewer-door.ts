/** The importer and the keys by hand of a viewer: every decision has their name, and every act is written down as theirs. */
import { auditedDoor } from '../control/audited-door.ts'
import type { Door } from '../control/door.ts'
import type { Http } from './http.ts'
import type { Viewer } from './viewer.ts'

export function doorFor(http: Http, viewer: Viewer, request: string): Door {
  const door = auditedDoor(http.door, { audit: http.audit, actor: viewer.actor, request })
  const word = { by: viewer.name }
  const by = { ...word, byId: viewer.id }
  return {
    ...door,
    deliver: (delivery, bytes) => door.deliver({ ...delivery, sentBy: viewer.name }, bytes),
    approve: (id, decision) => door.approve(id, { ...decision, ...by, isProgram: viewer.kind === 'token' }),
    discard: (id, decision) => door.discard(id, { ...decision, ...by }),
    undo: (id, decision) => door.undo(id, { ...decision, ...by }),
    merge: (account, keep, other, decision) => door.merge(account, keep, other, { ...decision, ...by }),
    keepApart: (account, one, other) => door.keepApart(account, one, other, word),
    fields: {
      ...door.fields,
      setOwnership: (account, change) => door.fields.setOwnership(account, change, word),
      edit: (account, key, edit, decision) => door.fields.edit(account, key, edit, { ...decision, ...by }),
      pin: (account, key, pin) => door.fields.pin(account, key, pin, word),
      redact: (account, fields) => door.fields.redact(account, fields, word),
      endRedaction: (account, fields) => door.fields.endRedaction(account, fields, word),
    },
    hris: {
      ...door.hris,
      finalise: (account, source) => door.hris.finalise(account, source, word),
      sync: (account, source) => door.hris.sync(account, source, word),
      proposeMapping: (account, source, proposal) =>
        door.hris.proposeMapping(account, source, { ...proposal, ...word }),
      revertMapping: (account, source, back) =>
        door.hris.revertMapping(account, source, { ...back, ...word }),
    },
    ignoreMissing: (account, of) => door.ignoreMissing(account, of, word),
    retention: { ...door.retention, set: (account, change) => door.retention.set(account, change, word) },
  }
}

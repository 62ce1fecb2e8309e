/** The parts of the door that are groups of their own, written down like the rest. People are never named by a value. */
import type { NewAuditEntry } from '../../keys/audit.ts'
import type { Door } from './door.ts'

export type Note = Pick<NewAuditEntry, 'account' | 'action' | 'object' | 'details'>
/** Writes down what came of the work, when it is done. */
export type Done = <T>(work: Promise<T>, note: (result: T) => Note) => Promise<T>

export function auditedParts(
  door: Door,
  done: Done,
): Pick<Door, 'fields' | 'outbox' | 'retention' | 'secrets' | 'webhooks'> {
  const { fields, outbox, retention, secrets, webhooks } = door
  return {
    secrets: {
      ...secrets,
      rotate: () =>
        done(secrets.rotate(), ({ isNew, resealed, retired, after }) => ({
          ...{ account: null, action: 'master-key.rotate', object: after.keys.at(-1)?.id ?? '' },
          details: { isNew, resealed, retired },
        })),
    },
    fields: {
      ...fields,
      setOwnership: (account, change, word) =>
        done(fields.setOwnership(account, change, word), () => ({
          ...{ account, action: 'ownership.set', object: change.field, details: { by: word.by } },
        })),
      edit: (account, key, edit, decision) =>
        done(fields.edit(account, key, edit, decision), ({ id }) => ({
          ...{ account, action: 'employee.edit', object: id, details: { by: decision.by } },
        })),
      pin: (account, key, pin, word) =>
        done(fields.pin(account, key, pin, word), () => ({
          ...{
            account,
            action: 'employee.pin',
            object: pin.field,
            details: { by: word.by, until: pin.until },
          },
        })),
      unpin: (account, key, field) =>
        done(fields.unpin(account, key, field), () => ({ account, action: 'employee.unpin', object: field })),
      redact: (account, redacted, word) =>
        done(fields.redact(account, redacted, word), () => ({
          ...{ account, action: 'redaction.begin', object: redacted.join(', '), details: { by: word.by } },
        })),
      endRedaction: (account, redacted, word) =>
        done(fields.endRedaction(account, redacted, word), () => ({
          ...{ account, action: 'redaction.end', object: redacted.join(', '), details: { by: word.by } },
        })),
    },
    outbox: {
      ...outbox,
      setRecipient: (account, recipient) =>
        done(outbox.setRecipient(account, recipient), ({ address, topics }) => ({
          ...{ account, action: 'recipient.set', object: address, details: { topics } },
        })),
      removeRecipient: (account, address) =>
        done(outbox.removeRecipient(account, address), () => ({
          ...{ account, action: 'recipient.remove', object: address },
        })),
      retry: (id) =>
        done(outbox.retry(id), ({ account }) => ({ account, action: 'message.retry', object: id })),
      resend: (id) =>
        done(outbox.resend(id), ({ account }) => ({ account, action: 'message.resend', object: id })),
    },
    webhooks: {
      ...webhooks,
      // Of the address only the host: what stands behind it may be a secret.
      add: (account, webhook) =>
        done(webhooks.add(account, webhook), ({ id, url, types }) => ({
          ...{ account, action: 'webhook.add', object: id, details: { host: new URL(url).host, types } },
        })),
      remove: async (id) => {
        const found = (await webhooks.list(null)).find((one) => one.id === id)
        const account = found?.account ?? null
        return await done(webhooks.remove(id), () => ({ account, action: 'webhook.remove', object: id }))
      },
      rotate: (id) =>
        done(webhooks.rotate(id), ({ account }) => ({ account, action: 'webhook.rotate', object: id })),
    },
    retention: {
      ...retention,
      set: (account, change, word) =>
        done(retention.set(account, change, word), () => ({
          ...{
            account,
            action: 'retention.set',
            object: Object.keys(change).join(', '),
            details: { by: word.by },
          },
        })),
      run: (account) =>
        done(retention.run(account), ({ files, rows, reports }) => ({
          ...{ account, action: 'retention.run', object: account, details: { files, rows, reports } },
        })),
    },
  }
}

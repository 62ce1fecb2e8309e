/** What the control socket answers about messages, and the same at its other end. */
import { z } from 'zod'
import type { Outbox } from '../../importer/types.ts'
import { messageFilterSchema, messageSchema, recipientSchema } from '../../schemas/notify.ts'
import { attemptSchema } from '../../schemas/webhook.ts'
import { type Ask, one } from './method.ts'

// Whether an address or a topic is a good one is the importer's to say, in the importer's words.
const newRecipient = z.object({ address: z.string(), topics: z.array(z.string()).exactOptional() })

export const OUTBOX_METHODS = {
  'outbox.recipients': one(z.tuple([z.string()]), z.array(recipientSchema), ({ outbox }, slug) =>
    outbox.recipients(slug),
  ),
  'outbox.setRecipient': one(
    z.tuple([z.string(), newRecipient]),
    recipientSchema,
    ({ outbox }, slug, given) => outbox.setRecipient(slug, given),
  ),
  'outbox.removeRecipient': one(z.tuple([z.string(), z.string()]), z.null(), ({ outbox }, slug, address) =>
    outbox.removeRecipient(slug, address),
  ),
  'outbox.messages': one(z.tuple([messageFilterSchema]), z.array(messageSchema), ({ outbox }, filter) =>
    outbox.messages(filter),
  ),
  'outbox.retry': one(z.tuple([z.string()]), messageSchema, ({ outbox }, id) => outbox.retry(id)),
  'outbox.resend': one(z.tuple([z.string()]), messageSchema, ({ outbox }, id) => outbox.resend(id)),
  'outbox.attempts': one(z.tuple([z.string()]), z.array(attemptSchema), ({ outbox }, id) =>
    outbox.attempts(id),
  ),
} as const

export function remoteOutbox(ask: Ask<typeof OUTBOX_METHODS>): Outbox {
  return {
    recipients: (account) => ask('outbox.recipients', [account]),
    setRecipient: (account, given) => ask('outbox.setRecipient', [account, given]),
    removeRecipient: (account, address) => ask('outbox.removeRecipient', [account, address]),
    messages: (filter) => ask('outbox.messages', [filter]),
    retry: (id) => ask('outbox.retry', [id]),
    resend: (id) => ask('outbox.resend', [id]),
    attempts: (id) => ask('outbox.attempts', [id]),
  }
}
